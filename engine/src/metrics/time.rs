//! Times as logs write them, in milliseconds since 1970-01-01 in UTC.

use std::fmt::Write as _;

/// Milliseconds of a day.
const DAY: f64 = 86_400_000.0;

/// A time at the begin of `text`, and its length in bytes: `2026-11-23 20:25:57`, with `T`, with `/` between the numbers of the
/// date, with decimals after a point or comma, with `Z` or an offset behind it. One without an offset is `zone` minutes
/// ahead of UTC.
pub(super) fn read(text: &[u8], zone: i32) -> Option<(f64, usize)> {
    let number = |from: usize, length: usize| {
        let digits = text.get(from..from + length)?;
        digits.iter().try_fold(0_u32, |sum, digit| {
            digit
                .is_ascii_digit()
                .then(|| sum * 10 + u32::from(digit - b'0'))
        })
    };
    let is = |at: usize, wanted: &[u8]| text.get(at).is_some_and(|byte| wanted.contains(byte));
    let between = is(4, b"-/") && text.get(4) == text.get(7);
    if !between || !is(10, b" T") || !is(13, b":") || !is(16, b":") {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 2)?, number(8, 2)?);
    let (hour, minute, second) = (number(11, 2)?, number(14, 2)?, number(17, 2)?);
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
    if !fits || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut end = 19;
    let mut time = days(year.into(), month.into(), day.into()) as f64 * DAY
        + f64::from((hour * 60 + minute) * 60 + second) * 1000.0;
    if is(end, b".,") {
        let decimals = text[end + 1..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        let count = decimals.count();
        if count > 0 {
            let shown = count.min(9);
            time += f64::from(number(end + 1, shown)?) / 10_f64.powi(shown as i32 - 3);
            end += 1 + count;
        }
    }
    if is(end, b"Z") {
        return Some((time, end + 1));
    }
    if is(end, b"+-")
        && let Some(hours) = number(end + 1, 2).filter(|hours| *hours <= 23)
    {
        let minutes = end + 3 + usize::from(is(end + 3, b":"));
        if let Some(minute) = number(minutes, 2).filter(|minute| *minute <= 59) {
            let ahead = f64::from(hours * 60 + minute) * 60_000.0;
            let ahead = if text[end] == b'-' { -ahead } else { ahead };
            return Some((time - ahead, minutes + 2));
        }
    }
    Some((time - f64::from(zone) * 60_000.0, end))
}

/// The time that a line begins with, in milliseconds since 1970-01-01 in UTC, and where what it says begins, in bytes: brackets
/// around it are left out. One without an offset is `zone` minutes ahead of UTC.
pub fn leading(line: &[u8], zone: i32) -> Option<(f64, usize)> {
    let open = usize::from(matches!(line.first(), Some(b'[' | b'(')));
    let (time, length) = read(&line[open..], zone)?;
    let end = open + length;
    let closed = open == 1 && matches!(line.get(end), Some(b']' | b')'));
    Some((time, end + usize::from(closed)))
}

/// The time of a field: seconds, milliseconds, micro- or nanoseconds since 1970, told apart by their size. `None` where it is too
/// small to be one, as the duration of a step is.
pub(super) fn of_number(value: f64) -> Option<f64> {
    match value {
        1e8..1e11 => Some(value * 1000.0),
        1e11..1e14 => Some(value),
        1e14..1e17 => Some(value / 1e3),
        1e17..1e20 => Some(value / 1e6),
        _ => None,
    }
}

/// Whether a line that begins with a stamp goes on as the platform's do: `] [INFO] |`.
pub(super) fn is_platform(line: &[u8]) -> bool {
    let level = line.get(23..).unwrap_or_default();
    let length = level
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    length > 0 && line[..23].ends_with(b"] [") && level[length..].starts_with(b"] |")
}

/// Writes `time` as `2026-11-23T12:25:57.000Z`; nothing where it is none, or not of the years 0 to 9999.
pub(super) fn push_iso(time: f64, out: &mut String) {
    if !(-62_167_219_200_000.0..253_402_300_800_000.0).contains(&time) {
        return;
    }
    let (year, month, day) = civil((time / DAY).floor() as i64);
    let rest = time.rem_euclid(DAY) as u64;
    let (seconds, millis) = (rest / 1000, rest % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let _ = write!(
        out,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
    );
}

/// Days from 1970-01-01 to a day of the Gregorian calendar. Years begin in March here, so that the day that some have more is their last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The year, month and day that are so many days after 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(time: f64) -> String {
        let mut out = String::new();
        push_iso(time, &mut out);
        out
    }

    #[test]
    fn times_are_read_with_their_offsets() {
        for (text, zone, wanted, length) in [
            ("1970-01-01 00:00:00", 0, "1970-01-01T00:00:00.000Z", 19),
            ("2026-11-23 20:25:57 x", 480, "2026-11-23T12:25:57.000Z", 19),
            (
                "2026-11-23T20:25:57.1234567Z",
                480,
                "2026-11-23T20:25:57.123Z",
                28,
            ),
            (
                "2026/11/23 20:25:57,5 - ",
                0,
                "2026-11-23T20:25:57.500Z",
                21,
            ),
            (
                "2024-02-29T23:59:59+08:00",
                0,
                "2024-02-29T15:59:59.000Z",
                25,
            ),
            (
                "2024-02-29T23:59:59-0330",
                0,
                "2024-03-01T03:29:59.000Z",
                24,
            ),
            (
                "2024-02-29 23:59:59 +0800",
                60,
                "2024-02-29T22:59:59.000Z",
                19,
            ),
            ("2024-02-29 23:59:59.", 0, "2024-02-29T23:59:59.000Z", 19),
            ("0001-01-01 00:00:00", 0, "0001-01-01T00:00:00.000Z", 19),
        ] {
            let (time, read) = read(text.as_bytes(), zone).expect(text);
            assert_eq!((iso(time).as_str(), read), (wanted, length), "{text}");
        }
        for text in [
            "",
            "2026-11-23",
            "2026-13-23 20:25:57",
            "2026-11-23 24:25:57",
            "2026-11/23 20:25:57",
            "20:25:57",
            "2026-11-2x 20:25:57",
            "2026-11-23 20:25:5",
        ] {
            assert_eq!(read(text.as_bytes(), 0), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_is_written_as_it_is_read() {
        for day in (-400 * 365..400 * 365).step_by(7) {
            let (year, month, of_month) = civil(day);
            assert_eq!(days(year, month, of_month), day);
        }
        assert_eq!(iso(f64::NAN), "");
        assert_eq!(iso(1e300), "");
        assert_eq!(iso(-1.0), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn lines_of_the_platform_are_known() {
        assert!(is_platform(b"[2026-11-23 20:25:57] [INFO] | x"));
        assert!(!is_platform(b"[2026-11-23 20:25:57] [INFO] loss"));
        assert!(!is_platform(b"[2026-11-23 20:25:57] [] | x"));
        assert!(!is_platform(b"["));
        let line = b"[2026-11-23 20:25:57] loss";
        assert_eq!(leading(line, 0).map(|(_, end)| end), Some(21));
    }

    #[test]
    fn numbers_that_are_times() {
        assert_eq!(of_number(1_700_000_000.5), Some(1_700_000_000_500.0));
        assert_eq!(of_number(1_700_000_000_500.0), Some(1_700_000_000_500.0));
        assert_eq!(
            of_number(1_700_000_000_500_000.0),
            Some(1_700_000_000_500.0)
        );
        assert_eq!(of_number(0.35), None);
        assert_eq!(of_number(f64::NAN), None);
        assert_eq!(of_number(f64::INFINITY), None);
    }
}

//! Points in time as the wire spells them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// A point in time: microseconds since 1970-01-01T00:00:00 UTC.
///
/// On the wire `YYYY-MM-DDTHH:MM:SS`, with `.ffffff` when there is a fraction; always UTC, as the CLI cuts
/// off any offset. A trailing `Z` is accepted. A number, a blank instead of `T` or another offset is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// A text that is no date of the form [`Time`] describes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a UTC date of the form YYYY-MM-DDTHH:MM:SS[.ffffff]: {0}")]
pub struct BadTime(String);

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400;

impl Time {
    /// From whole seconds since 1970.
    pub fn from_seconds(seconds: i64) -> Self {
        Self(seconds * MICROS)
    }

    /// From milliseconds since 1970, the browser's unit.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis * 1000)
    }

    /// Milliseconds since 1970, the browser's unit.
    pub fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Seconds from `earlier` to this; negative if this comes first.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        (self.0 - earlier.0) as f64 / MICROS as f64
    }

    /// Year, month, day, hour, minute, second, microsecond in UTC.
    pub fn civil(self) -> (i64, u32, u32, u32, u32, u32, u32) {
        let seconds = self.0.div_euclid(MICROS);
        let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY) as u32);
        // Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        } as u32;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let micros = self.0.rem_euclid(MICROS) as u32;
        (
            year,
            month,
            day,
            rest / 3600,
            rest / 60 % 60,
            rest % 60,
            micros,
        )
    }

    /// The same day of the month and time of day so many months later (negative: earlier), in UTC; the month's last day
    /// where it has no such day.
    pub fn plus_months(self, months: i64) -> Self {
        let (year, month, day, ..) = self.civil();
        let count = year * 12 + i64::from(month) - 1 + months;
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
        let next = match month {
            12 => Self::from_civil(year + 1, 1, 1),
            _ => Self::from_civil(year, month + 1, 1),
        };
        let first = Self::from_civil(year, month, 1);
        let day = i64::from(day).min(next - first);
        let time_of_day = self.0.rem_euclid(DAY * MICROS);
        Self((first + day - 1) * DAY * MICROS + time_of_day)
    }

    fn from_civil(year: i64, month: i64, day: i64) -> i64 {
        // The same source, days_from_civil.
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (month + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second, micros) = self.civil();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if micros != 0 {
            write!(f, ".{micros:06}")?;
        }
        Ok(())
    }
}

impl FromStr for Time {
    type Err = BadTime;

    fn from_str(text: &str) -> Result<Self, BadTime> {
        parse(text).ok_or_else(|| BadTime(text.chars().take(40).collect()))
    }
}

fn parse(text: &str) -> Option<Time> {
    let bytes = text.strip_suffix('Z').unwrap_or(text).as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> {
        bytes.get(from..to)?.iter().try_fold(0, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + i64::from(byte - b'0'))
        })
    };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators
        .iter()
        .any(|(i, byte)| bytes.get(*i) != Some(byte))
    {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let micros = match bytes.get(19) {
        None => 0,
        Some(b'.') if (21..=26).contains(&bytes.len()) => {
            number(20, bytes.len())? * 10_i64.pow(26 - bytes.len() as u32)
        }
        Some(_) => return None,
    };
    let days = Time::from_civil(year, month, day);
    let real_day =
        (1..=12).contains(&month) && Time::from_seconds(days * DAY).civil().2 == day as u32;
    if !real_day || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = days * DAY + hour * 3600 + minute * 60 + second;
    Some(Time(seconds * MICROS + micros))
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Time;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date of the form YYYY-MM-DDTHH:MM:SS[.ffffff]")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Time, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Time {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("A point in time, in UTC."))
            .pattern(Some(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z?$"))
            .examples(["2026-03-01T12:00:00.250000"])
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Time {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_different_lengths() {
        let later = |text: &str, months| {
            let time: Time = text.parse().unwrap();
            time.plus_months(months).to_string()
        };
        for (from, months, to) in [
            ("2026-01-31T12:30:00.5", 1, "2026-02-28T12:30:00.500000"),
            ("2026-01-31T12:30:00", 2, "2026-03-31T12:30:00"),
            ("2028-01-31T00:00:00", 1, "2028-02-29T00:00:00"),
            ("2026-11-30T23:59:59", 3, "2027-02-28T23:59:59"),
            ("2026-11-30T23:59:59", 1, "2026-12-30T23:59:59"),
            ("2026-03-31T00:00:00", -1, "2026-02-28T00:00:00"),
            ("2026-03-01T00:00:00", 0, "2026-03-01T00:00:00"),
            ("1969-12-31T23:00:00", 12, "1970-12-31T23:00:00"),
        ] {
            assert_eq!(later(from, months), to, "{from} {months}");
        }
    }

    #[test]
    fn dates_are_spelled_as_the_cli_reads_them() {
        let cases = [
            (0, "1970-01-01T00:00:00"),
            (1_528_359_957_000_000, "2018-06-07T08:25:57"),
            (951_782_400_000_001, "2000-02-29T00:00:00.000001"),
            (-1, "1969-12-31T23:59:59.999999"),
            (253_402_300_799_000_000, "9999-12-31T23:59:59"),
        ];
        for (micros, text) in cases {
            assert_eq!(Time(micros).to_string(), text);
            assert_eq!(text.parse(), Ok(Time(micros)));
            assert_eq!(
                serde_json::to_string(&Time(micros)).unwrap(),
                format!("\"{text}\"")
            );
        }
        assert_eq!("1970-01-01T00:00:00.5Z".parse(), Ok(Time(500_000)));
    }

    #[test]
    fn every_day_of_eight_hundred_years_survives() {
        for day in -150_000..150_000 {
            let time = Time::from_seconds(day * DAY + 12_345);
            assert_eq!(time.to_string().parse(), Ok(time));
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "now",
            "2018-06-07 08:25:57",
            "2018-06-07T08:25:57+08:00",
            "2018-02-30T00:00:00",
            "2018-13-01T00:00:00",
            "2018-00-10T00:00:00",
            "2018-06-07T24:00:00",
            "2018-06-07T08:25",
            "2018-06-07T08:25:57.",
            "2018-06-07T08:25:57.1234567",
            "２018-06-07T08:25:57",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Time>("0").is_err());
        assert!(serde_json::from_str::<Time>("null").is_err());
    }
}

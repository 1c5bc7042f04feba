//! The times of lines, beside them.

use crate::format;
use crate::work::Times;
use api::Time;

/// How the times of lines are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// Not at all.
    #[default]
    Off,
    /// Since the first time of the log.
    Since,
    /// As day and time where the reader is.
    Here,
}

impl Clock {
    /// What comes after this when the button is pressed again.
    pub fn next(self) -> Self {
        match self {
            Self::Off => Self::Since,
            Self::Since => Self::Here,
            Self::Here => Self::Off,
        }
    }

    /// The class of the column, which has one width whatever stands in it.
    pub fn class(self) -> &'static str {
        match self {
            Self::Off => "",
            Self::Since => "log-time log-time-since",
            Self::Here => "log-time log-time-here",
        }
    }

    /// What stands beside a line; empty where it tells no time. None where no times are shown.
    pub fn words(self, times: &Times, line: u64) -> Option<String> {
        let time = times.lines.iter().find(|(number, _)| *number == line);
        let time = time.map(|(_, time)| *time);
        match self {
            Self::Off => None,
            Self::Since => Some(
                time.zip(times.began)
                    .map_or_else(String::new, |(time, began)| since(time - began)),
            ),
            Self::Here => Some(time.map_or_else(String::new, |time| {
                let time = Time::from_millis(time);
                here(time, format::zone(time, 0).at(time))
            })),
        }
    }
}

/// Milliseconds as hours, minutes and seconds: `1:02:03`, `-0:00:01`.
fn since(ms: i64) -> String {
    let seconds = ms.div_euclid(1000);
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.unsigned_abs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{sign}{hours}:{minutes:02}:{:02}", seconds % 60)
}

/// Day and time so many minutes ahead of UTC: `11-27 10:00:00`.
fn here(time: Time, zone: i32) -> String {
    let local = Time::from_millis(time.millis() + i64::from(zone) * 60_000).to_string();
    match (local.get(5..10), local.get(11..19)) {
        (Some(day), Some(clock)) => format!("{day} {clock}"),
        _ => local,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_form() {
        for (ms, words) in [
            (0, "0:00:00"),
            (61_999, "0:01:01"),
            (90_061_000, "25:01:01"),
            (-1_000, "-0:00:01"),
        ] {
            assert_eq!(since(ms), words);
        }
        let ten = Time::from_millis(1_795_773_600_500);
        assert_eq!(here(ten, 0), "11-27 10:00:00");
        assert_eq!(here(ten, 840), "11-28 00:00:00");
        assert_eq!(here(ten, -660), "11-26 23:00:00");
    }

    #[test]
    fn a_line_without_a_time_has_an_empty_place() {
        let times = Times {
            began: Some(1_000),
            lines: vec![(7, 63_000)],
        };
        assert_eq!(Clock::Since.words(&times, 7).as_deref(), Some("0:01:02"));
        assert_eq!(Clock::Since.words(&times, 8).as_deref(), Some(""));
        assert_eq!(Clock::Off.words(&times, 7), None);
        assert_eq!(Clock::Off.next().next().next(), Clock::Off);
    }
}

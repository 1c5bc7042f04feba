//! A time zone as far as one year needs it: its distance from UTC, and when that changes.
//!
//! Written `60` (minutes east of UTC), or `60,1774746000:120,1792890000:60` where a clock is put forward or back: from
//! that second since 1970 on, the zone is so many minutes east. Names of zones would need their table on both sides.

use crate::Time;
use std::fmt;
use std::str::FromStr;

/// Most changes that are taken.
const CHANGES_MAX: usize = 8;
/// No zone is further from UTC, in minutes.
const MINUTES_MAX: i32 = 16 * 60;

/// A time zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// Minutes east of UTC before the first change.
    pub minutes: i32,
    /// When that changes, in seconds since 1970 and ascending, and to how many minutes east.
    pub changes: Vec<(i64, i32)>,
}

impl Zone {
    /// Minutes east of UTC at this time.
    pub fn at(&self, time: Time) -> i32 {
        let seconds = time.0.div_euclid(1_000_000);
        let last = self.changes.iter().rev().find(|(from, _)| *from <= seconds);
        last.map_or(self.minutes, |(_, minutes)| *minutes)
    }
}

/// A text that is no [`Zone`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoZone;

impl FromStr for Zone {
    type Err = NoZone;

    fn from_str(text: &str) -> Result<Self, NoZone> {
        let minutes = |text: &str| {
            let minutes = text.parse::<i32>().map_err(|_| NoZone)?;
            match minutes.abs() <= MINUTES_MAX {
                true => Ok(minutes),
                false => Err(NoZone),
            }
        };
        let mut parts = text.split(',');
        let first = minutes(parts.next().unwrap_or(""))?;
        let changes = parts
            .map(|part| {
                let (from, to) = part.split_once(':').ok_or(NoZone)?;
                Ok((from.parse().map_err(|_| NoZone)?, minutes(to)?))
            })
            .collect::<Result<Vec<(i64, i32)>, NoZone>>()?;
        if changes.len() > CHANGES_MAX || !changes.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(NoZone);
        }
        Ok(Self {
            minutes: first,
            changes,
        })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.minutes)?;
        for (from, minutes) in &self.changes {
            write!(f, ",{from}:{minutes}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_read_as_it_is_written() {
        for text in ["0", "-210", "60,1774746000:120,1792890000:60"] {
            assert_eq!(text.parse::<Zone>().unwrap().to_string(), text);
        }
        let many = format!("0{}", ",1:2".repeat(9));
        for bad in [
            "",
            "x",
            "1e3",
            "961",
            "60,",
            "60,1",
            "60,2:0,1:0",
            "60,1:0,1:5",
            "60,9:9999",
            &many,
        ] {
            assert_eq!(bad.parse::<Zone>(), Err(NoZone), "{bad}");
        }
    }

    #[test]
    fn the_last_change_before_a_time_holds() {
        let zone: Zone = "60,100:120,200:60".parse().unwrap();
        let at = |seconds: i64| zone.at(Time(seconds * 1_000_000));
        assert_eq!(
            (at(-5), at(99), at(100), at(199), at(200)),
            (60, 60, 120, 120, 60)
        );
    }
}

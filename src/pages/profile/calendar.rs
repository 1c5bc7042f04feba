//! 53 weeks of days, Monday first, with what was run on each.

use api::Time;
use api::social::Activity;
use api::zone::Zone;
use std::collections::HashMap;

/// Weeks shown; the last is this one.
pub(super) const WEEKS: i64 = 53;
const DAY: i64 = 86_400;

/// A day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its number since 1970, where the reader is.
    pub(super) day: i64,
    /// Its week, from 0.
    pub(super) week: i64,
    /// 0 is Monday.
    pub(super) weekday: i64,
    /// Tasks started on it.
    pub(super) runs: u64,
    /// How much that is compared with the other days: 0 nothing, 4 most.
    pub(super) level: u8,
}

/// The days of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Calendar {
    /// Its days in their order, up to today.
    pub(super) cells: Vec<Cell>,
    /// Tasks of all of them.
    pub(super) total: u64,
    /// The day with most of them; the later of two.
    pub(super) busiest: Option<Cell>,
}

impl Calendar {
    /// The weeks up to `now` in the reader's zone.
    pub(super) fn new(activity: &Activity, now: Time, zone: &Zone) -> Self {
        let seconds = now.0.div_euclid(1_000_000) + i64::from(zone.at(now)) * 60;
        let today = seconds.div_euclid(DAY);
        // 1 January 1970 was a Thursday.
        let weekday = |day: i64| (day + 3).rem_euclid(7);
        let first = today - weekday(today) - (WEEKS - 1) * 7;
        let runs: HashMap<i64, u64> = activity
            .days
            .iter()
            .filter_map(|day| Some((number_of(&day.date)?, day.runs)))
            .collect();
        let most = (first..=today)
            .filter_map(|day| runs.get(&day).copied())
            .max()
            .unwrap_or(0);
        let cells: Vec<Cell> = (first..=today)
            .map(|day| {
                let runs = runs.get(&day).copied().unwrap_or(0);
                Cell {
                    day,
                    week: (day - first) / 7,
                    weekday: weekday(day),
                    runs,
                    level: level(runs, most),
                }
            })
            .collect();
        Self {
            total: cells.iter().map(|cell| cell.runs).sum(),
            busiest: cells
                .iter()
                .filter(|cell| cell.runs > 0)
                .max_by_key(|cell| cell.runs)
                .cloned(),
            cells,
        }
    }
}

/// A quarter of the most each, so that a day with anything differs from one with nothing.
fn level(runs: u64, most: u64) -> u8 {
    match runs {
        0 => 0,
        _ => u8::try_from((runs * 4).div_ceil(most.max(1))).map_or(4, |level| level.min(4)),
    }
}

/// The number of a day, `YYYY-MM-DD`, since 1970.
fn number_of(date: &str) -> Option<i64> {
    let time: Time = format!("{date}T00:00:00").parse().ok()?;
    Some(time.0.div_euclid(DAY * 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::social::Day;

    fn activity(days: &[(&str, u64)]) -> Activity {
        Activity {
            days: days
                .iter()
                .map(|(date, runs)| Day {
                    date: (*date).to_owned(),
                    runs: *runs,
                })
                .collect(),
            total: 0,
        }
    }

    #[test]
    fn the_last_column_is_this_week() {
        // A Monday, in the last minutes of the day before in UTC.
        let now: Time = "2026-03-01T23:50:00".parse().unwrap();
        let zone: Zone = "60".parse().unwrap();
        let runs = activity(&[("2025-02-01", 9), ("2026-02-28", 3), ("2026-03-02", 12)]);
        let year = Calendar::new(&runs, now, &zone);
        assert_eq!(year.cells.len(), 52 * 7 + 1);
        let today = year.cells.last().unwrap();
        assert_eq!(
            (today.week, today.weekday, today.runs, today.level),
            (52, 0, 12, 4)
        );
        let saturday = &year.cells[year.cells.len() - 3];
        assert_eq!((saturday.weekday, saturday.runs, saturday.level), (5, 3, 1));
        assert_eq!(
            (year.total, year.busiest.as_ref().map(|c| c.runs)),
            (15, Some(12))
        );
        let sunday = Calendar::new(&runs, now, &Zone::default());
        assert_eq!((sunday.cells.len(), sunday.total), (53 * 7, 3));
    }

    #[test]
    fn a_year_without_tasks_has_no_busiest_day() {
        let year = Calendar::new(&Activity::default(), Time(0), &Zone::default());
        assert_eq!((year.total, year.busiest), (0, None));
        assert!(year.cells.iter().all(|cell| cell.level == 0));
    }

    #[test]
    fn levels_are_quarters_of_the_most() {
        let levels: Vec<u8> = [0, 1, 2, 3, 5, 8].map(|runs| level(runs, 8)).to_vec();
        assert_eq!(levels, [0, 1, 1, 2, 3, 4]);
        assert_eq!(level(1, 1), 4);
    }
}

//! When lines were written, as far as they begin with a time.

use super::message::{Times, View};
use engine::log::{LogStore, Row};
use engine::metrics::leading_time;

/// Lines of the log's begin that are searched for its first time.
const FIRST: usize = 256;

/// Knows when a log began.
#[derive(Debug, Default)]
pub struct Clock {
    began: Option<i64>,
    /// All lines that are searched for it were there.
    looked: bool,
}

impl Clock {
    /// The times of the rows on screen, if the view asks for them.
    pub fn times(&mut self, store: &mut LogStore, view: &View, window: &[Row]) -> Times {
        let Some(zone) = view.times else {
            return Times::default();
        };
        if self.began.is_none() && !self.looked {
            let first = store.window(None, 0, FIRST);
            self.looked = first.len() == FIRST;
            self.began = first.iter().find_map(|row| time(row, zone));
        }
        let lines = window
            .iter()
            .filter_map(|row| Some((row.line, time(row, zone)?)));
        Times {
            began: self.began,
            lines: lines.collect(),
        }
    }
}

/// The time that a row begins with, in milliseconds since 1970-01-01 in UTC.
fn time(row: &Row, zone: i32) -> Option<i64> {
    if row.part > 0 {
        return None;
    }
    let mut text = String::new();
    for span in &row.spans {
        text.push_str(&span.text);
        if text.len() >= LONGEST {
            break;
        }
    }
    let (time, _) = leading_time(text.trim_start().as_bytes(), zone)?;
    Some(time as i64)
}

/// No time takes more bytes, the blanks before it counted.
const LONGEST: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work::Anchor;

    #[test]
    fn lines_tell_times_and_the_first_is_the_begin() {
        let mut store = LogStore::default();
        store.append(b"starting\n[2026-11-27 10:00:00] [INFO] | running\nloss\n\x1b[32m2026-11-27T10:00:01.5Z\x1b[0m step 1\n");
        let view = |times| View {
            cols: None,
            anchor: Anchor::End,
            rows: 9,
            only: None,
            raw: false,
            fold: false,
            times,
        };
        let window = store.window(None, 0, 9);
        let mut clock = Clock::default();
        assert_eq!(
            clock.times(&mut store, &view(None), &window),
            Times::default()
        );
        // 2026-11-27T10:00:00Z.
        let ten = 1_795_773_600_000;
        assert_eq!(
            clock.times(&mut store, &view(Some(0)), &window),
            Times {
                began: Some(ten),
                lines: vec![(2, ten), (4, ten + 1_500)],
            }
        );
        let mut east = Clock::default();
        let times = east.times(&mut store, &view(Some(60)), &window);
        assert_eq!(
            (times.began, times.lines[1]),
            (Some(ten - 3_600_000), (4, ten + 1_500))
        );
    }
}

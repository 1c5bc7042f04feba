//! How fast an upload is, and how long it still takes.

use std::collections::VecDeque;

/// Milliseconds that are looked back.
const WINDOW: f64 = 5_000.0;
/// Shortest stretch that says anything, in milliseconds.
const LEAST: f64 = 800.0;

/// The last few seconds of an upload.
#[derive(Clone, Debug, Default)]
pub struct Rate {
    samples: VecDeque<(f64, u64)>,
}

impl Rate {
    /// Notes that `sent` bytes in all were sent at `now` (milliseconds of any clock). Fewer than before begins anew.
    pub fn note(&mut self, now: f64, sent: u64) {
        if self
            .samples
            .back()
            .is_some_and(|(_, before)| *before > sent)
        {
            self.samples.clear();
        }
        self.samples.push_back((now, sent));
        while self.samples.len() > 2 && now - self.samples[1].0 >= WINDOW {
            self.samples.pop_front();
        }
    }

    /// Forgets what was: after a pause.
    pub fn clear(&mut self) {
        self.samples.clear();
    }

    /// Bytes a second over the last seconds; `None` while that is not known.
    pub fn speed(&self) -> Option<f64> {
        let ((from, before), (to, sent)) = (self.samples.front()?, self.samples.back()?);
        (to - from >= LEAST).then(|| (sent - before) as f64 * 1000.0 / (to - from))
    }

    /// Seconds until `left` bytes are sent at this speed; `None` while that is not known or would be more than a day.
    pub fn seconds_left(&self, left: u64) -> Option<u64> {
        let seconds = left as f64 / self.speed().filter(|speed| *speed > 0.0)?;
        (seconds < 86_400.0).then_some(seconds.ceil() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_speed_is_of_the_last_seconds() {
        let mut rate = Rate::default();
        assert_eq!((rate.speed(), rate.seconds_left(5)), (None, None));
        for second in 0..20 {
            // Slow at first, ten times as fast later.
            let sent = if second < 10 {
                second * 100
            } else {
                1_000 + (second - 10) * 1_000
            };
            rate.note(second as f64 * 1000.0, sent);
        }
        assert_eq!(rate.speed(), Some(1_000.0));
        assert_eq!(rate.seconds_left(2_500), Some(3));
        assert!(rate.samples.len() < 10);
    }

    #[test]
    fn standing_still_and_going_back_are_no_speed() {
        let mut rate = Rate::default();
        rate.note(0.0, 100);
        rate.note(400.0, 200);
        assert_eq!(rate.speed(), None, "too short to tell");
        rate.note(9_000.0, 200);
        rate.note(18_000.0, 200);
        assert_eq!((rate.speed(), rate.seconds_left(1)), (Some(0.0), None));
        rate.note(19_000.0, 50);
        assert_eq!(rate.speed(), None, "begun anew");
    }
}

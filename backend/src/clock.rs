//! The time, injected so that tests can move it.

use api::Time;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where the backend takes the time from.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds since 1970 of a clock that stands; none follows the system.
    fixed: Option<Arc<Standing>>,
}

/// A clock that stands.
#[derive(Debug)]
struct Standing {
    /// What it shows, in microseconds since 1970.
    shown: AtomicI64,
    /// What has passed on it, in microseconds.
    passed: AtomicI64,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn standing(at: Time) -> Self {
        Self {
            fixed: Some(Arc::new(Standing {
                shown: AtomicI64::new(at.0),
                passed: AtomicI64::new(0),
            })),
        }
    }

    /// The time.
    pub fn now(&self) -> Time {
        match &self.fixed {
            Some(standing) => Time(standing.shown.load(Ordering::SeqCst)),
            None => of_system(SystemTime::now()),
        }
    }

    /// What has passed since some moment of this process: for durations, as [`Clock::now`] jumps when somebody sets the
    /// machine's clock.
    pub fn steady(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.fixed {
            Some(standing) => {
                Duration::from_micros(standing.passed.load(Ordering::SeqCst).unsigned_abs())
            }
            None => START.elapsed(),
        }
    }

    /// Moves a standing clock on.
    ///
    /// # Panics
    /// When the clock follows the system.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.as_micros()).expect("a duration below 290,000 years");
        self.jump(micros);
        self.hands().passed.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sets a standing clock on or back by microseconds, in which nothing passes.
    ///
    /// # Panics
    /// When the clock follows the system.
    pub fn jump(&self, micros: i64) {
        self.hands().shown.fetch_add(micros, Ordering::SeqCst);
    }

    fn hands(&self) -> &Standing {
        self.fixed.as_deref().expect("a standing clock")
    }
}

/// A time of the file system as one of the wire; before 1970 counts as 1970.
pub fn of_system(time: SystemTime) -> Time {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// A time of the wire as one of the file system; before 1970 counts as 1970.
pub fn to_system(time: Time) -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(time.0.max(0).unsigned_abs())
}

/// `time` moved on by whole seconds.
pub fn after(time: Time, seconds: u32) -> Time {
    Time(time.0.saturating_add(i64::from(seconds) * 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let clock = Clock::standing(Time::from_seconds(100));
        let same = clock.clone();
        assert_eq!(clock.now(), Time::from_seconds(100));
        clock.advance(Duration::from_secs(5));
        assert_eq!(same.now(), Time::from_seconds(105));
        clock.jump(-50_000_000);
        assert_eq!(same.now(), Time::from_seconds(55));
        assert_eq!(same.steady(), Duration::from_secs(5), "a jump is no time");
    }

    #[test]
    fn file_times_survive_the_way_there_and_back() {
        let time = Time(1_511_234_567_654_321);
        assert_eq!(of_system(to_system(time)), time);
        assert_eq!(to_system(Time(-5)), UNIX_EPOCH);
    }
}

//! How long to wait before something that failed is tried again: the one rule for sockets and uploads.

/// Longest wait between two tries, in seconds, before jitter.
const LONGEST: f64 = 30.0;

/// Waits of 1, 2, 4, ... up to 30 seconds, each spread by a quarter so that many pages do not come back at once.
#[derive(Clone, Debug)]
pub struct Backoff {
    tries: u32,
    random: u32,
}

impl Backoff {
    /// No try yet. `seed` is any number; another one spreads the waits another way.
    pub fn new(seed: u32) -> Self {
        Self {
            tries: 0,
            random: seed | 1,
        }
    }

    /// Tries since the last success.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Something worked.
    pub fn success(&mut self) {
        self.tries = 0;
    }

    /// Something failed: milliseconds until the next try, at least about `least` seconds if the server asked for that.
    pub fn failure(&mut self, least: Option<u32>) -> f64 {
        let usual = f64::from(1_u32 << self.tries.min(5)).min(LONGEST);
        self.tries += 1;
        1000.0 * usual.max(f64::from(least.unwrap_or(0))) * self.jitter()
    }

    /// Between 0.75 and 1.25.
    fn jitter(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        0.75 + f64::from(self.random) / f64::from(u32::MAX) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_half_a_minute_and_begin_again_after_a_success() {
        for seed in [0, 1, 99, u32::MAX] {
            let mut backoff = Backoff::new(seed);
            for usual in [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] {
                let seconds = backoff.failure(None) / 1000.0;
                assert!(
                    (0.75 * usual..=1.25 * usual).contains(&seconds),
                    "{seconds}"
                );
            }
            assert!(backoff.failure(Some(100)) >= 75_000.0);
            backoff.success();
            assert!(backoff.failure(None) <= 1_250.0);
        }
    }
}

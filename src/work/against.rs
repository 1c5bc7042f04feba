//! The log of another run, and what the one that is followed has apart from it.

use super::follow::HELD;
use super::message::{Against, Apart};
use engine::log::LogStore;
use engine::log::diff::Comparison;

/// Shortest time between two comparisons of a log that grows, in milliseconds; and as many times as long as one takes.
const ANEW_MS: f64 = 3_000.0;
const REST: f64 = 10.0;

/// Compares when the page wants it.
#[derive(Debug, Default)]
pub struct LogDiff {
    other: Option<Other>,
    ignore_numbers: bool,
    made: Option<Made>,
    /// Another comparison was asked for: it does not wait.
    stale: bool,
}

/// The other log as far as it is here.
#[derive(Debug)]
struct Other {
    store: LogStore,
    whole: bool,
}

/// A comparison.
#[derive(Debug)]
struct Made {
    /// What the two have apart, as a log.
    text: LogStore,
    apart: Apart,
    /// Bytes that the followed log had.
    bytes: u64,
    /// When the next may be made.
    next: f64,
}

impl LogDiff {
    /// The page says something; whether other rows are shown from now on.
    pub fn hear(&mut self, message: Against) -> bool {
        match message {
            Against::Begin => {
                self.other = Some(Other {
                    store: LogStore::with_limit(HELD),
                    whole: false,
                });
                return self.made.take().is_some();
            }
            Against::Piece(bytes) => {
                if let Some(other) = &mut self.other {
                    other.store.append(&bytes);
                }
            }
            Against::End => {
                if let Some(other) = &mut self.other {
                    other.whole = true;
                }
            }
            Against::IgnoreNumbers(ignore) => {
                self.stale |= self.ignore_numbers != ignore;
                self.ignore_numbers = ignore;
            }
            Against::Stop => {
                self.other = None;
                return self.made.take().is_some();
            }
        }
        false
    }

    /// The followed log is another one now.
    pub fn begin_anew(&mut self) {
        self.stale = true;
    }

    /// Compares with the `followed` log, of which all that was written before is here if it is `whole`; only if there is something new
    /// and time for it. Says whether it did. `clock` tells milliseconds.
    pub fn step(&mut self, followed: &LogStore, whole: bool, clock: impl Fn() -> f64) -> bool {
        let begin = clock();
        let due = match &self.made {
            _ if !whole => false,
            Some(made) => self.stale || (made.bytes != followed.bytes() && begin >= made.next),
            None => true,
        };
        let Some(other) = self.other.as_ref().filter(|other| other.whole && due) else {
            return false;
        };
        let found = Comparison::new(&other.store, followed, !self.ignore_numbers);
        let mut text = LogStore::default();
        found.write(&other.store, followed, &mut text);
        let end = clock();
        self.stale = false;
        self.made = Some(Made {
            text,
            apart: Apart {
                there: found.removed(),
                here: found.added(),
                both: found.common(),
            },
            bytes: followed.bytes(),
            next: end + ANEW_MS.max((end - begin) * REST),
        });
        true
    }

    /// What the rows are of: what the two have apart once that is known, else the log that is followed.
    pub fn shown<'a>(&'a mut self, followed: &'a mut LogStore) -> &'a mut LogStore {
        match &mut self.made {
            Some(made) => &mut made.text,
            None => followed,
        }
    }

    /// What was found, once it is.
    pub fn apart(&self) -> Option<Apart> {
        self.made.as_ref().map(|made| made.apart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn apart(there: u64, here: u64, both: u64) -> Option<Apart> {
        Some(Apart { there, here, both })
    }

    #[test]
    fn what_is_apart_is_known_once_all_is_here_and_told_anew_as_the_log_grows() {
        let mut followed = LogStore::default();
        followed.append(b"begin\nloss 1\n");
        let now = Cell::new(0.0);
        let mut diff = LogDiff::default();
        let step = |diff: &mut LogDiff, followed: &LogStore, at| {
            now.set(at);
            diff.step(followed, true, || now.get())
        };
        diff.hear(Against::IgnoreNumbers(true));
        assert!(!diff.hear(Against::Begin));
        diff.hear(Against::Piece(b"begin\nlo".to_vec()));
        assert!(!step(&mut diff, &followed, 0.0));
        diff.hear(Against::Piece(b"ss 2\n".to_vec()));
        diff.hear(Against::End);
        assert_eq!(diff.apart(), None);
        assert!(!diff.step(&followed, false, || 0.0), "more is on its way");
        assert!(step(&mut diff, &followed, 0.0));
        assert_eq!(diff.apart(), apart(0, 0, 2));
        assert_eq!(diff.shown(&mut LogStore::default()).lines(), 0);
        // Asked for otherwise: at once.
        diff.hear(Against::IgnoreNumbers(false));
        assert!(step(&mut diff, &followed, 1.0));
        assert_eq!(diff.apart(), apart(1, 1, 1));
        assert_eq!(diff.shown(&mut LogStore::default()).lines(), 4);
        // Nothing new, and then something, which waits.
        assert!(!step(&mut diff, &followed, 9_000.0));
        followed.append(b"end\n");
        assert!(step(&mut diff, &followed, 9_000.0));
        followed.append(b"really\n");
        assert!(!step(&mut diff, &followed, 9_001.0) && step(&mut diff, &followed, 12_000.0));
        assert_eq!(diff.apart(), apart(1, 3, 1));
        // Another log, or another to compare with.
        diff.begin_anew();
        assert!(step(&mut diff, &followed, 12_001.0));
        assert!(diff.hear(Against::Begin) && diff.apart().is_none());
        assert!(!step(&mut diff, &followed, 99_000.0));
        diff.hear(Against::End);
        assert!(step(&mut diff, &followed, 99_000.0));
        assert_eq!(diff.apart(), apart(0, 4, 0));
        assert!(diff.hear(Against::Stop) && !diff.hear(Against::Stop));
        assert_eq!(diff.shown(&mut followed).lines(), 4);
        diff.hear(Against::Piece(b"late\n".to_vec()));
        diff.hear(Against::End);
        assert!(!step(&mut diff, &followed, 999_000.0));
    }
}

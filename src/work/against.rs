//! The log of another run, and what the one that is followed has apart from it.

use super::message::{Against, Apart};
use engine::log::LogStore;
use engine::log::diff::Comparison;

/// Shortest time between two comparisons of a log that grows, in milliseconds; and as many times as long as one takes.
const ANEW_MS: f64 = 3_000.0;
const REST: f64 = 10.0;

/// The other log as far as it is here, and what was found.
#[derive(Debug, Default)]
pub struct Other {
    store: LogStore,
    whole: bool,
    numbers: bool,
    made: Option<Made>,
    /// Something that was asked for changed: the next comparison does not wait.
    stale: bool,
}

/// A comparison.
#[derive(Debug)]
struct Made {
    /// What the two have apart, as a log.
    text: LogStore,
    removed: u64,
    added: u64,
    /// Bytes that the followed log had.
    bytes: u64,
    /// When the next may be made.
    next: f64,
}

impl Other {
    /// The page says something about the other log.
    pub fn hear(&mut self, message: Against) {
        match message {
            Against::Piece(bytes) => self.store.append(&bytes),
            Against::End => self.whole = true,
            Against::Numbers(numbers) => {
                self.stale |= self.numbers != numbers;
                self.numbers = numbers;
            }
        }
    }

    /// Compares if there is something new and time for it; says whether it did. `clock` tells milliseconds.
    pub fn step(&mut self, followed: &LogStore, clock: impl Fn() -> f64) -> bool {
        let begin = clock();
        if !self.whole || !self.is_due(followed, begin) {
            return false;
        }
        let found = Comparison::new(&self.store, followed, self.numbers);
        let mut text = LogStore::default();
        found.write(&self.store, followed, &mut text);
        let end = clock();
        self.stale = false;
        self.made = Some(Made {
            text,
            removed: found.removed(),
            added: found.added(),
            bytes: followed.bytes(),
            next: end + ANEW_MS.max((end - begin) * REST),
        });
        true
    }

    fn is_due(&self, followed: &LogStore, now: f64) -> bool {
        let Some(made) = &self.made else { return true };
        self.stale || (made.bytes != followed.bytes() && now >= made.next)
    }

    /// What the two have apart, once that is known.
    pub fn text(&mut self) -> Option<&mut LogStore> {
        self.made.as_mut().map(|made| &mut made.text)
    }

    /// How it stands.
    pub fn apart(&self) -> Apart {
        Apart {
            read: self.store.bytes(),
            found: self.made.as_ref().map(|made| (made.removed, made.added)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn what_is_apart_is_known_once_all_is_here_and_told_anew_as_the_log_grows() {
        let mut followed = LogStore::default();
        followed.append(b"begin\nloss 1\n");
        let now = Cell::new(0.0);
        let mut other = Other::default();
        let step = |other: &mut Other, followed: &LogStore, at| {
            now.set(at);
            other.step(followed, || now.get())
        };
        other.hear(Against::Piece(b"begin\nlo".to_vec()));
        assert!(!step(&mut other, &followed, 0.0) && other.text().is_none());
        other.hear(Against::Piece(b"ss 2\n".to_vec()));
        other.hear(Against::End);
        assert!(step(&mut other, &followed, 0.0));
        assert_eq!(
            other.apart(),
            Apart {
                read: 13,
                found: Some((0, 0))
            }
        );
        assert_eq!(other.text().map(|text| text.lines()), Some(0));
        // Asked for otherwise: at once.
        other.hear(Against::Numbers(true));
        assert!(step(&mut other, &followed, 1.0));
        assert_eq!(other.apart().found, Some((1, 1)));
        assert_eq!(other.text().map(|text| text.lines()), Some(4));
        // Nothing new, and then something, which waits.
        assert!(!step(&mut other, &followed, 9_000.0));
        followed.append(b"end\n");
        assert!(step(&mut other, &followed, 9_000.0));
        followed.append(b"really\n");
        assert!(!step(&mut other, &followed, 9_001.0) && step(&mut other, &followed, 12_000.0));
        assert_eq!(other.apart().found, Some((1, 3)));
    }
}

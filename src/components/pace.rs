//! How often to ask again for something that changes at the server: often while it does, seldom while it does not.

use std::cell::{Cell, RefCell};

/// Milliseconds until the next question after something new was learnt.
const SHORTEST: u32 = 1_000;
/// Milliseconds until the next question when nothing changes.
const LONGEST: u32 = 3_000;

/// For [`crate::components::load::Load::poll`]: milliseconds to wait after an answer, none once `finished` says that
/// it will not change any more.
pub fn pace<T: Clone + PartialEq>(finished: impl Fn(&T) -> bool) -> impl Fn(&T) -> Option<u32> {
    let last = RefCell::new(None::<T>);
    let wait = Cell::new(SHORTEST);
    move |answer| {
        if finished(answer) {
            return None;
        }
        let same = last.borrow().as_ref() == Some(answer);
        if same {
            wait.set((wait.get() * 5 / 4).min(LONGEST));
        } else {
            wait.set(SHORTEST);
            last.replace(Some(answer.clone()));
        }
        Some(wait.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_become_rare_and_frequent_again() {
        let every = pace(|answer: &u32| *answer == 9);
        let waits: Vec<_> = (0..8).filter_map(|_| every(&1)).collect();
        assert!(
            waits.is_sorted() && waits[0] == SHORTEST && waits[7] == LONGEST,
            "{waits:?}"
        );
        assert_eq!(every(&2), Some(SHORTEST));
        assert_eq!(every(&9), None);
    }
}

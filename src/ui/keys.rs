//! What a key press means.

use leptos::ev::KeyboardEvent;

/// Whether the key belongs to an input method that is composing text: it then picks characters and does nothing else.
/// Safari ends the composition before the key that did it, which has the code 229.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Where an arrow leads from `at` among `count` things, round the ends; with `rest` also over the place that is none of
/// them.
pub(super) fn step(at: Option<usize>, count: usize, forward: bool, rest: bool) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match (at, forward) {
        (None, true) => Some(0),
        (None, false) => Some(last),
        (Some(at), true) if at >= last => (!rest).then_some(0),
        (Some(at), true) => Some(at + 1),
        (Some(0), false) => (!rest).then_some(last),
        (Some(at), false) => Some(at.min(count) - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn arrows_go_round() {
        assert_eq!(step(None, 0, true, false), None);
        assert_eq!(step(None, 3, true, false), Some(0));
        assert_eq!(step(None, 3, false, false), Some(2));
        assert_eq!(step(Some(2), 3, true, false), Some(0));
        assert_eq!(step(Some(0), 3, false, false), Some(2));
        assert_eq!(step(Some(1), 3, false, false), Some(0));
    }

    #[test]
    fn with_a_place_of_rest_they_stop_there() {
        assert_eq!(step(Some(2), 3, true, true), None);
        assert_eq!(step(Some(0), 3, false, true), None);
        assert_eq!(step(None, 3, true, true), Some(0));
    }
}

//! What a key press means.

use leptos::ev::KeyboardEvent;

/// Whether the key belongs to an input method that is composing text: it then picks characters and does nothing else.
/// Safari ends the composition before the key that did it, which has the code 229.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

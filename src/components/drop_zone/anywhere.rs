//! Files dropped anywhere on the page: beside the drop area the browser would open them in place of the app.

use leptos::ev;
use leptos::ev::DragEvent;
use leptos::prelude::*;
use leptos::web_sys::DataTransfer;

/// Hands files that are dropped on the page to `take`, for as long as the owner lives, and tells whether some are held
/// over it. Text that is dragged into a field is left alone.
pub(super) fn use_dropped_files(take: impl Fn(DataTransfer) + 'static) -> ReadSignal<bool> {
    let (over, set_over) = signal(false);
    let hold = move |event: DragEvent| {
        if files_of(&event).is_some() {
            event.prevent_default();
            set_over.maybe_update(|over| !std::mem::replace(over, true));
        }
    };
    let leave = move |event: DragEvent| {
        // From one element to the next there is another one to go to.
        if event.related_target().is_none() {
            set_over.set(false);
        }
    };
    let drop = move |event: DragEvent| {
        set_over.set(false);
        if let Some(files) = files_of(&event) {
            event.prevent_default();
            take(files);
        }
    };
    let listeners = [
        window_event_listener(ev::dragenter, hold),
        window_event_listener(ev::dragover, hold),
        window_event_listener(ev::dragleave, leave),
        window_event_listener(ev::drop, drop),
    ];
    on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
    over
}

/// What is dragged, if it holds files.
fn files_of(event: &DragEvent) -> Option<DataTransfer> {
    let dragged = event.data_transfer()?;
    dragged
        .types()
        .iter()
        .any(|kind| kind == "Files")
        .then_some(dragged)
}

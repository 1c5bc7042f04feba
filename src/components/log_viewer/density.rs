//! Where in the log hits and failures are, beside the scroll bar.

use super::viewer::Viewer;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::web_sys::Element;
use std::fmt::Write as _;

/// Marks over the height of the log; a click leads there. Whoever cannot see it has the buttons that step from one to the
/// next.
#[component]
pub fn Density(viewer: Viewer) -> impl IntoView {
    let failures = Memo::new(move |_| viewer.found(|found| marks(&found.failures.density)));
    let hits = Memo::new(move |_| viewer.tally(|tally| marks(&tally.density)));
    let parts = Memo::new(move |_| {
        let parts = viewer.found(|found| found.failures.density.len());
        parts.unwrap_or(0).max(1)
    });
    let lead = move |event: MouseEvent| {
        let map: Element = event_target(&event);
        let part = f64::from(event.offset_y()) / f64::from(map.client_height()).max(1.0);
        let rows = viewer.rows.get_untracked();
        viewer.follow.set(false);
        viewer
            .frame
            .to_row(rows, (part.clamp(0.0, 1.0) * rows as f64) as u64);
    };
    view! {
        <svg
            class="log-density"
            aria-hidden="true"
            preserveAspectRatio="none"
            viewBox=move || format!("0 0 1 {}", parts.get())
            on:click=lead
        >
            <path class="log-density-hits" d=hits/>
            <path class="log-density-failures" d=failures/>
        </svg>
    }
}

/// A path with a mark for each part that has something.
fn marks(density: &[u32]) -> String {
    let mut path = String::new();
    for (at, _) in density.iter().enumerate().filter(|(_, count)| **count > 0) {
        // Writing to a string does not fail.
        let _ = write!(path, "M0 {at}h1v1h-1z");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::marks;

    #[test]
    fn a_part_with_something_has_a_mark() {
        assert_eq!(marks(&[0, 3, 0, 1]), "M0 1h1v1h-1zM0 3h1v1h-1z");
        assert_eq!(marks(&[0; 9]), "");
    }
}

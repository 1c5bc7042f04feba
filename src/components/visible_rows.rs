//! Long lists of which only the rows on screen exist.
//!
//! The page itself scrolls. Rows of one height stand between two fillers; which of them exist follows from where the
//! list is on the screen.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// Lists up to this length are simply shown whole.
const ALL: usize = 150;
/// Rows kept above and below the screen, so that the next one is there when the focus moves on.
const BEYOND: usize = 15;
/// Pixels of a row until one has been measured.
const ROW: f64 = 36.0;

/// The rows that exist, and how tall the others would be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// The first row, from 0.
    pub first: usize,
    /// The row after the last.
    pub end: usize,
    /// Pixels of the rows before.
    pub before: f64,
    /// Pixels of the rows after.
    pub after: f64,
}

/// The rows to show of `total`, each `row` pixels tall, when the list begins `top` pixels below the upper edge of a
/// screen of `height` pixels (negative: above it).
pub fn window_of(total: usize, row: f64, top: f64, height: f64) -> Window {
    if total <= ALL || row <= 0.0 {
        return Window {
            end: total,
            ..Window::default()
        };
    }
    let on_screen = |pixels: f64| (pixels / row).clamp(0.0, total as f64) as usize;
    // Steps of a few rows: a short scroll changes nothing.
    let first = on_screen(-top).saturating_sub(BEYOND) / 8 * 8;
    let end = ((on_screen(height - top) + 1 + BEYOND) / 8 * 8 + 8).min(total);
    Window {
        first,
        end,
        before: first as f64 * row,
        after: (total - end) as f64 * row,
    }
}

/// Which rows of a list of `total` should exist now. `list` is the element that holds the rows, the first row being
/// its second child, after the upper filler.
pub fn use_visible_rows<E>(total: Signal<usize>, list: NodeRef<E>) -> Signal<Window>
where
    E: leptos::html::ElementType + 'static,
    E::Output: JsCast + Clone + 'static,
{
    let now = RwSignal::new(window_of(total.get_untracked(), ROW, 0.0, 1_000.0));
    let measure = move |total: usize| {
        let screen = window().inner_height().ok().and_then(|h| h.as_f64());
        let element = list
            .try_get_untracked()
            .flatten()
            .and_then(|list| list.dyn_into::<HtmlElement>().ok());
        let (Some(list), Some(screen)) = (element, screen) else {
            return;
        };
        let row = list
            .children()
            .item(1)
            .map(|row| row.get_bounding_client_rect().height())
            .filter(|height| *height > 0.0)
            .unwrap_or(ROW);
        let window = window_of(total, row, list.get_bounding_client_rect().top(), screen);
        if now.try_get_untracked() != Some(window) {
            now.try_set(window);
        }
    };
    let again = move |_| {
        if let Some(total) = total.try_get_untracked() {
            measure(total);
        }
    };
    let scroll = window_event_listener_untyped("scroll", again);
    let resize = window_event_listener_untyped("resize", again);
    on_cleanup(move || {
        scroll.remove();
        resize.remove();
    });
    Effect::new(move || {
        let total = total.get();
        // A row must stand there before it can be measured.
        let _ = list.get();
        request_animation_frame(move || measure(total));
    });
    // A list that became shorter must not be asked for rows it no longer has.
    Signal::derive(move || {
        let (total, mut window) = (total.get(), now.get());
        if total <= ALL {
            return window_of(total, ROW, 0.0, 0.0);
        }
        window.end = window.end.min(total);
        window.first = window.first.min(window.end);
        window
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lists_are_shown_whole() {
        assert_eq!(window_of(0, 36.0, 0.0, 900.0).end, 0);
        assert_eq!(window_of(150, 36.0, -9_000.0, 900.0).first, 0);
        assert_eq!(window_of(150, 36.0, -9_000.0, 900.0).end, 150);
    }

    #[test]
    fn what_is_on_screen_exists_wherever_one_scrolls() {
        let (total, row, height) = (10_000, 36.0, 900.0);
        let mut top = 400.0;
        while top > -(total as f64 * row) {
            let window = window_of(total, row, top, height);
            let first = (-top / row).floor().max(0.0) as usize;
            let last = (((height - top) / row).ceil() as usize).min(total);
            assert!(
                window.first <= first && window.end >= last,
                "{top}: {window:?}"
            );
            assert!(window.end - window.first < 80, "{top}: {window:?}");
            let rows = (window.end - window.first) as f64 * row;
            assert_eq!(window.before + rows + window.after, total as f64 * row);
            top -= 317.0;
        }
    }

    #[test]
    fn beyond_either_end_nothing_breaks() {
        let end = window_of(1_000, 36.0, -1e9, 900.0);
        assert_eq!((end.end, end.after), (1_000, 0.0));
        assert_eq!(window_of(1_000, 36.0, 1e9, 900.0).first, 0);
    }
}

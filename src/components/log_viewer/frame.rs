//! What the browser has laid out: how much of the log fits, and how far it is scrolled.

use super::scroll::{ROW, Scroll};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::web_sys::{Element, ResizeObserver};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Characters of the piece of text that tells how wide one is.
pub const PROBE: usize = 100;

/// What the browser has laid out.
#[derive(Clone, Copy)]
pub struct Frame {
    /// What scrolls.
    pub element: NodeRef<Div>,
    /// [`PROBE`] characters.
    pub probe: NodeRef<leptos::html::Span>,
    /// Height of what is visible, in CSS pixels.
    pub height: RwSignal<f64>,
    /// How far it is scrolled, in CSS pixels.
    pub top: RwSignal<f64>,
    /// Characters that fit beside the numbers.
    pub columns: RwSignal<u32>,
}

impl Frame {
    /// Measures now and whenever the size changes, until the component is gone.
    pub fn new() -> Self {
        let frame = Self {
            element: NodeRef::new(),
            probe: NodeRef::new(),
            height: RwSignal::new(20.0 * ROW),
            top: RwSignal::new(0.0),
            columns: RwSignal::new(80),
        };
        Effect::new(move || {
            let Some(element) = frame.element.get() else {
                return;
            };
            frame.measure();
            let measure = Closure::<dyn Fn()>::new(move || frame.measure());
            if let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
                observer.observe(&element);
                let kept = SendWrapper::new((observer, measure));
                on_cleanup(move || kept.0.disconnect());
            }
        });
        frame
    }

    /// Looks how it is laid out now.
    pub fn measure(self) {
        let Some(element) = self.element.try_get_untracked().flatten() else {
            return;
        };
        set_changed(self.height, f64::from(element.client_height()));
        set_changed(self.top, f64::from(element.scroll_top()));
        if let Some(probe) = self.probe.try_get_untracked().flatten()
            && let Some(text) = probe.last_element_child()
        {
            let columns = columns(&text, f64::from(element.client_width()));
            if columns != self.columns.get_untracked() {
                self.columns.set(columns);
            }
        }
    }

    /// Scrolls to the end.
    pub fn to_end(self) {
        self.to(|element| element.scroll_height());
    }

    /// Scrolls so that `row` of `rows` stands in the middle.
    pub fn to_row(self, rows: u64, row: u64) {
        self.to(|element| {
            let (height, top) = (f64::from(element.client_height()), 0.0);
            Scroll { rows, height, top }.top_of(row) as i32
        });
    }

    fn to(self, top: impl FnOnce(&Element) -> i32) {
        if let Some(element) = self.element.try_get_untracked().flatten() {
            element.set_scroll_top(top(&element));
            set_changed(self.top, f64::from(element.scroll_top()));
        }
    }
}

/// How many characters fit beside the numbers.
fn columns(text: &Element, width: f64) -> u32 {
    let box_ = text.get_bounding_client_rect();
    let character = box_.width() / PROBE as f64;
    let start = text.parent_element().map_or(0.0, |line| {
        box_.left() - line.get_bounding_client_rect().left()
    });
    if character <= 0.0 {
        return 80;
    }
    // A character's width is left free, so that rounding never clips one.
    (((width - start) / character) - 1.0).clamp(20.0, 2_000.0) as u32
}

fn set_changed(signal: RwSignal<f64>, value: f64) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}

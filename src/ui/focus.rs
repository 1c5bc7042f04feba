//! The focus stays near its place when what has it goes: a row that was deleted, a button whose work is done, the opener of
//! a dialog. Otherwise it would be nowhere, and whoever listens to the page would be at its top.

use super::page_head::Arrival;
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, EventTarget, HtmlElement};

/// What takes the focus by Tab, unless its tab index says otherwise.
const STOPS: &str = "a[href],button,input,select,textarea,summary,[tabindex]";

/// Where the focus was.
#[derive(Clone)]
struct Spot {
    element: Element,
    /// The way up to the page: each with the place among its children where the way goes down.
    above: Vec<(Element, u32)>,
    path: String,
}

impl Spot {
    fn of(element: Element) -> Self {
        let mut above = Vec::new();
        let mut at = element.clone();
        while let Some(parent) = at.parent_element() {
            let mut place = 0;
            let mut sibling = at.previous_element_sibling();
            while let Some(before) = sibling {
                place += 1;
                sibling = before.previous_element_sibling();
            }
            above.push((parent.clone(), place));
            at = parent;
            if matches!(&*at.tag_name(), "MAIN" | "BODY") {
                break;
            }
        }
        Self {
            element,
            above,
            path: path(),
        }
    }

    fn is_gone(&self) -> bool {
        !is_shown(&self.element)
    }

    /// What comes next in the page, else what came before; none on another page.
    fn nearest(&self) -> Option<HtmlElement> {
        if self.path != path() {
            return None;
        }
        let still_there = self.above.iter().filter(|(above, _)| is_shown(above));
        still_there.into_iter().find_map(|(above, place)| {
            if above.tag_name() == "BODY" {
                return None;
            }
            let children = above.children();
            let child = |at: u32| children.item(at);
            let mut after = (*place..children.length()).filter_map(child);
            let mut before = (0..*place).rev().filter_map(child);
            after
                .find_map(|child| stops(&child).into_iter().next())
                .or_else(|| before.find_map(|child| stops(&child).pop()))
        })
    }
}

/// What takes the focus by Tab in an element, itself included.
fn stops(element: &Element) -> Vec<HtmlElement> {
    let mut found = Vec::new();
    if element.matches(STOPS) == Ok(true) {
        found.push(element.clone());
    }
    if let Ok(inside) = element.query_selector_all(STOPS) {
        found.extend((0..inside.length()).filter_map(|at| inside.get(at)?.dyn_into().ok()));
    }
    found
        .into_iter()
        .filter(|stop| stop.matches(":disabled") != Ok(true) && is_shown(stop))
        .filter_map(|stop| stop.dyn_into::<HtmlElement>().ok())
        .filter(|stop| stop.tab_index() >= 0)
        .collect()
}

/// Whether keys pressed there are its own: it is something one writes or chooses in, or lies in such a thing.
pub fn is_field(element: &Element) -> bool {
    let fields = "input, textarea, select, [contenteditable]";
    matches!(element.closest(fields), Ok(Some(_)))
}

/// Whether it is on the page and takes room there.
fn is_shown(element: &Element) -> bool {
    let room = element.get_bounding_client_rect();
    room.width() > 0.0 && room.height() > 0.0
}

fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Whether nothing has the focus.
fn is_nowhere() -> bool {
    document()
        .active_element()
        .is_none_or(|active| active.tag_name() == "BODY")
}

/// Gives the focus to the page's heading: where nothing nearer is left. The window stays where it is.
fn go_to_heading() {
    let heading = document().query_selector("main h1").ok().flatten();
    if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
        let options = leptos::web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        // A heading that is gone is followed by one that takes the focus itself.
        let _ = heading.focus_with_options(&options);
    }
}

/// From now on the focus is kept near its place.
pub fn keep_focus() {
    // The last place, and the last outside of dialogs.
    let last = StoredValue::new_local([None::<Spot>, None]);
    let arrival = use_context::<Arrival>();
    let came = window_event_listener(ev::focusin, move |event| {
        let Some(element) = target(event.target()) else {
            return;
        };
        let in_dialog = matches!(element.closest("dialog"), Ok(Some(_)));
        let spot = Spot::of(element);
        last.update_value(|last| {
            if !in_dialog {
                last[1] = Some(spot.clone());
            }
            last[0] = Some(spot);
        });
    });
    let check = move || {
        let arriving = arrival.is_some_and(Arrival::is_awaited);
        if arriving || !is_nowhere() {
            return;
        }
        let Some([Some(here), page]) = last.try_get_value() else {
            return;
        };
        if !here.is_gone() {
            // Somebody has left it: by a click beside it, by Esc.
            return;
        }
        match [Some(here), page].iter().flatten().find_map(Spot::nearest) {
            // What cannot take the focus leaves it nowhere.
            Some(stop) => drop(stop.focus()),
            None => go_to_heading(),
        }
    };
    let went = window_event_listener(ev::focusout, move |event| {
        if event.related_target().is_none() {
            // Once what comes in its stead is there.
            request_animation_frame(check);
        }
    });
    on_cleanup(move || {
        came.remove();
        went.remove();
    });
}

fn target(target: Option<EventTarget>) -> Option<Element> {
    target?.dyn_into().ok()
}

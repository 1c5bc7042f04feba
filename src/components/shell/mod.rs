//! What stands around every page.

mod entrance;
mod expired;
pub mod frame;
mod search;
mod top_bar;

use crate::components::lazy::{self, Chunks};
use crate::paths::Route;
use crate::place::use_place;
use crate::uploads::use_uploads;
use entrance::EntranceBar;
use leptos::prelude::*;

/// Milliseconds until a page has set its title after a navigation.
const TITLE_SET: u32 = 100;

/// The frame of every page.
#[component]
pub fn Shell(
    /// The page.
    children: Children,
) -> impl IntoView {
    let place = use_place();
    let uploads = use_uploads();
    // Who only signs in needs no more than a bar. Once the frame is there it stays: it holds messages and dialogs.
    let framed = Memo::new(move |framed: Option<&bool>| {
        let entrance = place
            .route
            .with(|route| matches!(route, Some(Route::Login | Route::Register)));
        framed == Some(&true) || !entrance
    });
    let head = move || match framed.get() {
        true => {
            let loader = expect_context::<Chunks>().head;
            lazy::view(loader(), Route::Home, entrance::waiting)
        }
        false => view! { <EntranceBar/> }.into_any(),
    };
    let foot = move || match framed.get() {
        true => {
            let loader = expect_context::<Chunks>().foot;
            lazy::view(loader(), Route::Home, entrance::foot)
        }
        false => entrance::foot(),
    };
    view! {
        {head}
        <main tabindex="-1">{children()}</main>
        {foot}
        {move || uploads.dock()}
        <PartAnnouncer/>
    }
}

/// Tells screen readers the title when only a part of a page has changed: then no heading gets the focus.
#[component]
fn PartAnnouncer() -> impl IntoView {
    let place = use_place();
    let said = RwSignal::new(String::new());
    Effect::new(move |before: Option<(Option<Route>, Option<String>)>| {
        let route = place.route.get();
        let page = route.as_ref().map(Route::page);
        if before.is_some_and(|(old, old_page)| old_page == page && old != route) {
            set_timeout(
                move || said.set(document().title()),
                std::time::Duration::from_millis(TITLE_SET.into()),
            );
        }
        (route, page)
    });
    view! {
        <div class="sr-only" aria-live="polite">
            {move || said.get()}
        </div>
    }
}

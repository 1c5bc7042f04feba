//! What stands around every page.

mod entrance;
mod expired;
pub mod frame;
mod search;
mod top_bar;

use crate::components::lazy::{self, Part};
use crate::paths::Route;
use crate::place::use_place;
use crate::session::use_session;
use crate::uploads::{kept, use_uploads};
use entrance::EntranceBar;
use leptos::prelude::*;
use leptos::task::spawn_local;

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
    // What another page has begun is taken up by the dock, wherever one is.
    let session = use_session();
    Effect::new(move |_| {
        if session.uid().is_some() {
            spawn_local(async move {
                if kept::is_any().await {
                    uploads.show();
                }
            });
        }
    });
    // Who only signs in needs no more than a bar. Once the frame is there it stays: it holds messages and dialogs.
    let framed = Memo::new(move |framed: Option<&bool>| {
        let entrance = place
            .route
            .with(|route| matches!(route, Some(Route::Login | Route::Register)));
        framed == Some(&true) || !entrance
    });
    let head = move || match framed.get() {
        true => lazy::part_or(Part::Head, entrance::waiting),
        false => view! { <EntranceBar/> }.into_any(),
    };
    let foot = move || match framed.get() {
        true => lazy::part_or(Part::Foot, entrance::foot),
        false => entrance::foot(),
    };
    view! {
        {head}
        <main tabindex="-1">{children()}</main>
        {foot}
        {move || uploads.is_shown().then(|| lazy::part_or(Part::Dock, || ().into_any()))}
        <PartAnnouncer/>
    }
}

/// Tells screen readers the title when only a part of a page has changed, a tab of a project say: the focus stays on the
/// link that led there, so that the next one is a key away. A link that went with the old part leaves it to the heading.
#[component]
fn PartAnnouncer() -> impl IntoView {
    let place = use_place();
    let said = RwSignal::new(String::new());
    Effect::new(move |before: Option<(Option<Route>, Option<String>)>| {
        let route = place.route.get();
        let page = route.as_ref().map(Route::page);
        if before.is_some_and(|(old, old_page)| old_page == page && old != route) {
            set_timeout(
                move || said.set(crate::title::page()),
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

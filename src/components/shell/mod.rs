//! What stands around every page: skip link, top bar, banner, messages, and the dialog that renews a session.

mod expired;
mod top_bar;

use crate::components::connection::{ConnectionBanner, ConnectionState};
use crate::components::service_banner::ServiceBanner;
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::ToastRegion;
use crate::uploads::use_uploads;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// Milliseconds until a page has set its title after a navigation.
const TITLE_SET: u32 = 100;

/// The frame of every page.
#[component]
pub fn Shell(
    /// The page.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let uploads = use_uploads();
    let main = NodeRef::<leptos::html::Main>::new();
    let skip = move |event: leptos::ev::MouseEvent| {
        // A bare fragment would be resolved against the base, and it would stand in the address.
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            let _ = main.unchecked_ref::<HtmlElement>().focus();
        }
    };
    view! {
        <top_bar::TopBar>
            <a class="skip" href=move || place.with(&[]) on:click=skip>
                {move || t_string!(i18n, shell.skip)}
            </a>
        </top_bar::TopBar>
        <ServiceBanner/>
        <main node_ref=main tabindex="-1">{children()}</main>
        <footer class="footer">
            <span>"RussellCloud"</span>
            <ConnectionState/>
            <span>{move || t_string!(i18n, shell.footer_licence)}</span>
        </footer>
        {move || uploads.dock()}
        <ToastRegion/>
        <ConnectionBanner/>
        <expired::ExpiredDialog/>
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

//! The bar of sign-in and registration, and what every bar has. It comes with the first load; the frame of the other
//! pages is a chunk of its own.

use crate::i18n::{Locale, t_string, use_i18n};
use crate::paths::{self, Route};
use crate::place::use_place;
use crate::prefs::{self, Theme, use_prefs};
use crate::site::{self, Support};
use crate::ui::{IconButton, icons};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// The bar while nobody needs more of it.
#[component]
pub fn EntranceBar() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <header class="bar">
            <SkipLink/>
            <Logo/>
            <nav class="bar-links" aria-label=move || t_string!(i18n, shell.main_menu)>
                <BarLink route=Route::Explore label=move || t_string!(i18n, shell.explore)/>
            </nav>
            <div class="bar-tools">
                <LanguageButton/>
                <ThemeButton/>
            </div>
        </header>
    }
}

/// The bar while the frame is being fetched: as high as it will be.
pub fn waiting() -> AnyView {
    view! {
        <header class="bar">
            <SkipLink/>
            <Logo/>
        </header>
    }
    .into_any()
}

/// The footer while there is nothing to say in it.
pub fn foot() -> AnyView {
    view! { <Footer>""</Footer> }.into_any()
}

/// The last line of every page.
#[component]
pub fn Footer(
    /// Between name and licence.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <footer class="footer">
            <span>{site::title()}</span>
            {children()}
            <SupportLinks/>
            <span>{move || t_string!(i18n, shell.footer_licence)}</span>
        </footer>
    }
}

/// Ways to the people who run this installation, where they have set any.
#[component]
fn SupportLinks() -> impl IntoView {
    let language = use_prefs().language;
    site::with(|site| site.support.clone())
        .into_iter()
        .map(|Support { href, en, zh }| {
            let words = move || match language.get() {
                Locale::zh => zh.clone(),
                Locale::en => en.clone(),
            };
            view! { <a href=href target="_blank" rel="noreferrer">{words}</a> }
        })
        .collect_view()
}

/// The other of the two languages, in its own words: who cannot read the current one must find it.
#[component]
fn LanguageButton() -> impl IntoView {
    let language = use_prefs().language;
    let other = move || match language.get() {
        Locale::zh => Locale::en,
        Locale::en => Locale::zh,
    };
    let name = move || match other() {
        Locale::zh => "中文",
        Locale::en => "English",
    };
    view! {
        <button
            type="button"
            class="button button-quiet"
            lang=move || prefs::tag(other())
            on:click=move |_| language.set(other())
        >
            {name}
        </button>
    }
}

/// Light or dark: whichever is not shown.
#[component]
fn ThemeButton() -> impl IntoView {
    let i18n = use_i18n();
    let prefs = use_prefs();
    let label = move || match prefs.dark.get() {
        true => t_string!(i18n, shell.to_light),
        false => t_string!(i18n, shell.to_dark),
    };
    let switch = move |()| {
        prefs.theme.set(match prefs.dark.get_untracked() {
            true => Theme::Light,
            false => Theme::Dark,
        });
    };
    view! { <IconButton label icon=icons::LuSunMoon on_click=switch/> }
}

/// The first thing that the tab key finds: leads past the bar.
#[component]
pub fn SkipLink() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let skip = move |event: leptos::ev::MouseEvent| {
        // A bare fragment would be resolved against the base, and it would stand in the address.
        event.prevent_default();
        let main = document().query_selector("main").ok().flatten();
        if let Some(main) = main {
            let _ = main.unchecked_ref::<HtmlElement>().focus();
        }
    };
    view! {
        <a class="skip" href=move || place.with(&[]) on:click=skip>
            {move || t_string!(i18n, shell.skip)}
        </a>
    }
}

/// The mark and the name; leads to the start page.
#[component]
pub fn Logo() -> impl IntoView {
    let i18n = use_i18n();
    let title = site::title();
    // Our own name is set in two weights.
    let name = match title.strip_suffix("Cloud") {
        Some(first) => view! { <span>{first.to_owned()}<b>"Cloud"</b></span> }.into_any(),
        None => view! { <span>{title}</span> }.into_any(),
    };
    view! {
        <a class="bar-logo" href=Route::Home.href() aria-label=move || t_string!(i18n, shell.home, title = site::title())>
            <img src=paths::below_base("/favicon.svg") alt="" width="24" height="24"/>
            {name}
        </a>
    }
}

/// A page in the bar.
#[component]
pub fn BarLink(
    /// Where it leads.
    route: Route,
    /// What it is called.
    #[prop(into)]
    label: TextProp,
) -> impl IntoView {
    let place = use_place();
    let href = route.href();
    let here = Memo::new(move |_| place.route.with(|now| now.as_ref() == Some(&route)));
    view! {
        <a class="bar-link" href=href aria-current=move || here.get().then_some("page")>
            {move || label.get()}
        </a>
    }
}

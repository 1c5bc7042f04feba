//! Where the visitor is: the address bar as a [`Route`] and a query, and ways to go elsewhere.
//!
//! The router keeps the history and follows links; which page an address is, `paths` alone decides.

use crate::paths::{self, Route};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::location::{BrowserUrl, LocationProvider};
use leptos_router::params::ParamsMap;

/// Goes to an address, in place of the current one or not.
type Navigate = Box<dyn Fn(&str, bool)>;

/// Where the visitor is. `Copy`; [`use_place`] hands it out.
#[derive(Clone, Copy)]
pub struct Place {
    /// The path below the base, as it stands in the address bar.
    pub path: Memo<String>,
    /// What it is; none when there is no such page.
    pub route: Memo<Option<Route>>,
    /// The query.
    pub query: Memo<ParamsMap>,
    navigate: StoredValue<Navigate, LocalStorage>,
}

/// Provides [`Place`]; inside the router.
pub fn provide_place() -> Place {
    let location = use_location();
    let pathname = location.pathname;
    let navigate = use_navigate();
    let go = move |href: &str, replace: bool| {
        let options = NavigateOptions {
            resolve: false,
            replace,
            ..NavigateOptions::default()
        };
        navigate(href, options);
    };
    let path =
        Memo::new(move |_| pathname.with(|path| paths::without_base(path).unwrap_or_default()));
    let place = Place {
        path,
        route: Memo::new(move |_| path.with(|path| Route::parse(path))),
        query: location.query,
        navigate: StoredValue::new_local(Box::new(go)),
    };
    complete_navigations(pathname);
    provide_context(place);
    place
}

/// Where the visitor is.
pub fn use_place() -> Place {
    expect_context()
}

impl Place {
    /// Goes to an address of `paths`.
    pub fn go(self, href: &str) {
        self.navigate.with_value(|navigate| navigate(href, false));
    }

    /// The same in place of the current entry of the history: redirections, and filters while they are typed.
    pub fn replace(self, href: &str) {
        self.navigate.with_value(|navigate| navigate(href, true));
    }

    /// A value of the query, tracked; empty when it is not there.
    pub fn value(self, key: &str) -> String {
        self.query
            .with(|query| query.get_str(key).unwrap_or_default().to_owned())
    }

    /// The page number of a list in the query, tracked: from 1.
    pub fn page(self) -> u32 {
        self.value("page").parse().unwrap_or(1).max(1)
    }

    /// The current address with some values of its query changed, tracked; an empty value takes its key off.
    pub fn with(self, changes: &[(&str, &str)]) -> String {
        let mut href = paths::below_base(&self.path.get());
        let query = self.query.get();
        let kept: Vec<(String, String)> = query
            .into_iter()
            .map(|(key, value)| (key.to_string(), value))
            .filter(|(key, _)| changes.iter().all(|(changed, _)| key != changed))
            .collect();
        let pairs = kept
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()));
        paths::push_query(&mut href, pairs.chain(changes.iter().copied()));
        href
    }

    /// Path and query below the base, to come back to after signing in.
    pub fn here(self) -> String {
        let mut here = self.path.get_untracked();
        let query = self.query.get_untracked();
        let pairs: Vec<(String, String)> = query
            .into_iter()
            .map(|(key, value)| (key.to_string(), value))
            .collect();
        paths::push_query(
            &mut here,
            pairs
                .iter()
                .map(|(key, value)| (key.as_str(), value.as_str())),
        );
        here
    }
}

/// The router changes the address bar once somebody says that the new page is there, which without its own `Routes`
/// nobody else does. It also writes a decoded path into the bar; a name with a percent sign would not survive a
/// reload, so the path is written again as the link had it.
fn complete_navigations(pathname: Memo<String>) {
    let browser = use_context::<BrowserUrl>();
    Effect::new(move |_| {
        let wanted = pathname.get();
        if let Some(browser) = &browser {
            browser.ready_to_complete();
        }
        request_animation_frame(move || {
            // None: there was nothing to mend.
            let _ = mend_address_bar(&wanted);
        });
    });
}

fn mend_address_bar(wanted: &str) -> Option<()> {
    let location = window().location();
    let shown = location.pathname().ok()?;
    // Still the same place, only spelled wrongly: the bar decoded once is what the router wrote.
    let decoded = js_sys::decode_uri(wanted).ok()?.as_string()?;
    if shown == wanted || location.pathname().ok()? != path_of(&decoded)? {
        return None;
    }
    let rest = location.search().ok()? + &location.hash().ok()?;
    let history = window().history().ok()?;
    let state = history.state().unwrap_or(JsValue::NULL);
    history
        .replace_state_with_url(&state, "", Some(&format!("{wanted}{rest}")))
        .ok()
}

/// A path as the address bar would show it.
fn path_of(text: &str) -> Option<String> {
    let origin = window().location().origin().ok()?;
    Some(
        leptos::web_sys::Url::new_with_base(text, &origin)
            .ok()?
            .pathname(),
    )
}

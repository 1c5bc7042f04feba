//! Where the visitor is: the address bar as a [`Route`] and a query, and ways to go elsewhere.
//!
//! [`history`] keeps the address bar; which page an address is, `paths` alone decides.

mod history;

use crate::paths::{self, Query, Route};
use history::{Address, Manner};
use leptos::prelude::*;
use leptos::web_sys::Event;

/// Where the visitor is. `Copy`; [`use_place`] hands it out.
#[derive(Clone, Copy)]
pub struct Place {
    /// The path below the base, as it stands in the address bar.
    pub path: Memo<String>,
    /// What it is; none when there is no such page.
    pub route: Memo<Option<Route>>,
    /// The query.
    pub query: Memo<Query>,
    shown: RwSignal<Address>,
}

/// Provides [`Place`], and answers clicks on links from now on.
pub fn provide_place() -> Place {
    let shown = history::follow();
    let path = Memo::new(move |_| {
        shown.with(|address| paths::without_base(&address.path).unwrap_or_default())
    });
    let place = Place {
        path,
        route: Memo::new(move |_| path.with(|path| Route::parse(path))),
        query: Memo::new(move |_| shown.with(|address| Query::parse(&address.search))),
        shown,
    };
    provide_context(place);
    // What kind of page it is, for reports of faults: public/report.js tells it, and no address.
    Effect::new(move |_| {
        let shape = place.route.with(|route| route.as_ref().map(Route::shape));
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-page", &shape.unwrap_or_default());
        }
    });
    place
}

/// Where the link leads that an event happened on; none where it happened on no link of the app.
pub fn linked(event: &Event) -> Option<Route> {
    let (_, url) = history::link_of(event)?;
    Route::parse(&paths::without_base(&url.pathname())?)
}

/// Where the visitor is.
pub fn use_place() -> Place {
    expect_context()
}

impl Place {
    /// Goes to an address of `paths`.
    pub fn go(self, href: &str) {
        let (replace, scroll) = (false, true);
        history::go(self.shown, href, Manner { replace, scroll });
    }

    /// The same in place of the current entry of the history: redirections, and filters while they are typed. The window
    /// stays where it is when only the query changes.
    pub fn replace(self, href: &str) {
        let path = href.split(['?', '#']).next();
        let scroll = path
            != self
                .shown
                .with_untracked(|address| Some(address.path.clone()))
                .as_deref();
        history::go(
            self.shown,
            href,
            Manner {
                replace: true,
                scroll,
            },
        );
    }

    /// Whether the address's fragment is this id: what comes later than its page then shows itself.
    pub fn is_at(self, id: &str) -> bool {
        history::names(id)
    }

    /// A value of the query, tracked; empty when it is not there.
    pub fn value(self, key: &str) -> String {
        self.query
            .with(|query| query.get(key).unwrap_or_default().to_owned())
    }

    /// The page number of a list in the query, tracked: from 1.
    pub fn page(self) -> u32 {
        self.value("page").parse().unwrap_or(1).max(1)
    }

    /// The current address with some values of its query changed, tracked; an empty value takes its key off.
    pub fn with(self, changes: &[(&str, &str)]) -> String {
        let mut href = paths::below_base(&self.path.get());
        let query = self.query.get();
        let keys: Vec<&str> = changes.iter().map(|(key, _)| *key).collect();
        paths::push_query(
            &mut href,
            query.without(&keys).chain(changes.iter().copied()),
        );
        href
    }

    /// Path and query below the base, to come back to after signing in.
    pub fn here(self) -> String {
        let mut here = self.path.get_untracked();
        self.query
            .with_untracked(|query| paths::push_query(&mut here, query.pairs()));
        here
    }
}

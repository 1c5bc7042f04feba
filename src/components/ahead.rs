//! Fetching what a link leads to before it is followed: its page's chunks once pointer or focus are on it, and what the page
//! will ask for first once the pointer is pressed.

use crate::client::{self, datasets, projects, tasks};
use crate::components::lazy::{Chunks, Part, Wanted};
use crate::paths::{DatasetTab, ProjectTab, Route};
use crate::place::{self, use_place};
use leptos::ev;
use leptos::prelude::*;
use leptos::web_sys::Event;

/// Listens on all links of the app until the caller's owner is gone.
pub fn fetch_ahead() {
    let chunks: Chunks = expect_context();
    let place = use_place();
    let last = StoredValue::new(None::<Route>);
    let look = move |event: &Event| {
        let route = place::linked(event);
        // The pointer passes over many elements of one link.
        if route.is_some() && last.with_value(|last| *last != route) {
            last.set_value(route.clone());
            for wanted in route.iter().flat_map(chunks_of) {
                chunks.fetch_ahead(&wanted);
            }
        }
    };
    let over = window_event_listener(ev::pointerover, move |event| look(&event));
    let focus = window_event_listener(ev::focusin, move |event| look(&event));
    let down = window_event_listener(ev::pointerdown, move |event| {
        let follows =
            event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key());
        if let Some(route) = place::linked(&event).filter(|_| follows) {
            let here = place
                .route
                .with_untracked(|here| here.as_ref().map(Route::page));
            // Another part of a page that is there asks for nothing that could be known here.
            if here != Some(route.page()) {
                ask(route);
            }
        }
    });
    on_cleanup(move || {
        for listener in [over, focus, down] {
            listener.remove();
        }
    });
}

/// The page and what it shows first.
fn chunks_of(route: &Route) -> Vec<Wanted> {
    let part = match route {
        Route::Project { tab, .. } => match tab {
            ProjectTab::Overview => Some(Part::Readme),
            ProjectTab::Versions => Some(Part::Versions),
            ProjectTab::Tasks => Some(Part::Tasks),
            ProjectTab::Forks => Some(Part::Forks),
            ProjectTab::Discussion => Some(Part::Discussion),
            ProjectTab::Files { .. } => Some(Part::Files),
            ProjectTab::Preview => Some(Part::Preview),
            ProjectTab::Settings => Some(Part::Settings),
            ProjectTab::Upload => Some(Part::Upload),
            ProjectTab::Run => Some(Part::Run),
            ProjectTab::Guide => None,
        },
        Route::Dataset { tab, .. } => match tab {
            DatasetTab::Overview => Some(Part::Readme),
            DatasetTab::Versions => Some(Part::Versions),
            DatasetTab::Files { .. } => Some(Part::Files),
            _ => None,
        },
        // These come with the first load.
        Route::Login | Route::Register => return Vec::new(),
        _ => None,
    };
    let page = Wanted::Page(route.clone());
    [Some(page), part.map(Wanted::Part)]
        .into_iter()
        .flatten()
        .collect()
}

/// What the page of a route asks for before it can show anything.
fn ask(route: Route) {
    match route {
        Route::Project { user, name, .. } => {
            client::ahead(async move { projects::get(&user, &name).await });
        }
        Route::Dataset { user, name, .. } => {
            client::ahead(async move { datasets::get(&user, &name).await });
        }
        Route::Task { id, .. } => client::ahead(async move { tasks::get(&id).await }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_fetches_its_page_and_the_part_that_it_shows() {
        let of = |address: &str| chunks_of(&Route::parse(address).unwrap());
        let project = of("/ann/project/digits");
        assert!(matches!(
            project[..],
            [Wanted::Page(_), Wanted::Part(Part::Readme)]
        ));
        let versions = of("/ann/project/digits/versions");
        assert!(matches!(
            versions[..],
            [Wanted::Page(_), Wanted::Part(Part::Versions)]
        ));
        assert!(matches!(of("/tasks")[..], [Wanted::Page(Route::Tasks)]));
        assert_eq!(of("/login"), []);
    }
}

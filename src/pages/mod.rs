//! The pages: one file or folder each. [`Outlet`] shows the one that the address is.

pub mod account;
pub mod dataset;
pub mod explore;
pub mod files;
pub mod home;
pub mod mine;
pub mod new;
pub mod not_found;
pub mod notifications;
#[cfg(debug_assertions)]
mod pieces;
pub mod profile;
pub mod project;
pub mod register;
pub mod run;
pub mod search;
pub mod settings;
pub mod sign_in;
pub mod task;
pub mod trash;
pub mod welcome;

use crate::components::lazy;
use crate::paths::{self, Route};
use crate::place::use_place;
use crate::session::{Session, use_session};
use crate::ui::{Arrival, Skeleton};
use leptos::prelude::*;

/// Whether somebody may be on a page at all. What they may see there, the backend decides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Admission {
    Welcome,
    NotKnownYet,
    SignInFirst,
}

/// Shows the page of the current address. The page stays while only its parts change; it then finds the new part in
/// [`crate::place::Place::route`].
#[component]
pub fn Outlet() -> impl IntoView {
    let place = use_place();
    let session = use_session();
    let arrival = expect_context::<Arrival>();
    let page = Memo::new(move |_| place.route.with(|route| route.as_ref().map(Route::page)));
    let admission = Memo::new(move |_| {
        let closed = place
            .route
            .with(|route| route.as_ref().is_some_and(Route::needs_sign_in));
        match session.get() {
            _ if !closed => Admission::Welcome,
            Session::Restoring => Admission::NotKnownYet,
            Session::Anonymous => Admission::SignInFirst,
            Session::SignedIn(_) | Session::Expired(_) => Admission::Welcome,
        }
    });
    Effect::new(move |_| {
        if admission.get() == Admission::SignInFirst {
            place.replace(&paths::login_then(&place.here()));
        }
    });
    let first = StoredValue::new(true);
    move || {
        // Read, not only tracked: a memo that nobody has read counts as changed at the first question, and the page would
        // be made twice, the second time without what was typed.
        page.with(|_| ());
        if !first.get_value() {
            arrival.announce();
        }
        first.set_value(false);
        match admission.get() {
            Admission::Welcome => view(place.route.get_untracked()),
            Admission::NotKnownYet => view! { <div class="content"><Skeleton/></div> }.into_any(),
            Admission::SignInFirst => ().into_any(),
        }
    }
}

/// Sign-in, registration and "not found" come with the first load; every other page is a chunk of its own.
fn view(route: Option<Route>) -> AnyView {
    match route {
        Some(Route::Login) => sign_in::page(),
        Some(Route::Register) => register::page(),
        #[cfg(debug_assertions)]
        Some(Route::Pieces) => pieces::page(),
        Some(route) => lazy::page(route),
        None => not_found::page(),
    }
}

//! The start page leads on: to one's own profile, or to what is public.

use crate::paths::Route;
use crate::place::use_place;
use crate::session::{Session, use_session};
use crate::ui::Skeleton;
use leptos::prelude::*;

/// The page.
pub fn page(_route: Route) -> AnyView {
    let place = use_place();
    let session = use_session();
    Effect::new(move |_| match session.get() {
        Session::Restoring => {}
        Session::Anonymous => place.replace(&Route::Explore.href()),
        Session::SignedIn(account) => place.replace(&Route::user(&account.user.username).href()),
        Session::Expired(user) => place.replace(&Route::user(&user.username).href()),
    });
    view! { <div class="content"><Skeleton/></div> }.into_any()
}

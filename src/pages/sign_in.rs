//! Sign in.

use crate::components::sign_in_form::SignInForm;
use crate::i18n::{t_string, use_i18n};
use crate::paths::{self, Route};
use crate::place::{Place, use_place};
use crate::session::use_session;
use crate::ui::PageHead;
use leptos::prelude::*;

/// The page. Whoever is signed in already goes on at once.
pub fn page() -> AnyView {
    let i18n = use_i18n();
    let place = use_place();
    go_on_when_signed_in(place, Route::Home);
    let asked = Memo::new(move |_| !place.value("next").is_empty());
    let title = move || t_string!(i18n, account.sign_in_title);
    // The effect above leads on.
    let on_done = move |()| {};
    let register = move || Route::Register.with(&[("next", &place.value("next"))]);
    view! {
        <div class="content entrance">
            <PageHead title/>
            <Show when=move || asked.get()>
                <p class="muted">{move || t_string!(i18n, account.must_sign_in)}</p>
            </Show>
            <SignInForm on_done/>
            <p class="muted">
                {move || t_string!(i18n, account.no_account)} " "
                <a href=register>{move || t_string!(i18n, account.register_link)}</a>
            </p>
        </div>
    }
    .into_any()
}

/// Leads to where one was going, or else to `otherwise`, once somebody is signed in.
pub fn go_on_when_signed_in(place: Place, otherwise: Route) {
    let session = use_session();
    Effect::new(move |_| {
        let signed_in = session.get().account().is_some();
        if signed_in {
            let next = paths::return_target(
                &place
                    .query
                    .with_untracked(|query| query.get("next").unwrap_or_default().to_owned()),
            );
            place.replace(&next.unwrap_or_else(|| otherwise.href()));
        }
    });
}

//! Signing in again over the page when the session has expired, so that nothing typed is lost.

use crate::components::sign_in_form::SignInForm;
use crate::i18n::{t_string, use_i18n};
use crate::session::{Session, use_session};
use crate::ui::{Button, Dialog};
use leptos::prelude::*;

/// Opens by itself when the session has expired, and closes when it is renewed or given up.
#[component]
pub fn ExpiredDialog() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(matches!(session.get(), Session::Expired(_))));
    let title = move || t_string!(i18n, shell.expired_title);
    view! {
        <Dialog open title must_answer=true>
            <p>{move || t_string!(i18n, shell.expired_text)}</p>
            <SignInForm user=session.name().unwrap_or_default() on_done=|()| {}/>
            <div class="dialog-actions">
                <Button on_click=move |()| session.sign_out()>{move || t_string!(i18n, shell.leave)}</Button>
            </div>
        </Dialog>
    }
}

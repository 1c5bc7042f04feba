//! Make an account: the rules are told while one types, by the same functions that the backend asks.

use super::sign_in::go_on_when_signed_in;
use crate::client::ClientError;
use crate::components::entry::{Entry, complete};
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::place::use_place;
use crate::session::{SessionHandle, use_session};
use crate::ui::{Button, Look, PageHead, PasswordInput, TextInput};
use api::account::NewUser;
use api::{Reason, name};
use leptos::html;
use leptos::prelude::*;

/// The page.
pub fn page() -> AnyView {
    let i18n = use_i18n();
    let place = use_place();
    let session = use_session();
    go_on_when_signed_in(place, Route::Welcome);
    let submit = Submit::new(&["username", "email", "password"]);
    let user = Entry::new("username", name::check_user_name);
    let email = Entry::new("email", name::check_email);
    let password = Entry::new("password", name::check_password);
    let entries = [user, email, password];
    let form = NodeRef::<html::Form>::new();
    let unsure = StoredValue::new(None::<String>);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !complete(&entries) {
            return focus_first_fault(form);
        }
        let new = NewUser {
            username: user.value.get_untracked(),
            email: email.value.get_untracked(),
            password: password.value.get_untracked(),
        };
        // The effect above leads on.
        submit.run(make(session, new, unsure), |()| {});
    };
    Effect::new(move |_| {
        if submit.error.with(Option::is_some) {
            focus_first_fault(form);
        }
    });
    let title = move || t_string!(i18n, account.register_title);
    let sign_in = move || Route::Login.with(&[("next", &place.value("next"))]);
    view! {
        <div class="content entrance">
            <PageHead title/>
            <form class="form" novalidate node_ref=form on:submit=send>
                <SubmitError submit/>
                <TextInput
                    name=user.name
                    label=move || t_string!(i18n, account.username)
                    value=user.value
                    hint=Signal::derive(move || Some(t_string!(i18n, account.username_hint).to_owned()))
                    error=user.error(submit)
                    autocomplete="username"
                    autofocus=true
                    on_blur=user.on_blur()
                />
                <TextInput
                    name=email.name
                    label=move || t_string!(i18n, account.email)
                    value=email.value
                    kind="email"
                    hint=Signal::derive(move || Some(t_string!(i18n, account.email_hint).to_owned()))
                    error=email.error(submit)
                    autocomplete="email"
                    on_blur=email.on_blur()
                />
                <PasswordInput
                    name=password.name
                    label=move || t_string!(i18n, account.password)
                    value=password.value
                    hint=Signal::derive(move || Some(t_string!(i18n, account.password_hint).to_owned()))
                    error=password.error(submit)
                    autocomplete="new-password"
                    on_blur=password.on_blur()
                />
                <div class="form-actions">
                    <Button submit=true look=Look::Main busy=submit.pending>
                        {move || match submit.pending.get() {
                            true => t_string!(i18n, account.registering),
                            false => t_string!(i18n, account.register),
                        }}
                    </Button>
                </div>
            </form>
            <p class="muted">
                {move || t_string!(i18n, account.have_account)} " "
                <a href=sign_in>{move || t_string!(i18n, account.sign_in_link)}</a>
            </p>
        </div>
    }
    .into_any()
}

/// Makes the account and signs in. `unsure` keeps the name of an account that an earlier try may have made although it
/// ended in an error: the answer was lost, or the question after it failed. Then "the name is taken" means that it is
/// there, and signing in is what is left to do.
async fn make(
    session: SessionHandle,
    new: NewUser,
    unsure: StoredValue<Option<String>>,
) -> Result<(), ClientError> {
    let answer = session.register(&new).await;
    let Err(error) = answer else {
        return answer;
    };
    let tried_before = unsure.try_get_value().flatten() == Some(new.username.clone());
    if is_taken(&error) && tried_before {
        // The wrong password, for example: somebody else was quicker.
        return session
            .sign_in(&new.username, &new.password)
            .await
            .map_err(|_| error);
    }
    if error.field().is_none() {
        unsure.try_set_value(Some(new.username));
    }
    Err(error)
}

fn is_taken(error: &ClientError) -> bool {
    matches!(error.reason(), Some(Reason::NameTaken | Reason::EmailTaken))
}

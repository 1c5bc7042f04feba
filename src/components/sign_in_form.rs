//! The sign-in form: on its page, and in the dialog over a page whose session has expired.

use crate::client::words::reason_words;
use crate::components::submit::{Submit, SubmitError};
use crate::i18n::{t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{Button, Look, PasswordInput, TextInput};
use api::Reason;
use leptos::prelude::*;

/// User name or e-mail address and password. What was typed stays when the pair is wrong.
#[component]
pub fn SignInForm(
    /// The user name to begin with.
    #[prop(optional, into)]
    user: String,
    /// Called once signed in.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let submit = Submit::new(&[]);
    let login = RwSignal::new(user);
    let password = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let missing = move |value: RwSignal<String>| {
        Signal::derive(move || {
            let empty = tried.get() && value.with(|value| value.trim().is_empty());
            empty.then(|| reason_words(Reason::Missing, i18n.get_locale()))
        })
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let (name, secret) = (
            login.get_untracked().trim().to_owned(),
            password.get_untracked(),
        );
        if !name.is_empty() && !secret.is_empty() {
            submit.run(
                async move { session.sign_in(&name, &secret).await },
                move |()| on_done.run(()),
            );
        }
    };
    view! {
        <form class="form" novalidate on:submit=send>
            <SubmitError submit/>
            <TextInput
                name="login"
                label=move || t_string!(i18n, account.login)
                value=login
                error=missing(login)
                autocomplete="username"
                autofocus=true
            />
            <PasswordInput
                name="password"
                label=move || t_string!(i18n, account.password)
                value=password
                error=missing(password)
            />
            <div class="form-actions">
                <Button submit=true look=Look::Main busy=submit.pending>
                    {move || match submit.pending.get() {
                        true => t_string!(i18n, account.signing_in),
                        false => t_string!(i18n, account.sign_in),
                    }}
                </Button>
            </div>
        </form>
    }
}

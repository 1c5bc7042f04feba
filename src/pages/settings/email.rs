//! The e-mail address.

use crate::client::settings;
use crate::components::entry::{Entry, complete};
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::i18n::{t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{Button, Look, PasswordInput, TextInput, use_toasts};
use api::name;
use api::settings::EmailChange;
use leptos::html;
use leptos::prelude::*;

/// The part.
#[component]
pub(super) fn EmailPart() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let submit = Submit::new(&["email", "password"]);
    let email = Entry::new("email", name::check_email);
    let password = Entry::new("password", name::check_given);
    let entries = [email, password];
    let form = NodeRef::<html::Form>::new();
    let now = Memo::new(move |_| session.user().map(|user| user.email).unwrap_or_default());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !complete(&entries) {
            return focus_first_fault(form);
        }
        let change = EmailChange {
            email: email.value.get_untracked().trim().to_owned(),
            password: password.value.get_untracked(),
        };
        let sent = async move {
            settings::change_email(&change).await?;
            Ok(change.email)
        };
        submit.run(sent, move |changed| {
            session.update(|user| user.email = changed);
            email.empty();
            password.empty();
            toasts.say(untrack(|| t_string!(i18n, settings.email_saved)));
        });
    };
    Effect::new(move |_| {
        if submit.error.with(Option::is_some) {
            focus_first_fault(form);
        }
    });
    view! {
        <div class="settings-part stack">
            <dl class="facts">
                <dt>{move || t_string!(i18n, settings.email_now)}</dt>
                <dd>{move || now.get()}</dd>
            </dl>
            <form class="form" novalidate node_ref=form on:submit=send>
                <SubmitError submit/>
                <TextInput
                    name=email.name
                    label=move || t_string!(i18n, settings.email_new)
                    value=email.value
                    kind="email"
                    hint=Signal::derive(move || Some(t_string!(i18n, settings.email_hint).to_owned()))
                    error=email.error(submit)
                    autocomplete="email"
                    on_blur=email.on_blur()
                />
                <PasswordInput
                    name=password.name
                    label=move || t_string!(i18n, settings.password_now)
                    value=password.value
                    error=password.error(submit)
                    on_blur=password.on_blur()
                />
                <div class="form-actions">
                    <Button submit=true look=Look::Main busy=submit.pending>
                        {move || t_string!(i18n, settings.change_email)}
                    </Button>
                </div>
            </form>
        </div>
    }
}

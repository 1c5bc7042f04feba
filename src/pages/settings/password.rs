//! The password. A new one ends every other sign-in; this browser goes on with the token that comes back.

use crate::client::settings;
use crate::components::entry::{Entry, complete};
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::i18n::{t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{Button, Checkbox, Look, PasswordInput, use_toasts};
use api::name;
use api::settings::PasswordChange;
use leptos::html;
use leptos::prelude::*;

/// The part.
#[component]
pub(super) fn PasswordPart() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let submit = Submit::new(&["password", "new_password"]);
    let password = Entry::new("password", name::check_given);
    let new_password = Entry::new("new_password", name::check_password);
    let revoke = RwSignal::new(false);
    let entries = [password, new_password];
    let form = NodeRef::<html::Form>::new();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !complete(&entries) {
            return focus_first_fault(form);
        }
        let change = PasswordChange {
            password: password.value.get_untracked(),
            new_password: new_password.value.get_untracked(),
            revoke_tokens: revoke.get_untracked(),
        };
        let sent = async move {
            let token = settings::change_password(&change).await?;
            // Not after it: the page may be gone by then, and the old token has ended.
            session.renew(token);
            Ok(())
        };
        submit.run(sent, move |()| {
            password.empty();
            new_password.empty();
            revoke.set(false);
            toasts.say(untrack(|| t_string!(i18n, settings.password_saved)));
        });
    };
    Effect::new(move |_| {
        if submit.error.with(Option::is_some) {
            focus_first_fault(form);
        }
    });
    view! {
        <div class="settings-part stack">
            <p class="muted">{move || t_string!(i18n, settings.password_text)}</p>
            <form class="form" novalidate node_ref=form on:submit=send>
                <SubmitError submit/>
                // Password managers want to know whose it is.
                <input type="text" hidden autocomplete="username" prop:value=move || session.name().unwrap_or_default()/>
                <PasswordInput
                    name=password.name
                    label=move || t_string!(i18n, settings.password_now)
                    value=password.value
                    error=password.error(submit)
                    on_blur=password.on_blur()
                />
                <PasswordInput
                    name=new_password.name
                    label=move || t_string!(i18n, settings.password_new)
                    value=new_password.value
                    hint=Signal::derive(move || Some(t_string!(i18n, account.password_hint).to_owned()))
                    error=new_password.error(submit)
                    autocomplete="new-password"
                    on_blur=new_password.on_blur()
                />
                <Checkbox name="revoke_tokens" value=revoke>
                    {move || t_string!(i18n, settings.revoke_tokens)}
                </Checkbox>
                <div class="form-actions">
                    <Button submit=true look=Look::Main busy=submit.pending>
                        {move || t_string!(i18n, settings.change_password)}
                    </Button>
                </div>
            </form>
        </div>
    }
}

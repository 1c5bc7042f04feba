//! Which notifications the user wants.

use crate::client::notifications;
use crate::components::load::{Async, load};
use crate::components::notices::kind;
use crate::components::submit::{Submit, SubmitError};
use crate::i18n::{t_string, use_i18n};
use crate::ui::{Button, Checkbox, Dialog, Look, use_toasts};
use api::notification::{NoticeKind, NotificationSettings};
use leptos::prelude::*;

/// The dialog.
#[component]
pub fn Settings(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Dialog open title=move || t_string!(i18n, notices.settings)>
            <Form open/>
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let asked = load(notifications::settings);
    let view = move |settings: Signal<NotificationSettings>| {
        view! { <Kinds settings=settings.get_untracked() open/> }.into_any()
    };
    view! { <Async load=asked lines=4 view/> }
}

#[component]
fn Kinds(settings: NotificationSettings, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let submit = Submit::new(&[]);
    let wanted = NoticeKind::ALL.map(|kind| (kind, RwSignal::new(settings.wants(kind))));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let settings = wanted.iter().fold(
            NotificationSettings::default(),
            |settings, (kind, wanted)| settings.with(*kind, wanted.get_untracked()),
        );
        submit.run(notifications::keep_settings(settings), move |_| {
            toasts.say(untrack(|| t_string!(i18n, notices.settings_saved)));
            open.set(false);
        });
    };
    let boxes = wanted.map(|(one, value)| {
        view! {
            <Checkbox name=one.as_str() value>
                {move || kind(i18n, one)}
            </Checkbox>
        }
    });
    view! {
        <form class="form" on:submit=save>
            <p>{move || t_string!(i18n, notices.settings_text)}</p>
            <fieldset class="notices-kinds">
                <legend class="sr-only">{move || t_string!(i18n, notices.settings)}</legend>
                {boxes.into_iter().collect_view()}
            </fieldset>
            <SubmitError submit/>
            <div class="dialog-actions">
                <Button on_click=move |()| open.set(false)>{move || t_string!(i18n, common.cancel)}</Button>
                <Button submit=true look=Look::Main busy=submit.pending>
                    {move || t_string!(i18n, common.save)}
                </Button>
            </div>
        </form>
    }
}

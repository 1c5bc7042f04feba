//! What only the owner decides: for now, deletion.

use super::{EntityContext, Kind, use_entity};
use crate::client::{datasets, projects};
use crate::components::submit::{Submit, SubmitError};
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{Button, ConfirmDialog, Look, TextInput, icons, use_toasts};
use leptos::prelude::*;

/// The owner's settings.
#[component]
pub fn Settings() -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let place = use_place();
    let EntityContext { entity, .. } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    let open = RwSignal::new(false);
    let submit = Submit::new(&[]);
    let words = move |project: bool| match (kind, project) {
        (Kind::Project, true) => t_string!(i18n, entity.settings.delete_project).to_string(),
        (Kind::Project, false) => t_string!(i18n, entity.settings.delete_project_text).to_string(),
        (Kind::Dataset, true) => t_string!(i18n, entity.settings.delete_dataset).to_string(),
        (Kind::Dataset, false) => t_string!(i18n, entity.settings.delete_dataset_text).to_string(),
    };
    let title = move || {
        t_string!(
            i18n,
            entity.settings.dialog_title,
            path = entity.with(|entity| entity.path())
        )
        .to_string()
    };
    let verb = move || match kind {
        Kind::Project => t_string!(i18n, entity.settings.confirm_project).to_string(),
        Kind::Dataset => t_string!(i18n, entity.settings.confirm_dataset).to_string(),
    };
    let typed = RwSignal::new(String::new());
    let mismatch =
        Memo::new(move |_| entity.with(|entity| typed.with(|typed| typed.trim() != entity.name)));
    let list = match kind {
        Kind::Project => Route::Projects,
        Kind::Dataset => Route::Datasets,
    };
    let list = StoredValue::new(list);
    let ask = move |()| {
        submit.mend();
        typed.set(String::new());
        open.set(true);
    };
    let confirm = move |()| {
        let (owner, name, path) = entity
            .with_untracked(|entity| (entity.owner.clone(), entity.name.clone(), entity.path()));
        let done = untrack(|| t_string!(i18n, entity.settings.done, path = path).to_string());
        let sent = async move {
            match kind {
                Kind::Project => projects::delete(&owner, &name).await,
                Kind::Dataset => datasets::delete(&owner, &name).await,
            }
        };
        submit.run(sent, move |()| {
            open.set(false);
            toasts.say(done);
            place.go(&list.with_value(Route::href));
        });
    };
    let type_label = move || {
        let name = entity.with(|entity| entity.name.clone());
        t_string!(i18n, entity.settings.type_name, name = name).to_string()
    };
    view! {
        <section class="danger-zone">
            <h2>{move || words(true)}</h2>
            <p>{move || words(false)}</p>
            <Button look=Look::Danger icon=icons::LuTrash2 on_click=ask>{verb}</Button>
        </section>
        <ConfirmDialog open=open title=title action=verb danger=true busy=submit.pending disabled=mismatch on_confirm=confirm>
            <p>{t!(i18n, entity.settings.goes)}</p>
            <ul>
                <li>
                    {t!(i18n, entity.settings.goes_versions, count = move || entity.with(|entity| entity.versions))}
                </li>
                {move || {
                    entity
                        .with(|entity| entity.tasks)
                        .map(|count| view! { <li>{t!(i18n, entity.settings.goes_tasks, count = count)}</li> })
                }}
            </ul>
            <TextInput name="confirm-name" label=type_label value=typed monospace=true autofocus=true/>
            <SubmitError submit=submit/>
        </ConfirmDialog>
    }
}

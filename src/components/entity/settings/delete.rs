//! Into the trash, after its name has been typed.

use super::super::{EntityContext, Kind, use_entity};
use crate::client::{datasets, projects, trash};
use crate::components::load::load;
use crate::components::submit::{Submit, SubmitError};
use crate::components::undo::use_undo;
use crate::format;
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{Button, ConfirmDialog, Look, Skeleton, TextInput, icons};
use api::trash::until;
use leptos::prelude::*;

/// What deleting means, and the button.
#[component]
pub(super) fn Delete() -> impl IntoView {
    let i18n = use_i18n();
    let undo = use_undo();
    let place = use_place();
    let EntityContext { entity, .. } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    let open = RwSignal::new(false);
    let submit = Submit::new(&[]);
    let heading = move || match kind {
        Kind::Project => t_string!(i18n, manage.delete_project),
        Kind::Dataset => t_string!(i18n, manage.delete_dataset),
    };
    let text = move || match kind {
        Kind::Project => t_string!(i18n, manage.delete_project_text),
        Kind::Dataset => t_string!(i18n, manage.delete_dataset_text),
    };
    let title = move || {
        t_string!(
            i18n,
            entity.settings.dialog_title,
            path = entity.with(|entity| entity.path())
        )
    };
    let verb = move || match kind {
        Kind::Project => t_string!(i18n, entity.settings.confirm_project),
        Kind::Dataset => t_string!(i18n, entity.settings.confirm_dataset),
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
        let gone = entity.get_untracked();
        let (owner, name) = (gone.owner.clone(), gone.name.clone());
        let sent = async move {
            match kind {
                Kind::Project => projects::delete(&owner, &name).await,
                Kind::Dataset => datasets::delete(&owner, &name).await,
            }
        };
        submit.run(sent, move |()| {
            open.set(false);
            undo.offer(gone.path(), gone.id, || {});
            place.go(&list.with_value(Route::href));
        });
    };
    let type_label = move || {
        let name = entity.with(|entity| entity.name.clone());
        t_string!(i18n, entity.settings.type_name, name = name)
    };
    view! {
        <section class="danger-zone">
            <h2>{heading}</h2>
            <p>{text}</p>
            <Button look=Look::Danger icon=icons::LuTrash2 on_click=ask>{verb}</Button>
        </section>
        <ConfirmDialog open=open title=title action=verb danger=true busy=submit.pending disabled=mismatch on_confirm=confirm>
            <Goes/>
            <TextInput name="confirm-name" label=type_label value=typed monospace=true autofocus=true/>
            <SubmitError submit=submit/>
        </ConfirmDialog>
    }
}

/// What hangs on it.
#[component]
fn Goes() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let asked = load(move || {
        let id = entity.with_untracked(|entity| entity.id.clone());
        async move { trash::dependents(&id).await }
    });
    let lines = move || {
        if asked.error.with(Option::is_some) {
            return view! { <p>{t!(i18n, manage.goes_unknown)}</p> }.into_any();
        }
        let Some(found) = asked.data.get() else {
            return view! { <Skeleton lines=2/> }.into_any();
        };
        let some = |count: u64, words: String| (count > 0).then(|| view! { <li>{words}</li> });
        let number = format::number;
        view! {
            <p>{t!(i18n, manage.goes)}</p>
            <ul>
                <li>{t_string!(i18n, manage.goes_versions, count = number(found.versions))}</li>
                {some(found.tasks, t_string!(i18n, manage.goes_tasks, count = number(found.tasks)))}
                {some(found.active, t_string!(i18n, manage.goes_active, count = number(found.active)))}
                {some(found.mounts, t_string!(i18n, manage.goes_mounts, count = number(found.mounts)))}
                {some(
                    found.foreign_mounts,
                    t_string!(
                        i18n,
                        manage.goes_foreign,
                        count = number(found.foreign_mounts),
                        active = number(found.foreign_active)
                    ),
                )}
            </ul>
        }
        .into_any()
    };
    let restorable = move || {
        let until = format::absolute(until(format::now()), i18n.get_locale());
        t_string!(i18n, manage.restorable, until = until)
    };
    view! {
        <div class="manage-goes">{lines}</div>
        <p>{restorable}</p>
    }
}

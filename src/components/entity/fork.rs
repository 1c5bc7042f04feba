//! The dialog that forks a project or dataset.

use super::{EntityContext, Kind, use_entity};
use crate::client::social;
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{Button, Choice, Dialog, Look, Segmented, TextInput, use_toasts};
use api::module::ModuleType;
use api::social::NewFork;
use leptos::html;
use leptos::prelude::*;

/// Asks for name and visibility of a fork, makes it and goes there.
#[component]
pub(super) fn ForkDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let title = move || {
        let path = entity.with(|entity| entity.path());
        t_string!(i18n, social.fork_title, path = path)
    };
    view! {
        <Dialog open title>
            <Form open/>
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let place = use_place();
    let EntityContext { entity, mine, .. } = use_entity();
    let (kind, id) = entity.with_untracked(|entity| (entity.kind, entity.id.clone()));
    let own = mine.get_untracked();
    let name = RwSignal::new(match own {
        true => String::new(),
        false => entity.with_untracked(|entity| entity.name.clone()),
    });
    let permission = RwSignal::new("0".to_owned());
    let submit = Submit::new(&["name"]);
    let form = NodeRef::<html::Form>::new();
    Effect::watch(move || name.get(), move |_, _, _| submit.mend(), false);
    Effect::new(move |_| {
        if submit.error.with(Option::is_some) {
            focus_first_fault(form);
        }
    });
    let send = move || {
        let new = NewFork {
            name: Some(name.get_untracked().trim().to_owned()),
            permission: i64::from(permission.get_untracked() == "1"),
        };
        let id = id.clone();
        submit.run(async move { social::fork(&id, &new).await }, move |fork| {
            let path = format!("{}/{}", fork.owner, fork.name);
            toasts.say(untrack(|| t_string!(i18n, social.fork_done, path = path)));
            open.set(false);
            let route = match fork.module_type {
                ModuleType::Code => Route::project(&fork.owner, &fork.name),
                ModuleType::Data => Route::dataset(&fork.owner, &fork.name),
            };
            place.go(&route.href());
        });
    };
    let text = move || match kind {
        Kind::Project => t_string!(i18n, social.fork_text_project),
        Kind::Dataset => t_string!(i18n, social.fork_text_dataset),
    };
    let hint = Signal::derive(move || {
        Some(match own {
            true => t_string!(i18n, social.fork_own).to_owned(),
            false => t_string!(i18n, new.name_hint).to_owned(),
        })
    });
    let choices = vec![
        Choice::new("0", move || t_string!(i18n, common.public)),
        Choice::new("1", move || t_string!(i18n, common.private)),
    ];
    view! {
        <form
            class="form"
            node_ref=form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <p class="muted">{text}</p>
            <TextInput
                name="fork-name"
                label=move || t_string!(i18n, new.name)
                hint
                value=name
                error=submit.at("name", move || i18n.get_locale())
                monospace=true
                autofocus=true
            />
            <Segmented
                name="fork-permission"
                label=move || t_string!(i18n, new.visibility)
                choices
                value=permission
                on_change=move |value| permission.set(value)
            />
            <SubmitError submit/>
            <div class="form-actions">
                <Button look=Look::Main submit=true busy=submit.pending>
                    {move || t_string!(i18n, social.fork)}
                </Button>
                <Button on_click=move |()| open.set(false)>{move || t_string!(i18n, common.cancel)}</Button>
            </div>
        </form>
    }
}

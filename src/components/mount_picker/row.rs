//! A dataset that was chosen: its version, and the name it is mounted under.

use super::{Chosen, fault};
use crate::client::modules;
use crate::components::load::load;
use crate::i18n::*;
use crate::paths::Route;
use crate::ui::{Choice, IconButton, Select, TextInput, icons};
use api::Reason;
use api::module::{Module, ModuleState, ModuleType};
use leptos::prelude::*;

/// The row of the one with this key.
#[component]
pub(super) fn ChosenRow(chosen: RwSignal<Vec<Chosen>>, key_of: u32) -> impl IntoView {
    let i18n = use_i18n();
    let one = move |chosen: &Vec<Chosen>| chosen.iter().find(|one| one.key == key_of).cloned();
    let Some(first) = chosen.with_untracked(one) else {
        return ().into_any();
    };
    let name = format!("{}/{}", first.owner, first.name);
    let href = Route::dataset(&first.owner, &first.name).href();
    let mount = RwSignal::new(first.mount.clone());
    // The input owns what is typed; the list follows, and leads when a version brings another name.
    Effect::new(move |_| {
        let typed = mount.get();
        let differs = chosen
            .with_untracked(one)
            .is_some_and(|one| one.mount != typed);
        if differs {
            chosen.update(|chosen| set_mount(chosen, key_of, typed));
        }
    });
    let error = Signal::derive(move || {
        let words = match chosen.with(|chosen| fault(chosen, key_of))? {
            Reason::Missing => t_string!(i18n, run.mount_missing),
            Reason::MountTaken => t_string!(i18n, run.mount_taken),
            _ => t_string!(i18n, run.mount_illegal),
        };
        Some(words.to_owned())
    });
    let hint = Signal::derive(move || {
        let mount = mount.get();
        (!mount.is_empty()).then(|| format!("/input/{mount}"))
    });
    let remove_label = {
        let name = name.clone();
        move || t_string!(i18n, run.data_remove, name = name.clone())
    };
    let remove = move |()| chosen.update(|chosen| chosen.retain(|one| one.key != key_of));
    view! {
        <li class="mount">
            <div class="mount-head">
                <a href=href target="_blank" rel="noopener">
                    {name}
                </a>
                <IconButton label=remove_label icon=icons::LuX on_click=remove/>
            </div>
            <div class="mount-fields">
                <VersionChoice chosen first mount/>
                <TextInput
                    name=format!("mount-{key_of}")
                    label=move || t_string!(i18n, run.data_mount)
                    value=mount
                    monospace=true
                    hint
                    error
                />
            </div>
        </li>
    }
    .into_any()
}

fn set_mount(chosen: &mut [Chosen], key: u32, mount: String) {
    if let Some(one) = chosen.iter_mut().find(|one| one.key == key) {
        one.mount = mount;
    }
}

#[component]
fn VersionChoice(
    chosen: RwSignal<Vec<Chosen>>,
    first: Chosen,
    mount: RwSignal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (key, own_version) = (first.key, first.version);
    let own_id = first.module_id.clone();
    let versions = load(move || {
        let entity_id = first.entity_id.clone();
        async move {
            let page = modules::list(ModuleType::Data, &entity_id).await?;
            let ready = |module: &Module| module.state == ModuleState::Valid;
            Ok(page.list.into_iter().filter(ready).collect::<Vec<_>>())
        }
    });
    let value = Signal::derive(move || {
        let found = chosen.with(|all| {
            all.iter()
                .find(|one| one.key == key)
                .map(|one| one.module_id.clone())
        });
        found.unwrap_or_default()
    });
    let choices = Signal::derive(move || {
        let label = move |number: i64| move || t_string!(i18n, run.version_other, number = number);
        match versions.data.get() {
            Some(all) if !all.is_empty() => all
                .into_iter()
                .map(|module| Choice::new(module.id, label(module.version)))
                .collect(),
            // Until the others are known there is the chosen one.
            _ => vec![Choice::new(own_id.clone(), label(own_version))],
        }
    });
    let change = move |id: String| {
        let found = versions
            .data
            .with_untracked(|all| all.as_ref()?.iter().find(|module| module.id == id).cloned());
        let Some(module) = found else { return };
        chosen.update(|chosen| {
            if let Some(one) = chosen.iter_mut().find(|one| one.key == key) {
                one.switch(&module);
                mount.set(one.mount.clone());
            }
        });
    };
    view! {
        <Select
            name=format!("mount-version-{key}")
            label=move || t_string!(i18n, run.data_version)
            choices
            value
            on_change=change
        />
    }
}

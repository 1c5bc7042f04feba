//! Ids, versions, dates and the one command one comes back for, beside the README.

use super::commands::main_line;
use super::{EntityContext, Kind, Tab, use_entity};
use crate::components::cli::host;
use crate::format;
use crate::i18n::*;
use crate::ui::{CopyField, TimeAgo};
use leptos::prelude::*;

/// The facts of a project or dataset.
#[component]
pub fn Facts() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    let latest = move || {
        let newest = entity.with(|entity| {
            entity
                .latest
                .map(|version| (version, entity.files(version).href()))
        });
        match newest {
            Some((version, href)) => {
                view! { <a class="numeric" href=href>{version}</a> }.into_any()
            }
            None => {
                view! { <span class="muted">{t!(i18n, entity.facts.none_yet)}</span> }.into_any()
            }
        }
    };
    let environment = move || {
        entity
            .with(|entity| entity.environment.clone())
            .filter(|name| !name.is_empty())
    };
    let size = move || {
        entity
            .with(|entity| entity.size_bytes)
            .filter(|_| kind == Kind::Dataset)
    };
    let command_title = move || match (kind, entity.with(|entity| entity.latest)) {
        (Kind::Project, Some(_)) => t_string!(i18n, entity.facts.command_clone).to_string(),
        (Kind::Dataset, Some(_)) => t_string!(i18n, entity.facts.command_mount).to_string(),
        (_, None) => t_string!(i18n, entity.facts.command_bind).to_string(),
    };
    view! {
        <section class="entity-facts" aria-labelledby="facts-title">
            <h2 id="facts-title">{t!(i18n, entity.facts.title)}</h2>
            <dl class="facts">
                <dt>{t!(i18n, entity.facts.latest)}</dt>
                <dd>{latest}</dd>
                <dt>{t!(i18n, entity.facts.updated)}</dt>
                <dd><TimeAgo time=move || entity.with(|entity| entity.updated)/></dd>
                <dt>{t!(i18n, entity.facts.created)}</dt>
                <dd><TimeAgo time=move || entity.with(|entity| entity.created)/></dd>
                {move || environment().map(|name| view! {
                    <dt>{t!(i18n, entity.facts.environment)}</dt>
                    <dd><code>{name}</code></dd>
                })}
                {move || size().map(|bytes| view! {
                    <dt>{t!(i18n, entity.facts.size)}</dt>
                    <dd class="numeric">{format::bytes(bytes)}</dd>
                })}
            </dl>
            <Copies/>
            <h3>{command_title}</h3>
            <CopyField text=move || entity.with(|entity| main_line(entity, &host()))/>
            <p>
                <a href=move || entity.with(|entity| entity.route(Tab::Guide).href())>
                    {t!(i18n, entity.facts.all_commands)}
                </a>
            </p>
        </section>
    }
}

/// What one copies: ids and the mount string, told apart because they are mixed up easily.
#[component]
fn Copies() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    let newest = move || entity.with(|entity| entity.newest());
    view! {
        <h3>
            {move || match kind {
                Kind::Project => t_string!(i18n, entity.facts.id_project).to_string(),
                Kind::Dataset => t_string!(i18n, entity.facts.id_dataset).to_string(),
            }}
        </h3>
        <CopyField text=move || entity.with(|entity| entity.id.clone())/>
        {move || {
            newest()
                .filter(|_| kind == Kind::Dataset)
                .map(|(version, id)| {
                    view! {
                        <h3>{t!(i18n, entity.facts.mount)}</h3>
                        <CopyField text=entity.with(|entity| entity.mount(version))/>
                        <h3>{t!(i18n, entity.facts.version_id, version = version)}</h3>
                        <CopyField text=id/>
                        <p class="muted">{t!(i18n, entity.facts.mount_hint)}</p>
                    }
                })
        }}
    }
}

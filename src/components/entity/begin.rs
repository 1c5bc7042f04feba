//! A project or dataset without a version: the two ways to begin.

use super::commands::beginning;
use super::upload::UploadForm;
use super::{EntityContext, Kind, use_entity};
use crate::components::cli::host;
use crate::i18n::*;
use crate::paths::Route;
use crate::ui::{CopyField, EmptyState, LinkButton, icons};
use leptos::prelude::*;

/// Drop files here, or use the command line; strangers are told to come back.
#[component]
pub(super) fn Begin() -> impl IntoView {
    let EntityContext { mine, .. } = use_entity();
    view! {
        <Show when=move || mine.get() fallback=|| view! { <NothingYet/> }>
            <TwoWays/>
        </Show>
    }
}

#[component]
fn TwoWays() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    view! {
        <section class="begin">
            <h2>{t!(i18n, entity.begin.title)}</h2>
            <div class="begin-way">
                <h3>
                    {move || match kind {
                        Kind::Project => t_string!(i18n, entity.begin.drop_project).to_string(),
                        Kind::Dataset => t_string!(i18n, entity.begin.drop_dataset).to_string(),
                    }}
                </h3>
                <UploadForm/>
            </div>
            <div class="begin-way">
                <h3>{t!(i18n, entity.begin.cli)}</h3>
                <p class="muted">{t!(i18n, entity.begin.cli_text)}</p>
                {move || {
                    entity
                        .with(|entity| beginning(entity, &host()))
                        .into_iter()
                        .map(|line| view! { <CopyField text=line/> })
                        .collect_view()
                }}
            </div>
        </section>
    }
}

#[component]
fn NothingYet() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    let owner = entity.with_untracked(|entity| entity.owner.clone());
    let title = move || match kind {
        Kind::Project => t_string!(i18n, entity.begin.stranger_project).to_string(),
        Kind::Dataset => t_string!(i18n, entity.begin.stranger_dataset).to_string(),
    };
    let text = move || t_string!(i18n, entity.begin.stranger_text).to_string();
    view! {
        <EmptyState icon=icons::LuCloudUpload title=title text=text>
            <LinkButton href=Route::user(&owner).href()>
                {t!(i18n, entity.begin.stranger_owner, owner = owner)}
            </LinkButton>
        </EmptyState>
    }
}

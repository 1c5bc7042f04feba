//! Uploading a version in the browser: choose, watch, go on.

use super::{EntityContext, Kind, use_entity};
use crate::components::drop_zone::DropZone;
use crate::components::lazy::{self, Part};
use crate::format;
use crate::i18n::*;
use crate::ui::{Icon, LinkButton, Look, icons};
use crate::uploads::{State, Target, Upload, use_uploads};
use api::limits::module_bytes;
use api::upload::UploadCreated;
use leptos::context::Provider;
use leptos::prelude::*;

/// The page: what the files become, and the form.
#[component]
pub fn UploadPage() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    let title = move || match kind {
        Kind::Project => t_string!(i18n, entity.upload_page.project_title),
        Kind::Dataset => t_string!(i18n, entity.upload_page.dataset_title),
    };
    let lead = move || {
        let path = entity.with(|entity| entity.path());
        let most = format::bytes(module_bytes(kind.module_type()));
        match kind {
            Kind::Project => t_string!(
                i18n,
                entity.upload_page.project_lead,
                path = path,
                most = most
            )
            .to_string(),
            Kind::Dataset => t_string!(
                i18n,
                entity.upload_page.dataset_lead,
                path = path,
                most = most
            )
            .to_string(),
        }
    };
    view! {
        <section class="upload-page">
            <h2>{title}</h2>
            <p class="muted">{lead}</p>
            <UploadForm/>
        </section>
    }
}

/// The drop zone of this project or dataset, and how its uploads from this tab stand.
#[component]
pub(super) fn UploadForm() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let uploads = use_uploads();
    let target = Memo::new(move |_| {
        entity.with(|entity| Target {
            kind: entity.kind.module_type(),
            id: entity.id.clone(),
            owner: entity.owner.clone(),
            name: entity.name.clone(),
        })
    });
    let own = move || {
        let id = target.with(|target| target.id.clone());
        let list = uploads.list();
        list.with(|list| {
            list.iter()
                .rev()
                .filter(|upload| upload.target.id == id)
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    let under_way = move || {
        own().iter().any(|upload| {
            !upload
                .state
                .with(|state| matches!(state, State::Done(_) | State::Lost))
        })
    };
    view! {
        <DropZone target=target on_added=|_| ()/>
        <ul class="upload-list">
            <For each=own key=|upload| upload.key let:upload>
                <Standing upload=upload/>
            </For>
        </ul>
        <Show when=under_way>
            <p class="muted">{t!(i18n, entity.upload_page.stays)}</p>
        </Show>
    }
}

/// An upload under way, or what can be done with the version it has made.
#[component]
fn Standing(upload: Upload) -> impl IntoView {
    let state = upload.state.clone();
    let made = Memo::new(move |_| {
        state.with(|state| match state {
            State::Done(made) => Some(made.created.clone()),
            _ => None,
        })
    });
    move || match made.get() {
        Some(created) => view! { <Done created=created/> }.into_any(),
        None => view! {
            <Provider value=upload.clone()>
                {lazy::part_or(Part::UploadEntry, || ().into_any())}
            </Provider>
        }
        .into_any(),
    }
}

#[component]
fn Done(created: UploadCreated) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let is_project = entity.with_untracked(|entity| entity.kind == Kind::Project);
    let UploadCreated {
        module_id, version, ..
    } = created;
    let files = move || entity.with(|entity| entity.files(version).href());
    let run = move || entity.with(|entity| entity.run_with(&module_id));
    view! {
        // The dock has announced it.
        <li class="upload-done">
            <Icon icon=icons::LuCircleCheck/>
            <p>
                <strong>{t!(i18n, entity.upload_page.done, version = version)}</strong> " "
                {t!(i18n, entity.upload_page.done_text)}
            </p>
            <LinkButton href=files icon=icons::LuFolder>
                {t!(i18n, entity.upload_page.see, version = version)}
            </LinkButton>
            {is_project
                .then(|| {
                    view! {
                        <LinkButton look=Look::Main href=run icon=icons::LuPlay>
                            {t!(i18n, entity.upload_page.run)}
                        </LinkButton>
                    }
                })}
        </li>
    }
}

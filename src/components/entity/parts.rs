//! The parts of a project or dataset that are chunks of their own: who looks at one does not wait for the others. Each finds
//! what it is about by [`use_entity`].

use super::begin::Begin;
use super::readme::ReadmeView;
use super::{EntityContext, use_entity};
use super::{Files, Forks, MountingTasks, OwnerOnly, Preview, Settings, UploadPage, Versions};
use crate::components::discussion::Discussion;
use crate::place::use_place;
use leptos::prelude::*;

/// The README of the newest version.
pub fn readme() -> AnyView {
    let EntityContext { entity, .. } = use_entity();
    let newest = entity.with_untracked(|entity| entity.newest());
    newest
        .map(|(version, id)| view! { <ReadmeView version=version id=id/> })
        .into_any()
}

/// How to begin.
pub fn begin() -> AnyView {
    view! { <Begin/> }.into_any()
}

/// Files of one version.
pub fn files() -> AnyView {
    view! { <Files/> }.into_any()
}

/// Notebooks of the newest version.
pub fn preview() -> AnyView {
    view! { <Preview/> }.into_any()
}

/// All versions.
pub fn versions() -> AnyView {
    let place = use_place();
    view! { <Versions page=Signal::derive(move || place.page())/> }.into_any()
}

/// Tasks that mount a dataset.
pub fn mounting() -> AnyView {
    view! { <MountingTasks/> }.into_any()
}

/// Forks.
pub fn forks() -> AnyView {
    view! { <Forks/> }.into_any()
}

/// Comments.
pub fn discussion() -> AnyView {
    let place = use_place();
    view! { <Discussion page=Signal::derive(move || place.page())/> }.into_any()
}

/// Settings; the owner's.
pub fn settings() -> AnyView {
    view! { <OwnerOnly><Settings/></OwnerOnly> }.into_any()
}

/// Upload of a version; the owner's.
pub fn upload() -> AnyView {
    view! { <OwnerOnly><UploadPage/></OwnerOnly> }.into_any()
}

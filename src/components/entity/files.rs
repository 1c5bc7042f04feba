//! The files of a version of a project or dataset, as its address says.

use super::{EntityContext, use_entity};
use crate::components::version_files::VersionFiles;
use crate::paths::{DatasetTab, ProjectTab, Route};
use crate::place::use_place;
use leptos::prelude::*;

/// The files of the version in the address.
#[component]
pub fn Files() -> impl IntoView {
    let place = use_place();
    let EntityContext { entity, .. } = use_entity();
    let (kind, id) = entity.with_untracked(|entity| (entity.kind.module_type(), entity.id.clone()));
    let shown = Memo::new(move |last: Option<&(i64, String)>| {
        let now = place.route.with(|route| match route {
            Some(Route::Project {
                tab: ProjectTab::Files { version, path },
                ..
            })
            | Some(Route::Dataset {
                tab: DatasetTab::Files { version, path },
                ..
            }) => Some((*version, path.clone())),
            // On the way to another page.
            _ => None,
        });
        now.or_else(|| last.cloned()).unwrap_or_default()
    });
    let version = Signal::derive(move || shown.with(|(version, _)| *version));
    let path = Signal::derive(move || shown.with(|(_, path)| path.clone()));
    let route = move |(version, path): (i64, String)| {
        entity.with_untracked(|entity| entity.file(version, &path))
    };
    view! { <VersionFiles kind=kind entity_id=id version=version path=path route=route/> }
}

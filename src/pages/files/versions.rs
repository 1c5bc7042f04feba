//! The files part of a project or dataset.

use crate::client::{datasets, projects};
use crate::components::load::{Async, load};
use crate::components::version_files::VersionFiles as Files;
use crate::paths::{DatasetTab, ProjectTab, Route};
use crate::place::use_place;
use api::module::ModuleType;
use leptos::prelude::*;

/// Whose files the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Whose {
    kind: ModuleType,
    user: String,
    name: String,
}

/// Version and path of the address, and whose they are; none when it is no address of files.
fn read(route: &Route) -> Option<(Whose, i64, String)> {
    let (kind, user, name, version, path) = match route {
        Route::Project {
            user,
            name,
            tab: ProjectTab::Files { version, path },
        } => (ModuleType::Code, user, name, version, path),
        Route::Dataset {
            user,
            name,
            tab: DatasetTab::Files { version, path },
        } => (ModuleType::Data, user, name, version, path),
        _ => return None,
    };
    let whose = Whose {
        kind,
        user: user.clone(),
        name: name.clone(),
    };
    Some((whose, *version, path.clone()))
}

/// The files of the version in the address, of a project or a dataset.
#[component]
pub fn VersionFiles() -> impl IntoView {
    let place = use_place();
    let at = Memo::new(move |last: Option<&Option<(Whose, i64, String)>>| {
        let now = place.route.with(|route| route.as_ref().and_then(read));
        // On the way to another page the files stay as they are.
        now.or_else(|| last.cloned().flatten())
    });
    let whose = Memo::new(move |_| at.get().map(|(whose, _, _)| whose));
    let version = Memo::new(move |_| at.get().map_or(0, |(_, version, _)| version));
    let path = Memo::new(move |_| at.get().map(|(_, _, path)| path).unwrap_or_default());
    move || {
        whose
            .get()
            .map(|whose| view! { <Of whose version=version.into() path=path.into()/> })
    }
}

#[component]
fn Of(whose: Whose, version: Signal<i64>, path: Signal<String>) -> impl IntoView {
    let kind = whose.kind;
    let asked = whose.clone();
    let id = load(move || {
        let Whose { kind, user, name } = asked.clone();
        async move {
            match kind {
                ModuleType::Code => projects::get(&user, &name).await.map(|project| project.id),
                ModuleType::Data => datasets::get(&user, &name).await.map(|dataset| dataset.id),
            }
        }
    });
    let route = Callback::new(move |(version, path): (i64, String)| {
        let (user, name) = (whose.user.clone(), whose.name.clone());
        match whose.kind {
            ModuleType::Code => Route::Project {
                user,
                name,
                tab: ProjectTab::Files { version, path },
            },
            ModuleType::Data => Route::Dataset {
                user,
                name,
                tab: DatasetTab::Files { version, path },
            },
        }
    });
    let shown = move |id: Signal<String>| {
        view! { <Files kind entity_id=id.get_untracked() version path route/> }.into_any()
    };
    view! { <Async load=id lines=8 view=shown/> }
}

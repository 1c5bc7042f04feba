//! New task: a form that begins with what was run last.

mod cost;
mod environment;
mod form;
mod material;
mod mode;

use crate::components::load::{Async, load};
use crate::i18n::*;
use crate::paths::{ProjectTab, Route};
use crate::place::use_place;
use crate::ui::{EmptyState, LinkButton, Look, icons};
use api::project::Project;
use form::RunFields;
use leptos::prelude::*;
use material::{Material, Presets, gather};

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asked {
    user: String,
    name: String,
    presets: Presets,
}

/// The form of the project in the address. The query may name what it begins with: `task` an earlier task, `module` a
/// code version, `data` dataset versions, separated by commas.
#[component]
pub fn RunForm() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let asked = Memo::new(move |last: Option<&Asked>| match place.route.get() {
        Some(Route::Project {
            user,
            name,
            tab: ProjectTab::Run,
        }) => Asked {
            user,
            name,
            presets: Presets {
                task: place.value("task"),
                module: place.value("module"),
                data: place.value("data"),
            },
        },
        // The page is about to go.
        _ => last.cloned().unwrap_or_default(),
    });
    // Another address is another form; the same one is not built anew under the hands of somebody who fills it in.
    let form = move || {
        let Asked {
            user,
            name,
            presets,
        } = asked.get();
        let material = load(move || {
            let (user, name, presets) = (user.clone(), name.clone(), presets.clone());
            async move { gather(&user, &name, presets).await }
        });
        let shown = move |material: Signal<Material>| {
            let material = material.get_untracked();
            let Project { owner, name, .. } = &material.project;
            match material.versions.is_empty() {
                true => view! { <NoVersion user=owner.clone() name=name.clone()/> }.into_any(),
                false => view! { <RunFields material/> }.into_any(),
            }
        };
        view! { <Async load=material lines=10 view=shown/> }
    };
    view! {
        <section class="run" aria-label=move || t_string!(i18n, run.title)>
            {form}
        </section>
    }
}

#[component]
fn NoVersion(user: String, name: String) -> impl IntoView {
    let i18n = use_i18n();
    let upload = Route::Project {
        user,
        name,
        tab: ProjectTab::Upload,
    };
    view! {
        <EmptyState
            icon=icons::LuPackage
            title=move || t_string!(i18n, run.no_version)
            text=move || t_string!(i18n, run.no_version_hint)
        >
            <LinkButton look=Look::Main icon=icons::LuUpload href=upload.href()>
                {move || t_string!(i18n, run.upload)}
            </LinkButton>
        </EmptyState>
    }
}

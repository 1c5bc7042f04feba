//! New task: a form that begins with what was run last.

mod command;
mod environment;
mod form;
mod material;
mod mode;

use crate::components::load::{Async, load};
use crate::i18n::*;
use crate::paths::{ProjectTab, Route};
use crate::place::use_place;
use crate::ui::{EmptyState, LinkButton, Look, icons};
use form::RunFields;
use leptos::prelude::*;
use material::{Material, Presets, gather};

/// The form of the project in the address. The query may name what it begins with: `task` an earlier task, `module` a
/// code version, `data` dataset versions, separated by commas.
#[component]
pub fn RunForm() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let project = Memo::new(
        move |last: Option<&(String, String)>| match place.route.get() {
            Some(Route::Project { user, name, .. }) => (user, name),
            // The page is about to go.
            _ => last.cloned().unwrap_or_default(),
        },
    );
    let material = load(move || {
        let (user, name) = project.get();
        let presets = Presets {
            task: place.value("task"),
            module: place.value("module"),
            data: place.value("data"),
        };
        async move { gather(&user, &name, presets).await }
    });
    let shown = move |material: Signal<Material>| {
        // A form is not built anew under the hands of somebody who fills it in.
        let material = material.get_untracked();
        if material.versions.is_empty() {
            view! { <NoVersion user=material.project.owner name=material.project.name/> }.into_any()
        } else {
            view! { <RunFields material/> }.into_any()
        }
    };
    view! {
        <section class="run" aria-label=move || t_string!(i18n, run.title)>
            <Async load=material lines=10 view=shown/>
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

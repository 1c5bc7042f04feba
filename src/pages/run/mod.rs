//! New task: a form that begins with what was run last.

mod check;
mod cost;
mod entry;
mod environment;
mod fields;
mod form;
mod keep;
mod material;
mod mode;
mod source;

use crate::components::load::{Async, load};
use crate::i18n::*;
use crate::paths::{ProjectTab, Route};
use crate::place::use_place;
use crate::session::use_session;
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

/// The form of the project in the address. The query may name what it begins with: `from` an earlier task, `module` a
/// code version, `data` dataset versions, separated by commas.
#[component]
pub fn RunForm() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let session = use_session();
    // How often the form was begun anew.
    let rounds = RwSignal::new(0_u32);
    let asked = Memo::new(move |last: Option<&Asked>| match place.route.get() {
        Some(Route::Project {
            user,
            name,
            tab: ProjectTab::Run,
        }) => Asked {
            user,
            name,
            presets: Presets {
                task: place.value("from"),
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
        let kept = {
            let Presets { task, module, data } = &presets;
            let reader = session.uid().unwrap_or_default();
            format!("run.{reader}.{user}.{name}.{task}.{module}.{data}")
        };
        let material = load(move || {
            let (user, name, presets) = (user.clone(), name.clone(), presets.clone());
            async move { gather(&user, &name, presets).await }
        });
        let shown = move |material: Signal<Material>| {
            let kept = kept.clone();
            let form = move || {
                rounds.track();
                let material = material.get_untracked();
                let Project { owner, name, .. } = &material.project;
                let again = move |()| rounds.update(|round| *round += 1);
                let kept = kept.clone();
                match material.versions.is_empty() {
                    true => view! { <NoVersion user=owner.clone() name=name.clone()/> }.into_any(),
                    false => {
                        view! { <RunFields material kept again=Callback::new(again)/> }.into_any()
                    }
                }
            };
            form.into_any()
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

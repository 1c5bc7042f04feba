//! The files of one version of a project or dataset, with a switch between versions that keeps the path.

use crate::client::modules;
use crate::components::file_browser::FileBrowser;
use crate::components::file_tree::{Tree, href_kept};
use crate::components::load::{Async, load};
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{EmptyState, icons};
use api::module::{Module, ModuleState, ModuleType};
use leptos::prelude::*;

/// The files of the version with a number.
#[component]
pub fn VersionFiles(
    /// Whether it is code or data.
    kind: ModuleType,
    /// Id of the project or dataset.
    #[prop(into)]
    entity_id: String,
    /// The version's number.
    version: Signal<i64>,
    /// The folder or file.
    path: Signal<String>,
    /// The address of a path in a version.
    #[prop(into)]
    route: Callback<(i64, String), Route>,
) -> impl IntoView {
    let list = load(move || {
        let entity_id = entity_id.clone();
        async move { modules::list(kind, &entity_id).await.map(|page| page.list) }
    });
    let shown = move |versions: Signal<Vec<Module>>| {
        let module = Memo::new(move |_| {
            let number = version.get();
            versions.with(|all| all.iter().find(|module| module.version == number).cloned())
        });
        let found = Memo::new(move |_| module.with(Option::is_some));
        (move || match found.get() {
            false => view! { <NoVersion/> }.into_any(),
            true => view! { <Found versions module path route/> }.into_any(),
        })
        .into_any()
    };
    view! { <Async load=list lines=8 view=shown/> }
}

#[component]
fn NoVersion() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <EmptyState
            icon=icons::LuPackage
            title=move || t_string!(i18n, files.no_version)
            text=move || t_string!(i18n, files.gone_hint)
        />
    }
}

#[component]
fn Found(
    versions: Signal<Vec<Module>>,
    module: Memo<Option<Module>>,
    path: Signal<String>,
    route: Callback<(i64, String), Route>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let number = Memo::new(move |_| {
        module.with(|module| module.as_ref().map_or(0, |module| module.version))
    });
    let tree = Tree {
        id: Signal::derive(move || {
            module.with(|module| {
                module
                    .as_ref()
                    .map(|module| module.id.clone())
                    .unwrap_or_default()
            })
        }),
        top: Signal::derive(move || t_string!(i18n, files.version_number, number = number.get())),
        route: Callback::new(move |path| route.run((number.get(), path))),
    };
    let switch = move || {
        let options = move || {
            let ready = versions
                .get()
                .into_iter()
                .filter(|module| module.state == ModuleState::Valid);
            let options = ready.map(|module| {
                let own = module.version;
                view! {
                    <option value=own.to_string() prop:selected=move || number.get() == own>
                        {move || t_string!(i18n, files.version_number, number = own)}
                    </option>
                }
            });
            options.collect_view()
        };
        let change = move |event| {
            if let Ok(version) = event_target_value(&event).parse() {
                untrack(|| place.go(&href_kept(place, &route.run((version, path.get())))));
            }
        };
        view! {
            <select class="input" aria-label=move || t_string!(i18n, files.version) on:change=change>
                {options}
            </select>
        }
    };
    view! { <FileBrowser tree path tools=switch/> }
}

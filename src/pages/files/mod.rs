//! Files of any version or output by its id: the link that the CLI opens.

use crate::components::file_browser::FileBrowser;
use crate::components::file_tree::Tree;
use crate::i18n::*;
use crate::paths::{DatasetTab, ProjectTab, Route, TaskTab};
use crate::place::use_place;
use crate::ui::{LinkButton, PageHead, icons};
use api::file::Root;
use leptos::prelude::*;

/// The page.
pub fn page(route: Route) -> AnyView {
    match route {
        Route::Files { id, .. } => view! { <FilesPage id/> }.into_any(),
        _ => ().into_any(),
    }
}

/// The page of the app that the files belong to.
fn origin(root: &Root) -> Route {
    let top = String::new();
    match root.clone() {
        Root::Code {
            owner: user,
            name,
            version,
        } => Route::Project {
            user,
            name,
            tab: ProjectTab::Files { version, path: top },
        },
        Root::Data {
            owner: user,
            name,
            version,
        } => Route::Dataset {
            user,
            name,
            tab: DatasetTab::Files { version, path: top },
        },
        Root::Output { task: id } => Route::Task {
            id,
            tab: TaskTab::Output { path: top },
        },
    }
}

#[component]
fn FilesPage(id: String) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let root = RwSignal::new(None::<Root>);
    let path = Memo::new(move |last: Option<&String>| match place.route.get() {
        Some(Route::Files { path, .. }) => path,
        // The page is about to go.
        _ => last.cloned().unwrap_or_default(),
    });
    let title = move || match root.get() {
        None => t_string!(i18n, files.title).to_owned(),
        Some(Root::Code {
            owner,
            name,
            version,
        }) => {
            let name = format!("{owner}/{name}");
            t_string!(i18n, files.root_code, name = name, version = version)
        }
        Some(Root::Data {
            owner,
            name,
            version,
        }) => {
            let name = format!("{owner}/{name}");
            t_string!(i18n, files.root_data, name = name, version = version)
        }
        Some(Root::Output { task }) => {
            let id: String = task.chars().take(8).collect();
            t_string!(i18n, files.root_output, id = id)
        }
    };
    let actions = {
        let link = move || {
            root.with(|root| {
                let href = origin(root.as_ref()?).href();
                Some(view! {
                    <LinkButton icon=icons::LuArrowUpRight href=Signal::stored(href)>
                        {move || t_string!(i18n, files.open_origin)}
                    </LinkButton>
                })
            })
        };
        link.into_any()
    };
    let top: String = id.chars().take(8).collect();
    let route_id = id.clone();
    let tree = Tree {
        id: Signal::stored(id),
        top: Signal::stored(top),
        route: Callback::new(move |path| Route::Files {
            id: route_id.clone(),
            path,
        }),
    };
    view! {
        <div class="content">
            <PageHead title actions/>
            <FileBrowser tree path=path.into() on_root=move |found| root.set(Some(found))/>
        </div>
    }
}

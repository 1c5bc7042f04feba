//! "Use in a new task": one of the reader's projects is chosen, then its form opens with the version mounted.

use super::{EntityContext, use_entity};
use crate::client::projects;
use crate::client::words::words;
use crate::components::load::load;
use crate::i18n::*;
use crate::paths::{ProjectTab, Route};
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::{ComboOption, Combobox, Dialog, LinkButton, icons};
use api::project::{EntityQuery, Project};
use leptos::prelude::*;

/// Projects shown at once.
const SHOWN: u32 = 20;

/// The version that is to be used. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct Usage {
    open: RwSignal<bool>,
    /// Number and id.
    version: RwSignal<(i64, String)>,
}

impl Usage {
    /// Nothing is asked yet.
    pub(super) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            version: RwSignal::new((0, String::new())),
        }
    }

    /// Asks for the project to use this version in.
    pub(super) fn ask(self, version: i64, id: String) {
        self.version.set((version, id));
        self.open.set(true);
    }
}

/// The dialog.
#[component]
pub(super) fn UseInTask(usage: Usage) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let mount = move || {
        let version = usage.version.with(|(version, _)| *version);
        entity.with(|entity| entity.mount(version))
    };
    view! {
        <Dialog open=usage.open title=move || t_string!(i18n, manage.use_title, mount = mount())>
            <p>{t!(i18n, manage.use_text)}</p>
            <Choose usage/>
        </Dialog>
    }
}

#[component]
fn Choose(usage: Usage) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let session = use_session();
    let typed = RwSignal::new(String::new());
    let found = load(move || {
        let query = EntityQuery {
            user: session.name(),
            q: Some(typed.get().trim().to_owned()).filter(|q| !q.is_empty()),
            page_size: Some(SHOWN),
            ..EntityQuery::default()
        };
        async move { projects::list(&query).await.map(|page| page.list) }
    });
    let list = Memo::new(move |_| found.data.get().unwrap_or_default());
    let options = Signal::derive(move || {
        let option = |project: Project| {
            let ready = project.latest_version > 0;
            let number = project.latest_version;
            let aside = match ready {
                true => t_string!(i18n, manage.use_version, number = number),
                false => t_string!(i18n, manage.use_no_code).to_owned(),
            };
            ComboOption::new(project.id, project.name)
                .icon(icons::LuFolderGit2)
                .aside(aside)
                .detail(project.description)
                .disabled(!ready)
        };
        list.get().into_iter().map(option).collect()
    });
    let note = Signal::derive(move || {
        if let Some(error) = found.error.get() {
            return Some(words(&error, i18n.get_locale()));
        }
        let query = typed.get().trim().to_owned();
        match (found.loading.get(), list.with(Vec::is_empty), query) {
            (true, true, _) => Some(t_string!(i18n, manage.use_loading).to_owned()),
            (false, true, query) if query.is_empty() => {
                Some(t_string!(i18n, manage.use_none).to_owned())
            }
            (false, true, query) => Some(t_string!(i18n, manage.use_no_match, query = query)),
            (_, false, _) => None,
        }
    });
    let choose = move |id: String| {
        let project = list.with_untracked(|list| list.iter().find(|one| one.id == id).cloned());
        let Some(project) = project else { return };
        let run = Route::Project {
            user: project.owner,
            name: project.name,
            tab: ProjectTab::Run,
        };
        let module = usage.version.with_untracked(|(_, id)| id.clone());
        usage.open.set(false);
        place.go(&run.with(&[("data", &module)]));
    };
    let none = Memo::new(move |_| {
        found
            .data
            .with(|data| data.as_ref().is_some_and(Vec::is_empty))
            && typed.with(|typed| typed.trim().is_empty())
    });
    view! {
        <div class="use-search">
            <Combobox
                name="use-project"
                label=move || t_string!(i18n, manage.use_search)
                placeholder=move || t_string!(i18n, manage.use_search)
                value=typed
                options
                on_choose=choose
                busy=found.loading
                note
                // To choose is all there is to do here.
                open=RwSignal::new(true)
                autofocus=true
            />
        </div>
        <Show when=move || none.get()>
            <LinkButton href=Route::NewProject.href() icon=icons::LuPlus>
                {t!(i18n, shell.new_project)}
            </LinkButton>
        </Show>
    }
}

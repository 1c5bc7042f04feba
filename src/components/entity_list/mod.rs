//! Lists of projects and datasets: one's own, somebody's, everybody's.

mod line;
mod query;
mod rows;
mod tools;

use crate::client::{datasets, projects};
use crate::components::list_tools::{CountTold, NothingFound};
use crate::components::live::Concerns as _;
use crate::components::load::{Async, load};
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::{Badge, EmptyState, LinkButton, Look, Pagination, icons};
use api::Page;
use api::event::{Action, Kind};
use api::module::ModuleType;
use leptos::prelude::*;
use line::lines;
use rows::Lines;
use tools::Tools;

pub use line::Line;
pub use query::{FILTERS, asked};
pub use tools::PopularTags;

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Projects.
    Projects,
    /// Datasets.
    Datasets,
}

impl Listed {
    /// What versions of it hold.
    pub fn module_type(self) -> ModuleType {
        match self {
            Self::Projects => ModuleType::Code,
            Self::Datasets => ModuleType::Data,
        }
    }
}

/// Whose a list is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The reader's own.
    Own(String),
    /// Somebody else's.
    Of(String),
    /// Everybody's.
    Everybody,
    /// What this user has starred.
    StarredBy(String),
    /// What was forked from the one of this id.
    ForksOf(String),
}

impl Whose {
    /// The owner's name; none where there are several.
    pub fn user(&self) -> Option<String> {
        match self {
            Self::Own(user) | Self::Of(user) => Some(user.clone()),
            Self::Everybody | Self::StarredBy(_) | Self::ForksOf(_) => None,
        }
    }
}

/// A list with search, order and pages.
#[component]
pub fn EntityList(
    /// What it holds.
    listed: Listed,
    /// Whose it is.
    #[prop(into)]
    whose: Signal<Whose>,
) -> impl IntoView {
    let place = use_place();
    let query = Memo::new(move |_| whose.with(|whose| asked(place, listed, whose)));
    let list = load(move || {
        let query = query.get();
        async move {
            Ok(match listed {
                Listed::Projects => lines(projects::list(&query).await?),
                Listed::Datasets => lines(datasets::list(&query).await?),
            })
        }
    })
    .live(move |change| {
        let kind = match change.kind {
            Kind::Project => listed == Listed::Projects,
            Kind::Dataset => listed == Listed::Datasets,
            // A line tells its newest version; of tasks the number, which in a list of everybody's is too little to move it.
            Kind::Version => true,
            Kind::Task => {
                listed == Listed::Projects
                    && change.action != Action::Changed
                    && whose.with(|whose| *whose != Whose::Everybody)
            }
            _ => false,
        };
        let user = whose.with(Whose::user);
        kind && user.is_none_or(|user| change.is_by(&user))
    });
    let shown = move |answer: Signal<Page<Line>>| {
        let lines = Signal::derive(move || answer.with(|page| page.list.clone()));
        let total = Memo::new(move |_| answer.with(|page| page.total));
        let none = Memo::new(move |_| lines.with(Vec::is_empty));
        let pages = Signal::derive(move || {
            let size = u64::from(query.with(|query| query.paging().limit()));
            u32::try_from(total.get().div_ceil(size)).unwrap_or(u32::MAX)
        });
        let page = Signal::derive(move || place.page());
        (move || {
            if !none.get() {
                let href = move |page: u32| untrack(|| place.with(&[("page", &page.to_string())]));
                return view! {
                    <Lines listed lines whose/>
                    <Pagination page pages href/>
                }
                .into_any();
            }
            let filtered = untrack(|| FILTERS.iter().any(|key| !place.value(key).is_empty()));
            match filtered || total.get() > 0 {
                true => view! { <NothingFound total=total.get() filters=FILTERS/> }.into_any(),
                false => view! { <NothingYet listed whose/> }.into_any(),
            }
        })
        .into_any()
    };
    view! {
        <Tools listed whose/>
        <CountTold
            loading=list.loading
            total=Signal::derive(move || list.data.with(|page| page.as_ref().map(|page| page.total)))
        />
        <Async load=list lines=8 view=shown/>
    }
}

/// Public or private: icon and word.
#[component]
pub fn Visibility(
    /// Whether only the owner sees it.
    #[prop(into)]
    private: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let label = move || match private.get() {
        true => t_string!(i18n, common.private),
        false => t_string!(i18n, common.public),
    };
    let icon = Signal::derive(move || match private.get() {
        true => icons::LuLock,
        false => icons::LuGlobe,
    });
    view! { <Badge label icon/> }
}

/// Why a list is empty that nothing filters, with one way on.
#[component]
fn NothingYet(listed: Listed, whose: Signal<Whose>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let user = move || whose.with(Whose::user).unwrap_or_default();
    let title = move || match (whose.get(), listed) {
        (Whose::ForksOf(_), _) => t_string!(i18n, social.no_forks_project),
        (Whose::StarredBy(_), Listed::Projects) => t_string!(i18n, social.no_favourite_projects),
        (Whose::StarredBy(_), Listed::Datasets) => t_string!(i18n, social.no_favourite_datasets),
        (_, Listed::Projects) => t_string!(i18n, lists.no_projects),
        (_, Listed::Datasets) => t_string!(i18n, lists.no_datasets),
    };
    let text = move || match (listed, whose.get()) {
        (_, Whose::ForksOf(_)) => t_string!(i18n, social.no_forks_text).to_owned(),
        (_, Whose::StarredBy(user)) => match session.is(&user) {
            true => t_string!(i18n, social.no_favourites_own).to_owned(),
            false => t_string!(i18n, social.no_favourites_other, user = user),
        },
        (Listed::Projects, Whose::Own(_)) => t_string!(i18n, lists.no_projects_own).to_owned(),
        (Listed::Projects, Whose::Of(_)) => t_string!(i18n, lists.no_projects_other, user = user()),
        (Listed::Projects, Whose::Everybody) => t_string!(i18n, lists.no_projects_any).to_owned(),
        (Listed::Datasets, Whose::Own(_)) => t_string!(i18n, lists.no_datasets_own).to_owned(),
        (Listed::Datasets, Whose::Of(_)) => t_string!(i18n, lists.no_datasets_other, user = user()),
        (Listed::Datasets, Whose::Everybody) => t_string!(i18n, lists.no_datasets_any).to_owned(),
    };
    let icon = match (whose.get_untracked(), listed) {
        (Whose::ForksOf(_), _) => icons::LuGitFork,
        (Whose::StarredBy(_), _) => icons::LuStar,
        (_, Listed::Projects) => icons::LuFolderGit2,
        (_, Listed::Datasets) => icons::LuDatabase,
    };
    let way_on = move || match whose.get() {
        Whose::Own(_) => Some(view! { <CreateLink listed look=Look::Main/> }.into_any()),
        Whose::StarredBy(user) if session.is(&user) => {
            let tab = match listed {
                Listed::Projects => "",
                Listed::Datasets => "datasets",
            };
            let href = Route::Explore.with(&[("tab", tab)]);
            Some(
                view! {
                    <LinkButton href look=Look::Main icon=icons::LuCompass>
                        {move || t_string!(i18n, social.explore)}
                    </LinkButton>
                }
                .into_any(),
            )
        }
        _ => None,
    };
    view! { <EmptyState title text icon>{way_on}</EmptyState> }
}

/// The way to create one.
#[component]
pub fn CreateLink(
    /// What is created.
    listed: Listed,
    /// How much it stands out.
    #[prop(optional)]
    look: Look,
) -> impl IntoView {
    let i18n = use_i18n();
    let (href, words) = match listed {
        Listed::Projects => (Route::NewProject.href(), true),
        Listed::Datasets => (Route::NewDataset.href(), false),
    };
    view! {
        <LinkButton href look icon=icons::LuPlus>
            {move || match words {
                true => t_string!(i18n, lists.new_project),
                false => t_string!(i18n, lists.new_dataset),
            }}
        </LinkButton>
    }
}

//! Lists of projects and datasets: one's own, somebody's, everybody's.

use crate::client::{datasets, projects};
use crate::components::list_tools::{ListTools, NothingFound};
use crate::components::live::Concerns as _;
use crate::components::load::{Async, load};
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{
    Badge, Choice, Column, EmptyState, LinkButton, Look, Pagination, Table, TimeAgo, icons,
};
use api::dataset::Dataset;
use api::event::{Action, Kind};
use api::project::{EntityQuery, EntitySort, Project};
use api::{Page, Time};
use leptos::prelude::*;

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Projects.
    Projects,
    /// Datasets.
    Datasets,
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
}

impl Whose {
    /// The name to ask for; none for everybody.
    pub fn user(&self) -> Option<String> {
        match self {
            Self::Own(user) | Self::Of(user) => Some(user.clone()),
            Self::Everybody => None,
        }
    }
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    href: String,
    id: String,
    owner: String,
    name: String,
    description: String,
    private: bool,
    version: i64,
    /// Environment of a project, size of a dataset.
    kind: String,
    /// Tasks of a project, versions of a dataset.
    count: u64,
    updated: Time,
}

impl From<Project> for Line {
    fn from(project: Project) -> Self {
        Self {
            href: Route::project(&project.owner, &project.name).href(),
            id: project.id,
            owner: project.owner,
            name: project.name,
            description: project.description,
            private: project.permission != 0,
            version: project.latest_version,
            kind: project.default_env,
            count: project.tasks,
            updated: project.date_updated,
        }
    }
}

impl From<Dataset> for Line {
    fn from(dataset: Dataset) -> Self {
        Self {
            href: Route::dataset(&dataset.owner, &dataset.name).href(),
            id: dataset.id,
            owner: dataset.owner,
            name: dataset.name,
            description: dataset.description,
            private: dataset.permission != 0,
            version: dataset.latest_version,
            kind: format::bytes(dataset.size_bytes),
            count: dataset.versions,
            updated: dataset.date_updated,
        }
    }
}

fn lines<T: Into<Line>>(page: Page<T>) -> Page<Line> {
    Page {
        list: page.list.into_iter().map(Into::into).collect(),
        total: page.total,
    }
}

/// The order in a query; anything else is the default.
fn sort_of(text: &str) -> Option<EntitySort> {
    match text {
        "created" => Some(EntitySort::Created),
        "name" => Some(EntitySort::Name),
        _ => None,
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
    let i18n = use_i18n();
    let place = use_place();
    let query = Memo::new(move |_| EntityQuery {
        user: whose.with(Whose::user),
        q: Some(place.value("q")).filter(|q| !q.is_empty()),
        sort: sort_of(&place.value("sort")),
        page: Some(place.page()).filter(|page| *page > 1),
        page_size: None,
    });
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
    let choices = Signal::derive(move || {
        vec![
            Choice::new("", t_string!(i18n, lists.sort_updated)),
            Choice::new("created", t_string!(i18n, lists.sort_created)),
            Choice::new("name", t_string!(i18n, lists.sort_name)),
        ]
    });
    let search = move || match listed {
        Listed::Projects => t_string!(i18n, lists.search_projects),
        Listed::Datasets => t_string!(i18n, lists.search_datasets),
    };
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
            let filtered = query.with_untracked(|query| query.q.is_some());
            match filtered || total.get() > 0 {
                true => view! { <NothingFound total=total.get() filters=&["q"]/> }.into_any(),
                false => view! { <NothingYet listed whose/> }.into_any(),
            }
        })
        .into_any()
    };
    view! {
        <ListTools search choice=move || t_string!(i18n, lists.sort) key="sort" choices/>
        <Async load=list lines=8 view=shown/>
    }
}

#[component]
fn Lines(listed: Listed, lines: Signal<Vec<Line>>, whose: Signal<Whose>) -> impl IntoView {
    let i18n = use_i18n();
    let caption = move || match listed {
        Listed::Projects => t_string!(i18n, lists.projects),
        Listed::Datasets => t_string!(i18n, lists.datasets),
    };
    let kind = move || match listed {
        Listed::Projects => t_string!(i18n, lists.environment),
        Listed::Datasets => t_string!(i18n, lists.size),
    };
    let count = move || match listed {
        Listed::Projects => t_string!(i18n, lists.tasks_count),
        Listed::Datasets => t_string!(i18n, lists.versions_count),
    };
    let columns = vec![
        Column::new(move || t_string!(i18n, lists.name)),
        Column::new(move || t_string!(i18n, lists.visibility)),
        Column::numeric(move || t_string!(i18n, lists.version)),
        match listed {
            Listed::Projects => Column::new(kind),
            Listed::Datasets => Column::numeric(kind),
        },
        Column::numeric(count),
        Column::new(move || t_string!(i18n, lists.updated)),
    ];
    let with_owner = Memo::new(move |_| whose.with(|whose| *whose == Whose::Everybody));
    // A line that changed is another line: its key is all of it.
    let key = |line: &Line| (line.id.clone(), line.updated, line.version, line.count);
    view! {
        <Table caption columns>
            <For each=move || lines.get() key let:line>
                <tr>
                    <td class="cell-main">
                        <a href=line.href>
                            {with_owner.get_untracked().then(|| format!("{} / ", line.owner))}
                            {line.name}
                        </a>
                        <span class="cell-sub cell-clip">
                            <bdi>{line.description}</bdi>
                        </span>
                    </td>
                    <td>
                        <Visibility private=line.private/>
                    </td>
                    <td class="num" data-label=move || t_string!(i18n, lists.version)>
                        {move || match line.version {
                            0 => view! { <span class="muted">{t_string!(i18n, lists.no_version)}</span> }.into_any(),
                            number => number.into_any(),
                        }}
                    </td>
                    <td class:num=listed == Listed::Datasets data-label=kind>
                        {line.kind}
                    </td>
                    <td class="num" data-label=count>
                        {format::number(line.count)}
                    </td>
                    <td data-label=move || t_string!(i18n, lists.updated)>
                        <TimeAgo time=Signal::stored(line.updated)/>
                    </td>
                </tr>
            </For>
        </Table>
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

#[component]
fn NothingYet(listed: Listed, whose: Signal<Whose>) -> impl IntoView {
    let i18n = use_i18n();
    let own = whose.with(|whose| matches!(whose, Whose::Own(_)));
    let user = move || whose.with(Whose::user).unwrap_or_default();
    let title = move || match listed {
        Listed::Projects => t_string!(i18n, lists.no_projects),
        Listed::Datasets => t_string!(i18n, lists.no_datasets),
    };
    let text = move || match (listed, whose.get()) {
        (Listed::Projects, Whose::Own(_)) => t_string!(i18n, lists.no_projects_own).to_owned(),
        (Listed::Projects, Whose::Of(_)) => t_string!(i18n, lists.no_projects_other, user = user()),
        (Listed::Projects, Whose::Everybody) => t_string!(i18n, lists.no_projects_any).to_owned(),
        (Listed::Datasets, Whose::Own(_)) => t_string!(i18n, lists.no_datasets_own).to_owned(),
        (Listed::Datasets, Whose::Of(_)) => t_string!(i18n, lists.no_datasets_other, user = user()),
        (Listed::Datasets, Whose::Everybody) => t_string!(i18n, lists.no_datasets_any).to_owned(),
    };
    let icon = match listed {
        Listed::Projects => icons::LuFolderGit2,
        Listed::Datasets => icons::LuDatabase,
    };
    view! {
        <EmptyState title text icon>
            {own.then(|| view! { <CreateLink listed look=Look::Main/> })}
        </EmptyState>
    }
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

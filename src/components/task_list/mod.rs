//! Lists of tasks: one's own, a project's, somebody's. The address holds which, in what order and what of each; the list
//! keeps itself up to date.

mod asked;
mod bulk;
mod columns;
mod details;
mod filters;
mod metrics;
mod rows;
mod tools;
mod views;

pub use bulk::bulk_bar;
pub use columns::column_panel;
pub use filters::filter_panel;

use crate::client::tasks;
use crate::components::list_tools::NothingFound;
use crate::components::live::Concerns as _;
use crate::components::load::{Async, load};
use crate::place::use_place;
use crate::ui::{Pagination, Selection};
use api::Page;
use api::event::{Action, Kind};
use api::task::{Task, TaskQuery, TaskState};
use asked::{FILTERS, asked, fields};
use bulk::BulkBar;
use leptos::prelude::*;
use metrics::Metrics;
use rows::Rows;
use tools::Tools;

/// Milliseconds between two looks while one waits: its place in the queue changes with tasks that one is not told of.
const QUEUE: u32 = 5_000;

/// A list of tasks with everything to find some of them and to do something with many.
#[component]
pub fn TaskList(
    /// Whose tasks, or those of which project; the address says the rest.
    #[prop(into)]
    scope: Signal<TaskQuery>,
    /// Whether they are the reader's own: then they can be chosen.
    #[prop(into)]
    mine: Signal<bool>,
    /// What stands there when there are none at all.
    #[prop(into)]
    empty: ViewFn,
) -> impl IntoView {
    let place = use_place();
    let query = Memo::new(move |_| scope.with(|scope| asked(scope, |key| place.value(key))));
    let list = load(move || {
        let query = query.get();
        async move { tasks::list(&query).await }
    })
    .live(move |change| {
        let gone = change.kind == Kind::Project && change.action == Action::Deleted;
        let concerned = query.with(|query| match (&query.project, &query.user) {
            (Some(project), _) => change.is_of(project),
            (None, Some(user)) => change.is_by(user),
            (None, None) => true,
        });
        (change.kind == Kind::Task || gone) && concerned
    })
    .poll(|page: &Page<Task>| {
        let mut tasks = page.list.iter();
        tasks
            .any(|task| task.state == TaskState::Waiting)
            .then_some(QUEUE)
    });
    let tasks = Signal::derive(move || {
        list.data.with(|page| {
            page.as_ref()
                .map_or_else(Vec::new, |page| page.list.clone())
        })
    });
    let total = Memo::new(move |_| list.data.with(|page| page.as_ref().map(|page| page.total)));
    let keys = Memo::new(move |_| {
        tasks.with(|tasks| tasks.iter().map(|task| task.id.clone()).collect::<Vec<_>>())
    });
    let selection = Selection::new(keys.into());
    // Another list: what was chosen of the last one means nothing here.
    Effect::new(move |before: Option<()>| {
        query.track();
        if before.is_some() {
            selection.clear();
        }
    });
    let fields = Memo::new(move |_| {
        let mut fields = fields(&place.value("cols"));
        if scope.with(|scope| scope.project.is_some()) {
            fields.retain(|field| *field != asked::Field::Project);
        }
        fields
    });
    let metrics = Metrics::new(tasks, fields);
    let page = Signal::derive(move || query.with(|query| query.paging().page));
    let pages = Signal::derive(move || {
        let size = u64::from(query.with(|query| query.paging().limit()));
        let pages = total.get().unwrap_or(0).div_ceil(size);
        u32::try_from(pages).unwrap_or(u32::MAX)
    });
    let href = move |page: u32| {
        let page = if page == 1 {
            String::new()
        } else {
            page.to_string()
        };
        untrack(|| place.with(&[("page", &page)]))
    };
    let shown = move |answer: Signal<Page<Task>>| {
        // How many there are when this page has none.
        let none =
            Memo::new(move |_| answer.with(|page| page.list.is_empty().then_some(page.total)));
        let empty = empty.clone();
        (move || match none.get() {
            Some(0) if !query.with(TaskQuery::is_filtered) => empty.run(),
            Some(total) => view! { <NothingFound total filters=FILTERS/> }.into_any(),
            None => {
                let rows = move || {
                    let selection = mine.get().then_some(selection);
                    view! { <Rows tasks query metrics fields=fields.get() selection on_change=move |()| list.reload()/> }
                };
                view! {
                    {rows}
                    <BulkBar selection tasks total query on_done=move |()| list.reload()/>
                    <Pagination page pages href/>
                }
                .into_any()
            }
        })
        .into_any()
    };
    view! {
        <Tools query scope total tasks fields metrics/>
        <Async load=list lines=12 view=shown/>
    }
}

//! Metrics of the tasks on a page of the list. They are asked for only while a column or the open menu shows some: the
//! server may have to read logs for them.

use super::asked::Field;
use crate::client::tasks as client;
use crate::components::load::{Load, load};
use crate::format::{self, figure};
use crate::i18n::*;
use api::Page;
use api::metric::{MetricSummary, MetricValue, MetricsQuery, MetricsState, TaskMetrics};
use api::task::{Several, Task};
use leptos::prelude::*;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Names that the menu offers.
const OFFERED: usize = 30;
/// Milliseconds until it is asked again while logs are being read.
const PENDING: u32 = 2_000;
/// The same while a task runs.
const RUNNING: u32 = 10_000;

/// What is known of the metrics of the tasks on the page. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct Metrics {
    load: Load<Page<TaskMetrics>>,
    /// Menus that show them.
    menus: RwSignal<u32>,
}

impl Metrics {
    /// Asks for those of `tasks` while one of `fields` or a menu shows them.
    pub fn new(tasks: Signal<Vec<Task>>, fields: Memo<Vec<Field>>) -> Self {
        let menus = RwSignal::new(0);
        let wanted = Memo::new(move |_| {
            let shown = |field: &Field| matches!(field, Field::Metric(_));
            menus.get() > 0 || fields.with(|fields| fields.iter().any(shown))
        });
        // With the states: one that has ended since has its last values.
        let asked = Memo::new(move |_| {
            let of = |task: &Task| (task.id.clone(), task.state);
            let all = || tasks.with(|tasks| tasks.iter().map(of).collect::<Vec<_>>());
            wanted.get().then(all).unwrap_or_default()
        });
        let load = load(move || {
            let ids: Vec<String> = asked.get().into_iter().map(|(id, _)| id).collect();
            async move {
                match ids.is_empty() {
                    true => Ok(Page::default()),
                    false => client::metrics(&MetricsQuery { ids: Several(ids) }).await,
                }
            }
        });
        let load = load.poll(move |page: &Page<TaskMetrics>| {
            let pending = |task: &TaskMetrics| task.state == MetricsState::Pending;
            let runs = || asked.with(|all| all.iter().any(|(_, state)| !state.is_final()));
            match page.list.iter().any(pending) {
                true => Some(PENDING),
                false => runs().then_some(RUNNING),
            }
        });
        Self { load, menus }
    }

    /// Asks for them for as long as the owner of a menu lives.
    pub fn open(self) {
        self.menus.update(|menus| *menus += 1);
        on_cleanup(move || {
            self.menus.try_update(|menus| *menus -= 1);
        });
    }

    /// Whether logs are still being read.
    pub fn pending(self) -> bool {
        let pending = |task: &TaskMetrics| task.state == MetricsState::Pending;
        self.with(|tasks| tasks.iter().any(pending))
    }

    /// The names that most tasks have, at most [`OFFERED`].
    pub fn names(self) -> Vec<String> {
        self.with(frequent)
    }

    fn with<T>(self, see: impl FnOnce(&[TaskMetrics]) -> T) -> T {
        let data = self.load.data;
        data.with(|page| see(page.as_ref().map_or(&[], |page| &page.list)))
    }
}

/// The names that most of these tasks have, the most frequent first.
fn frequent(tasks: &[TaskMetrics]) -> Vec<String> {
    let mut counts = BTreeMap::<&str, u32>::new();
    for metric in tasks.iter().flat_map(|task| &task.metrics) {
        *counts.entry(&metric.name).or_default() += 1;
    }
    let mut names: Vec<_> = counts.into_iter().collect();
    names.sort_by_key(|(_, count)| Reverse(*count));
    let names = names.into_iter().take(OFFERED);
    names.map(|(name, _)| name.to_owned()).collect()
}

/// The cell of a metric: its last value, and what it is in short for whoever points at it.
#[component]
pub(super) fn MetricCell(metrics: Metrics, id: String, name: String) -> impl IntoView {
    let i18n = use_i18n();
    let label = format::visible(&name);
    let found = Memo::new(move |_| {
        metrics.with(|tasks| {
            let task = tasks.iter().find(|task| task.id == id)?;
            let metric = task.metrics.iter().find(|metric| metric.name == name);
            Some((task.state, metric.cloned()))
        })
    });
    let value = move || match found.get() {
        Some((_, Some(metric))) => figure(metric.last.value.0),
        Some((MetricsState::Pending, None)) => "…".to_owned(),
        None if metrics.load.loading.get() => "…".to_owned(),
        _ => "–".to_owned(),
    };
    let facts = move |metric: MetricSummary| {
        let value =
            |at: Option<MetricValue>| at.map_or_else(|| "–".to_owned(), |at| figure(at.value.0));
        let (min, max) = (value(metric.min), value(metric.max));
        let count = format::number(metric.count);
        t_string!(
            i18n,
            tasks.metric_facts,
            min = min,
            max = max,
            count = count
        )
    };
    let title = move || found.get().and_then(|(_, metric)| metric).map(facts);
    view! {
        <td class="num" data-label=label title=title>
            {value}
        </td>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::metric::Figure;

    #[test]
    fn what_most_tasks_have_comes_first() {
        let task = |names: &[&str]| TaskMetrics {
            id: String::new(),
            state: MetricsState::Ready,
            metrics: names
                .iter()
                .map(|name| MetricSummary {
                    name: (*name).to_owned(),
                    count: 1,
                    last: MetricValue {
                        value: Figure(0.0),
                        line: 1,
                    },
                    min: None,
                    max: None,
                    last_step: None,
                })
                .collect(),
        };
        let tasks = [task(&["b", "loss"]), task(&["loss", "a"]), task(&[])];
        assert_eq!(frequent(&tasks), ["loss", "a", "b"]);
        let many: Vec<String> = (0..2 * OFFERED).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(frequent(&[task(&many)]).len(), OFFERED);
        assert!(frequent(&[]).is_empty());
    }
}

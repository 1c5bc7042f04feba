//! Metrics that a project's owner looks for beside those that are known.

use crate::client::projects;
use crate::components::lazy::{self, Part};
use crate::components::load::{Load, load};
use crate::components::log_link::LogLink;
use api::metric::MetricPattern;
use engine::metrics::UserPattern;
use leptos::context::Provider;
use leptos::prelude::*;

/// The patterns that are looked for. `Copy`.
#[derive(Clone, Copy)]
pub struct Patterns {
    /// Its id.
    pub(super) project: StoredValue<String>,
    /// Whose project it is.
    pub(super) owner: StoredValue<String>,
    /// What the project keeps.
    pub(super) kept: Load<Vec<MetricPattern>>,
    /// What the reader made of them since.
    pub(super) changed: RwSignal<Option<Vec<MetricPattern>>>,
}

impl Patterns {
    /// Those of a project.
    pub fn of(project: String, owner: String) -> Self {
        let id = project.clone();
        Self {
            project: StoredValue::new(project),
            owner: StoredValue::new(owner),
            kept: load(move || {
                let id = id.clone();
                async move { projects::metric_patterns(&id).await }
            }),
            changed: RwSignal::new(None),
        }
    }

    /// What is looked for, tracked; `None` before it is known. The log is read without those that cannot be had.
    pub fn get(self) -> Option<Vec<MetricPattern>> {
        let changed = self.changed.get().or_else(|| self.kept.data.get());
        changed.or_else(|| {
            self.kept
                .error
                .with(|error| error.as_ref().map(|_| Vec::new()))
        })
    }

    /// The same for the worker.
    pub fn asked(self) -> Option<Vec<UserPattern>> {
        let of = |MetricPattern { name, pattern }| UserPattern { name, pattern };
        Some(self.get()?.into_iter().map(of).collect())
    }
}

/// What the chunk with the patterns' drawer finds in the context.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    pub(super) open: RwSignal<bool>,
    pub(super) patterns: Patterns,
    /// The log that patterns are tried on.
    pub(super) link: LogLink,
}

/// The patterns of a project at the side of the page, from the first time on that they are asked for.
#[component]
pub fn PatternDrawer(open: RwSignal<bool>, patterns: Patterns, link: LogLink) -> impl IntoView {
    let wanted = Memo::new(move |before: Option<&bool>| before == Some(&true) || open.get());
    let opened = Opened {
        open,
        patterns,
        link,
    };
    view! {
        <Provider value=opened>
            {move || wanted.get().then(|| lazy::part_or(Part::MetricPatterns, || ().into_any()))}
        </Provider>
    }
}

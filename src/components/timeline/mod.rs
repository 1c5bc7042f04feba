//! The stages of a task in one thin row, with times and durations.

mod steps;

#[cfg(test)]
pub(crate) use steps::tests::task as task_of_test;
pub use steps::{Progress, STAGES, Step, running_seconds, steps};

use crate::components::task_words;
use crate::format;
use crate::i18n::*;
use crate::ui::{Standing, Timeline, TimelineStep, now_fine};
use api::task::{Task, TaskState};
use leptos::prelude::*;

/// Queued, creating, configuring, running, finished: when each was reached and how long it took. The stage a task
/// is in ticks.
#[component]
pub fn TaskTimeline(
    /// The task.
    task: Signal<Task>,
) -> impl IntoView {
    let i18n = use_i18n();
    let all = Memo::new(move |_| task.with(steps));
    let failed = Memo::new(move |_| task.with(|task| task.state == TaskState::Failed));
    let items = (0..STAGES.len())
        .map(|at| {
            let step = Memo::new(move |_| all.with(|steps| steps[at]));
            view! { <Stage step=step.into() failed=failed.into()/> }
        })
        .collect_view();
    view! { <Timeline label=move || t_string!(i18n, task.timeline)>{items}</Timeline> }
}

#[component]
fn Stage(step: Signal<Step>, failed: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let now = now_fine();
    let standing = Signal::derive(move || match step.get().progress {
        Progress::Done if failed.get() && step.get().stage == api::task::Stage::Finished => {
            Standing::Failed
        }
        Progress::Done => Standing::Done,
        Progress::Now => Standing::Now,
        Progress::Ahead => Standing::Ahead,
        Progress::Skipped => Standing::Skipped,
    });
    let stands = move || match step.get().progress {
        Progress::Done => t_string!(i18n, task.step_done),
        Progress::Now => t_string!(i18n, task.step_now),
        Progress::Ahead => t_string!(i18n, task.step_ahead),
        Progress::Skipped => t_string!(i18n, task.step_skipped),
    };
    let at = move || {
        let at = step.get().at?;
        let absolute = move || format::absolute(at, i18n.get_locale());
        let clock = move || format::clock(at, i18n.get_locale());
        Some(view! { <time datetime=format!("{at}Z") title=absolute>{clock}</time> })
    };
    let took = move || {
        let step = step.get();
        let seconds = match (step.progress, step.at) {
            (Progress::Now, Some(at)) => Some(now.get().seconds_since(at).max(0.0)),
            _ => step.seconds,
        };
        seconds.map(|seconds| short_duration(seconds, i18n.get_locale()))
    };
    view! {
        <TimelineStep name=move || task_words::stage(i18n, step.get().stage) standing stands>
            {at}
            " "
            <span class="timeline-took">{took}</span>
        </TimelineStep>
    }
}

/// A duration that may be shorter than a second.
fn short_duration(seconds: f64, locale: Locale) -> String {
    if seconds < 1.0 {
        format!("< {}", format::duration(1, locale))
    } else {
        format::duration(seconds as u64, locale)
    }
}

//! A task's log as it is written: only the rows on screen exist, the worker keeps the rest.

mod clock;
mod compare;
mod density;
mod frame;
mod lines;
mod picked;
mod row;
mod scroll;
mod search_bar;
mod selected;
mod states;
mod status;
mod tools;
mod viewer;

use crate::client;
use crate::client::files::Part;
use crate::components::log_link::LogLink;
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::{Button, ErrorNote, icons};
use crate::untyped;
use crate::work::{Link, Snapshot, Sought, ToWorker};
use api::routes;
use api::task::TaskState;
use compare::{CompareBar, CompareDialog};
use leptos::ev::KeyboardEvent;
use leptos::html::{Input, Section};
use leptos::prelude::*;
use leptos::task::spawn_local;
use lines::Lines;
use picked::PickedBar;
use search_bar::SearchBar;
use states::States;
pub use status::LogStatus;
use tools::Tools;
use viewer::Viewer;

/// The log of a task, followed until it ends. Opens at the end and stays there until the reader scrolls up.
#[component]
pub fn LogViewer(
    /// Id of the task.
    #[prop(into)]
    task: String,
    /// Id of its project.
    #[prop(into)]
    project: String,
    /// Hears of every state the log tells, so that the page around it needs no polling.
    #[prop(optional, into)]
    on_state: Option<Callback<TaskState>>,
) -> impl IntoView {
    let again = Trigger::new();
    move || {
        again.track();
        let (task, project) = (task.clone(), project.clone());
        view! { <Followed task project on_state on_again=Callback::new(move |()| again.notify())/> }
    }
}

/// The log with a worker of its own.
#[component]
fn Followed(
    task: String,
    project: String,
    on_state: Option<Callback<TaskState>>,
    /// Begins anew, with another worker.
    on_again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let address = client::socket_url(&routes::fill(routes::TASK_LOG_STREAM, &[&task]));
    let viewer = Viewer::open(address, use_place());
    let Viewer {
        link,
        lines,
        follow,
        ..
    } = viewer;
    let snapshot = link.snapshot;
    preview(link, task.clone());
    let seen = RwSignal::new(0_u64);
    // What was written before it is looked at is not new, wherever the reader begins.
    Effect::new(move |there: Option<bool>| {
        let (lines, there) = (lines.get(), there == Some(true));
        if follow.get() || !there {
            seen.set(lines);
        }
        // Before the first connection nothing is known to be missing.
        let whole = |s: &Snapshot| s.task.is_some() && s.caught_up;
        there || snapshot.with(|s| s.as_ref().is_some_and(whole))
    });
    Effect::new(move |before: Option<Option<TaskState>>| {
        let state = snapshot.with(|s| s.as_ref().and_then(|s| s.task));
        if let (Some(on_state), Some(state)) = (on_state, state)
            && before.flatten() != Some(state)
        {
            on_state.run(state);
        }
        state
    });
    let fresh = move || lines.get().saturating_sub(seen.get());
    let away = Memo::new(move |_| !follow.get() && !viewer.scroll().at_end());
    let quiet = move || {
        snapshot.with(|s| {
            let s = s.as_ref()?;
            if s.has_output {
                return None;
            }
            // Nothing is said before it is known.
            match s.task? {
                _ if !s.caught_up => None,
                TaskState::Running => Some(t_string!(i18n, log.no_output_yet)),
                state if state.is_final() => {
                    (s.link == Link::Ended).then(|| t_string!(i18n, log.no_output))
                }
                _ => Some(t_string!(i18n, log.not_started)),
            }
        })
    };
    let dropped = move || {
        let lines = snapshot.with(|s| s.as_ref().map_or(0, |s| s.dropped));
        (lines > 0).then(|| t_string!(i18n, log.dropped, lines = lines))
    };
    let field = NodeRef::<Input>::new();
    let search = move || {
        viewer.searching.set(true);
        request_animation_frame(move || {
            if let Some(field) = field.try_get_untracked().flatten() {
                // A field on screen takes the focus.
                let _ = field.focus();
                field.select();
            }
        });
    };
    let keys = move |event: KeyboardEvent| {
        let command = event.ctrl_key() || event.meta_key();
        let field = event
            .target()
            .map(|target| untyped::get(&target, "tagName"));
        let field = field.and_then(|name| name.as_string());
        let typing = matches!(field.as_deref(), Some("INPUT" | "SELECT"));
        match event.key().as_str() {
            "f" if command => search(),
            "a" if command && !typing && !untrack(|| viewer.is_apart()) => viewer.pick_all(),
            "n" if !command && !typing => viewer.step(Sought::Failure, true),
            "p" if !command && !typing => viewer.step(Sought::Failure, false),
            _ => return,
        }
        event.prevent_default();
    };
    let section = NodeRef::<Section>::new();
    let compared = Memo::new(move |_| !viewer.compared.run.with(String::is_empty));
    let found_nothing = move || viewer.rows.get() == 0 && lines.get() > 0 && !viewer.is_apart();

    view! {
        <section
            class="log"
            node_ref=section
            aria-label=move || t_string!(i18n, log.title).to_owned()
            on:keydown=keys
        >
            <div class="log-bar">
                <LogStatus snapshot=snapshot on_retry=Callback::new(move |()| link.tell(ToWorker::Retry))/>
                <Tools viewer task=task.clone() section on_search=move |()| search()/>
            </div>
            {move || compared.get().then(|| view! { <CompareBar viewer/> })}
            {move || viewer.searching.get().then(|| view! { <SearchBar viewer field/> })}
            {move || {
                link.broken
                    .get()
                    .then(|| {
                        view! { <ErrorNote message=move || t_string!(i18n, log.worker_failed) retry=on_again/> }
                    })
            }}
            {move || dropped().map(|text| view! { <p class="log-quiet">{text}</p> })}
            <Lines viewer>
                {move || {
                    away.get()
                        .then(|| {
                            view! {
                                <div class="log-jump">
                                    <Button icon=icons::LuArrowDown on_click=move |()| follow.set(true)>
                                        {move || match fresh() {
                                            _ if viewer.is_apart() => t_string!(i18n, log.to_end).to_owned(),
                                            0 => t_string!(i18n, log.to_end).to_owned(),
                                            count => t_string!(i18n, log.to_end_new, count = count),
                                        }}
                                    </Button>
                                </div>
                            }
                        })
                }}
            </Lines>
            {move || {
                found_nothing().then(|| view! { <p class="log-quiet">{t!(i18n, log.no_hits)}</p> })
            }}
            {move || quiet().map(|text| view! { <p class="log-quiet">{text}</p> })}
            {move || (!viewer.is_apart()).then(|| view! { <PickedBar viewer/> })}
            <States viewer/>
            <CompareDialog viewer task project/>
        </section>
    }
}

/// Bytes of a log's end that are shown before the rest is there.
const PREVIEW: u64 = 64 * 1024;

/// Hands the end of the log to the worker, which shows it until the rest has come.
fn preview(link: LogLink, task: String) {
    spawn_local(async move {
        // What goes wrong here the connection tells.
        let Ok(end) = client::tasks::log(&task, Part::Last(PREVIEW)).await else {
            return;
        };
        let first = end.bytes.iter().position(|byte| *byte == b'\n');
        if let (true, Some(first)) = (end.start > 0, first) {
            link.tell(ToWorker::Preview(end.bytes[first + 1..].to_vec()));
        }
    });
}

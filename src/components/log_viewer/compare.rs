//! The log beside that of another run: which, and what they have apart.

use super::viewer::Viewer;
use crate::client::files::Part;
use crate::client::words::words;
use crate::client::{ClientError, tasks};
use crate::components::load::load;
use crate::components::task_words;
use crate::format;
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::{Checkbox, ErrorNote, IconButton, icons};
use crate::work::{Against, ToWorker};
use api::task::{Task, TaskQuery};

use leptos::prelude::*;
use leptos::task::spawn_local;

/// Bytes that are read of the other log at a time.
const PIECE: u64 = 1 << 20;
/// What the address calls the other run.
const KEY: &str = "against";

/// The run that a log is compared with; `Copy`.
#[derive(Clone, Copy)]
pub struct Compared {
    /// It is chosen, or about to be.
    pub open: RwSignal<bool>,
    /// Its id; empty before it is chosen.
    run: RwSignal<String>,
    /// Lines that differ in numbers alone count as different.
    numbers: RwSignal<bool>,
}

impl Compared {
    /// As the address of the page says.
    pub fn of_address() -> Self {
        let run = untrack(|| use_place().value(KEY));
        Self {
            open: RwSignal::new(!run.is_empty()),
            run: RwSignal::new(run),
            numbers: RwSignal::new(true),
        }
    }
}

/// Which run, how many lines only one of them has, and the way back.
#[component]
pub fn CompareBar(
    viewer: Viewer,
    /// Id of the task whose log it is.
    task: String,
    /// Id of its project.
    project: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let Compared { open, run, numbers } = viewer.compared;
    let error = RwSignal::new(None::<ClientError>);
    let again = Trigger::new();
    // The address names the run, so that it can be handed on.
    Effect::new(move |before: Option<String>| {
        let run = run.get();
        if before.is_some_and(|before| before != run) {
            place.replace(&untrack(|| place.with(&[(KEY, &run)])));
        }
        run
    });
    let reading = StoredValue::new(0_u32);
    Effect::new(move || {
        again.track();
        let run = run.get();
        error.set(None);
        reading.update_value(|reading| *reading += 1);
        viewer.link.tell(ToWorker::Compare(!run.is_empty()));
        let numbers = numbers.get_untracked();
        viewer
            .link
            .tell(ToWorker::Against(Against::Numbers(numbers)));
        if !run.is_empty() {
            let this = reading.get_value();
            let wanted = move || reading.try_get_value() == Some(this);
            spawn_local(async move {
                if let Err(fault) = read(viewer, &run, wanted).await
                    && wanted()
                {
                    error.set(Some(fault));
                }
            });
        }
    });
    Effect::new(move || {
        let numbers = numbers.get();
        viewer
            .link
            .tell(ToWorker::Against(Against::Numbers(numbers)));
    });
    on_cleanup(move || viewer.link.tell(ToWorker::Compare(false)));
    let close = move |()| {
        run.set(String::new());
        // What would do this at the change of the run goes with the bar.
        place.replace(&untrack(|| place.with(&[(KEY, "")])));
        open.set(false);
    };
    let runs = load(move || {
        let query = TaskQuery {
            project: Some(project.clone()),
            ..TaskQuery::default()
        };
        async move { tasks::list(&query).await }
    });
    let task = StoredValue::new(task);
    let choices = move || {
        let all = runs.data.get().map_or_else(Vec::new, |page| page.list);
        let others = all
            .into_iter()
            .filter(|other| task.with_value(|task| *task != other.id));
        let mut choices: Vec<(String, String)> = others
            .map(|other| (other.id.clone(), name(i18n, &other)))
            .collect();
        // A run that is older than those, or of another project, is chosen by the address.
        let chosen = run.get();
        if !chosen.is_empty() && !choices.iter().any(|(id, _)| *id == chosen) {
            let short = task_words::named("", &chosen);
            choices.push((chosen, short));
        }
        choices
    };
    let options = move || {
        let options = choices().into_iter().map(|(id, name)| {
            let this = id.clone();
            view! {
                <option value=id prop:selected=move || run.with(|run| *run == this)>
                    {name}
                </option>
            }
        });
        options.collect_view()
    };
    let found = Memo::new(move |_| {
        let apart = viewer
            .link
            .snapshot
            .with(|snapshot| snapshot.as_ref()?.apart.clone())?;
        Some((apart.read, apart.found))
    });
    let said = move || {
        if run.with(String::is_empty) || error.with(Option::is_some) {
            return None;
        }
        Some(match found.get() {
            Some((_, Some((0, 0)))) => t_string!(i18n, log.compare_same).to_owned(),
            Some((_, Some((removed, added)))) => {
                let (there, here) = (format::number(removed), format::number(added));
                t_string!(i18n, log.compare_found, there = there, here = here)
            }
            Some((read, None)) => {
                let size = format::bytes(read);
                t_string!(i18n, log.compare_reading, size = size)
            }
            None => return None,
        })
    };
    view! {
        <div class="log-search" role="group" aria-label=move || t_string!(i18n, log.compare)>
            <select
                class="input log-only"
                aria-label=move || t_string!(i18n, log.compare_with)
                on:change=move |event| run.set(event_target_value(&event))
            >
                <option value="" prop:selected=move || run.with(String::is_empty)>
                    {t!(i18n, log.compare_with)}
                </option>
                {options}
            </select>
            <Checkbox name="numbers" value=numbers>
                {t!(i18n, log.compare_numbers)}
            </Checkbox>
            <span class="log-count" role="status">
                {said}
            </span>
            <IconButton icon=icons::LuX label=move || t_string!(i18n, log.compare_end) on_click=close/>
        </div>
        {move || {
            let error = error.get().or_else(|| runs.error.get())?;
            let message = move || words(&error, i18n.get_locale());
            let retry = move |()| {
                runs.reload();
                again.notify();
            };
            Some(view! { <ErrorNote message retry/> })
        }}
    }
}

/// Hands the log of a run to the worker, as long as that is `wanted`.
async fn read(viewer: Viewer, run: &str, wanted: impl Fn() -> bool) -> Result<(), ClientError> {
    let mut start = 0;
    loop {
        let length = PIECE;
        let part = tasks::log(run, Part::Range { start, length }).await?;
        if !wanted() {
            return Ok(());
        }
        start += part.bytes.len() as u64;
        let end = part.bytes.is_empty() || start >= part.total;
        viewer
            .link
            .tell(ToWorker::Against(Against::Piece(part.bytes)));
        if end {
            viewer.link.tell(ToWorker::Against(Against::End));
            return Ok(());
        }
    }
}

/// What a run is called in the list: its title and when it was submitted.
fn name(i18n: task_words::Texts, task: &Task) -> String {
    let title = task_words::title(i18n, task);
    format!(
        "{title} · {}",
        format::absolute(task.created, i18n.get_locale())
    )
}

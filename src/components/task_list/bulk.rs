//! What is done with the tasks that were chosen: on how many, after a question, with what came of it.

use crate::client::{ClientError, tasks};
use crate::components::lazy::{self, Part};
use crate::components::submit::{Submit, SubmitError};
use crate::components::task_words;
use crate::format;
use crate::i18n::*;
use crate::paths::Route;
use crate::ui::{Button, Chosen, ConfirmDialog, Dialog, Look, Selection, icons, use_toasts};
use api::Reason;
use api::task::{BulkDone, BulkFailure, BulkTasks, Task, TaskAction, TaskQuery};
use leptos::context::Provider;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// Failures that are named one by one.
const NAMED: usize = 20;

/// How many of the tasks that are shown are chosen and allow this.
fn allowing(tasks: &[Task], chosen: &Chosen, action: TaskAction) -> u64 {
    let fits = |task: &&Task| chosen.has(&task.id) && task.state.allows(action);
    tasks.iter().filter(fits).count() as u64
}

/// Does it, in as many requests as it takes; of all that match, those that do not allow it were not meant.
async fn run(bulk: BulkTasks) -> Result<BulkDone, ClientError> {
    let mut sum = BulkDone::default();
    loop {
        let mut done = tasks::bulk(&bulk).await?;
        sum.done += done.done;
        if bulk.query.is_some() {
            done.failed
                .retain(|failure| failure.reason != Reason::WrongState);
        }
        sum.failed = done.failed;
        // Nothing more comes of it: what is left failed.
        if done.left == 0 || done.done == 0 {
            return Ok(sum);
        }
    }
}

/// What the bar is about; handed to its chunk over the context.
#[derive(Clone, Copy)]
struct Bulk {
    selection: Selection,
    tasks: Signal<Vec<Task>>,
    total: Memo<Option<u64>>,
    query: Memo<TaskQuery>,
    on_done: Callback<()>,
}

/// The bar below the table while something is chosen. Its chunk is fetched when that is so for the first time; then it
/// stays, because it tells what failed when nothing is chosen any more.
#[component]
pub(super) fn BulkBar(
    selection: Selection,
    tasks: Signal<Vec<Task>>,
    total: Memo<Option<u64>>,
    query: Memo<TaskQuery>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let wanted =
        Memo::new(move |before: Option<&bool>| before == Some(&true) || !selection.is_empty());
    let bulk = Bulk {
        selection,
        tasks,
        total,
        query,
        on_done,
    };
    view! {
        <Provider value=bulk>
            {move || wanted.get().then(|| lazy::part_or(Part::TaskBulk, || ().into_any()))}
        </Provider>
    }
}

/// The bar, in a chunk of its own.
pub fn bulk_bar() -> AnyView {
    let Bulk {
        selection,
        tasks,
        total,
        query,
        on_done,
    } = expect_context();
    let i18n = use_i18n();
    let everything = Memo::new(move |_| selection.get().everything);
    let all = Memo::new(move |_| total.get().unwrap_or(0));
    let count = Memo::new(move |_| match everything.get() {
        true => all.get(),
        false => selection.get().keys.len() as u64,
    });
    let failed = RwSignal::new(BulkDone::default());
    let last = RwSignal::new(TaskAction::Stop);
    let telling = RwSignal::new(false);
    let words = move || {
        let count = format::number(count.get());
        match everything.get() {
            true => t_string!(i18n, tasks.selected_all, count = count),
            false => t_string!(i18n, tasks.selected, count = count),
        }
    };
    let more = move || !everything.get() && all.get() > tasks.with(Vec::len) as u64;
    let done = Callback::new(move |(action, done): (TaskAction, BulkDone)| {
        on_done.run(());
        if done.failed.is_empty() {
            selection.clear();
            refocus();
        } else {
            last.set(action);
            failed.set(done);
            telling.set(true);
        }
    });
    let act = move |action| {
        view! { <Act action selection tasks count everything query done/> }
    };
    view! {
        <Show when=move || !selection.is_empty()>
            <section class="bulk-bar" aria-label=move || t_string!(i18n, tasks.bulk)>
                <span class="bulk-count" role="status">
                    {words}
                </span>
                <Show when=more>
                    <Button look=Look::Quiet on_click=move |()| selection.everything()>
                        {move || t_string!(i18n, tasks.select_all, count = format::number(all.get()))}
                    </Button>
                </Show>
                {act(TaskAction::Stop)}
                {act(TaskAction::Delete)}
                <Button
                    look=Look::Quiet
                    icon=icons::LuX
                    on_click=move |()| {
                        selection.clear();
                        refocus();
                    }
                >
                    {move || t_string!(i18n, tasks.bulk_clear)}
                </Button>
            </section>
        </Show>
        <Failures open=telling failed action=last/>
    }
    .into_any()
}

/// The bar goes with what was chosen: the focus goes to the list.
fn refocus() {
    request_animation_frame(|| {
        let found = ["main .table-frame input", "main h1"]
            .iter()
            .find_map(|place| document().query_selector(place).ok().flatten());
        if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
            // What cannot take the focus leaves it where it was.
            let _ = found.focus();
        }
    });
}

/// A button for an action, with its question.
#[component]
fn Act(
    action: TaskAction,
    selection: Selection,
    tasks: Signal<Vec<Task>>,
    count: Memo<u64>,
    everything: Memo<bool>,
    query: Memo<TaskQuery>,
    done: Callback<(TaskAction, BulkDone)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let submit = Submit::new(&[]);
    let stop = action == TaskAction::Stop;
    let fits = Memo::new(move |_| {
        let chosen = selection.get();
        tasks.with(|tasks| allowing(tasks, &chosen, action))
    });
    let none = Signal::derive(move || !everything.get() && fits.get() == 0);
    let why = Signal::derive(move || {
        none.get().then(|| {
            match stop {
                true => t_string!(i18n, tasks.nothing_to_stop),
                false => t_string!(i18n, tasks.nothing_to_delete),
            }
            .to_owned()
        })
    });
    let label = move || {
        let count = format::number(fits.get());
        match (stop, everything.get()) {
            (true, true) => t_string!(i18n, tasks.bulk_stop_all).to_owned(),
            (false, true) => t_string!(i18n, tasks.bulk_delete_all).to_owned(),
            (true, false) => t_string!(i18n, tasks.bulk_stop, count = count),
            (false, false) => t_string!(i18n, tasks.bulk_delete, count = count),
        }
    };
    let text = move || {
        let (all, count) = (format::number(count.get()), format::number(fits.get()));
        match (stop, everything.get()) {
            (true, true) => t_string!(i18n, tasks.stop_text_all, all = all),
            (false, true) => t_string!(i18n, tasks.delete_text_all, all = all),
            (true, false) => t_string!(i18n, tasks.stop_text, all = all, count = count),
            (false, false) => t_string!(i18n, tasks.delete_text, all = all, count = count),
        }
    };
    let title = move || match stop {
        true => t_string!(i18n, tasks.stop_title),
        false => t_string!(i18n, tasks.delete_title),
    };
    let yes = move || match stop {
        true => t_string!(i18n, tasks.stop_yes),
        false => t_string!(i18n, tasks.delete_yes),
    };
    let confirm = move |()| {
        let chosen = untrack(|| selection.get());
        let meant = |task: &&Task| chosen.has(&task.id) && task.state.allows(action);
        let bulk = match chosen.everything {
            true => BulkTasks {
                action,
                ids: Vec::new(),
                query: Some(query.get_untracked()),
            },
            false => BulkTasks {
                action,
                ids: tasks.with_untracked(|tasks| {
                    let ids = tasks.iter().filter(meant).map(|task| task.id.clone());
                    ids.collect()
                }),
                query: None,
            },
        };
        submit.run(run(bulk), move |outcome| {
            if outcome.failed.is_empty() {
                let count = format::number(outcome.done);
                toasts.say(untrack(|| match stop {
                    true => t_string!(i18n, tasks.stopped, count = count),
                    false => t_string!(i18n, tasks.deleted, count = count),
                }));
            }
            open.set(false);
            done.run((action, outcome));
        });
    };
    let icon = if stop {
        icons::LuSquare
    } else {
        icons::LuTrash2
    };
    let ask = move |()| {
        submit.mend();
        open.set(true);
    };
    view! {
        <Button icon disabled=none title=why on_click=ask>
            {label}
        </Button>
        <ConfirmDialog open title action=yes danger=true busy=submit.pending on_confirm=confirm>
            <p>{text}</p>
            <SubmitError submit/>
        </ConfirmDialog>
    }
}

/// The tasks that nothing was done with, each with the reason.
#[component]
fn Failures(
    open: RwSignal<bool>,
    failed: RwSignal<BulkDone>,
    action: RwSignal<TaskAction>,
) -> impl IntoView {
    let i18n = use_i18n();
    let why = move |reason: Reason| match reason {
        Reason::WrongState => t_string!(i18n, tasks.fail_state),
        Reason::NotFound => t_string!(i18n, tasks.fail_gone),
        Reason::NotAllowed => t_string!(i18n, tasks.fail_not_yours),
        _ => t_string!(i18n, tasks.fail_other),
    };
    let sum = move || {
        let (done, failed) = failed.with(|all| {
            let failed = format::number(all.failed.len() as u64);
            (format::number(all.done), failed)
        });
        match action.get() {
            TaskAction::Stop => t_string!(i18n, tasks.result_stop, done = done, failed = failed),
            TaskAction::Delete => {
                t_string!(i18n, tasks.result_delete, done = done, failed = failed)
            }
        }
    };
    let line = move |failure: BulkFailure| {
        let href = Route::task(&failure.id).href();
        let name = task_words::named(&failure.title, &failure.id);
        view! {
            <li>
                <a href=href>{name}</a>
                <span class="muted">" · " {move || why(failure.reason)}</span>
            </li>
        }
    };
    view! {
        <Dialog open title=move || t_string!(i18n, tasks.failed_title)>
            <p>{sum}</p>
            <ul class="bulk-failures">
                {move || {
                    let all = failed.get().failed;
                    all.into_iter().take(NAMED).map(line).collect_view()
                }}
            </ul>
            {move || {
                let more = failed.with(|all| all.failed.len()).saturating_sub(NAMED);
                (more > 0)
                    .then(|| view! { <p>{t_string!(i18n, tasks.more_failed, count = more)}</p> })
            }}
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::timeline::task_of_test as task;
    use api::task::TaskState;

    #[test]
    fn an_action_counts_the_chosen_tasks_that_allow_it() {
        let tasks = [
            ("a", TaskState::Running),
            ("b", TaskState::Success),
            ("c", TaskState::Waiting),
        ]
        .map(|(id, state)| Task {
            id: id.to_owned(),
            ..task(state, &[])
        });
        let mut chosen = Chosen::default();
        chosen.keys.extend(["a", "b"].map(str::to_owned));
        assert_eq!(allowing(&tasks, &chosen, TaskAction::Stop), 1);
        assert_eq!(allowing(&tasks, &chosen, TaskAction::Delete), 1);
        chosen.everything = true;
        assert_eq!(allowing(&tasks, &chosen, TaskAction::Stop), 2);
    }
}

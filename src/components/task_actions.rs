//! What the owner of a task can do with it, as far as its state allows.

use crate::client::tasks;
use crate::components::submit::{Submit, SubmitError};
use crate::components::task_words;
use crate::components::undo::use_undo;
use crate::i18n::*;
use crate::paths::{ProjectTab, Route};
use crate::session::use_session;
use crate::ui::{Button, ConfirmDialog, LinkButton, icons, use_toasts};
use api::task::{Task, TaskAction};
use leptos::prelude::*;

/// Delete, run again, stop. Nothing for strangers.
#[component]
pub fn TaskActions(
    /// The task.
    task: Signal<Task>,
    /// It was stopped.
    #[prop(into)]
    on_stopped: Callback<()>,
    /// It was deleted.
    #[prop(into)]
    on_deleted: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let stopping = RwSignal::new(false);
    let deleting = RwSignal::new(false);
    let mine = Memo::new(move |_| task.with(|task| session.is(&task.owner)));
    let can_stop =
        Memo::new(move |_| mine.get() && task.with(|task| task.state.allows(TaskAction::Stop)));
    let can_delete =
        Memo::new(move |_| mine.get() && task.with(|task| task.state.allows(TaskAction::Delete)));
    let again = Signal::derive(move || {
        task.with(|task| {
            let form = Route::Project {
                user: task.project_owner.clone(),
                name: task.name.clone(),
                tab: ProjectTab::Run,
            };
            form.with(&[("from", &task.id)])
        })
    });
    view! {
        <Show when=move || can_delete.get()>
            <Button icon=icons::LuTrash2 on_click=move |()| deleting.set(true)>
                {move || t_string!(i18n, task.delete)}
            </Button>
        </Show>
        <Show when=move || mine.get()>
            <LinkButton icon=icons::LuRotateCw href=again>
                {move || t_string!(i18n, task.again)}
            </LinkButton>
        </Show>
        <Show when=move || can_stop.get()>
            <Button icon=icons::LuSquare on_click=move |()| stopping.set(true)>
                {move || t_string!(i18n, task.stop)}
            </Button>
        </Show>
        <StopDialog open=stopping task on_stopped/>
        <DeleteDialog open=deleting task on_deleted/>
    }
}

#[component]
fn StopDialog(open: RwSignal<bool>, task: Signal<Task>, on_stopped: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let submit = use_submit(open);
    let stop = move |()| {
        let id = task.with_untracked(|task| task.id.clone());
        let done = t_string!(i18n, task.stopped_toast);
        submit.run(async move { tasks::stop(&id).await }, move |()| {
            toasts.say(done);
            open.set(false);
            on_stopped.run(());
        });
    };
    // A task that ended by itself meanwhile cannot be stopped: the page is about to show that.
    Effect::new(move |_| {
        if open.get() && task.with(|task| !task.state.allows(TaskAction::Stop)) {
            open.set(false);
        }
    });
    view! {
        <ConfirmDialog
            open
            title=move || t_string!(i18n, task.stop_title)
            action=move || t_string!(i18n, task.stop_yes)
            danger=true
            busy=submit.pending
            on_confirm=stop
        >
            <p>{move || t_string!(i18n, task.stop_text)}</p>
            <SubmitError submit/>
        </ConfirmDialog>
    }
}

#[component]
fn DeleteDialog(
    open: RwSignal<bool>,
    task: Signal<Task>,
    on_deleted: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let undo = use_undo();
    let submit = use_submit(open);
    let delete = move |()| {
        let id = task.with_untracked(|task| task.id.clone());
        let name = untrack(|| {
            let name = task.with(|task| task_words::title(i18n, task));
            t_string!(i18n, manage.task, name = name)
        });
        let gone = id.clone();
        submit.run(async move { tasks::delete(&id).await }, move |()| {
            undo.offer(name, gone, || {});
            open.set(false);
            on_deleted.run(());
        });
    };
    view! {
        <ConfirmDialog
            open
            title=move || t_string!(i18n, task.delete_title)
            action=move || t_string!(i18n, task.delete_yes)
            danger=true
            busy=submit.pending
            on_confirm=delete
        >
            <p>{move || t_string!(i18n, task.delete_text)}</p>
            <SubmitError submit/>
        </ConfirmDialog>
    }
}

/// What a dialog sends; the last error is forgotten when it opens anew.
fn use_submit(open: RwSignal<bool>) -> Submit {
    let submit = Submit::new(&[]);
    Effect::new(move |_| {
        if open.get() {
            submit.mend();
        }
    });
    submit
}

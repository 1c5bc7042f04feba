//! The button with which its owner changes what a task is called, in its place.

use crate::client::tasks;
use crate::client::words::words;
use crate::components::load::Load;
use crate::components::submit::Submit;
use crate::i18n::*;
use crate::session::use_session;
use crate::ui::InlineEdit;
use api::task::{Task, TaskChange};
use leptos::prelude::*;

/// Changes the remark; nothing for others.
#[component]
pub(super) fn Remark(
    task: Signal<Task>,
    load: Load<Task>,
    /// Whether it is being changed.
    open: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let mine = Memo::new(move |_| task.with(|task| session.is(&task.owner)));
    let value = Signal::derive(move || task.with(|task| task.description.clone()));
    let submit = Submit::new(&[]);
    let error = Signal::derive(move || {
        let error = submit.error.get()?;
        Some(words(&error, i18n.get_locale()))
    });
    let save = move |description: String| {
        if description == value.get_untracked() {
            open.set(false);
            return;
        }
        let id = task.with_untracked(|task| task.id.clone());
        let change = TaskChange { description };
        submit.run(
            async move { tasks::change(&id, &change).await },
            move |task| {
                load.data.set(Some(task));
                open.set(false);
            },
        );
    };
    Effect::new(move |_| {
        if !open.get() {
            submit.mend();
        }
    });
    view! {
        <Show when=move || mine.get()>
            <InlineEdit
                value
                label=move || t_string!(i18n, tasks.remark)
                action=move || t_string!(i18n, tasks.remark_edit)
                open
                busy=submit.pending
                error
                on_save=save
            />
        </Show>
    }
}

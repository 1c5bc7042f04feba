//! What a task is called, changed in its place by its owner.

use crate::client::tasks;
use crate::client::words::words;
use crate::components::load::Load;
use crate::components::submit::Submit;
use crate::components::{file_name::FileName, task_words};
use crate::i18n::*;
use crate::session::use_session;
use crate::ui::InlineEdit;
use api::task::{Task, TaskChange};
use leptos::prelude::*;

/// The remark, else the command; with a button to change the remark.
#[component]
pub(super) fn Remark(task: Signal<Task>, load: Load<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let mine = Memo::new(move |_| task.with(|task| session.is(&task.owner)));
    let title = Memo::new(move |_| task.with(|task| task_words::title(i18n, task)));
    let value = Signal::derive(move || task.with(|task| task.description.clone()));
    let open = RwSignal::new(false);
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
    let name = move || view! { <FileName name=title.get()/> };
    view! {
        <Show when=move || mine.get() fallback=move || view! { {name} }>
            <InlineEdit
                value
                label=move || t_string!(i18n, tasks.remark)
                action=move || t_string!(i18n, tasks.remark_edit)
                open
                busy=submit.pending
                error
                on_save=save
            >
                {name}
            </InlineEdit>
        </Show>
    }
}

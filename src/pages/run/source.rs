//! The task that the form was made of, and in what the form differs from it.

use super::fields::Part;
use crate::components::{file_name::FileName, task_words};
use crate::i18n::*;
use crate::paths::Route;
use crate::ui::ErrorNote;
use api::task::Task;
use leptos::prelude::*;

fn name(i18n: task_words::Texts, part: Part) -> &'static str {
    match part {
        Part::Version => t_string!(i18n, tasks.field_version),
        Part::Machine => t_string!(i18n, tasks.field_machine),
        Part::Environment => t_string!(i18n, tasks.field_environment),
        Part::Mode => t_string!(i18n, tasks.field_mode),
        Part::Tensorboard => t_string!(i18n, tasks.field_tensorboard),
        Part::Data => t_string!(i18n, tasks.field_data),
        Part::Command => t_string!(i18n, tasks.field_command),
        Part::Remark => t_string!(i18n, tasks.field_remark),
    }
}

/// One line about it; what is gone since has a note of its own.
#[component]
pub(super) fn Source(
    task: Task,
    differing: Memo<Option<Vec<Part>>>,
    /// Number of its code version, when that was deleted.
    version_gone: Option<i64>,
) -> impl IntoView {
    let i18n = use_i18n();
    let href = Route::task(&task.id).href();
    let title = task_words::title(i18n, &task);
    let changes = move || {
        let parts = differing.get().unwrap_or_default();
        let names: Vec<&str> = parts.into_iter().map(|part| name(i18n, part)).collect();
        match names.is_empty() {
            true => t_string!(i18n, tasks.copy_same).to_owned(),
            false => {
                let fields = names.join(t_string!(i18n, tasks.field_separator));
                t_string!(i18n, tasks.copy_changed, fields = fields)
            }
        }
    };
    let gone = version_gone.map(|number| {
        let message = move || t_string!(i18n, tasks.source_version_gone, number = number);
        view! { <ErrorNote message/> }
    });
    view! {
        {gone}
        <p class="run-source">
            <span>{move || t_string!(i18n, tasks.copy_of)} " "</span>
            <a href=href>
                <FileName name=title/>
            </a>
            <span role="status">" · " {changes}</span>
        </p>
    }
}

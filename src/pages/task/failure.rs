//! Why a task failed, in words, above everything else, with the lines of its log that show it.

use crate::client::tasks;
use crate::components::load::load;
use crate::components::task_words::{self, Texts};
use crate::i18n::*;
use crate::paths::{Route, TaskTab};
use crate::ui::{Icon, icons};
use api::task::{EndReason, Task, TaskState};
use api::triage::{CodePlace, FailureCause, LogLines, Triage};
use leptos::prelude::*;

/// How it ended, as far as the task itself tells.
#[derive(Clone, Debug, PartialEq)]
struct End {
    reason: EndReason,
    exit_code: Option<i32>,
    message: Option<String>,
}

/// The reason, what can be done, and what the log says about it. Nothing unless the task failed or could not be paid.
#[component]
pub(super) fn Failure(task: Signal<Task>) -> impl IntoView {
    let id = task.with_untracked(|task| task.id.clone());
    let failed = Memo::new(move |_| {
        task.with(|task| {
            let unpaid = task.end_reason == Some(EndReason::NoBalance);
            (task.state == TaskState::Failed || unpaid).then(|| End {
                reason: task.end_reason.unwrap_or(EndReason::Unknown),
                exit_code: task.exit_code,
                message: task.end_message.clone(),
            })
        })
    });
    move || {
        let id = id.clone();
        failed.get().map(|end| view! { <Why id end/> })
    }
}

/// What the task tells stands at once, and stays where the log tells no more or cannot be read.
#[component]
fn Why(id: String, end: End) -> impl IntoView {
    let i18n = use_i18n();
    let log = Route::Task {
        id: id.clone(),
        tab: TaskTab::Log,
    }
    .href();
    let triage = load(move || {
        let id = id.clone();
        async move { tasks::triage(&id).await }
    });
    let shown = move || {
        let triage = triage.data.get();
        let (what, hint) = words(i18n, &end, triage.as_ref());
        let (said, place, lines) = match triage {
            Some(triage) => (triage.message, triage.place, triage.lines),
            None => (None, None, None),
        };
        // The server's own words add something only where the reason is not the command's.
        let own = !matches!(end.reason, EndReason::Exit | EndReason::Signal);
        let message = said.or_else(|| end.message.clone().filter(|_| own));
        view! {
            <p>
                <strong>{what}</strong>
            </p>
            <p>{hint}</p>
            {message.map(|message| view! { <p class="mono" lang="en">{message}</p> })}
            {place.map(|place| view! { <p class="mono" lang="en"><bdi>{where_in(&place)}</bdi></p> })}
            {lines.map(|lines| view! { <Shown lines log=log.clone()/> })}
        }
    };
    view! {
        <div class="note tone-bad failure" role="status">
            <Icon icon=icons::LuCircleX/>
            <div class="note-text">{shown}</div>
        </div>
    }
}

/// The lines of the log, and the way to them.
#[component]
fn Shown(lines: LogLines, log: String) -> impl IntoView {
    let i18n = use_i18n();
    let LogLines { first, last, text } = lines;
    let range = match first == last {
        true => format!("L{first}"),
        false => format!("L{first}-L{last}"),
    };
    let href = format!("{log}#{range}");
    // One line is the message above.
    let text = if first == last { Vec::new() } else { text };
    let several = !text.is_empty();
    let numbered = (last + 1 - (text.len() as u64).min(last)..).zip(text);
    let rows = numbered.map(|(number, text)| {
        view! { <div class="failure-line" data-line=number>{text} "\n"</div> }
    });
    view! {
        <p>
            <a href=href>{move || t_string!(i18n, task.log_open)} " " {range}</a>
        </p>
        {several
            .then(|| {
                view! {
                    <div
                        class="failure-lines"
                        role="region"
                        tabindex="0"
                        lang="en"
                        aria-label=move || t_string!(i18n, task.tab_log)
                    >
                        {rows.collect_view()}
                    </div>
                }
            })}
    }
}

/// `train.py:12 in main`
fn where_in(place: &CodePlace) -> String {
    let CodePlace {
        file,
        line,
        function,
    } = place;
    match function {
        Some(function) => format!("{file}:{line} in {function}"),
        None => format!("{file}:{line}"),
    }
}

/// The cause, and what can be done about it.
fn words(i18n: Texts, end: &End, triage: Option<&Triage>) -> (String, String) {
    let (what, hint) = task_words::end(i18n, end.reason, end.exit_code);
    let own = (what, hint.to_owned());
    let Some(triage) = triage else {
        return own;
    };
    let hint = own.1.clone();
    let (what, hint) = match triage.cause {
        FailureCause::GpuMemory => (
            t_string!(i18n, task.why_gpu),
            t_string!(i18n, task.end_memory_hint).to_owned(),
        ),
        FailureCause::OutOfMemory => (
            t_string!(i18n, task.why_memory),
            t_string!(i18n, task.end_memory_hint).to_owned(),
        ),
        FailureCause::Killed => (
            t_string!(i18n, task.why_killed),
            t_string!(i18n, task.end_signal_hint).to_owned(),
        ),
        FailureCause::MissingModule => (
            t_string!(i18n, task.why_module),
            triage.package.as_ref().map_or(hint, |package| {
                t_string!(i18n, task.why_module_hint, package = package)
            }),
        ),
        FailureCause::MissingFile => (
            t_string!(i18n, task.why_file),
            t_string!(i18n, task.why_file_hint).to_owned(),
        ),
        FailureCause::CommandNotFound => (t_string!(i18n, task.why_command), hint),
        FailureCause::PermissionDenied => (
            t_string!(i18n, task.why_denied),
            t_string!(i18n, task.why_denied_hint).to_owned(),
        ),
        FailureCause::NoSpace => (
            t_string!(i18n, task.why_space),
            t_string!(i18n, task.end_disk_hint).to_owned(),
        ),
        FailureCause::Network => (
            t_string!(i18n, task.why_network),
            t_string!(i18n, task.why_network_hint).to_owned(),
        ),
        FailureCause::Crash => (t_string!(i18n, task.why_crash), hint),
        FailureCause::NoBalance
        | FailureCause::TimeLimit
        | FailureCause::MemoryLimit
        | FailureCause::DiskLimit
        | FailureCause::BackendLost
        | FailureCause::SandboxFailed
        | FailureCause::PackagesFailed
        | FailureCause::Error
        | FailureCause::Signal
        | FailureCause::Exit
        | FailureCause::Unknown => return own,
    };
    (what.to_owned(), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_as_programs_tell_it() {
        let mut place = CodePlace {
            file: "train.py".into(),
            line: 12,
            function: Some("main".into()),
        };
        assert_eq!(where_in(&place), "train.py:12 in main");
        place.function = None;
        assert_eq!(where_in(&place), "train.py:12");
    }
}

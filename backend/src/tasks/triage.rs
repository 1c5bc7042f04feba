//! Why a task failed: what the platform knows of its end, else what the end of its log tells.

use super::reading::through;
use super::rows::{self, TaskRow, word};
use super::wrong_state;
use crate::error::{Answer, ApiError, ok};
use crate::http::{Caller, Path};
use crate::openapi::answers::Answered;
use crate::state::{App, Shared};
use api::routes;
use api::task::{EndReason, TaskState};
use api::triage::{CodePlace, FailureCause, LogLines, Triage};
use axum::extract::State;
use engine::log::LogStore;
use engine::triage::{self as found, Cause, END_BYTES, Finding};
use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, MutexGuard};

/// Answers that are kept: what has ended does not change.
const KEPT: usize = 256;
/// How the platform begins what it says about an end.
pub(super) const ENDED: &str = "Task ended: ";

/// What came of the last ones.
#[derive(Debug, Default)]
pub struct Triages {
    done: Mutex<VecDeque<(String, Triage)>>,
}

impl Triages {
    fn done(&self) -> MutexGuard<'_, VecDeque<(String, Triage)>> {
        // The list is whole after any panic: each change is one call.
        self.done
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }

    fn get(&self, task: &str) -> Option<Triage> {
        let done = self.done();
        let kept = done.iter().find(|(id, _)| id == task);
        kept.map(|(_, triage)| triage.clone())
    }

    fn keep(&self, task: String, triage: Triage) {
        let mut done = self.done();
        if done.len() == KEPT {
            done.pop_front();
        }
        done.push_back((task, triage));
    }
}

/// Why a task failed, or was stopped by a limit: the probable cause, and the lines of its log that show it.
#[utoipa::path(
    get, path = routes::TASK_TRIAGE, operation_id = "triage",
    params(("id" = String, Path, description = "The task")),
    responses((status = 200, description = "the cause; 522 for a task that has not failed", body = Answered<Triage>))
)]
pub(super) async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Triage> {
    let task = rows::visible(&app, &caller, &id).await?;
    let reason = task.end_reason.as_deref().and_then(word);
    let reason = reason.unwrap_or(EndReason::Unknown);
    let failed = task.state() == TaskState::Failed || reason == EndReason::NoBalance;
    if !failed {
        return Err(wrong_state("the task has not failed"));
    }
    // Whoever asked for a long log may not wait to the end; then it is there when asked again.
    let work = tokio::spawn(async move { of(&app, &task, reason).await });
    ok(work.await.map_err(ApiError::internal)??)
}

async fn of(app: &App, task: &TaskRow, reason: EndReason) -> Result<Triage, ApiError> {
    if let Some(kept) = app.triages.get(&task.id) {
        return Ok(kept);
    }
    let _turn = app.reading.next().await;
    // Whoever was before may have wanted the same.
    if let Some(kept) = app.triages.get(&task.id) {
        return Ok(kept);
    }
    let (log, message) = (app.store.log(&task.id), task.end_message.clone());
    let closing = app.closing.clone();
    let code = task.exit_code.and_then(|code| i32::try_from(code).ok());
    let read = tokio::task::spawn_blocking(move || {
        let mut log = through(&log, END_BYTES, &closing, |_| ())?;
        io::Result::Ok(triage(&mut log, reason, code, message))
    });
    let triage = read.await.map_err(ApiError::internal)??;
    app.triages.keep(task.id.clone(), triage.clone());
    Ok(triage)
}

fn triage(
    log: &mut LogStore,
    reason: EndReason,
    code: Option<i32>,
    message: Option<String>,
) -> Triage {
    let known = match reason {
        EndReason::Exit | EndReason::Signal | EndReason::Unknown => {
            return told(log, reason, code);
        }
        EndReason::PackagesFailed => {
            let pip = found::find(log, None).filter(|found| found.cause == Cause::Package);
            if let Some(pip) = pip {
                return of_finding(pip);
            }
            FailureCause::PackagesFailed
        }
        EndReason::NoBalance => FailureCause::NoBalance,
        EndReason::TimeLimit => FailureCause::TimeLimit,
        EndReason::MemoryLimit => FailureCause::MemoryLimit,
        EndReason::DiskLimit => FailureCause::DiskLimit,
        EndReason::BackendLost => FailureCause::BackendLost,
        EndReason::SandboxFailed => FailureCause::SandboxFailed,
        // Whoever stopped it knows why.
        EndReason::Stopped => FailureCause::Unknown,
    };
    Triage {
        message,
        lines: found::platform_line(log, ENDED).map(lines),
        ..bare(known)
    }
}

/// What the log tells of a command that ended by itself; else what its exit code does.
fn told(log: &mut LogStore, reason: EndReason, code: Option<i32>) -> Triage {
    match found::find(log, code) {
        // Not what `russell_requirements.txt` asks for: the command itself ran pip.
        Some(pip) if pip.cause == Cause::Package => Triage {
            cause: FailureCause::Error,
            ..of_finding(pip)
        },
        Some(finding) => of_finding(finding),
        None => bare(match (reason, code) {
            (EndReason::Signal, Some(137)) => FailureCause::Killed,
            (EndReason::Signal, Some(132 | 134..=136 | 139)) => FailureCause::Crash,
            (EndReason::Signal, _) => FailureCause::Signal,
            (EndReason::Exit, _) => FailureCause::Exit,
            _ => FailureCause::Unknown,
        }),
    }
}

fn bare(cause: FailureCause) -> Triage {
    Triage {
        cause,
        message: None,
        subject: None,
        package: None,
        place: None,
        lines: None,
    }
}

fn of_finding(finding: Finding) -> Triage {
    let cause = match finding.cause {
        Cause::GpuMemory => FailureCause::GpuMemory,
        Cause::OutOfMemory => FailureCause::OutOfMemory,
        Cause::Killed => FailureCause::Killed,
        Cause::MissingModule => FailureCause::MissingModule,
        Cause::MissingFile => FailureCause::MissingFile,
        Cause::CommandNotFound => FailureCause::CommandNotFound,
        Cause::PermissionDenied => FailureCause::PermissionDenied,
        Cause::NoSpace => FailureCause::NoSpace,
        Cause::Network => FailureCause::Network,
        Cause::Package => FailureCause::PackagesFailed,
        Cause::Crash => FailureCause::Crash,
        Cause::Error => FailureCause::Error,
    };
    Triage {
        cause,
        message: Some(finding.message),
        subject: finding.subject,
        package: finding.package,
        place: finding.frame.map(|frame| CodePlace {
            file: frame.file,
            line: frame.line,
            function: frame.function,
        }),
        lines: Some(lines(finding.lines)),
    }
}

fn lines(lines: found::Lines) -> LogLines {
    LogLines {
        first: lines.first,
        last: lines.last,
        text: lines.text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(log: &str, reason: EndReason, code: i32) -> Triage {
        let mut store = LogStore::with_limit(END_BYTES);
        store.append(log.as_bytes());
        triage(&mut store, reason, Some(code), Some("words".to_owned()))
    }

    #[test]
    fn the_platform_s_own_ends_are_not_read_off_the_program_s_words() {
        let log = "MemoryError\n[2026-11-27 04:00:09] [INFO] | Task ended: words\n";
        for (reason, cause) in [
            (EndReason::TimeLimit, FailureCause::TimeLimit),
            (EndReason::MemoryLimit, FailureCause::MemoryLimit),
            (EndReason::DiskLimit, FailureCause::DiskLimit),
            (EndReason::NoBalance, FailureCause::NoBalance),
            (EndReason::BackendLost, FailureCause::BackendLost),
            (EndReason::SandboxFailed, FailureCause::SandboxFailed),
            (EndReason::PackagesFailed, FailureCause::PackagesFailed),
        ] {
            let triage = of(log, reason, 143);
            assert_eq!(triage.cause, cause);
            assert_eq!(triage.message.as_deref(), Some("words"));
            assert_eq!(triage.lines.unwrap().first, 2);
            assert_eq!(of("", reason, 143).lines, None);
        }
    }

    #[test]
    fn what_pip_did_not_find_is_told_with_its_line() {
        let log = "Looking in indexes\nERROR: No matching distribution found for nosuch\n";
        let asked = of(log, EndReason::PackagesFailed, 1);
        assert_eq!(asked.cause, FailureCause::PackagesFailed);
        assert_eq!(asked.subject.as_deref(), Some("nosuch"));
        let own = of(log, EndReason::Exit, 1);
        assert_eq!(own.cause, FailureCause::Error);
        assert_eq!(own.lines.unwrap().last, 2);
    }

    #[test]
    fn an_exit_code_alone_tells_little() {
        let cause = |reason, code| of("step 1\n", reason, code).cause;
        assert_eq!(cause(EndReason::Exit, 3), FailureCause::Exit);
        assert_eq!(cause(EndReason::Signal, 137), FailureCause::Killed);
        assert_eq!(cause(EndReason::Signal, 139), FailureCause::Crash);
        assert_eq!(cause(EndReason::Signal, 143), FailureCause::Signal);
    }

    #[test]
    fn answers_are_kept_up_to_a_number() {
        let triages = Triages::default();
        for id in 0..=KEPT {
            triages.keep(id.to_string(), bare(FailureCause::Exit));
        }
        assert_eq!(triages.get("0"), None);
        assert!(triages.get("1").is_some());
        assert_eq!(triages.done().len(), KEPT);
    }
}

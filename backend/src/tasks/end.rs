//! How a task ends.

use super::queue::Stopper;
use crate::runner::Exit;
use api::task::{EndReason, TaskState};
use std::io;

/// How a task ends.
pub(super) struct End {
    /// Of its command.
    pub exit: Exit,
    /// Of the task.
    pub state: TaskState,
}

impl End {
    /// It failed for this reason; no command of it has an exit code.
    pub fn failed(reason: EndReason, message: impl Into<String>) -> Self {
        let exit = Exit {
            code: None,
            reason,
            message: Some(message.into()),
        };
        Self {
            exit,
            state: TaskState::Failed,
        }
    }

    /// Somebody stopped it.
    pub fn stopped(by: Stopper) -> Self {
        match by {
            Stopper::User => Self {
                exit: Exit {
                    code: None,
                    reason: EndReason::Stopped,
                    message: None,
                },
                state: TaskState::Stopped,
            },
            Stopper::NoBalance => Self {
                exit: Exit {
                    code: None,
                    reason: EndReason::NoBalance,
                    message: Some("the time of the account and its balance are used up".to_owned()),
                },
                state: TaskState::Stopped,
            },
            Stopper::Backend => Self::failed(
                EndReason::BackendLost,
                "the backend was shut down while the task ran",
            ),
        }
    }

    /// Its command ended, perhaps because it was stopped.
    pub fn of(exit: Exit, stopped: Option<Stopper>) -> Self {
        match (exit.reason, stopped) {
            (EndReason::Stopped, Some(by)) => {
                let end = Self::stopped(by);
                Self {
                    exit: Exit {
                        code: exit.code,
                        ..end.exit
                    },
                    state: end.state,
                }
            }
            (EndReason::Exit, _) if exit.code == Some(0) => Self {
                exit,
                state: TaskState::Success,
            },
            _ => Self {
                exit,
                state: TaskState::Failed,
            },
        }
    }
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::failed(EndReason::DiskLimit, "the disk of the service is full")
            }
            _ => {
                tracing::error!(%error, "a task failed for a reason of ours");
                Self::failed(
                    EndReason::SandboxFailed,
                    format!("the task's folders or log failed: {error}"),
                )
            }
        }
    }
}

impl From<sqlx::Error> for End {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "a task failed for a reason of ours");
        Self::failed(EndReason::SandboxFailed, "the service's database failed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_command_that_ended_well_is_a_success() {
        let exit = |code, reason| Exit {
            code: Some(code),
            reason,
            message: None,
        };
        let state = |exit, stopped| End::of(exit, stopped).state;
        assert_eq!(state(exit(0, EndReason::Exit), None), TaskState::Success);
        assert_eq!(state(exit(1, EndReason::Exit), None), TaskState::Failed);
        assert_eq!(
            state(exit(0, EndReason::TimeLimit), None),
            TaskState::Failed
        );
        assert_eq!(
            state(exit(143, EndReason::Stopped), Some(Stopper::User)),
            TaskState::Stopped
        );
        // It was asked to stop, but had ended by itself before.
        assert_eq!(
            state(exit(0, EndReason::Exit), Some(Stopper::User)),
            TaskState::Success
        );
        let poor = End::of(exit(143, EndReason::Stopped), Some(Stopper::NoBalance));
        assert_eq!(
            (poor.state, poor.exit.reason, poor.exit.code),
            (TaskState::Stopped, EndReason::NoBalance, Some(143))
        );
        let lost = End::of(exit(143, EndReason::Stopped), Some(Stopper::Backend));
        assert_eq!(
            (lost.state, lost.exit.reason, lost.exit.code),
            (TaskState::Failed, EndReason::BackendLost, Some(143))
        );
    }
}

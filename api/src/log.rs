//! A task's log over the app's WebSocket.
//!
//! The client offers the subprotocols [`PROTOCOL`] and its ticket, and says with `?from=` how many bytes it has.
//! The server answers one text message [`LogEvent::Start`], then the log's bytes from there on as binary
//! messages, in order and without gaps, then follows the task until [`LogEvent::End`] and closes. Whoever loses
//! the connection asks again with the bytes it has: nothing is lost or doubled. Every
//! [`HEARTBEAT_SECONDS`] without other traffic the server says [`LogEvent::Alive`].

use crate::task::TaskState;
use crate::{Code, Problem};
use serde::{Deserialize, Serialize};

/// The subprotocol the server chooses.
pub const PROTOCOL: &str = "russell.log.v1";
/// Longest silence of the server, in seconds; a client that hears nothing for twice as long reconnects.
pub const HEARTBEAT_SECONDS: u32 = 15;

/// A text message of the log's WebSocket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LogEvent {
    /// Bytes follow from `offset`; `size` is how many the log has now, `state` how its task stands.
    Start {
        /// Where the next byte stands in the log.
        offset: u64,
        /// Bytes of the log at this moment.
        size: u64,
        /// The task's state at this moment.
        state: TaskState,
    },
    /// Nothing new, the connection lives.
    Alive,
    /// The task's state changed.
    State {
        /// The new state.
        state: TaskState,
    },
    /// The task has ended and every byte was sent.
    End {
        /// The final state.
        state: TaskState,
    },
    /// The log cannot be had.
    Error {
        /// The kind of failure.
        code: Code,
        /// The cause.
        problem: Problem,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Reason, assert_wire};

    #[test]
    fn events_are_tagged() {
        let text = |event: LogEvent| serde_json::to_string(&event).unwrap();
        let start = LogEvent::Start {
            offset: 5,
            size: 9,
            state: TaskState::Running,
        };
        assert_eq!(
            text(start),
            r#"{"event":"start","offset":5,"size":9,"state":"running"}"#
        );
        assert_eq!(text(LogEvent::Alive), r#"{"event":"alive"}"#);
        let end = LogEvent::End {
            state: TaskState::Success,
        };
        assert_eq!(text(end), r#"{"event":"end","state":"success"}"#);
    }

    #[test]
    fn changes_and_failures_are_exact() {
        let state = LogEvent::State {
            state: TaskState::Running,
        };
        assert_wire(&state, r#"{"event":"state","state":"running"}"#);
        let error = LogEvent::Error {
            code: Code::NotFound,
            problem: Problem::new(Reason::NotFound, "there is no such task"),
        };
        assert_wire(
            &error,
            concat!(
                r#"{"event":"error","code":517,"#,
                r#""problem":{"reason":"not_found","message":"there is no such task"}}"#
            ),
        );
    }
}

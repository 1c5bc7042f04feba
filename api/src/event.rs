//! What changes, told to the app while it is open.
//!
//! A WebSocket, as for logs ([`crate::log`]): the client offers the subprotocols [`PROTOCOL`] and its ticket (strangers have
//! none). The server says [`StreamEvent::Start`], then [`StreamEvent::Changes`] as they come: those of the user's own
//! things and of what is public. Whoever loses the connection comes again with the epoch and the last number it knows;
//! what happened meanwhile follows, each change once. Where that is not known any more, `Start` says so and the client asks
//! for everything anew. Every [`crate::log::HEARTBEAT_SECONDS`] without other traffic the server says
//! [`StreamEvent::Alive`].

use crate::account::ServiceStatus;
use crate::{Code, Problem};
use serde::{Deserialize, Serialize};

/// The subprotocol the server chooses.
pub const PROTOCOL: &str = "russell.events.v1";

/// The query of the stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct StreamQuery {
    /// The epoch that `after` belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Number of the last change that the client knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// Without `after`: changes of so many last seconds come too, for what was asked before the stream was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<u32>,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A task.
    Task,
    /// A version of a project or dataset.
    Version,
    /// A project.
    Project,
    /// A dataset.
    Dataset,
    /// A comment on a project or dataset.
    Comment,
    /// The account itself: profile, settings, tokens.
    Account,
    /// The account's hours, storage, plan or money.
    Balance,
    /// The user's notifications.
    Notification,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// What happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is new, or to be seen again.
    Created,
    /// It is not as it was.
    Changed,
    /// It is not to be seen any more.
    Deleted,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// One change. It says what to ask for anew, not how that is now: the answer to the question is checked and complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Its number; they grow, with gaps where changes are nobody's business.
    pub seq: u64,
    /// What it is about.
    pub kind: Kind,
    /// What happened.
    pub action: Action,
    /// Id of the thing; of changes to an account, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Id of the project or dataset that the thing belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// Name of the thing's owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A message of the stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum StreamEvent {
    /// The stream begins.
    Start {
        /// Numbers count within it: another one has begun when the service was restarted.
        epoch: String,
        /// The last number before this stream.
        seq: u64,
        /// Whether everything that the client asked for follows; else changes are missing.
        whole: bool,
    },
    /// What changed, in order.
    Changes {
        /// The last number that is dealt with.
        seq: u64,
        /// The changes.
        list: Vec<Change>,
    },
    /// The client was too slow: changes are missing.
    Missed {
        /// The last number that is dealt with.
        seq: u64,
    },
    /// How the service stands: at the start, and when that changes.
    Service(ServiceStatus),
    /// Nothing new, the connection lives.
    Alive {
        /// The last number that is dealt with.
        seq: u64,
    },
    /// The stream ends for this reason.
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
    use crate::assert_wire;

    #[test]
    fn messages_are_tagged() {
        assert_wire(
            &StreamEvent::Start {
                epoch: "e".into(),
                seq: 4,
                whole: true,
            },
            r#"{"event":"start","epoch":"e","seq":4,"whole":true}"#,
        );
        let change = Change {
            seq: 5,
            kind: Kind::Task,
            action: Action::Changed,
            id: Some("1f".into()),
            entity: Some("2f".into()),
            owner: Some("alice".into()),
        };
        assert_wire(
            &StreamEvent::Changes {
                seq: 5,
                list: vec![change],
            },
            r#"{"event":"changes","seq":5,"list":[{"seq":5,"kind":"task","action":"changed","id":"1f","entity":"2f","owner":"alice"}]}"#,
        );
        assert_wire(
            &StreamEvent::Missed { seq: 9 },
            r#"{"event":"missed","seq":9}"#,
        );
        assert_wire(
            &StreamEvent::Alive { seq: 9 },
            r#"{"event":"alive","seq":9}"#,
        );
        let status = ServiceStatus {
            service_status: 0,
            message: Some("back at 8".into()),
        };
        assert_wire(
            &StreamEvent::Service(status),
            r#"{"event":"service","service_status":0,"message":"back at 8"}"#,
        );
    }

    #[test]
    fn what_a_newer_service_tells_is_no_error() {
        let text = r#"{"seq":1,"kind":"moon","action":"rose"}"#;
        let change: Change = serde_json::from_str(text).unwrap();
        assert_eq!(
            (change.kind, change.action),
            (Kind::Unknown, Action::Unknown)
        );
    }
}

//! Where a task that waits stands, and why it waits.

use serde::{Deserialize, Serialize};

/// Why a task that is queued does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// Nothing keeps it: it starts in a moment.
    Starting,
    /// Tasks before it start first.
    Before,
    /// Every place of its kind of machine is taken.
    Places,
    /// As many of its owner's tasks run as may at once.
    OwnLimit,
    /// A cause that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Where a task that is queued stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueuePlace {
    /// How many tasks start before it.
    pub position: u64,
    /// Why it waits.
    pub reason: WaitReason,
    /// How many places its kind of machine has, or how many of its owner's tasks may run at once: what `reason` speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn why_a_task_waits_is_exact() {
        let place = QueuePlace {
            position: 2,
            reason: WaitReason::OwnLimit,
            limit: Some(2),
        };
        assert_wire(&place, r#"{"position":2,"reason":"own_limit","limit":2}"#);
        let later = r#"{"position":0,"reason":"moon"}"#;
        let place: QueuePlace = serde_json::from_str(later).unwrap();
        assert_eq!(place.reason, WaitReason::Unknown);
    }
}

//! Cloning a project as the CLI's developers' command does it: ask for a task, poll it, fetch the zip.

use serde::{Deserialize, Serialize};

/// Query of [`crate::routes::PROJECT_CLONE_TASK`]; without `task_id` a task is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct CloneQuery {
    /// The task that is polled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// `1` asks for the zip itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
}

/// Answer to the first request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CloneTask {
    /// What to poll with.
    pub task_id: String,
}

/// How far a clone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "state", content = "status", rename_all = "UPPERCASE")]
pub enum CloneProgress {
    /// What the zip will hold.
    Started(CloneContents),
    /// The zip can be fetched.
    Success,
}

/// What a zip holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CloneContents {
    /// Files.
    pub num: u64,
    /// Bytes of all of them, unpacked.
    pub size: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_as_the_cli_reads_them() {
        let json = |progress| serde_json::to_string(&progress).unwrap();
        assert_eq!(
            json(CloneProgress::Started(CloneContents { num: 2, size: 30 })),
            r#"{"state":"STARTED","status":{"num":2,"size":30}}"#
        );
        assert_eq!(json(CloneProgress::Success), r#"{"state":"SUCCESS"}"#);
    }
}

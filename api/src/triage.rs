//! Why a task failed: the probable cause, and the lines of its log that show it.

use serde::{Deserialize, Serialize};

/// Why a task probably failed. What the platform did itself is certain, the rest is read off the log's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FailureCause {
    /// Its owner's time and balance were used up.
    NoBalance,
    /// It ran longer than allowed.
    TimeLimit,
    /// It used more memory than allowed.
    MemoryLimit,
    /// It wrote more output than allowed.
    DiskLimit,
    /// The backend ended while it ran.
    BackendLost,
    /// The sandbox could not be started.
    SandboxFailed,
    /// The packages that its code asks for could not be installed; `subject` is one that pip did not find.
    PackagesFailed,
    /// The memory of a graphics card was used up.
    GpuMemory,
    /// Memory was used up.
    OutOfMemory,
    /// A process was killed, most often because the machine ran out of memory.
    Killed,
    /// A module of Python is not there; `subject` is its name, `package` what pip calls it.
    MissingModule,
    /// A file, folder or library is not there; `subject` is its path.
    MissingFile,
    /// A program is not there; `subject` is its name.
    CommandNotFound,
    /// A file may not be read, written or run; `subject` is its path.
    PermissionDenied,
    /// The disk is full.
    NoSpace,
    /// The network was asked for and is not there; `subject` is the host.
    Network,
    /// A process crashed in native code.
    Crash,
    /// Any other error that the program told; see `message`.
    Error,
    /// A signal ended the command, and nothing tells why.
    Signal,
    /// The command ended with an exit code, and nothing tells why.
    Exit,
    /// A cause that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A place in a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodePlace {
    /// The file; relative to the code's top folder where it lies in it.
    pub file: String,
    /// The line in it, from 1.
    pub line: u32,
    /// The function, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
}

/// Lines of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogLines {
    /// Number of the first one in the whole log, from 1.
    pub first: u64,
    /// Number of the last one.
    pub last: u64,
    /// The texts of the last of them, at most 12.
    #[cfg_attr(feature = "openapi", schema(max_items = 12))]
    pub text: Vec<String>,
}

/// Answer to `GET /experiment/{id}/triage`. Texts are what programs wrote: data, never markup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Triage {
    /// The probable cause.
    pub cause: FailureCause,
    /// The line that says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What is missing or refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What pip calls a missing module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Where in the code it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<CodePlace>,
    /// The lines that show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<LogLines>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn a_triage_is_exact() {
        let full = Triage {
            cause: FailureCause::MissingModule,
            message: Some("ModuleNotFoundError: No module named 'yaml'".into()),
            subject: Some("yaml".into()),
            package: Some("pyyaml".into()),
            place: Some(CodePlace {
                file: "train.py".into(),
                line: 12,
                function: Some("main".into()),
            }),
            lines: Some(LogLines {
                first: 120,
                last: 124,
                text: vec!["import yaml".into()],
            }),
        };
        assert_wire(
            &full,
            concat!(
                r#"{"cause":"missing_module","message":"ModuleNotFoundError: No module named 'yaml'","#,
                r#""subject":"yaml","package":"pyyaml","place":{"file":"train.py","line":12,"function":"main"},"#,
                r#""lines":{"first":120,"last":124,"text":["import yaml"]}}"#
            ),
        );
        let bare = Triage {
            cause: FailureCause::Exit,
            message: None,
            subject: None,
            package: None,
            place: None,
            lines: None,
        };
        assert_wire(&bare, r#"{"cause":"exit"}"#);
    }

    #[test]
    fn a_cause_of_a_later_version_is_unknown() {
        let cause: FailureCause = serde_json::from_str(r#""meteor""#).unwrap();
        assert_eq!(cause, FailureCause::Unknown);
    }
}

//! The sandbox: what of the machine a task sees, as a command line for bubblewrap.
//!
//! [`arguments`] is a pure function, so that a test can read what a task sees. The promise and its bounds are in
//! docs/decisions/0004-sandbox.md.

mod bubblewrap;
pub mod host;
pub mod python;

pub use bubblewrap::{Descriptors, arguments, variables};

use crate::environments::Environment;
use std::ffi::OsString;
use std::path::PathBuf;

/// Where a task finds its things.
pub mod places {
    /// Its copy of the code; where the command starts.
    pub const WORKSPACE: &str = "/workspace";
    /// Its datasets, one folder each, read-only.
    pub const INPUT: &str = "/input";
    /// What is kept.
    pub const OUTPUT: &str = "/output";
    /// The packages that its code asks for, read-only.
    pub const PACKAGES: &str = "/packages";
}

/// What a task gets of the machine.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Id of the task; the mark its processes carry in their environment, [`MARK`].
    pub task: String,
    /// The environment it runs in.
    pub environment: Environment,
    /// Folder that is `/workspace`.
    pub workspace: PathBuf,
    /// Folder that is `/output`.
    pub output: PathBuf,
    /// Folder that is `/tmp`.
    pub tmp: PathBuf,
    /// Mount names below `/input` and their folders.
    pub mounts: Vec<(String, PathBuf)>,
    /// Folder that is `/packages`, where the code asks for any.
    pub packages: Option<PathBuf>,
    /// Most bytes of shared memory in `/dev/shm`; 0 is the kernel's own bound.
    pub shared_memory: u64,
    /// Most processes and threads; 0 is no limit.
    pub processes: u64,
    /// What leads to servers inside, where the task has any.
    pub relay: Option<Relay>,
}

/// See [`crate::relay`].
#[derive(Clone, Debug)]
pub struct Relay {
    /// The machine's file that is the relay's program.
    pub program: PathBuf,
    /// The command line of TensorBoard, which the relay starts; empty for none.
    pub tensorboard: Vec<OsString>,
}

/// Variable that every process of a task carries: its task's id.
pub const MARK: &str = "RUSSELL_TASK";

/// What is run inside: limits are set where they count only this task's processes, the relay is started where there is
/// one, then the command's shell takes over. `$0` is the most processes, `$1` the command, `$2` the descriptor that is the
/// relay's standard input and the rest its command line.
pub const PRELUDE: &str = r#"ulimit -c 0; [ "$0" = 0 ] || ulimit -u "$0"
command=$1 control=$2
if [ -n "$control" ]; then
  shift 2
  "$@" <&"$control" {control}<&- >/tmp/servers.log 2>&1 &
  exec {control}<&-
fi
exec /bin/bash -c "$command""#;

//! The runner: what starts a task's command, hands out its output and its end, and stops it.
//!
//! The queue knows only [`Runner`]; a Kubernetes job or a Slurm job can stand behind it as well as the
//! processes of this machine ([`local::LocalRunner`]).

mod counters;
mod gpu;
pub mod local;
pub(crate) mod processes;
pub mod reading;
mod sample;
mod spawner;
mod supervise;
#[cfg(test)]
mod tests;
mod usage;

use self::reading::Reading;
use crate::environments::Limits;
use crate::relay::Door;
use crate::sandbox::Layout;
use api::task::EndReason;
use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What it sees.
    pub layout: Layout,
    /// The command, for `bash -c`.
    pub command: String,
    /// When it is ended.
    pub limits: Limits,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Its exit code; 128 + n for signal n. None when it never started or nobody knows.
    pub code: Option<i32>,
    /// Why.
    pub reason: EndReason,
    /// More about it, in English.
    pub message: Option<String>,
}

/// A command that runs.
pub struct Run {
    /// What it writes to stdout and stderr, in the order in which it came. Ends when nobody can write any more.
    pub output: mpsc::Receiver<Bytes>,
    /// Its end; sent when no process of it is alive any more.
    pub exit: oneshot::Receiver<Exit>,
    /// Stops it.
    pub stop: Stop,
    /// What it uses, about once a second while it runs; nothing is measured once this is dropped.
    pub usage: Option<mpsc::Receiver<Reading>>,
    /// Leads to servers inside, where [`Layout::relay`] asks for it.
    pub door: Option<Door>,
}

/// Stops a command: SIGTERM to its processes, after [`Limits::grace`] SIGKILL.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Asks for the stop; more than once does no harm.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// What runs commands.
pub trait Runner: std::fmt::Debug + Send + Sync {
    /// Why nothing can be run, for people; none when it can.
    fn unavailable(&self) -> Option<&str>;

    /// Whether servers inside of tasks can be reached: [`Layout::relay`] is honoured.
    fn reaches_servers(&self) -> bool {
        false
    }

    /// Starts a command.
    ///
    /// # Errors
    /// Why it could not be started, in English.
    fn start(&self, spec: Spec) -> Result<Run, String>;

    /// Ends whatever a predecessor of this process left behind of these tasks.
    fn bury(&self, tasks: &[String]);
}

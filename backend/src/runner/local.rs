//! Commands as processes of this machine, in bubblewrap or, where the operator insists, without it.

use super::processes::{self, Group};
use super::supervise::{self, Started};
use super::{Run, Runner, Spec, Stop, spawner};
use crate::relay::Door;
use crate::sandbox::{self, Descriptors, MARK, host::Host};
use std::ffi::OsStr;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;
use tokio::sync::{mpsc, oneshot, watch};

/// Runs commands on this machine.
#[derive(Debug)]
pub struct LocalRunner {
    mode: Mode,
}

#[derive(Debug)]
enum Mode {
    Sandboxed(Host),
    Unsafe,
    Refused(String),
}

impl LocalRunner {
    /// In bubblewrap if `host` could be probed, else not at all.
    pub fn sandboxed(host: Result<Host, String>) -> Self {
        Self {
            mode: host.map_or_else(Mode::Refused, Mode::Sandboxed),
        }
    }

    /// Without any sandbox: commands can do whatever the backend's user can.
    pub fn without_sandbox() -> Self {
        Self { mode: Mode::Unsafe }
    }
}

impl Runner for LocalRunner {
    fn unavailable(&self) -> Option<&str> {
        match &self.mode {
            Mode::Refused(words) => Some(words),
            Mode::Sandboxed(_) | Mode::Unsafe => None,
        }
    }

    fn reaches_servers(&self) -> bool {
        // Without a sandbox all tasks share the machine's ports and nothing keeps one from another's.
        matches!(self.mode, Mode::Sandboxed(_))
    }

    fn start(&self, spec: Spec) -> Result<Run, String> {
        let words = |error: io::Error| error.to_string();
        let (output, output_end) = pipe().map_err(words)?;
        let (status, status_end) = pipe().map_err(words)?;
        let (mut inherit, mut door) = (Vec::new(), None);
        let mut command = match &self.mode {
            Mode::Refused(why) => return Err(why.clone()),
            Mode::Sandboxed(host) => {
                let mut command = Command::new(&host.bubblewrap);
                let mut descriptors = Descriptors {
                    status: spawner::number(&status_end),
                    control: -1,
                };
                inherit.push(status_end);
                if spec.layout.relay.is_some() {
                    let (ours, inside) = Door::new().map_err(words)?;
                    descriptors.control = spawner::number(&inside);
                    inherit.push(inside);
                    door = Some(ours);
                }
                command.args(sandbox::arguments(
                    host,
                    &spec.layout,
                    &spec.command,
                    descriptors,
                ));
                // Its own environment carries the mark, and nothing of the backend's: the task can read it.
                command.env_clear().env(MARK, &spec.layout.task);
                command
            }
            Mode::Unsafe => bare(&spec).map_err(words)?,
        };
        command
            .process_group(0)
            .stdin(Stdio::null())
            .stderr(output_end.try_clone().map_err(words)?)
            .stdout(output_end);
        let task = inherit.is_empty().then(|| spec.layout.task.clone());

        let (stop, stopped) = watch::channel(false);
        let (bytes, output_bytes) = mpsc::channel(64);
        let (exit, exited) = oneshot::channel();
        let (readings, usage) = mpsc::channel(8);
        let reader = supervise::reader(output).map_err(words)?;
        let status = supervise::reader(status).map_err(words)?;
        tokio::spawn(async move {
            let end = match spawner::spawn(command, inherit).await {
                Ok(child) => {
                    let marked = task.zip(child.id()).map(|(task, id)| Group::Marked {
                        root: id as i32,
                        task,
                    });
                    let started = Started {
                        child,
                        output: reader,
                        status,
                        marked,
                        readings,
                    };
                    supervise::supervise(started, &spec, bytes, stopped).await
                }
                Err(error) => supervise::not_started(&error),
            };
            // Whoever asked has gone: there is nobody to tell.
            exit.send(end).ok();
        });
        Ok(Run {
            output: output_bytes,
            exit: exited,
            stop: Stop(stop),
            usage: Some(usage),
            door,
        })
    }

    fn bury(&self, tasks: &[String]) {
        for task in tasks {
            let group = Group::marked(task);
            for _ in 0..100 {
                if group.kill() {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
    }
}

fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = io::pipe()?;
    Ok((read.into(), write.into()))
}

/// The command without a sandbox: its places are the task's folder, named in its variables.
fn bare(spec: &Spec) -> io::Result<Command> {
    let layout = &spec.layout;
    let root = layout.workspace.parent().unwrap_or(Path::new("/"));
    let input = root.join("input");
    std::fs::create_dir_all(&input)?;
    std::os::unix::fs::symlink(&layout.output, root.join("output"))?;
    if let Some(packages) = &layout.packages {
        std::os::unix::fs::symlink(packages, root.join("packages"))?;
    }
    for (mount, folder) in &layout.mounts {
        std::os::unix::fs::symlink(folder, input.join(mount))?;
    }
    let mut command = Command::new("/bin/bash");
    // The kernel counts all processes of this user, the backend's own among them: no limit on their number.
    command.args([
        OsStr::new("-c"),
        sandbox::PRELUDE.as_ref(),
        "0".as_ref(),
        spec.command.as_ref(),
    ]);
    command
        .current_dir(&layout.workspace)
        .env_clear()
        .envs(sandbox::variables(layout, root));
    Ok(command)
}

/// Whether any process of this machine carries the task's mark; for tests of what is left.
#[cfg(test)]
pub(super) fn is_alive(task: &str) -> bool {
    !Group::marked(task).members().is_empty()
}

pub(super) fn first_process(pid: i32) -> Option<Group> {
    let started = processes::read(pid)?.started;
    Some(Group::Sandbox { init: pid, started })
}

//! Watches one command from its start until nothing of it is alive.

use super::processes::Group;
use super::reading::Reading;
use super::{Exit, Spec, local, sample, usage};
use crate::environments::Limits;
use api::task::EndReason;
use bytes::BytesMut;
use rustix::process::Signal;
use serde::Deserialize;
use std::io;
use std::os::fd::OwnedFd;
use std::process::ExitStatus;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::unix::pipe::Receiver;
use tokio::process::Child;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, interval, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

const PROCESSES_EVERY: Duration = Duration::from_millis(500);
const DISK_EVERY: Duration = Duration::from_secs(3);
/// Longest time in which bubblewrap starts.
const SET_UP: Duration = Duration::from_secs(10);
/// How long output may be silent when everything that could write is dead.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// Most bytes of output then: more than a pipe holds.
const LAST_BYTES: u64 = 2 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;

/// A started command and our ends of its pipes.
pub struct Started {
    /// The process we started.
    pub child: Child,
    /// stdout and stderr.
    pub output: Receiver,
    /// Bubblewrap's status; ends at once without a sandbox.
    pub status: Receiver,
    /// How its processes are found without a sandbox.
    pub marked: Option<Group>,
    /// Who wants to know what it uses.
    pub readings: mpsc::Sender<Reading>,
}

/// A line of bubblewrap's status.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Status {
    child_pid: Option<i32>,
    exit_code: Option<i32>,
}

/// Our end of a pipe.
///
/// # Errors
/// As the operating system tells.
pub fn reader(fd: OwnedFd) -> io::Result<Receiver> {
    Receiver::from_owned_fd(fd)
}

/// The end of a command that did not start.
pub fn not_started(error: &io::Error) -> Exit {
    Exit {
        code: None,
        reason: EndReason::SandboxFailed,
        message: Some(format!("the process could not be started: {error}")),
    }
}

/// Watches it to its end, handing out its output.
pub async fn supervise(
    started: Started,
    spec: &Spec,
    bytes: mpsc::Sender<bytes::Bytes>,
    mut stopped: watch::Receiver<bool>,
) -> Exit {
    let Started {
        mut child,
        output,
        status,
        marked,
        readings,
    } = started;
    let sandboxed = marked.is_none();
    let (group, mut found) = watch::channel(marked);
    let (full, mut is_full) = oneshot::channel();
    let dead = CancellationToken::new();
    let reading = copy(output, bytes, spec.limits.log_bytes, full, dead.clone());
    let reading = tokio::spawn(reading);
    let mut status = tokio::spawn(read_status(status, group));
    let devices = spec.layout.environment.devices.clone();
    let sampling = tokio::spawn(sample::run(found.clone(), devices, readings));

    let cause = tokio::select! {
        _ = child.wait() => None,
        Ok(_) = stopped.wait_for(|stop| *stop) => Some((EndReason::Stopped, None)),
        Ok(()) = &mut is_full => Some((EndReason::DiskLimit, Some(format!("its log grew above {} bytes", spec.limits.log_bytes)))),
        (reason, words) = exceeded(&spec.limits, spec, found.clone()) => Some((reason, Some(words))),
    };
    let gentle = matches!(cause, Some((EndReason::Stopped | EndReason::TimeLimit, _)));
    let group = found.borrow_and_update().clone();
    if let (true, Some(group)) = (gentle, &group) {
        terminate(group, &mut child, Duration::from_secs(spec.limits.grace)).await;
    }
    let ended = bury(&mut child, found, &spec.layout.task).await;
    sampling.abort();
    let status = timeout(Duration::from_secs(5), &mut status)
        .await
        .ok()
        .and_then(Result::ok)
        .unwrap_or_default();
    dead.cancel();
    // It has no end of its own that could fail.
    reading.await.ok();
    let code = if sandboxed {
        status.exit_code
    } else {
        ended.and_then(code_of)
    };
    match cause {
        Some((reason, message)) => Exit {
            code: code.or(ended.and_then(code_of)),
            reason,
            message,
        },
        None if sandboxed && status.child_pid.is_none() => Exit {
            code: None,
            reason: EndReason::SandboxFailed,
            message: Some(
                "the sandbox could not be set up; the log has bubblewrap's words".to_owned(),
            ),
        },
        None => natural(code),
    }
}

fn code_of(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.code().or(status.signal().map(|signal| 128 + signal))
}

/// A command that ended by itself: a shell tells a signal as 128 + its number.
fn natural(code: Option<i32>) -> Exit {
    match code {
        Some(code @ 129..=192) => {
            let name = signal_name(code - 128);
            let hint = if code == 137 {
                "; the machine may have run out of memory"
            } else {
                ""
            };
            Exit {
                code: Some(code),
                reason: EndReason::Signal,
                message: Some(format!("ended by signal {}{name}{hint}", code - 128)),
            }
        }
        Some(code) => Exit {
            code: Some(code),
            reason: EndReason::Exit,
            message: None,
        },
        None => Exit {
            code: Some(137),
            reason: EndReason::Signal,
            message: Some(
                "the sandbox was killed; the machine may have run out of memory".to_owned(),
            ),
        },
    }
}

fn signal_name(number: i32) -> &'static str {
    match number {
        1 => " (SIGHUP)",
        2 => " (SIGINT)",
        4 => " (SIGILL)",
        6 => " (SIGABRT)",
        7 => " (SIGBUS)",
        8 => " (SIGFPE)",
        9 => " (SIGKILL)",
        11 => " (SIGSEGV)",
        13 => " (SIGPIPE)",
        15 => " (SIGTERM)",
        25 => " (SIGXFSZ)",
        _ => "",
    }
}

async fn copy(
    mut output: Receiver,
    bytes: mpsc::Sender<bytes::Bytes>,
    limit: u64,
    full: oneshot::Sender<()>,
    dead: CancellationToken,
) {
    let (mut total, mut full, mut at_death) = (0_u64, Some(full), None);
    let mut buffer = BytesMut::new();
    loop {
        buffer.reserve(CHUNK);
        let read = tokio::select! {
            biased;
            read = output.read_buf(&mut buffer) => read,
            // What the task has written is in the pipe. Who keeps it open in silence is none of its processes that
            // we know: without a sandbox one can hide.
            () = async { dead.cancelled().await; sleep(LAST_WORDS).await } => return,
        };
        match read {
            Ok(0) | Err(_) => return,
            Ok(count) => total += count as u64,
        }
        if dead.is_cancelled() && total - *at_death.get_or_insert(total) > LAST_BYTES {
            return;
        }
        if limit > 0 && total > limit {
            if let Some(full) = full.take() {
                full.send(()).ok();
            }
            // The rest is read and dropped: the task ends, and a blocked writer could not.
            buffer.clear();
            continue;
        }
        if bytes.send(buffer.split().freeze()).await.is_err() {
            // Nobody keeps the log: the task must not hang on a full pipe.
            buffer.clear();
        }
    }
}

async fn read_status(status: Receiver, group: watch::Sender<Option<Group>>) -> Status {
    let mut lines = BufReader::new(status).lines();
    let mut all = Status::default();
    while let Ok(Some(line)) = lines.next_line().await {
        let one: Status = serde_json::from_str(&line).unwrap_or_default();
        if let Some(pid) = one.child_pid {
            all.child_pid = Some(pid);
            group.send_replace(local::first_process(pid));
        }
        all.exit_code = one.exit_code.or(all.exit_code);
    }
    all
}

/// Waits until a limit of time, memory or disk is passed.
async fn exceeded(
    limits: &Limits,
    spec: &Spec,
    group: watch::Receiver<Option<Group>>,
) -> (EndReason, String) {
    let time = async {
        match limits.time_limit {
            0 => std::future::pending().await,
            seconds => sleep(Duration::from_secs(seconds)).await,
        }
        (
            EndReason::TimeLimit,
            format!("it ran longer than {} seconds", limits.time_limit),
        )
    };
    let processes = async {
        let Limits {
            memory_bytes: memory,
            processes: threads,
            ..
        } = *limits;
        let mut ticks = interval(PROCESSES_EVERY);
        loop {
            ticks.tick().await;
            let Some(group) = group.borrow().clone() else {
                continue;
            };
            let look = tokio::task::spawn_blocking(move || group.usage(memory)).await;
            let used = look.unwrap_or_default();
            if memory > 0 && used.memory > memory {
                let words = format!(
                    "its processes used {} bytes of memory, {memory} are allowed",
                    used.memory
                );
                return (EndReason::MemoryLimit, words);
            }
            // The kernel's own limit does not count for the children of a backend that is root.
            if threads > 0 && used.threads > threads {
                let words = format!(
                    "it had {} processes and threads, {threads} are allowed",
                    used.threads
                );
                return (EndReason::MemoryLimit, words);
            }
        }
    };
    let disk = async {
        let (limit, kept) = (limits.output_bytes, limits.kept_bytes);
        loop {
            sleep(DISK_EVERY).await;
            if limit == 0 && kept == 0 {
                continue;
            }
            let layout = spec.layout.clone();
            let measure = move || {
                let output = usage::disk(&[&layout.output]);
                (output, usage::disk(&[&layout.workspace, &layout.tmp]))
            };
            let measured = tokio::task::spawn_blocking(measure).await;
            let (output, others) = measured.unwrap_or((0, 0));
            if kept > 0 && output > kept {
                return (
                    EndReason::DiskLimit,
                    format!(
                        "its output took {output} bytes, {kept} were left of its owner's storage"
                    ),
                );
            }
            let used = output + others;
            if limit > 0 && used > limit {
                return (
                    EndReason::DiskLimit,
                    format!("its files took {used} bytes on disk, {limit} are allowed"),
                );
            }
        }
    };
    tokio::select! { end = time => end, end = processes => end, end = disk => end }
}

/// SIGTERM, and time to end. Shells are held while the programs they wait for still run: a shell told to end goes
/// at once and would take the sandbox with it, one that is not told would start its next command.
async fn terminate(group: &Group, child: &mut Child, grace: Duration) {
    let deadline = Instant::now() + grace;
    let members = group.members();
    let (shells, others): (Vec<_>, Vec<_>) =
        members.into_iter().partition(|process| process.is_shell());
    // Signals that wait are delivered by their number, so a shell that is told to stop (19) and to end (15) at once
    // would end: it is told to end when it has long stopped.
    shells.iter().for_each(|shell| shell.signal(Signal::STOP));
    others
        .iter()
        .for_each(|process| process.signal(Signal::TERM));
    let mut held = true;
    loop {
        tokio::select! {
            _ = child.wait() => return,
            () = sleep_until(deadline) => return,
            () = sleep(Duration::from_millis(50)) => {}
        }
        if held && group.members().iter().all(|process| process.is_shell()) {
            held = false;
            for shell in &shells {
                shell.signal(Signal::TERM);
                shell.signal(Signal::CONT);
            }
        }
    }
}

/// Kills what is left and waits until it is dead.
async fn bury(
    child: &mut Child,
    mut found: watch::Receiver<Option<Group>>,
    task: &str,
) -> Option<ExitStatus> {
    // Bubblewrap that dies while it sets up leaves its inner process behind, waiting for ever. So that one is killed
    // first, and for that it must be known.
    let known = timeout(SET_UP, async {
        tokio::select! {
            _ = found.wait_for(Option::is_some) => {}
            _ = child.wait() => {}
        }
    });
    known.await.ok();
    let group = found.borrow().clone();
    if let Some(group) = group {
        kill(group).await;
    }
    // It may have ended by itself, which is what we want.
    child.start_kill().ok();
    let ended = child.wait().await.ok();
    kill(Group::marked(task)).await;
    ended
}

async fn kill(group: Group) {
    for round in 0..500 {
        let group = group.clone();
        let dead = tokio::task::spawn_blocking(move || group.kill()).await;
        if dead.unwrap_or(false) {
            return;
        }
        sleep(Duration::from_millis(if round < 20 { 5 } else { 20 })).await;
    }
    tracing::error!("processes of an ended task are still alive");
}

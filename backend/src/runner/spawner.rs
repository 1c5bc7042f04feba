//! The thread that starts processes.
//!
//! "Die with the parent" (PR_SET_PDEATHSIG) means the *thread* that started the process, and the threads of a
//! runtime come and go; this one lives as long as the backend. All starts pass through it one after another, so a
//! descriptor made inheritable for one child is never inherited by another.

use rustix::io::{FdFlags, fcntl_setfd};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{LazyLock, mpsc};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;

struct Job {
    command: Command,
    inherit: Vec<OwnedFd>,
    runtime: tokio::runtime::Handle,
    reply: oneshot::Sender<io::Result<Child>>,
}

static SPAWNER: LazyLock<mpsc::Sender<Job>> = LazyLock::new(|| {
    let (sender, jobs) = mpsc::channel::<Job>();
    std::thread::Builder::new()
        .name("spawner".to_owned())
        .spawn(move || {
            for job in jobs {
                let _runtime = job.runtime.enter();
                let child = start(job.command, job.inherit);
                // Nobody waits any more: dropping the child kills it (kill_on_drop).
                drop(job.reply.send(child));
            }
        })
        .expect("a thread can be started while the backend starts");
    sender
});

fn start(mut command: Command, inherit: Vec<OwnedFd>) -> io::Result<Child> {
    for fd in &inherit {
        fcntl_setfd(fd, FdFlags::empty())?;
    }
    let child = command.kill_on_drop(true).spawn();
    // The command holds the child's ends of the pipes: they must be closed for the other ends to see the end.
    drop(command);
    drop(inherit);
    child
}

/// The number under which a descriptor is inherited.
pub fn number(fd: &OwnedFd) -> i32 {
    fd.as_raw_fd()
}

/// Starts `command` on the long-lived thread; `inherit` stay open in the child under their numbers.
///
/// # Errors
/// As the operating system tells.
pub async fn spawn(command: Command, inherit: Vec<OwnedFd>) -> io::Result<Child> {
    let (reply, child) = oneshot::channel();
    let runtime = tokio::runtime::Handle::current();
    SPAWNER
        .send(Job {
            command,
            inherit,
            runtime,
            reply,
        })
        .map_err(|_| io::Error::other("the spawner thread has ended"))?;
    child
        .await
        .map_err(|_| io::Error::other("the spawner thread has ended"))?
}

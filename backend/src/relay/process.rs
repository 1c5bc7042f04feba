//! `russell-backend relay`: the process inside.

use super::sockets::{Place, Scene, choose};
use super::{JOINED, receive};
use anyhow::{Context as _, Result};
use api::server::Server;
use rustix::fd::{AsFd as _, OwnedFd};
use std::collections::HashMap;
use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::os::unix::net::{UnixDatagram as StdUnixDatagram, UnixStream as StdUnixStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncWriteExt as _, Interest, copy_bidirectional};
use tokio::net::{TcpStream, UnixDatagram, UnixStream};

/// Who is who in this sandbox.
#[derive(Clone, Copy, Debug)]
struct Processes {
    /// The command's own: a notebook server takes its place.
    command: i32,
    /// TensorBoard's, where it was asked for.
    tensorboard: Option<i32>,
}

/// How long a place is taken for the right one while its socket is there. A look around is slow, as the kernel goes through
/// all connections of the machine for it, and a page asks for a hundred files at once.
const FRESH: Duration = Duration::from_secs(2);

/// Where servers were found last, and when.
type Found = Arc<Mutex<HashMap<Server, (Place, Instant)>>>;

/// Starts `tensorboard`, where it is not empty, and joins connections until the backend has gone. Standard input is
/// the control socket.
///
/// # Errors
/// When the standard input is something else.
pub fn run(tensorboard: &[OsString]) -> Result<()> {
    // Before anything that takes time: the shell that started this process becomes the command.
    let command = rustix::process::getppid().map_or(-1, |pid| pid.as_raw_nonzero().get());
    let control = std::io::stdin().as_fd().try_clone_to_owned()?;
    let tensorboard = match tensorboard.split_first() {
        None => None,
        Some((program, arguments)) => {
            let mut start = Command::new(program);
            start.args(arguments).stdin(Stdio::null());
            // Without it everything else works.
            let child = start.spawn().inspect_err(|error| {
                eprintln!("cannot start {}: {error}", program.display());
            });
            child.ok().map(|child| child.id().cast_signed())
        }
    };
    let processes = Processes {
        command,
        tensorboard,
    };
    // One thread: the processes and threads of a sandbox are counted.
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve(control, processes))
}

async fn serve(control: OwnedFd, processes: Processes) -> Result<()> {
    // Of another kind than its type says, which matters to nobody who only waits for it.
    let control = StdUnixDatagram::from(control);
    control
        .set_nonblocking(true)
        .context("the standard input is no socket")?;
    let control = UnixDatagram::from_std(control)?;
    let found = Found::default();
    loop {
        let next = control.async_io(Interest::READABLE, || receive(&control));
        let Some((server, stream)) = next.await? else {
            return Ok(());
        };
        let found = found.clone();
        tokio::spawn(async move {
            let Some(address) = find(&found, server, processes) else {
                return;
            };
            if let Err(error) = join(stream, address).await {
                eprintln!("{}: {error}", server.as_str());
            }
        });
    }
}

fn find(found: &Found, server: Server, processes: Processes) -> Option<SocketAddr> {
    // It is whole after any panic: each change is one call.
    let mut found = found.lock().unwrap_or_else(|poison| poison.into_inner());
    if let Some((place, since)) = found.get(&server)
        && since.elapsed() < FRESH
        && place.holds()
    {
        return Some(place.address);
    }
    let Processes {
        command,
        tensorboard,
    } = processes;
    let place = choose(&Scene::look(), server, command, tensorboard)?;
    found.insert(server, (place, Instant::now()));
    Some(place.address)
}

/// Connects the stream to the server and copies until both have ended.
async fn join(stream: OwnedFd, address: SocketAddr) -> io::Result<()> {
    let mut inside = connect(address).await?;
    let stream = StdUnixStream::from(stream);
    stream.set_nonblocking(true)?;
    let mut stream = UnixStream::from_std(stream)?;
    stream.write_u8(JOINED).await?;
    // Either end may break off at any time.
    copy_bidirectional(&mut stream, &mut inside).await.ok();
    Ok(())
}

async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

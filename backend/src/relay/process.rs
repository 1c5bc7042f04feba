//! `russell-backend relay`: the process inside.

use super::sockets::{Scene, choose};
use super::{JOINED, receive};
use anyhow::{Context as _, Result};
use api::server::Server;
use rustix::fd::{AsFd as _, OwnedFd};
use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::os::unix::net::{UnixDatagram as StdUnixDatagram, UnixStream as StdUnixStream};
use std::process::{Command, Stdio};
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
    loop {
        let next = control.async_io(Interest::READABLE, || receive(&control));
        let Some((server, stream)) = next.await? else {
            return Ok(());
        };
        tokio::spawn(async move {
            if let Err(error) = join(server, stream, processes).await {
                eprintln!("{}: {error}", server.as_str());
            }
        });
    }
}

/// Connects the stream to the server, or closes it.
async fn join(server: Server, stream: OwnedFd, processes: Processes) -> io::Result<()> {
    let scene = Scene::look();
    let Processes {
        command,
        tensorboard,
    } = processes;
    let Some(address) = choose(&scene, server, command, tensorboard) else {
        return Ok(());
    };
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

//! The way into a sandbox: a process beside the command that joins the backend's connections to servers inside.
//!
//! A sandbox has a network of its own, so the backend cannot connect to a port in it. This same program runs inside as
//! `relay`, with one end of a socket as its standard input. For every connection the backend makes a pair of sockets and
//! sends one of them in ([`Door`]); the relay finds out which port is meant ([`sockets`]), connects and copies. Nothing
//! of the sandbox's own making reaches the backend but bytes of streams that the backend made.

mod door;
mod process;
mod sockets;

pub use door::Door;
pub use process::run;

use api::server::Server;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;

/// Where the sandbox has this program.
pub const PROGRAM: &str = "/run/russell-relay";
/// The port that a command in mode `serve` is asked to listen on, in its variable `PORT`.
pub const SERVE_PORT: u16 = 5000;
/// What the relay says first when it is connected. It closes the stream when nothing listens.
const JOINED: u8 = b'+';

fn letter(server: Server) -> u8 {
    server.as_str().as_bytes()[0]
}

/// Hands `stream` over, for a connection to `server`.
fn send(control: impl AsFd, server: Server, stream: BorrowedFd<'_>) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let fds = [stream];
    ancillary.push(SendAncillaryMessage::ScmRights(&fds));
    let word = [letter(server)];
    // Without waiting: a relay that takes nothing would hold the backend up.
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    sendmsg(control, &[IoSlice::new(&word)], &mut ancillary, flags)?;
    Ok(())
}

/// What [`send`] sent; none when the other end is closed.
fn receive(control: impl AsFd) -> io::Result<Option<(Server, OwnedFd)>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut word = [0];
    let message = recvmsg(
        control,
        &mut [IoSliceMut::new(&mut word)],
        &mut ancillary,
        RecvFlags::CMSG_CLOEXEC,
    )?;
    if message.bytes == 0 {
        return Ok(None);
    }
    let server = Server::ALL
        .into_iter()
        .find(|server| letter(*server) == word[0]);
    let stream = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
        _ => None,
    });
    match server.zip(stream) {
        Some(both) => Ok(Some(both)),
        None => Err(io::Error::other("a message that the backend does not send")),
    }
}

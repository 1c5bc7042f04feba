//! The backend's end of a relay.

use super::{JOINED, send};
use api::server::Server;
use rustix::fd::{AsFd as _, OwnedFd};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use std::io;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::UnixStream;
use tokio::time::timeout;

/// How long a relay may take to connect within its sandbox.
const PATIENCE: Duration = Duration::from_secs(5);

/// Leads into one sandbox.
#[derive(Debug)]
pub struct Door {
    control: OwnedFd,
}

impl Door {
    /// A door, and what the relay gets as its standard input.
    ///
    /// # Errors
    /// As the operating system tells.
    pub fn new() -> io::Result<(Self, OwnedFd)> {
        let (control, inside) = socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )?;
        Ok((Self { control }, inside))
    }

    /// A connection to a server inside; none while it does not listen.
    ///
    /// # Errors
    /// When the backend has no sockets left.
    pub async fn connect(&self, server: Server) -> io::Result<Option<UnixStream>> {
        let (mut ours, theirs) = UnixStream::pair()?;
        // A relay that has ended, or takes nothing, leads to no server.
        if send(&self.control, server, theirs.as_fd()).is_err() {
            return Ok(None);
        }
        drop(theirs);
        let word = timeout(PATIENCE, ours.read_u8()).await;
        Ok(matches!(word, Ok(Ok(JOINED))).then_some(ours))
    }
}

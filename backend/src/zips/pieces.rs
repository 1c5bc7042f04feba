//! What a thread writes, as the body of an answer.

use bytes::{Bytes, BytesMut};
use futures::Stream;
use std::cell::Cell;
use std::io::{self, Write};
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;
/// Pieces that wait for the network.
const WAITING: usize = 8;
/// How long the other side may take nothing: a thread waits for it.
const STALLED: Duration = Duration::from_secs(60);

/// Pieces on their way to the network.
pub type Stretch = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// What `write` writes, while it writes it. It runs on a thread of its own, which waits for whoever reads; `guard` is
/// dropped with the last piece. An error ends the stream with an error, so that nobody takes the rest for the whole.
pub fn stream<G: Send + 'static>(
    guard: G,
    write: impl FnOnce(Pieces) -> io::Result<()> + Send + 'static,
) -> Stretch {
    let (sender, mut pieces) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let out = Pieces {
            sender: sender.clone(),
            piece: BytesMut::new(),
            over: Rc::default(),
        };
        let written = write(out);
        // Whoever has read the end finds it dropped.
        drop(guard);
        if let Err(error) = written
            && !sender.is_closed()
        {
            tracing::warn!(%error, "a zip broke off");
            // The one who stalls is not waited for a second time.
            let _ = sender.try_send(Err(error));
        }
    });
    Box::pin(futures::stream::poll_fn(move |context| {
        pieces.poll_recv(context)
    }))
}

/// Cuts what is written into pieces and hands them on.
#[derive(Debug)]
pub struct Pieces {
    sender: mpsc::Sender<io::Result<Bytes>>,
    piece: BytesMut,
    /// Nothing more is to be sent; what is written is forgotten.
    over: Rc<Cell<bool>>,
}

impl Pieces {
    /// Set it, and nothing that is written is sent any more.
    pub fn over(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.over)
    }

    /// Hands on what there is.
    ///
    /// # Errors
    /// When the other side is gone, or takes nothing.
    pub fn send(&mut self) -> io::Result<()> {
        let piece = self.piece.split().freeze();
        if self.over.get() || piece.is_empty() {
            return Ok(());
        }
        let sent =
            Handle::current().block_on(tokio::time::timeout(STALLED, self.sender.send(Ok(piece))));
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.end(io::ErrorKind::BrokenPipe)),
            Err(_) => Err(self.end(io::ErrorKind::TimedOut)),
        }
    }

    fn end(&self, why: io::ErrorKind) -> io::Error {
        self.over.set(true);
        why.into()
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

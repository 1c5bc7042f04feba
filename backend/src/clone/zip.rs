//! A version's files as a zip, in pieces.

use crate::beneath::{Beneath, Found};
use crate::unpack::{Node, Tree};
use api::Time;
use api::clone::CloneContents;
use bytes::{Bytes, BytesMut};
use futures::Stream;
use std::cell::Cell;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc;
use zip::write::{FullFileOptions, StreamWriter};
use zip::{DateTime, ZipWriter};

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;
/// Pieces that wait for the network.
const WAITING: usize = 8;
/// How long the other side may take nothing: a thread waits for it.
const STALLED: Duration = Duration::from_secs(60);
/// The extra field "extended timestamp": the Unix time, where a zip's own has no zone and counts in twos.
const TIMESTAMP: u16 = 0x5455;
/// Files from here on get 64-bit sizes. Deflate can add a little to what it cannot shrink, so it is below 4 GiB.
const LARGE: u64 = 0xF000_0000;

/// Whether the CLI can take this path: it saves the zip under the name `output` in the folder into which it then
/// unpacks it. A file of that name at the top would be lost, a folder would break the clone.
fn fits(path: &str) -> bool {
    path.split('/').next() != Some("output")
}

/// What the zip of this tree holds.
pub(super) fn contents(tree: &Tree) -> CloneContents {
    let sizes = tree.iter().filter_map(|(path, node)| match node {
        Node::File { size, .. } if fits(path) => Some(*size),
        Node::File { .. } | Node::Folder => None,
    });
    sizes.fold(CloneContents::default(), |sum, size| CloneContents {
        num: sum.num + 1,
        size: sum.size + size,
    })
}

/// The zip of the version in `folder`. It is built on a thread of its own, which waits for whoever reads; the permit
/// is given back with the last piece. A file that cannot be read ends the stream with an error, so that nobody takes
/// the rest for the whole.
pub(super) fn build(
    folder: PathBuf,
    tree: Tree,
    permit: OwnedSemaphorePermit,
) -> impl Stream<Item = io::Result<Bytes>> + use<> {
    let (sender, mut pieces) = mpsc::channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        let over = Rc::new(Cell::new(false));
        let out = Pieces {
            sender: sender.clone(),
            piece: BytesMut::new(),
            over: Rc::clone(&over),
        };
        let mut zip = ZipWriter::new_stream(out);
        let written = write(&folder, &tree, &mut zip).and_then(|()| zip.flush());
        let closed = match written {
            Ok(()) => zip.finish().map_err(io::Error::from).and_then(|stream| {
                let mut out = stream.into_inner();
                out.send()
            }),
            Err(error) => {
                // Dropped, it would write its directory, and look whole.
                over.set(true);
                Err(error)
            }
        };
        if let Err(error) = closed
            && !sender.is_closed()
        {
            tracing::warn!(%error, folder = %folder.display(), "a clone broke off");
            // The one who stalls is not waited for a second time.
            let _ = sender.try_send(Err(error));
        }
    });
    futures::stream::poll_fn(move |context| pieces.poll_recv(context))
}

fn write(folder: &Path, tree: &Tree, zip: &mut ZipWriter<StreamWriter<Pieces>>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let top = Beneath::at(folder)?;
    for (path, node) in tree.iter().filter(|(path, _)| fits(path)) {
        match node {
            // With its slash, as a name may end in a backslash, which would be taken for one.
            Node::Folder => zip.add_directory(format!("{path}/"), FullFileOptions::default())?,
            Node::File { size, modified, .. } => {
                let Found::File(mut file, metadata) = top.open(path)? else {
                    let message = format!("{path:?} is no file any more");
                    return Err(io::Error::other(message));
                };
                let mut options = FullFileOptions::default()
                    .compression_level(Some(1))
                    .unix_permissions(metadata.permissions().mode())
                    .large_file(*size >= LARGE)
                    .last_modified_time(dos(*modified));
                if let Ok(seconds) = i32::try_from(modified.0.div_euclid(1_000_000)) {
                    let [a, b, c, d] = seconds.to_le_bytes();
                    // 1: of the three times that could follow, the one of the last change does.
                    options.add_extra_field(TIMESTAMP, [1, a, b, c, d], false)?;
                }
                zip.start_file(path, options)?;
                let copied = io::copy(&mut file, zip)?;
                if copied != *size {
                    let message = format!("{path:?} has {copied} bytes instead of {size}");
                    return Err(io::Error::other(message));
                }
            }
        }
    }
    Ok(())
}

/// The time as a zip has it, in UTC; what it cannot say is 1980.
fn dos(time: Time) -> DateTime {
    let (year, month, day, hour, minute, second, _) = time.civil();
    let year = u16::try_from(year).unwrap_or_default();
    // The others are below 60.
    let [month, day, hour, minute, second] =
        [month, day, hour, minute, second].map(|number| number as u8);
    DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}

/// Cuts what is written into pieces and hands them on.
struct Pieces {
    sender: mpsc::Sender<io::Result<Bytes>>,
    piece: BytesMut,
    /// Nothing more is to be sent; what is written is forgotten.
    over: Rc<Cell<bool>>,
}

impl Pieces {
    /// Hands on what there is.
    fn send(&mut self) -> io::Result<()> {
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

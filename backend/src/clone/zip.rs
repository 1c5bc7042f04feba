//! A version's files as a zip, in pieces.

use crate::beneath::{Beneath, Found};
use crate::unpack::{Node, Tree};
use crate::zips::pieces::{self, Pieces, Stretch};
use api::Time;
use api::clone::CloneContents;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use zip::write::{FullFileOptions, StreamWriter};
use zip::{DateTime, ZipWriter};

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

/// The zip of the version in `folder`, built while it is sent; the guard is dropped with the last piece. A file that
/// cannot be read ends the stream with an error.
pub(super) fn build<G: Send + 'static>(folder: PathBuf, tree: Tree, guard: G) -> Stretch {
    pieces::stream(guard, move |out| {
        let over = out.over();
        let mut zip = ZipWriter::new_stream(out);
        if let Err(error) = write(&folder, &tree, &mut zip).and_then(|()| zip.flush()) {
            // Dropped, it would write its directory, and look whole.
            over.set(true);
            return Err(error);
        }
        let mut out = zip.finish()?.into_inner();
        out.send()
    })
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

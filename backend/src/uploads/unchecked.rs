//! The mark of bytes that are written before their checksum is known.
//!
//! It lies beside the upload while such a request runs, so that a crash in the middle of one leaves no byte that
//! nobody checked.

use crate::store::sync_folder;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

const MARK: &str = "unchecked";

/// Marks everything after byte `offset` of the upload; `list` is its folder. Blocks.
///
/// # Errors
/// When the disk fails.
pub(super) fn mark(list: &Path, offset: u64) -> io::Result<()> {
    let new = list.join("unchecked.new");
    let mut file = File::create(&new)?;
    file.write_all(offset.to_string().as_bytes())?;
    file.sync_all()?;
    std::fs::rename(new, list.join(MARK))?;
    sync_folder(list)
}

/// The byte of the upload after which nothing was checked, if there is one. Blocks.
///
/// # Errors
/// When it cannot be read.
pub(super) fn marked(list: &Path) -> io::Result<Option<u64>> {
    match std::fs::read_to_string(list.join(MARK)) {
        Ok(text) => text.parse().map(Some).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Takes the mark away: the bytes were checked, or are gone. Blocks.
///
/// # Errors
/// When the disk fails.
pub(super) fn unmark(list: &Path) -> io::Result<()> {
    std::fs::remove_file(list.join(MARK))
}

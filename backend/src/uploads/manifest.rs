//! The list of files of an upload, kept beside its bytes.

use crate::store;
use api::upload::UploadFile;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

const NAME: &str = "files.json";

/// Keeps the list in the new folder `folder`, safe against a crash. Blocks.
///
/// # Errors
/// When the disk fails.
pub(super) fn save(folder: &Path, files: &[UploadFile]) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = io::BufWriter::new(File::create(folder.join(NAME))?);
    serde_json::to_writer(&mut file, files)?;
    file.flush()?;
    file.get_ref().sync_all()?;
    store::sync_folder(folder)
}

/// The list. Blocks.
///
/// # Errors
/// When it is not there or cannot be read.
pub(super) fn load(folder: &Path) -> io::Result<Vec<UploadFile>> {
    let file = io::BufReader::new(File::open(folder.join(NAME))?);
    Ok(serde_json::from_reader(file)?)
}

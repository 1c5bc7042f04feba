//! Unpacking an archive that somebody sent, so that nothing in it can reach anything outside.
//!
//! A version holds regular files and folders only. Devices, pipes and whatever leads out are refused, and with them
//! the archive: a version that silently lacks something would be worse than none. Links *to files* inside become
//! second names of the same file, because the CLI hashes what a link leads to and would send it again for ever
//! otherwise. Links *to folders* are refused: `russell-cli` neither descends into them nor sends them again, so a copy
//! would be emptied by the next incremental upload.

mod guard;
mod tar;
#[cfg(test)]
mod tests;
mod tree;
mod zip;

pub use tree::{Node, Tree};

use crate::beneath::Beneath;
use api::Reason;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

/// How an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Zip.
    Zip,
    /// Tar.
    Tar,
    /// Tar in gzip.
    TarGz,
}

/// What an archive may come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of all files together.
    pub bytes: u64,
    /// Files and folders together.
    pub entries: usize,
}

/// What is taken over from an older version before the archive's links are followed.
#[derive(Debug)]
pub struct Base<'a> {
    /// The older version's files.
    pub folder: &'a Path,
    /// What it consists of.
    pub tree: &'a Tree,
    /// Paths not to take over, each with all that is below it.
    pub ignore: &'a HashSet<String>,
}

/// Why an archive was not unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The archive is at fault.
    #[error("{message}")]
    Refused {
        /// The cause.
        reason: Reason,
        /// One English sentence.
        message: String,
    },
    /// The disk or we are at fault.
    #[error("cannot write the files: {0}")]
    Io(#[from] io::Error),
}

impl UnpackError {
    fn refused(reason: Reason, message: impl Into<String>) -> Self {
        Self::Refused {
            reason,
            message: message.into(),
        }
    }

    fn broken(cause: impl std::fmt::Display) -> Self {
        Self::refused(
            Reason::BadArchive,
            format!("the archive is broken: {cause}"),
        )
    }
}

/// Unpacks `archive` into the new folder `into`, over what is taken from `base`. Blocks; syncing is left to the caller.
///
/// On an error `into` may be there half filled: the caller removes it.
///
/// # Errors
/// [`UnpackError::Refused`] when the archive is broken, dangerous, empty or larger than `limits`.
pub fn unpack(
    archive: &Path,
    format: Format,
    into: &Path,
    limits: Limits,
    base: Option<&Base<'_>>,
) -> Result<Tree, UnpackError> {
    unpack_from(|| File::open(archive), format, into, limits, base)
}

/// The same for an archive that `open` opens, each time from its beginning. One that is no zip is read on and on, without
/// a step back: it may still be arriving.
///
/// # Errors
/// As [`unpack`].
pub fn unpack_from<R: Read + Seek>(
    open: impl Fn() -> io::Result<R>,
    format: Format,
    into: &Path,
    limits: Limits,
    base: Option<&Base<'_>>,
) -> Result<Tree, UnpackError> {
    std::fs::create_dir(into)?;
    let buffered = || open().map(|file| io::BufReader::with_capacity(BUFFER, file));
    let mut builder = tree::Builder::new(Beneath::at(into)?, limits);
    match format {
        Format::Zip => zip::read(open, &mut builder)?,
        Format::Tar => tar::read(buffered()?, &mut builder)?,
        Format::TarGz => tar::read(
            flate2::bufread::MultiGzDecoder::new(buffered()?),
            &mut builder,
        )?,
    }
    if let Some(base) = base {
        builder.take_over(base)?;
    }
    builder.finish()
}

/// So many bytes of an archive tell its format.
pub const START: usize = 512;

/// The format of an archive by its first [`START`] bytes, or all when there are fewer.
pub fn recognize(start: &[u8]) -> Option<Format> {
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Some(Format::Zip);
    }
    if start.starts_with(b"\x1f\x8b") {
        return Some(Format::TarGz);
    }
    // Older ones than POSIX have no magic number, but each header has a checksum.
    let header: &[u8; START] = start.try_into().ok()?;
    let header = ::tar::Header::from_byte_slice(header);
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let bytes = header.as_bytes();
    let real = sum(&bytes[..148]) + 8 * u32::from(b' ') + sum(&bytes[156..]);
    (header.cksum().ok() == Some(real)).then_some(Format::Tar)
}

const BUFFER: usize = 256 * 1024;

/// The name of an entry for a message.
fn shown(raw: &[u8]) -> String {
    let name: String = String::from_utf8_lossy(raw).chars().take(200).collect();
    format!("{name:?}")
}

/// The path of an entry in its one form: relative, no part empty, `.` or `..`. None is the top itself.
fn entry_path(raw: &[u8]) -> Result<Option<String>, UnpackError> {
    let illegal = |what: &str| {
        UnpackError::refused(
            Reason::IllegalPath,
            format!("the archive has an entry {} {what}", shown(raw)),
        )
    };
    let text = std::str::from_utf8(raw).map_err(|_| illegal("whose name is not UTF-8"))?;
    if text.starts_with('/') {
        return Err(illegal("with an absolute path"));
    }
    let parts: Vec<&str> = text
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    if parts.contains(&"..") {
        return Err(illegal("that leads out by \"..\""));
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let path = parts.join("/");
    api::name::check_path(&path).map_err(|_| illegal("whose name cannot be a file's"))?;
    Ok(Some(path))
}

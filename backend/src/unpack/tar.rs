//! Reading a tar.

use super::guard::{Allowance, Guard};
use super::tree::{Builder, NewFile};
use super::{UnpackError, entry_path};
use api::{Reason, Time};
use std::io::Read;
use tar::{Archive, Entry, EntryType};

/// Most bytes between two entries: headers, long names, extensions. Parsers keep them in memory.
const HEADERS: u64 = 1024 * 1024;
/// Most bytes after the end mark; tar fills its last record with zeros.
const TAIL: u64 = 64 * 1024 * 1024;
/// The end mark is two blocks of zeros; the parser stops after the first.
const BLOCK: u64 = 512;

/// Hands every entry of the tar that `source` gives to `builder`.
pub(super) fn read(source: impl Read, builder: &mut Builder) -> Result<(), UnpackError> {
    let allowance = Allowance::new();
    let guard = Guard::new(source, allowance.clone());
    let zeros = guard.zeros();
    let mut archive = Archive::new(guard);
    allowance.set(HEADERS);
    for entry in archive.entries().map_err(UnpackError::broken)? {
        allowance.set(u64::MAX);
        builder.entry()?;
        take(entry.map_err(UnpackError::broken)?, builder)?;
        // Whatever of the entry was not read is skipped now, within the same allowance as the next header.
        allowance.set(HEADERS);
    }
    if zeros.get() < BLOCK {
        return Err(UnpackError::broken("it ends before its end mark"));
    }
    // The checksum of a gzip comes last: read on to have it checked.
    allowance.set(TAIL);
    std::io::copy(&mut archive.into_inner(), &mut std::io::sink()).map_err(UnpackError::broken)?;
    Ok(())
}

fn take<R: Read>(mut entry: Entry<'_, R>, builder: &mut Builder) -> Result<(), UnpackError> {
    let kind = entry.header().entry_type();
    if kind.is_pax_global_extensions() {
        return Ok(());
    }
    let raw = entry.path_bytes().into_owned();
    let Some(path) = entry_path(&raw)? else {
        return match kind {
            EntryType::Directory => Ok(()),
            _ => Err(UnpackError::refused(
                Reason::IllegalPath,
                "the archive has an entry without a name",
            )),
        };
    };
    // Before POSIX a folder was a file of no length whose name ends with a slash.
    let old_folder = kind.is_file() && raw.ends_with(b"/") && entry.size() == 0;
    if kind.is_dir() || old_folder {
        return builder.folder(&path);
    }
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            let modified = modified(&mut entry)?;
            let file = NewFile {
                size: entry.size(),
                executable: entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0),
                modified,
            };
            builder.file(&path, file, &mut entry)
        }
        EntryType::Symlink | EntryType::Link => {
            let target = entry.link_name_bytes().unwrap_or_default().into_owned();
            builder.link(&path, &target, kind == EntryType::Symlink)
        }
        _ => Err(UnpackError::refused(
            Reason::BadArchive,
            format!("{path:?} in the archive is neither a file nor a folder nor a link"),
        )),
    }
}

/// When the entry last changed: to the microsecond where an extension says so.
fn modified<R: Read>(entry: &mut Entry<'_, R>) -> Result<Time, UnpackError> {
    let mut exact = None;
    if let Some(extensions) = entry.pax_extensions().map_err(UnpackError::broken)? {
        for extension in extensions {
            let extension = extension.map_err(UnpackError::broken)?;
            let key = extension.key_bytes();
            if key.starts_with(b"GNU.sparse.") {
                let message = "the archive has files with holes in a form that is not understood: pack without --sparse";
                return Err(UnpackError::refused(Reason::BadArchive, message));
            }
            if key == b"mtime" {
                exact = extension.value().ok().and_then(seconds);
            }
        }
    }
    Ok(exact.unwrap_or_else(|| {
        let seconds = entry.header().mtime().unwrap_or(0);
        Time::from_seconds(i64::try_from(seconds).unwrap_or(0).clamp(0, LATEST))
    }))
}

/// 9999-12-31: no later time can be spelled.
const LATEST: i64 = 253_402_300_799;

fn seconds(text: &str) -> Option<Time> {
    let seconds: f64 = text.parse().ok()?;
    (0.0..=LATEST as f64)
        .contains(&seconds)
        .then(|| Time((seconds * 1e6).round() as i64))
}

//! Reading a zip.

use super::tree::{Builder, NewFile};
use super::{UnpackError, entry_path};
use api::{Reason, Time, limits};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipReadOptions;
use zip::extra_fields::ExtraField;
use zip::read::{Config, ZipFile};
use zip::unstable::read::ZipIterable;

const TYPE: u32 = 0o170_000;
const FOLDER: u32 = 0o040_000;
const REGULAR: u32 = 0o100_000;
const LINK: u32 = 0o120_000;

/// Hands every entry of the zip to `builder`, one by one as the directory at the zip's end names them: however many it
/// claims, none is in memory before `builder` counts it.
pub(super) fn read(archive: &Path, builder: &mut Builder) -> Result<(), UnpackError> {
    // Two files, for each has its own place to read from.
    let (directory, content) = (File::open(archive)?, File::open(archive)?);
    let mut zip = ZipIterable::try_new(BufReader::new(directory), Config::default())
        .map_err(UnpackError::broken)?;
    let mut entries = zip
        .files_with_reader(BufReader::new(content), ZipReadOptions::new())
        .map_err(UnpackError::broken)?;
    while let Some(entry) = entries.next() {
        take(entry.map_err(UnpackError::broken)?, builder)?;
    }
    Ok(())
}

fn take<R: Read>(mut entry: ZipFile<'_, R>, builder: &mut Builder) -> Result<(), UnpackError> {
    let Some(path) = entry_path(entry.name_raw())? else {
        return Ok(());
    };
    if entry.encrypted() {
        return Err(UnpackError::refused(
            Reason::BadArchive,
            format!("{path:?} in the archive is encrypted"),
        ));
    }
    // Packers on other systems leave the mode at nothing.
    let mode = entry.unix_mode().unwrap_or(0);
    match mode & TYPE {
        _ if entry.is_dir() => builder.folder(&path),
        FOLDER => builder.folder(&path),
        0 | REGULAR => {
            let file = NewFile {
                size: entry.size(),
                executable: mode & 0o100 != 0,
                modified: modified(&entry),
            };
            builder.file(&path, file, &mut entry)
        }
        LINK => {
            let mut target = Vec::new();
            let most = limits::PATH_MAX as u64 + 1;
            entry
                .take(most)
                .read_to_end(&mut target)
                .map_err(UnpackError::broken)?;
            builder.link(&path, &target, true)
        }
        _ => Err(UnpackError::refused(
            Reason::BadArchive,
            format!("{path:?} in the archive is neither a file nor a folder nor a link"),
        )),
    }
}

/// The Unix time if there is one; the other one has no zone, so it is taken for UTC.
fn modified<R: Read>(entry: &ZipFile<'_, R>) -> Time {
    let unix = entry.extra_data_fields().find_map(|field| match field {
        ExtraField::ExtendedTimestamp(times) => times.mod_time(),
        _ => None,
    });
    if let Some(seconds) = unix {
        return Time::from_seconds(i64::from(seconds));
    }
    let civil = entry.last_modified().map(|at| {
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    });
    civil.and_then(|text| text.parse().ok()).unwrap_or_default()
}

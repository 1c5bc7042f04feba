//! Reading a zip.

use super::tree::{Builder, NewFile};
use super::{UnpackError, entry_path, shown};
use api::{Reason, Time, limits};
use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Seek};
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
pub(super) fn read<R: Read + Seek>(
    open: impl Fn() -> io::Result<R>,
    builder: &mut Builder,
) -> Result<(), UnpackError> {
    // Two readers, for each has its own place to read from.
    let (directory, mut content) = (BufReader::new(open()?), BufReader::new(open()?));
    let mut zip =
        ZipIterable::try_new(directory, Config::default()).map_err(UnpackError::broken)?;
    // As the directory says, which nobody needs to read to its end then.
    builder.expect(zip.len())?;
    let mut spans = Spans::default();
    for entry in zip.files().map_err(UnpackError::broken)? {
        let entry = entry.map_err(UnpackError::broken)?;
        builder.entry()?;
        let name = shown(entry.name_raw());
        if entry.encrypted() {
            return Err(UnpackError::refused(
                Reason::BadArchive,
                format!("{name} in the archive is encrypted"),
            ));
        }
        let entry = entry
            .with_reader(&mut content, ZipReadOptions::new())
            .map_err(|error| UnpackError::broken(format!("{name}: {error}")))?;
        spans.add(&entry, &name)?;
        take(entry, builder)?;
    }
    Ok(())
}

/// Where the entries lie in the zip: where each begins, and ends. The same bytes as the content of many entries are what a
/// zip bomb is made of.
#[derive(Debug, Default)]
struct Spans(BTreeMap<u64, u64>);

impl Spans {
    fn add<R: Read>(&mut self, entry: &ZipFile<'_, R>, name: &str) -> Result<(), UnpackError> {
        let begin = entry.header_start();
        let content = entry.data_start().unwrap_or(begin);
        let end = content.saturating_add(entry.compressed_size());
        let before = self.0.range(..=begin).next_back();
        let after = self.0.range(begin..).next();
        if before.is_some_and(|(_, end)| *end > begin) || after.is_some_and(|(next, _)| *next < end)
        {
            return Err(UnpackError::refused(
                Reason::BadArchive,
                format!("{name} in the archive shares its bytes with another entry"),
            ));
        }
        self.0.insert(begin, end);
        Ok(())
    }
}

fn take<R: Read>(mut entry: ZipFile<'_, R>, builder: &mut Builder) -> Result<(), UnpackError> {
    let Some(path) = entry_path(entry.name_raw())? else {
        return Ok(());
    };
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

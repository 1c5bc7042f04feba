//! Listing a folder.

use crate::beneath::{Beneath, Found};
use crate::clock;
use api::Time;
use api::file::{Entry, EntryKind, ListQuery, Listing, Root};
use rustix::fs::{AtFlags, Dir, FileType, statat};
use std::fs::Metadata;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

/// The folder or file at `query.path` beneath `top`. Blocks.
///
/// # Errors
/// `NotFound` when there is nothing or the path leads out.
pub(super) fn list(top: &Beneath, query: &ListQuery, root: Root) -> io::Result<Listing> {
    let path = query.path.as_str();
    let empty = |file| Listing {
        path: path.to_owned(),
        file,
        list: Vec::new(),
        total: 0,
        size: 0,
        root: root.clone(),
    };
    let name = path.rsplit('/').next().unwrap_or(path).to_owned();
    match top.open(path)? {
        Found::File(_, metadata) => Ok(empty(Some(entry(name, EntryKind::File, &metadata)))),
        Found::Other(metadata) => Ok(empty(Some(entry(name, EntryKind::Other, &metadata)))),
        Found::Folder(folder) => {
            let mut all = entries(top, path, folder)?;
            let size = all.iter().map(|entry| entry.size).sum();
            all.sort_unstable_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
            let total = all.len();
            let limit = match query.limit {
                0 => ListQuery::MAX,
                limit => limit.min(ListQuery::MAX),
            };
            let from = usize::try_from(query.offset).map_or(total, |offset| offset.min(total));
            let part = all.into_iter().skip(from).take(limit as usize);
            Ok(Listing {
                list: part.collect(),
                total: total as u64,
                size,
                ..empty(None)
            })
        }
    }
}

/// The folder of something that has not begun to exist: empty at its top, nothing below.
pub(super) fn nothing(query: &ListQuery, root: Root) -> io::Result<Listing> {
    if !query.path.is_empty() {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(Listing {
        path: String::new(),
        file: None,
        list: Vec::new(),
        total: 0,
        size: 0,
        root,
    })
}

fn entry(name: String, kind: EntryKind, metadata: &Metadata) -> Entry {
    Entry {
        name,
        kind,
        size: if kind == EntryKind::File {
            metadata.len()
        } else {
            0
        },
        modified: metadata
            .modified()
            .map(clock::of_system)
            .unwrap_or_default(),
    }
}

fn entries(top: &Beneath, path: &str, folder: OwnedFd) -> io::Result<Vec<Entry>> {
    let mut list = Vec::new();
    let mut names = Dir::read_from(&folder)?;
    while let Some(found) = names.read() {
        let found = found?;
        let name = found.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        match one(top, path, folder.as_fd(), name) {
            Ok(entry) => list.push(entry),
            // A running task removes files while we read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(list)
}

fn one(top: &Beneath, path: &str, folder: impl AsFd, name: &std::ffi::CStr) -> io::Result<Entry> {
    let stat = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
    let modified =
        Time(stat.st_mtime * 1_000_000 + i64::try_from(stat.st_mtime_nsec).unwrap_or(0) / 1000);
    let (text, readable) = match name.to_str() {
        Ok(text) => (text.to_owned(), true),
        // No address can name it, so it is shown and not opened.
        Err(_) => (name.to_string_lossy().into_owned(), false),
    };
    let plain = |kind, size| Entry {
        name: text.clone(),
        kind,
        size,
        modified,
    };
    let size = u64::try_from(stat.st_size).unwrap_or(0);
    Ok(match FileType::from_raw_mode(stat.st_mode) {
        _ if !readable => plain(EntryKind::Other, 0),
        FileType::Directory => plain(EntryKind::Dir, 0),
        FileType::RegularFile => plain(EntryKind::File, size),
        FileType::Symlink => {
            let whole = match path {
                "" => text.clone(),
                path => format!("{path}/{text}"),
            };
            match top.open(&whole) {
                Ok(Found::Folder(_)) => plain(EntryKind::Dir, 0),
                Ok(Found::File(_, metadata)) => entry(text.clone(), EntryKind::File, &metadata),
                Ok(Found::Other(_)) | Err(_) => plain(EntryKind::Other, 0),
            }
        }
        _ => plain(EntryKind::Other, 0),
    })
}

//! The older version that an upload builds on.
//!
//! What is kept of it becomes a second name of the stored file before the upload is answered: from then on it may be
//! deleted. Until then [`crate::readers`] holds its files.

use super::archive;
use super::manifest::{Increment, Manifest};
use crate::error::ApiError;
use crate::modules;
use crate::readers::Reading;
use crate::state::Shared;
use crate::unpack::{Node, Tree};
use api::Reason;
use api::module::{ModuleState, VersionChanges};
use api::upload::{NewUpload, UploadFile};
use std::collections::{HashMap, HashSet};

/// What an upload consists of, and its base, held until it is dropped.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) manifest: Manifest,
    pub(super) reading: Option<Reading>,
}

/// Checks the kept files against the base and works out what changes.
///
/// # Errors
/// 519 at `base` when there is no such version of `entity`, at `files` when a kept file is none of its.
pub(super) async fn plan(app: &Shared, entity: &str, new: NewUpload) -> Result<Plan, ApiError> {
    let limits = archive::limits(&new);
    let NewUpload {
        files,
        folders,
        base,
        ..
    } = new;
    let Some(id) = base else {
        let manifest = Manifest {
            files,
            folders,
            increment: None,
            limits,
        };
        return Ok(Plan {
            manifest,
            reading: None,
        });
    };
    // Held before it is looked for: what is found is then not cleared away.
    let reading = app.readers.begin(&id);
    let found = match crate::ids::is_id(&id) {
        true => modules::find(app, &id).await?,
        false => None,
    };
    let usable = found.filter(|old| old.entity_id == entity && old.state() == ModuleState::Valid);
    let Some(old) = usable else {
        let message = "the version to build on is not there any more, or it is not a valid one of this project or dataset";
        return Err(ApiError::bad(Reason::NotFound, message).at("base"));
    };
    let tree = modules::tree(app, &old.id).await?;
    let manifest = tokio::task::spawn_blocking(move || {
        let mut files = files;
        take_from(&tree, &mut files)?;
        let (changes, before) = compare(old.version, &tree, &files);
        let increment = Increment {
            base: id,
            changes,
            before,
            unpacked: beneath_archives(&tree, &files),
        };
        Ok::<_, ApiError>(Manifest {
            files,
            folders,
            increment: Some(increment),
            limits,
        })
    });
    Ok(Plan {
        manifest: manifest.await.map_err(ApiError::internal)??,
        reading: Some(reading),
    })
}

/// Gives the kept files the base's times; refuses the first one that is not the base's.
fn take_from(base: &Tree, files: &mut [UploadFile]) -> Result<(), ApiError> {
    for file in files {
        let Some(kept) = &file.kept else { continue };
        let from = kept.path.as_ref().unwrap_or(&file.path);
        let other = |reason, what: &str| {
            let message = format!("the version to build on has {what} {from:?}");
            Err(ApiError::bad(reason, message).at("files"))
        };
        let Some(Node::File {
            size,
            modified,
            md5,
        }) = base.get(from)
        else {
            return other(Reason::NotFound, "no file");
        };
        if *size != file.size {
            return other(Reason::ChecksumMismatch, "another size of");
        }
        if *md5 != kept.hash {
            return other(Reason::ChecksumMismatch, "another content of");
        }
        file.modified.get_or_insert(*modified);
    }
    Ok(())
}

/// What changes as far as it is known before the bytes are, and the hashes of those files in the base that may turn out
/// to be sent as they were.
fn compare(
    version: i64,
    base: &Tree,
    files: &[UploadFile],
) -> (VersionChanges, HashMap<String, String>) {
    let mut changes = VersionChanges {
        base: version,
        added: 0,
        changed: 0,
        removed: 0,
        unchanged: 0,
    };
    let mut before = HashMap::new();
    for file in files.iter().filter(|file| !file.unpack) {
        let Some(Node::File { size, md5, .. }) = base.get(&file.path) else {
            changes.added += 1;
            continue;
        };
        match &file.kept {
            Some(kept) if kept.hash == *md5 => changes.unchanged += 1,
            Some(_) => changes.changed += 1,
            None => {
                changes.changed += 1;
                if *size == file.size {
                    before.insert(file.path.clone(), md5.clone());
                }
            }
        }
    }
    let paths = listed(files);
    let gone = |(path, node): &(&String, &Node)| {
        matches!(node, Node::File { .. }) && !paths.contains(path.as_str())
    };
    changes.removed = base.iter().filter(gone).count() as u64;
    (changes, before)
}

fn listed(files: &[UploadFile]) -> HashSet<&str> {
    let listed = files.iter().filter(|file| !file.unpack);
    listed.map(|file| file.path.as_str()).collect()
}

/// The files of `base` that are not in the list, but may be in one of its archives.
fn beneath_archives(base: &Tree, files: &[UploadFile]) -> HashMap<String, String> {
    let folders: HashSet<&str> = files
        .iter()
        .filter(|file| file.unpack)
        .map(|file| file.path.as_str())
        .collect();
    if folders.is_empty() {
        return HashMap::new();
    }
    let paths = listed(files);
    let is_beneath = |path: &str| {
        let above = path.match_indices('/').map(|(at, _)| &path[..at]);
        std::iter::once("")
            .chain(above)
            .any(|folder| folders.contains(folder))
    };
    let mut found = HashMap::new();
    for (path, node) in base {
        if let Node::File { md5, .. } = node
            && !paths.contains(path.as_str())
            && is_beneath(path)
        {
            found.insert(path.clone(), md5.clone());
        }
    }
    found
}

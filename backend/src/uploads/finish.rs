//! From the last byte to a valid version.

use super::manifest::Increment;
use super::session::Session;
use crate::beneath::Beneath;
use crate::clock;
use crate::error::ApiError;
use crate::modules::{self, changes};
use crate::state::Shared;
use crate::store::sync_folder;
use crate::unpack::{Node, Tree};
use api::module::VersionChanges;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;

/// Up to so many files are synced one by one; beyond, the whole file system at once is quicker.
const SYNC_SINGLY: usize = 64;

/// Brings the files to the disk and makes the version valid.
///
/// # Errors
/// When disk or database fail: the upload stays complete and can be finished again.
pub(super) async fn finish(app: &Shared, module: &str, session: Session) -> Result<(), ApiError> {
    let increment = session.increment.clone();
    let work = tokio::task::spawn_blocking(move || settle(session));
    let tree = work.await.map_err(ApiError::internal)??;
    if let Some(increment) = increment {
        changes::update(app, module, &settled(increment, &tree)).await?;
    }
    match super::complete(app, module, &tree).await? {
        true => Ok(()),
        false => Err(modules::gone()),
    }
}

/// What changed, now that the hashes of what was sent are known.
fn settled(increment: Increment, tree: &Tree) -> VersionChanges {
    let as_it_was = |(path, before): &(&String, &String)| match tree.get(*path) {
        Some(Node::File { md5, .. }) => md5 == *before,
        _ => false,
    };
    let same = increment.before.iter().filter(as_it_was).count() as u64;
    let mut changes = increment.changes;
    changes.changed -= same;
    changes.unchanged += same;
    changes
}

fn settle(mut session: Session) -> io::Result<Tree> {
    let files = std::sync::Arc::clone(&session.files);
    let mut tree = Tree::new();
    let mut folders = BTreeSet::new();
    for (index, file) in files.iter().enumerate() {
        above(&file.path, &mut folders);
        let md5 = session.hasher.sum(&session.root, &file.path, index)?;
        let modified = match file.modified {
            Some(time) => time,
            None => clock::of_system(session.root.join(&file.path).metadata()?.modified()?),
        };
        let node = Node::File {
            size: file.size,
            modified,
            md5,
        };
        tree.insert(file.path.clone(), node);
    }
    // What was not sent is on the disk since the upload began.
    if files.len() > SYNC_SINGLY {
        Beneath::at(&session.root)?.sync()?;
    } else {
        for file in files.iter() {
            File::open(session.root.join(&file.path))?.sync_all()?;
        }
        for folder in &folders {
            sync_folder(&session.root.join(folder))?;
        }
        sync_folder(&session.root)?;
        if let Some(modules) = session.root.parent() {
            sync_folder(modules)?;
        }
    }
    for file in &session.kept {
        above(&file.path, &mut folders);
        let (Some(kept), Some(modified)) = (&file.kept, file.modified) else {
            let message = format!("{:?} is kept without a time", file.path);
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        };
        let node = Node::File {
            size: file.size,
            modified,
            md5: kept.hash.clone(),
        };
        tree.insert(file.path.clone(), node);
    }
    for folder in &session.folders {
        above(folder, &mut folders);
        folders.insert(folder);
    }
    tree.extend(folders.into_iter().map(|f| (f.to_owned(), Node::Folder)));
    Ok(tree)
}

/// Adds the folders that `path` is in.
fn above<'a>(path: &'a str, folders: &mut BTreeSet<&'a str>) {
    let mut rest = path;
    while let Some((folder, _)) = rest.rsplit_once('/') {
        if !folders.insert(folder) {
            break;
        }
        rest = folder;
    }
}

//! From the last byte to a valid version.

use super::session::Session;
use crate::beneath::Beneath;
use crate::error::ApiError;
use crate::state::Shared;
use crate::store::sync_folder;
use crate::unpack::{Node, Tree};
use crate::{clock, modules};
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
    let tree = tokio::task::spawn_blocking(move || settle(session))
        .await
        .map_err(ApiError::internal)??;
    match super::complete(app, module, &tree).await? {
        true => Ok(()),
        false => Err(modules::gone()),
    }
}

fn settle(mut session: Session) -> io::Result<Tree> {
    let files = std::sync::Arc::clone(&session.files);
    let mut tree = Tree::new();
    let mut folders = BTreeSet::new();
    for (index, file) in files.iter().enumerate() {
        let mut rest = file.path.as_str();
        while let Some((folder, _)) = rest.rsplit_once('/') {
            if !folders.insert(folder) {
                break;
            }
            rest = folder;
        }
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
    tree.extend(folders.into_iter().map(|f| (f.to_owned(), Node::Folder)));
    Ok(tree)
}

//! From the last byte to a valid version.

use super::manifest::Increment;
use super::session::Session;
use super::unpacked;
use crate::beneath::Beneath;
use crate::billing::limits;
use crate::error::ApiError;
use crate::modules::{self, changes};
use crate::state::Shared;
use crate::store::sync_folder;
use crate::unpack::{Node, Tree, UnpackError};
use crate::{clock, db};
use api::module::VersionChanges;
use api::{Code, Reason};
use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io;

/// Up to so many files are synced one by one; beyond, the whole file system at once is quicker.
const SYNC_SINGLY: usize = 64;

/// Brings the files to the disk and makes the version valid.
///
/// # Errors
/// When an archive is refused: nothing is left of the upload then. When disk or database fail: it stays complete and can
/// be finished again.
pub(super) async fn finish(app: &Shared, module: &str, session: Session) -> Result<(), ApiError> {
    let increment = session.increment.clone();
    let listed = match (&increment, &session.archives) {
        (Some(_), Some(_)) => Some(session.listed().map(str::to_owned).collect::<HashSet<_>>()),
        _ => None,
    };
    let has_archives = session.archives.is_some();
    let work = tokio::task::spawn_blocking(move || settle(session));
    let tree = match work.await.map_err(ApiError::internal)? {
        Ok(tree) => tree,
        Err(error) => return Err(failed(app, module, error).await),
    };
    if has_archives && let Err(error) = weigh(app, module, &tree).await {
        if error.problem.reason == Reason::StorageFull {
            super::give_up(app, module, &error.problem.message).await?;
        }
        return Err(error);
    }
    if let Some(increment) = increment {
        changes::update(app, module, &settled(increment, &tree, listed.as_ref())).await?;
    }
    match super::complete(app, module, &tree).await? {
        true => Ok(()),
        false => Err(modules::gone()),
    }
}

/// What to tell of an upload whose archive cannot be unpacked, for the holder of its lock. One that is refused is given
/// up; what is wrong with us leaves it for another try.
pub(super) async fn failed(app: &Shared, module: &str, error: UnpackError) -> ApiError {
    match error {
        UnpackError::Io(error) => error.into(),
        UnpackError::Refused { reason, message } => {
            if let Err(error) = super::give_up(app, module, &message).await {
                return error;
            }
            let code = match reason {
                Reason::TooLarge | Reason::TooManyFiles => Code::OverLimit,
                _ => Code::BadRequest,
            };
            ApiError::new(code, reason, message).at("files")
        }
    }
}

/// Counts a version with what its archives came to, and keeps how many bytes were sent for it.
///
/// # Errors
/// 520 when there is no room for it in the account.
async fn weigh(app: &Shared, module: &str, tree: &Tree) -> Result<(), ApiError> {
    let sizes = tree.values().map(|node| match node {
        Node::File { size, .. } => *size,
        Node::Folder => 0,
    });
    let bytes = sizes.sum();
    let mut tx = app.db.begin().await?;
    sqlx::query(
        "UPDATE modules SET sent_bytes = (SELECT total_bytes FROM uploads WHERE module_id = id) WHERE id = $1",
    )
    .bind(module)
    .execute(&mut *tx)
    .await?;
    let user: Option<String> = sqlx::query_scalar(
        "UPDATE uploads SET kept_bytes = $1 - total_bytes WHERE module_id = $2 RETURNING user_id",
    )
    .bind(db::bytes(bytes))
    .bind(module)
    .fetch_optional(&mut *tx)
    .await?;
    let user = user.ok_or_else(modules::gone)?;
    limits::check_storage(app, &mut tx, &user, bytes, module).await?;
    Ok(tx.commit().await?)
}

/// What changed, now that the hashes of what was sent are known; `listed` are the files that are in no archive, where
/// there are others.
fn settled(increment: Increment, tree: &Tree, listed: Option<&HashSet<String>>) -> VersionChanges {
    let as_it_was = |(path, before): &(&String, &String)| match tree.get(*path) {
        Some(Node::File { md5, .. }) => md5 == *before,
        _ => false,
    };
    let same = increment.before.iter().filter(as_it_was).count() as u64;
    let mut changes = increment.changes;
    changes.changed -= same;
    changes.unchanged += same;
    for (path, node) in listed.into_iter().flat_map(|_| tree) {
        let Node::File { md5, .. } = node else {
            continue;
        };
        if listed.is_some_and(|listed| listed.contains(path)) {
            continue;
        }
        match increment.unpacked.get(path) {
            None => changes.added += 1,
            Some(before) => {
                changes.removed -= 1;
                match before == md5 {
                    true => changes.unchanged += 1,
                    false => changes.changed += 1,
                }
            }
        }
    }
    changes
}

fn settle(mut session: Session) -> Result<Tree, UnpackError> {
    let files = std::sync::Arc::clone(&session.files);
    let root = session.disk.root.clone();
    let mut tree = Tree::new();
    let mut folders = BTreeSet::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| !file.unpack) {
        above(&file.path, &mut folders);
        let md5 = session.hasher.sum(&session.disk, &files, index)?;
        let modified = match file.modified {
            Some(time) => time,
            None => clock::of_system(root.join(&file.path).metadata()?.modified()?),
        };
        let node = Node::File {
            size: file.size,
            modified,
            md5,
        };
        tree.insert(file.path.clone(), node);
    }
    let sent: Vec<&str> = folders.iter().copied().collect();
    for file in &session.kept {
        above(&file.path, &mut folders);
        let (Some(kept), Some(modified)) = (&file.kept, file.modified) else {
            let message = format!("{:?} is kept without a time", file.path);
            return Err(io::Error::new(io::ErrorKind::InvalidData, message).into());
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
    if let Some(archives) = &mut session.archives {
        unpacked::merge(&mut tree, archives.unpacked(&files)?, &files, &session.disk)?;
    }
    // What was not sent is on the disk since the upload began.
    if files.len() > SYNC_SINGLY || session.archives.is_some() {
        Beneath::at(&root)?.sync()?;
    } else {
        for file in files.iter() {
            File::open(root.join(&file.path))?.sync_all()?;
        }
        for folder in sent {
            sync_folder(&root.join(folder))?;
        }
        sync_folder(&root)?;
        if let Some(modules) = root.parent() {
            sync_folder(modules)?;
        }
    }
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

//! A version's files and what its archives brought become one.

use super::layout::Disk;
use crate::unpack::{Node, Tree, UnpackError};
use api::limits::FILES_MAX;
use api::upload::UploadFile;
use api::{Reason, name};
use std::collections::BTreeMap;
use std::io;

/// Adds what is in the archives to `tree`, and moves the files to where they belong. Blocks.
///
/// What is there on the disk under the same name can only come from a try that a crash ended: the names are compared
/// before, all of them.
///
/// # Errors
/// When two have the same name, or a file that of a folder; when it is too much; when the disk fails.
pub(super) fn merge(
    tree: &mut Tree,
    archives: &BTreeMap<usize, Tree>,
    files: &[UploadFile],
    disk: &Disk,
) -> Result<(), UnpackError> {
    for (index, archive) in archives {
        let folder = &files[*index].path;
        let parts = folder.match_indices('/').map(|(at, _)| &folder[..at]);
        for above in parts
            .chain([folder.as_str()])
            .filter(|part| !part.is_empty())
        {
            add(tree, above, &Node::Folder)?;
        }
        for (path, node) in archive {
            let whole = join(folder, path);
            name::check_path(&whole)
                .map_err(|reason| refused(reason, format!("the path {whole:?} is too long")))?;
            add(tree, &whole, node)?;
        }
    }
    for (index, archive) in archives {
        let (from, into) = (disk.unpacked(*index), disk.root.join(&files[*index].path));
        std::fs::create_dir_all(&into)?;
        for (path, node) in archive {
            match node {
                // The order of paths has each folder before what is in it.
                Node::Folder => match std::fs::create_dir(into.join(path)) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    other => other?,
                },
                Node::File { .. } => std::fs::rename(from.join(path), into.join(path))?,
            }
        }
    }
    Ok(())
}

fn add(tree: &mut Tree, path: &str, node: &Node) -> Result<(), UnpackError> {
    match (tree.get(path), node) {
        (Some(Node::Folder), Node::Folder) => return Ok(()),
        (Some(_), _) => {
            let message = format!("{path:?} is there twice, or as a file and as a folder");
            return Err(refused(Reason::BadArchive, message));
        }
        (None, _) if tree.len() >= FILES_MAX => {
            let message = format!("unpacked it has more than {FILES_MAX} files and folders");
            return Err(refused(Reason::TooManyFiles, message));
        }
        (None, _) => {}
    }
    tree.insert(path.to_owned(), node.clone());
    Ok(())
}

fn join(folder: &str, path: &str) -> String {
    match folder {
        "" => path.to_owned(),
        folder => format!("{folder}/{path}"),
    }
}

fn refused(reason: Reason, message: String) -> UnpackError {
    UnpackError::Refused { reason, message }
}

//! Where files are: the only place that turns an id into a path.
//!
//! Versions never change once valid, so a store for objects (S3) can stand here later.

use crate::ids;
use crate::walk::{Step, Walk};
use rustix::fs::{AtFlags, unlinkat};
use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// The data directory:
///
/// ```text
/// russell.db                 rows
/// modules/<id>/              a version's files, as they are
/// outputs/<task id>/         what a task wrote to /output
/// logs/<task id>.log         what it printed
/// monitors/<task id>         what it used of the machine
/// tasks/<task id>/workspace  its /workspace, while it runs
/// sandbox/                   files that every task's sandbox sees
/// uploads/<id>/              what an upload needs besides the version's files
/// packages/<hash>/           what tasks' code asks for, installed once
/// spare                      a name on its way into a version; see `modules::share`
/// ```
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

const FOLDERS: [&str; 7] = [
    "modules", "outputs", "logs", "monitors", "tasks", "uploads", "packages",
];
/// Everything for the owner, nothing for anybody else.
const OWNER: u32 = 0o700;

impl Store {
    /// Opens the data directory and makes what is missing, for this user's eyes only.
    ///
    /// # Errors
    /// When a folder cannot be made, or others cannot be kept out.
    pub fn open(root: &Path) -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(OWNER);
        builder.create(root)?;
        let mode = root.metadata()?.permissions().mode();
        if mode & 0o002 != 0 {
            let message = "everybody may write to it: choose a folder of its own";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        if mode & 0o777 != OWNER {
            let closed = std::fs::set_permissions(root, Permissions::from_mode(OWNER));
            closed.map_err(|error| {
                let message = format!(
                    "others may look into it (mode {:o}), and it cannot be closed to them: {error}",
                    mode & 0o777
                );
                io::Error::new(error.kind(), message)
            })?;
        }
        for folder in FOLDERS {
            builder.create(root.join(folder))?;
        }
        Ok(Self {
            root: root.canonicalize()?,
        })
    }

    /// The data directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.root.join("russell.db")
    }

    /// A version's files.
    pub fn module(&self, id: &str) -> PathBuf {
        self.part("modules", id)
    }

    /// A task's output.
    pub fn output(&self, task: &str) -> PathBuf {
        self.part("outputs", task)
    }

    /// A task's log.
    pub fn log(&self, task: &str) -> PathBuf {
        let mut name = self.part("logs", task).into_os_string();
        name.push(".log");
        name.into()
    }

    /// What a task used of the machine.
    pub fn monitor(&self, task: &str) -> PathBuf {
        self.part("monitors", task)
    }

    /// What a task needs while it runs; `workspace` is in it.
    pub fn task(&self, task: &str) -> PathBuf {
        self.part("tasks", task)
    }

    /// Where all tasks have theirs.
    pub fn tasks(&self) -> PathBuf {
        self.root.join("tasks")
    }

    /// Files that every sandbox sees.
    pub fn sandbox(&self) -> PathBuf {
        self.root.join("sandbox")
    }

    /// What an upload needs besides the version's files. The id is that of the version.
    pub fn upload(&self, module: &str) -> PathBuf {
        self.part("uploads", module)
    }

    /// Installed packages; `key` looks like an id.
    pub fn packages(&self, key: &str) -> PathBuf {
        self.part("packages", key)
    }

    /// Where a second name of a file waits for its place. One at a time.
    pub fn spare(&self) -> PathBuf {
        self.root.join("spare")
    }

    /// # Panics
    /// When `id` is none: ids come from the database, a foreign text here would be a fault of ours.
    fn part(&self, folder: &str, id: &str) -> PathBuf {
        assert!(ids::is_id(id), "not an id: {id:?}");
        self.root.join(folder).join(id)
    }

    /// Bytes that can still be written.
    ///
    /// # Errors
    /// When the file system does not say.
    pub fn free_bytes(&self) -> io::Result<u64> {
        let stat = rustix::fs::statvfs(&self.root)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}

/// Removes a folder with all that is in it, however deep; of a link the link. That it is not there is no error.
///
/// # Errors
/// When something in it cannot be removed.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(found) if !found.is_dir() => return std::fs::remove_file(path),
        Ok(found) => open_up(path, found.permissions().mode())?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    let mut walk = Walk::new(path)?;
    while let Some(step) = walk.step() {
        match step? {
            Step::Found(entry) if !entry.is_folder() => {
                unlinkat(entry.at.folder, entry.at.name, AtFlags::empty())?;
            }
            // A folder without write permission would stop the removal.
            Step::Found(entry) if entry.mode() & OWNER != OWNER => entry.at.set_mode(OWNER)?,
            Step::Found(_) => {}
            Step::Left(at) => unlinkat(at.folder, at.name, AtFlags::REMOVEDIR)?,
        }
    }
    std::fs::remove_dir(path)
}

fn open_up(folder: &Path, mode: u32) -> io::Result<()> {
    match mode & OWNER == OWNER {
        true => Ok(()),
        false => std::fs::set_permissions(folder, Permissions::from_mode(OWNER)),
    }
}

/// [`remove_tree`] on a thread where it may take its time.
///
/// # Errors
/// When something in it cannot be removed.
pub async fn remove(tree: PathBuf) -> io::Result<()> {
    tokio::task::spawn_blocking(move || remove_tree(&tree))
        .await
        .map_err(io::Error::other)?
}

/// Makes sure that a new or removed name in `folder` is on the disk.
///
/// # Errors
/// When the folder cannot be opened or synced.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::tests::{deep, quick_folder};

    #[test]
    fn the_data_directory_is_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("deep/data");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::set_permissions(&root, Permissions::from_mode(0o755)).unwrap();
        let store = Store::open(&root).unwrap();
        let mode = root.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        for folder in FOLDERS {
            let mode = root.join(folder).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{folder}");
        }
        assert!(store.free_bytes().unwrap() > 0);
    }

    #[test]
    #[should_panic(expected = "not an id")]
    fn a_path_cannot_be_smuggled_in_as_an_id() {
        let dir = tempfile::tempdir().unwrap();
        let _ = Store::open(dir.path()).unwrap().module("../../etc");
    }

    #[test]
    fn trees_with_closed_folders_are_removed() {
        let dir = tempfile::tempdir().unwrap();
        let tree = dir.path().join("tree");
        std::fs::create_dir_all(tree.join("a/b")).unwrap();
        std::fs::write(tree.join("a/b/f"), b"x").unwrap();
        let closed = std::fs::Permissions::from_mode(0o500);
        std::fs::set_permissions(tree.join("a/b"), closed).unwrap();
        remove_tree(&tree).unwrap();
        assert!(!tree.exists());
        remove_tree(&tree).unwrap();
    }

    #[test]
    fn trees_of_any_depth_are_removed() {
        let dir = quick_folder();
        let tree = dir.path().join("tree");
        std::fs::create_dir(&tree).unwrap();
        deep(&tree, 20_000);
        remove_tree(&tree).unwrap();
        assert!(!tree.exists());
    }

    #[test]
    fn what_a_link_leads_to_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (tree, kept) = (dir.path().join("tree"), dir.path().join("kept"));
        std::fs::create_dir_all(tree.join("a")).unwrap();
        std::fs::create_dir(&kept).unwrap();
        std::fs::write(kept.join("f"), b"x").unwrap();
        std::os::unix::fs::symlink(&kept, tree.join("a/link")).unwrap();
        remove_tree(&tree).unwrap();
        std::os::unix::fs::symlink(&kept, &tree).unwrap();
        remove_tree(&tree).unwrap();
        assert!(tree.symlink_metadata().is_err() && kept.join("f").is_file());
    }
}

//! The folders of a task.

use crate::store::{Store, remove_tree};
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

/// Makes the folders of a task: `/workspace`, `/tmp` with a home in it, `/output`.
///
/// # Errors
/// When the disk refuses.
pub fn make(store: &Store, task: &str) -> io::Result<()> {
    let root = store.task(task);
    remove_tree(&root)?;
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    for folder in [
        root.join("workspace"),
        root.join("tmp/home"),
        store.output(task),
    ] {
        builder.create(folder)?;
    }
    Ok(())
}

/// Copies a version into the workspace. Copies, never second names: a task may write to its files, and versions
/// never change. The file system shares the bytes where it can.
///
/// # Errors
/// When the disk refuses.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type()?;
        if kind.is_dir() {
            fs::create_dir(&target)?;
            copy(&source, &target)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&source)?, &target)?;
        } else if kind.is_file() {
            fs::copy(&source, &target)?;
            let mode = fs::metadata(&target)?.permissions().mode();
            // Versions may be stored read-only.
            fs::set_permissions(&target, fs::Permissions::from_mode(mode | 0o600))?;
        }
    }
    Ok(())
}

/// Removes what only a running task needs.
///
/// # Errors
/// When the disk refuses.
pub fn clear(store: &Store, task: &str) -> io::Result<()> {
    remove_tree(&store.task(task))
}

/// Gives back the permissions to read the output that the task may have taken away, and counts its bytes.
///
/// # Errors
/// When a folder cannot be read.
pub fn settle(output: &Path) -> io::Result<u64> {
    let mut sum = 0;
    fs::set_permissions(output, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(output)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            sum += settle(&entry.path())?;
        } else if kind.is_file() {
            let meta = entry.metadata()?;
            sum += meta.len();
            let mode = meta.permissions().mode();
            if mode & 0o400 == 0 {
                fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode | 0o600))?;
            }
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_can_be_written_and_the_version_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::create_dir_all(from.join("d")).unwrap();
        fs::create_dir(&to).unwrap();
        fs::write(from.join("d/run.sh"), "old").unwrap();
        fs::set_permissions(from.join("d/run.sh"), fs::Permissions::from_mode(0o555)).unwrap();
        std::os::unix::fs::symlink("d/run.sh", from.join("link")).unwrap();
        copy(&from, &to).unwrap();
        fs::write(to.join("d/run.sh"), "new").unwrap();
        assert_eq!(fs::read_to_string(from.join("link")).unwrap(), "old");
        assert_eq!(fs::read_to_string(to.join("link")).unwrap(), "new");
        assert_eq!(
            fs::metadata(to.join("d/run.sh"))
                .unwrap()
                .permissions()
                .mode()
                & 0o111,
            0o111
        );
    }

    #[test]
    fn closed_outputs_are_opened_and_counted() {
        let dir = tempfile::tempdir().unwrap();
        let output = dir.path().join("out");
        fs::create_dir_all(output.join("d")).unwrap();
        fs::write(output.join("d/a"), "abc").unwrap();
        std::os::unix::fs::symlink("/etc/passwd", output.join("link")).unwrap();
        fs::set_permissions(output.join("d/a"), fs::Permissions::from_mode(0o000)).unwrap();
        fs::set_permissions(output.join("d"), fs::Permissions::from_mode(0o000)).unwrap();
        assert_eq!(settle(&output).unwrap(), 3);
        assert_eq!(
            fs::metadata(output.join("d/a"))
                .unwrap()
                .permissions()
                .mode()
                & 0o777,
            0o600
        );
    }
}

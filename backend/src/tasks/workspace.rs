//! The folders of a task.

use crate::store::{Store, remove_tree};
use crate::walk::{Step, Walk};
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

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
    // Paths of versions are short, so that they can be taken as they are.
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(from.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            let (source, target) = (entry.path(), to.join(&path));
            let kind = entry.file_type()?;
            if kind.is_dir() {
                fs::create_dir(&target)?;
                open.push(path);
            } else if kind.is_symlink() {
                std::os::unix::fs::symlink(fs::read_link(&source)?, &target)?;
            } else if kind.is_file() {
                fs::copy(&source, &target)?;
                let mode = fs::metadata(&target)?.permissions().mode();
                // Versions may be stored read-only.
                fs::set_permissions(&target, fs::Permissions::from_mode(mode | 0o600))?;
            }
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

/// Gives back the permissions to read the output that the task may have taken away, and counts its bytes. What
/// cannot be read all the same is told in our log and counts nothing.
///
/// # Errors
/// When the folder itself cannot be read.
pub fn settle(output: &Path) -> io::Result<u64> {
    let mut sum = 0;
    fs::set_permissions(output, fs::Permissions::from_mode(0o700))?;
    let mut walk = Walk::new(output)?;
    while let Some(step) = walk.step() {
        let opened = match step {
            Ok(Step::Found(entry)) if entry.is_folder() => match entry.mode() & 0o700 {
                0o700 => Ok(()),
                _ => entry.at.set_mode(0o700),
            },
            Ok(Step::Found(entry)) if entry.is_file() => {
                sum += entry.size();
                match entry.mode() & 0o400 {
                    0 => entry.at.set_mode(entry.mode() | 0o600),
                    _ => Ok(()),
                }
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = opened {
            tracing::warn!(output = %output.display(), %error, "a part of an output cannot be read");
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::tests::{deep, quick_folder};

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
    fn outputs_of_any_depth_are_counted() {
        let dir = quick_folder();
        deep(dir.path(), 20_000);
        assert_eq!(settle(dir.path()).unwrap(), 5);
        remove_tree(&dir.path().join("d")).unwrap();
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

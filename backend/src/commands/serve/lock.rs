//! One backend for a data directory: two would run each task twice.

use anyhow::{Context as _, Result, bail};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::File;
use std::path::Path;

/// Takes the data directory for this process, for as long as the file is kept open.
///
/// # Errors
/// When another process has it.
pub fn take(data: &Path) -> Result<File> {
    let path = data.join("lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(Errno::WOULDBLOCK) => bail!(
            "another backend uses the data directory {}: end it first, or choose another --data",
            data.display()
        ),
        Err(error) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_has_it() {
        let data = tempfile::tempdir().unwrap();
        let first = take(data.path()).unwrap();
        assert!(
            take(data.path())
                .unwrap_err()
                .to_string()
                .contains("another backend")
        );
        drop(first);
        take(data.path()).unwrap();
    }
}

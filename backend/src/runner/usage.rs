//! How much disk a task uses.

use crate::walk::{Step, Walk};
use std::path::Path;

/// Bytes on disk of everything below these folders; links are not followed, what cannot be read counts nothing.
pub fn disk(folders: &[&Path]) -> u64 {
    folders.iter().map(|folder| below(folder)).sum()
}

fn below(folder: &Path) -> u64 {
    let mut sum = 0;
    let Ok(mut walk) = Walk::new(folder) else {
        return sum;
    };
    while let Some(step) = walk.step() {
        if let Ok(Step::Found(entry)) = step {
            sum += u64::try_from(entry.stat.st_blocks).unwrap_or(0) * 512;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_blocks_are_counted_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("d")).unwrap();
        std::fs::write(folder.path().join("d/a"), vec![1; 100_000]).unwrap();
        std::os::unix::fs::symlink("/usr", folder.path().join("link")).unwrap();
        let file = std::fs::File::create(folder.path().join("sparse")).unwrap();
        file.set_len(1 << 40).unwrap();
        let used = disk(&[folder.path()]);
        assert!((100_000..400_000).contains(&used), "{used}");
    }
}

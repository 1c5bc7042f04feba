//! How much disk a task uses.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Bytes on disk of everything below these folders; links are not followed, what cannot be read counts nothing.
pub fn disk(folders: &[&Path]) -> u64 {
    let mut open: Vec<std::path::PathBuf> =
        folders.iter().map(|folder| folder.to_path_buf()).collect();
    let mut sum = 0;
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            // Of the entry itself, not of what a link leads to.
            let Ok(meta) = entry.metadata() else { continue };
            sum += meta.blocks() * 512;
            if meta.is_dir() {
                open.push(entry.path());
            }
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

//! Writes an upload's bytes where they belong.

use super::layout::{Disk, Place};
use crate::clock::to_system;
use api::upload::UploadFile;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::sync::mpsc::SyncSender;

/// Small pieces are gathered up to this size before they are written; larger ones pass by.
const BUFFER: usize = 256 * 1024;
/// After so many bytes the disk is told to begin with them, so that little is left to wait for at the end.
const SYNC_EVERY: u64 = 64 * 1024 * 1024;

/// Writes an upload's bytes in their order. Blocks.
#[derive(Debug)]
pub(super) struct Writer {
    disk: Disk,
    place: Place,
    open: Option<io::BufWriter<File>>,
    unsynced: u64,
}

impl Writer {
    /// Goes on where the files on the disk end.
    ///
    /// # Errors
    /// When the disk fails, or a file is longer than announced.
    pub(super) fn open(disk: &Disk, files: &[UploadFile]) -> io::Result<Self> {
        let mut place = Place::default();
        while let Some(file) = files.get(place.index) {
            let path = disk.file(files, place.index);
            let length = match std::fs::metadata(&path) {
                Ok(metadata) => metadata.len(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            };
            if length > file.size {
                let message = format!("{} is longer than announced", path.display());
                return Err(io::Error::other(message));
            }
            place.within = length;
            if length < file.size {
                break;
            }
            place.next();
        }
        let mut writer = Self {
            disk: disk.clone(),
            place,
            open: None,
            unsynced: 0,
        };
        // A crash may have come between a file's last byte and its time.
        if let Some(last) = place.index.checked_sub(1) {
            let file = OpenOptions::new()
                .append(true)
                .open(disk.file(files, last))?;
            set_time(&file, &files[last])?;
        }
        writer.settle(files)?;
        Ok(writer)
    }

    /// Takes back what was written after byte `offset` of the upload; no writer has it open.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn rewind(disk: &Disk, files: &[UploadFile], offset: u64) -> io::Result<()> {
        let (mut left, mut index) = (offset, 0);
        while let Some(file) = files.get(index).filter(|file| file.size <= left) {
            left -= file.size;
            index += 1;
        }
        if left > 0 && index < files.len() {
            let path = disk.file(files, index);
            let file = OpenOptions::new().write(true).open(path)?;
            file.set_len(left)?;
            file.sync_all()?;
            index += 1;
        }
        for index in index..files.len() {
            match std::fs::remove_file(disk.file(files, index)) {
                // They were written in their order.
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                other => other?,
            }
        }
        Ok(())
    }

    /// Where the next byte goes.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// Writes the next bytes; those beyond the last file are ignored. Files that become long are handed to `syncer`.
    ///
    /// # Errors
    /// When the disk fails: then the writer is of no more use, a new one finds out how far it came.
    pub(super) fn write(
        &mut self,
        files: &[UploadFile],
        mut bytes: &[u8],
        syncer: &SyncSender<File>,
    ) -> io::Result<()> {
        while let Some(length) = self.place.take(files, bytes.len()).filter(|l| *l > 0) {
            let (now, later) = bytes.split_at(length);
            let mut file = match self.open.take() {
                Some(file) => file,
                None => self.begin(files)?,
            };
            file.write_all(now)?;
            self.unsynced += length as u64;
            if self.unsynced >= SYNC_EVERY {
                file.flush()?;
                // When the disk is still busy with the last order, this one is left out.
                let _ = syncer.try_send(file.get_ref().try_clone()?);
                self.unsynced = 0;
            }
            self.open = Some(file);
            self.place.within += length as u64;
            bytes = later;
            self.settle(files)?;
        }
        Ok(())
    }

    /// Hands everything to the operating system.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.open.as_mut().map_or(Ok(()), io::Write::flush)
    }

    /// Closes the file that is complete, and makes the empty ones that follow it.
    fn settle(&mut self, files: &[UploadFile]) -> io::Result<()> {
        while self.place.ends(files) {
            let file = match self.open.take() {
                Some(file) => file,
                None => self.begin(files)?,
            };
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            set_time(&file, &files[self.place.index])?;
            self.place.next();
        }
        Ok(())
    }

    fn begin(&self, files: &[UploadFile]) -> io::Result<io::BufWriter<File>> {
        // A hundred thousand small files need no large buffer each.
        let size = usize::try_from(files[self.place.index].size).unwrap_or(BUFFER);
        let path = self.disk.file(files, self.place.index);
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        let file = match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                options.open(&path)?
            }
            other => other?,
        };
        Ok(io::BufWriter::with_capacity(BUFFER.min(size), file))
    }
}

fn set_time(file: &File, announced: &UploadFile) -> io::Result<()> {
    match announced.modified {
        Some(time) => file.set_modified(to_system(time)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Time;
    use std::path::Path;
    use std::sync::mpsc::sync_channel;

    fn files(list: &[(&str, u64)]) -> Vec<UploadFile> {
        list.iter()
            .map(|(path, size)| UploadFile {
                path: (*path).to_owned(),
                size: *size,
                modified: Some(Time::from_seconds(1_000_000)),
                kept: None,
                unpack: false,
            })
            .collect()
    }

    fn disk(root: &Path) -> Disk {
        Disk {
            root: root.to_owned(),
            list: root.join("list"),
        }
    }

    fn write(root: &Path, files: &[UploadFile], bytes: &[u8]) -> io::Result<u64> {
        let mut writer = Writer::open(&disk(root), files)?;
        writer.write(files, bytes, &sync_channel(1).0)?;
        writer.flush()?;
        Ok(writer.place().offset(files))
    }

    #[test]
    fn bytes_find_their_files_however_they_are_cut() {
        let list = [
            ("empty", 0),
            ("a/b/one", 3),
            ("a/two", 4),
            ("a/void", 0),
            ("z", 1),
            ("zz", 0),
        ];
        let files = files(&list);
        for step in 1..=8 {
            let dir = tempfile::tempdir().unwrap();
            let mut offset = 0;
            for piece in b"123abcdX".chunks(step) {
                // Opened anew each time, as after a crash.
                offset = write(dir.path(), &files, piece).unwrap();
            }
            assert_eq!(offset, 8);
            for (path, content) in [
                ("a/b/one", "123"),
                ("a/two", "abcd"),
                ("z", "X"),
                ("zz", ""),
            ] {
                let path = dir.path().join(path);
                assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
                let time = path.metadata().unwrap().modified().unwrap();
                assert_eq!(time, to_system(Time::from_seconds(1_000_000)));
            }
        }
    }

    #[test]
    fn nothing_but_empty_files_needs_no_byte() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(&[("a/x", 0), ("b", 0)]);
        assert_eq!(
            Writer::open(&disk(dir.path()), &files)
                .unwrap()
                .place()
                .index,
            2
        );
        assert!(dir.path().join("a/x").is_file() && dir.path().join("b").is_file());
    }

    #[test]
    fn bytes_beyond_the_end_are_not_written() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(&[("a", 2)]);
        assert_eq!(write(dir.path(), &files, b"12345").unwrap(), 2);
        assert_eq!(std::fs::read(dir.path().join("a")).unwrap(), b"12");
    }

    #[test]
    fn a_file_that_is_too_long_is_no_place_to_go_on() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), b"123").unwrap();
        assert!(Writer::open(&disk(dir.path()), &files(&[("a", 2)])).is_err());
    }

    #[test]
    fn what_is_taken_back_comes_again() {
        let list = [("a", 3), ("void", 0), ("b/c", 4), ("b/void", 0), ("d", 2)];
        let files = files(&list);
        for offset in 0..=9 {
            let dir = tempfile::tempdir().unwrap();
            write(dir.path(), &files, b"123xxxxyy").unwrap();
            Writer::rewind(&disk(dir.path()), &files, offset).unwrap();
            let writer = Writer::open(&disk(dir.path()), &files).unwrap();
            assert_eq!(writer.place().offset(&files), offset);
            let end = write(dir.path(), &files, &b"123abcdXY"[offset as usize..]).unwrap();
            assert_eq!(end, 9);
            let kept = std::fs::read(dir.path().join("b/c")).unwrap();
            let expected = [
                &b"xxxx"[..offset.clamp(3, 7) as usize - 3],
                &b"abcd"[offset.clamp(3, 7) as usize - 3..],
            ];
            assert_eq!(kept, expected.concat(), "after {offset}");
        }
    }

    #[test]
    fn a_full_disk_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/full", dir.path().join("a")).unwrap();
        let error = write(dir.path(), &files(&[("a", 3)]), b"12").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}

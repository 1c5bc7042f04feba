//! MD5 of each file, taken while its bytes pass.
//!
//! MD5 is what the CLI compares files by; against decay of a disk, which is what `check` looks for, it is enough. A
//! second, cryptographic hash would cost every upload a core and is asked for by nothing.

use super::layout::{Disk, Place};
use crate::hash::{feed, md5_of};
use crate::ids::hex;
use api::upload::UploadFile;
use md5::{Digest as _, Md5};
use std::fs::File;
use std::io::{self, Read as _};

/// Hashes an upload's bytes in their order.
#[derive(Clone, Debug)]
pub(super) struct Hasher {
    place: Place,
    current: Md5,
    /// By file; none where the bytes passed before this process began.
    sums: Vec<Option<String>>,
}

impl Hasher {
    /// Goes on at `place`; what the file there has already is read again. Blocks.
    ///
    /// # Errors
    /// When that cannot be read.
    pub(super) fn open(disk: &Disk, files: &[UploadFile], place: Place) -> io::Result<Self> {
        let mut current = Md5::new();
        if place.within > 0 && !files[place.index].unpack {
            let file = File::open(disk.file(files, place.index))?;
            feed(&mut current, file.take(place.within))?;
        }
        Ok(Self {
            place,
            current,
            sums: vec![None; files.len()],
        })
    }

    /// Where it stands, to go back to.
    pub(super) fn standing(&self) -> (Place, Md5) {
        (self.place, self.current.clone())
    }

    /// Goes back to where it stood.
    pub(super) fn go_back(&mut self, (place, current): (Place, Md5)) {
        (self.place, self.current) = (place, current);
    }

    /// Takes the next bytes.
    pub(super) fn take(&mut self, files: &[UploadFile], mut bytes: &[u8]) {
        while let Some(length) = self.place.take(files, bytes.len()) {
            let (now, later) = bytes.split_at(length);
            // Of an archive nobody asks.
            if !files[self.place.index].unpack {
                self.current.update(now);
            }
            self.place.within += length as u64;
            bytes = later;
            if !self.place.ends(files) {
                break;
            }
            self.sums[self.place.index] = Some(hex(&self.current.finalize_reset()));
            self.place.next();
        }
    }

    /// The sum of file `index`, read from the disk if its bytes passed too early. Blocks.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn sum(
        &mut self,
        disk: &Disk,
        files: &[UploadFile],
        index: usize,
    ) -> io::Result<String> {
        match self.sums[index].take() {
            Some(sum) => Ok(sum),
            None => md5_of(File::open(disk.file(files, index))?),
        }
    }
}

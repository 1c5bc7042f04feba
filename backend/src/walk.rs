//! Trees that tasks have made: of any depth, and perhaps changed while we look.
//!
//! A path of such a tree can be longer than the system takes, and a descriptor or a call for each level can be more
//! than there are. So a walk keeps one folder open, opens the next from it, and goes up by `..`. No link is followed.

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat, fstat, openat, statat};
use std::ffi::{CStr, CString, OsStr};
use std::fs::{File, Permissions};
use std::io;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

const FOLDER: OFlags = OFlags::DIRECTORY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// A walk through everything below a folder: what is in a folder first, then the folders in it one after another.
#[derive(Debug)]
pub struct Walk {
    /// The folder we are in.
    folder: OwnedFd,
    /// Its path from the top.
    path: PathBuf,
    listing: Option<Dir>,
    /// The folders from the top to this one.
    levels: Vec<Level>,
    name: CString,
}

#[derive(Debug)]
struct Level {
    /// Device and inode, to know it again.
    id: (u64, u64),
    /// Folders in it that are still to be walked through.
    open: Vec<CString>,
}

/// What a walk comes by.
#[derive(Debug)]
pub enum Step<'a> {
    /// Something is in a folder. If it is a folder itself, the walk enters it later.
    Found(Entry<'a>),
    /// Everything in this folder has been walked through.
    Left(Place<'a>),
}

/// A name in a folder.
#[derive(Debug)]
pub struct Place<'a> {
    /// The folder.
    pub folder: BorrowedFd<'a>,
    /// The folder's path from the top.
    pub path: &'a Path,
    /// The name.
    pub name: &'a CStr,
}

/// Something in a folder.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Where it is.
    pub at: Place<'a>,
    /// What is known of it itself, not of what a link leads to.
    pub stat: Stat,
}

impl Walk {
    /// Begins in the folder `top`.
    ///
    /// # Errors
    /// When it cannot be opened or is no folder.
    pub fn new(top: &Path) -> io::Result<Self> {
        let folder = openat(CWD, top, OFlags::RDONLY | FOLDER, Mode::empty())?;
        let mut walk = Self {
            listing: Some(Dir::read_from(&folder)?),
            levels: Vec::new(),
            path: PathBuf::new(),
            name: CString::default(),
            folder,
        };
        walk.levels.push(Level {
            id: id(&walk.folder)?,
            open: Vec::new(),
        });
        Ok(walk)
    }

    /// The next step; none at the end. After an error the walk goes on beside what could not be read.
    pub fn step(&mut self) -> Option<io::Result<Step<'_>>> {
        loop {
            if let Some(listing) = &mut self.listing {
                match listing.read() {
                    Some(Ok(entry)) if matches!(entry.file_name().to_bytes(), b"." | b"..") => {}
                    Some(Ok(entry)) => {
                        self.name = entry.file_name().to_owned();
                        match statat(&self.folder, &self.name, AtFlags::SYMLINK_NOFOLLOW) {
                            Ok(stat) => return Some(Ok(self.found(stat))),
                            // A running task removes things while we look.
                            Err(rustix::io::Errno::NOENT) => {}
                            Err(error) => return Some(Err(error.into())),
                        }
                    }
                    Some(Err(error)) => {
                        self.listing = None;
                        return Some(Err(error.into()));
                    }
                    None => self.listing = None,
                }
                continue;
            }
            match self.levels.last_mut()?.open.pop() {
                Some(name) => {
                    if let Err(error) = self.enter(name) {
                        return Some(Err(error));
                    }
                }
                None => {
                    if self.levels.len() == 1 {
                        self.levels.clear();
                        return None;
                    }
                    return Some(self.leave());
                }
            }
        }
    }

    /// Does not enter the folder that was just found.
    pub fn pass_by(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.open.pop_if(|name| *name == self.name);
        }
    }

    fn found(&mut self, stat: Stat) -> Step<'_> {
        if is_folder(&stat)
            && let Some(level) = self.levels.last_mut()
        {
            level.open.push(self.name.clone());
        }
        Step::Found(Entry {
            at: self.place(),
            stat,
        })
    }

    fn place(&self) -> Place<'_> {
        Place {
            folder: self.folder.as_fd(),
            path: &self.path,
            name: &self.name,
        }
    }

    fn enter(&mut self, name: CString) -> io::Result<()> {
        let folder = openat(&self.folder, &name, OFlags::RDONLY | FOLDER, Mode::empty())?;
        let level = Level {
            id: id(&folder)?,
            open: Vec::new(),
        };
        self.listing = Some(Dir::read_from(&folder)?);
        self.folder = folder;
        self.levels.push(level);
        self.path.push(os(&name));
        Ok(())
    }

    fn leave(&mut self) -> io::Result<Step<'_>> {
        self.levels.pop();
        let above = openat(&self.folder, c"..", OFlags::RDONLY | FOLDER, Mode::empty());
        let above = above.map_err(io::Error::from).and_then(|above| {
            let known = self.levels.last().map(|level| level.id);
            match known == Some(id(&above)?) {
                true => Ok(above),
                false => Err(io::Error::other("a folder was moved while it was read")),
            }
        });
        match above {
            Ok(above) => self.folder = above,
            Err(error) => {
                // The way back is lost.
                self.levels.clear();
                return Err(error);
            }
        }
        let name = self.path.file_name().unwrap_or_default().as_bytes();
        self.name = CString::new(name)?;
        self.path.pop();
        Ok(Step::Left(self.place()))
    }
}

impl Place<'_> {
    /// Its path from the top.
    pub fn path(&self) -> PathBuf {
        self.path.join(os(self.name))
    }

    /// Opens the file that is here, for reading; never what a link leads to.
    ///
    /// # Errors
    /// When it cannot be opened or has become something else than a file.
    pub fn open_file(&self) -> io::Result<File> {
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(openat(self.folder, self.name, flags, Mode::empty())?);
        match file.metadata()?.is_file() {
            true => Ok(file),
            false => Err(io::Error::other("it has become something else than a file")),
        }
    }

    /// Sets the permissions of the file or folder that is here; never of what a link leads to.
    ///
    /// # Errors
    /// When it is a link, or somebody else's.
    pub fn set_mode(&self, mode: u32) -> io::Result<()> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = openat(self.folder, self.name, flags, Mode::empty())?;
        if FileType::from_raw_mode(fstat(&fd)?.st_mode) == FileType::Symlink {
            return Err(io::Error::other("it has become a link"));
        }
        // The file itself, whatever has its name by now.
        let path = format!("/proc/self/fd/{}", fd.as_raw_fd());
        std::fs::set_permissions(path, Permissions::from_mode(mode))
    }
}

impl Entry<'_> {
    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        is_folder(&self.stat)
    }

    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        FileType::from_raw_mode(self.stat.st_mode) == FileType::RegularFile
    }

    /// Whether it is a symbolic link.
    pub fn is_link(&self) -> bool {
        FileType::from_raw_mode(self.stat.st_mode) == FileType::Symlink
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        u64::try_from(self.stat.st_size).unwrap_or(0)
    }

    /// Its permissions.
    pub fn mode(&self) -> u32 {
        self.stat.st_mode & 0o7777
    }
}

fn is_folder(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::Directory
}

fn id(folder: &OwnedFd) -> io::Result<(u64, u64)> {
    let stat = fstat(folder)?;
    Ok((stat.st_dev, stat.st_ino))
}

fn os(name: &CStr) -> &OsStr {
    OsStr::from_bytes(name.to_bytes())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use rustix::fs::mkdirat;

    /// A folder in memory: thousands of folders on a disk take their time.
    pub fn quick_folder() -> tempfile::TempDir {
        tempfile::tempdir_in("/dev/shm").unwrap()
    }

    /// Makes folders in folders, `depth` of them, with a file of five bytes in the deepest.
    pub fn deep(top: &Path, depth: usize) {
        let open = |at: BorrowedFd<'_>, name: &CStr| {
            openat(at, name, OFlags::RDONLY | FOLDER, Mode::empty()).unwrap()
        };
        let mut folder = openat(CWD, top, OFlags::RDONLY | FOLDER, Mode::empty()).unwrap();
        for _ in 0..depth {
            mkdirat(&folder, c"d", Mode::RWXU).unwrap();
            folder = open(folder.as_fd(), c"d");
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::CLOEXEC;
        let file = openat(&folder, c"file", flags, Mode::RUSR | Mode::WUSR).unwrap();
        rustix::io::write(&file, b"bytes").unwrap();
    }

    #[test]
    fn everything_is_found_once_and_folders_are_left_after_what_is_in_them() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
        std::fs::create_dir(dir.path().join("c")).unwrap();
        std::fs::write(dir.path().join("a/b/f"), "123").unwrap();
        std::os::unix::fs::symlink("..", dir.path().join("a/up")).unwrap();
        let (mut found, mut left) = (Vec::new(), Vec::new());
        let mut walk = Walk::new(dir.path()).unwrap();
        while let Some(step) = walk.step() {
            match step.unwrap() {
                Step::Found(entry) => {
                    assert_eq!(entry.is_link(), entry.at.name == c"up");
                    found.push(entry.at.path());
                }
                Step::Left(place) => left.push(place.path()),
            }
        }
        assert!(walk.step().is_none());
        let place = |paths: &[PathBuf], path: &str| {
            paths.iter().position(|p| p == Path::new(path)).unwrap()
        };
        assert_eq!((found.len(), left.len()), (5, 3));
        assert!(place(&found, "a") < place(&found, "a/b/f"));
        assert!(place(&left, "a/b") < place(&left, "a") && place(&found, "a/up") < 5);
    }

    #[test]
    fn a_folder_that_cannot_be_entered_is_told_and_passed_by() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("a")).unwrap();
        std::fs::create_dir_all(dir.path().join("b")).unwrap();
        let mut walk = Walk::new(dir.path()).unwrap();
        for _ in 0..2 {
            assert!(matches!(walk.step(), Some(Ok(Step::Found(_)))));
        }
        std::fs::remove_dir(dir.path().join("a")).unwrap();
        let rest: Vec<bool> = std::iter::from_fn(|| Some(walk.step()?.is_ok())).collect();
        assert_eq!(rest.len(), 2);
        assert_ne!(rest[0], rest[1]);
    }
}

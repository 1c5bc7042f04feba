//! A folder that no path leaves: not by `..`, not by an absolute path, not by a symbolic link.
//!
//! The kernel resolves every path itself (`openat2` with `RESOLVE_BENEATH`), so nothing that changes between a check
//! and its use can open a way out.

use rustix::fs::{
    AtFlags, CWD, Mode, OFlags, ResolveFlags, linkat, mkdirat, openat2, renameat, unlinkat,
};
use rustix::io::Errno;
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

/// A folder opened as the top of all paths that are asked of it. Paths are relative, `/` between the parts; the
/// empty path is the folder itself.
#[derive(Debug)]
pub struct Beneath {
    root: OwnedFd,
}

/// What [`Beneath::open`] found.
#[derive(Debug)]
pub enum Found {
    /// A folder, opened.
    Folder(OwnedFd),
    /// A regular file, opened for reading, and what is known of it.
    File(File, Metadata),
    /// Anything else: a pipe, a socket, a device.
    Other(Metadata),
}

const READ: OFlags = OFlags::RDONLY
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOCTTY)
    .union(OFlags::NONBLOCK);

impl Beneath {
    /// Takes `root` as the top.
    ///
    /// # Errors
    /// When it cannot be opened or is no folder.
    pub fn at(root: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(root, flags, Mode::empty())?;
        Ok(Self { root })
    }

    /// What is at `path`. Symbolic links are followed as long as they stay beneath the top.
    ///
    /// # Errors
    /// `NotFound` when there is nothing, or when the path or a link in it leads out.
    pub fn open(&self, path: &str) -> io::Result<Found> {
        let fd = self.resolve(path, READ, Mode::empty(), ResolveFlags::empty())?;
        let file = File::from(fd);
        let metadata = file.metadata()?;
        Ok(if metadata.is_dir() {
            Found::Folder(file.into())
        } else if metadata.is_file() {
            Found::File(file, metadata)
        } else {
            Found::Other(metadata)
        })
    }

    /// Makes the file `path` and opens it for writing. Its folder must be there; no part may be a link.
    ///
    /// # Errors
    /// `AlreadyExists` when something has that name; what the system says otherwise.
    pub fn create(&self, path: &str, executable: bool) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let mode = Mode::from_raw_mode(if executable { 0o755 } else { 0o644 });
        self.resolve(path, flags, mode, ResolveFlags::NO_SYMLINKS)
            .map(File::from)
    }

    /// Makes the folder `path` in a folder that is there.
    ///
    /// # Errors
    /// As [`Beneath::create`].
    pub fn make_folder(&self, path: &str) -> io::Result<()> {
        let (parent, name) = self.parent(path)?;
        Ok(mkdirat(&parent, name, Mode::from_raw_mode(0o755))?)
    }

    /// Gives the file `from` beneath `other` the second name `path` here; where the file system refuses another name,
    /// a copy with the same time.
    ///
    /// # Errors
    /// `NotFound` when there is no file at `from`; as [`Beneath::create`] otherwise.
    pub fn link(&self, other: &Self, from: &str, path: &str) -> io::Result<()> {
        let (old_parent, old_name) = other.parent(from)?;
        let (parent, name) = self.parent(path)?;
        match linkat(&old_parent, old_name, &parent, name, AtFlags::empty()) {
            Ok(()) => Ok(()),
            // EMLINK: as many names as an inode can have. EXDEV, EPERM: a file system without hard links.
            Err(Errno::MLINK | Errno::XDEV | Errno::PERM) => {
                let Found::File(mut source, metadata) = other.open(from)? else {
                    return Err(io::ErrorKind::NotFound.into());
                };
                use std::os::unix::fs::PermissionsExt as _;
                let executable = metadata.permissions().mode() & 0o100 != 0;
                let mut copy = self.create(path, executable)?;
                io::copy(&mut source, &mut copy)?;
                copy.set_modified(metadata.modified()?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Makes the file `path` a second name of the file `from` beneath `other`. Whoever opens `path` meanwhile gets one
    /// of the two, whole. `spare` is a path on the same file system that nobody else uses.
    ///
    /// # Errors
    /// When the file system refuses another name: then `path` is what it was.
    pub fn replace(&self, other: &Self, from: &str, path: &str, spare: &Path) -> io::Result<()> {
        let (old_parent, old_name) = other.parent(from)?;
        let (parent, name) = self.parent(path)?;
        match unlinkat(CWD, spare, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error.into()),
        }
        linkat(&old_parent, old_name, CWD, spare, AtFlags::empty())?;
        Ok(renameat(CWD, spare, &parent, name)?)
    }

    /// Makes sure that everything written beneath is on the disk.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.root)?)
    }

    fn parent<'a>(&self, path: &'a str) -> io::Result<(OwnedFd, &'a str)> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if matches!(name, "" | "." | "..") {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd = self.resolve(folder, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS)?;
        Ok((fd, name))
    }

    fn resolve(
        &self,
        path: &str,
        flags: OFlags,
        mode: Mode,
        more: ResolveFlags,
    ) -> io::Result<OwnedFd> {
        let path = if path.is_empty() { "." } else { path };
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS | more;
        loop {
            match openat2(&self.root, path, flags, mode, resolve) {
                Ok(fd) => return Ok(fd),
                // Something was renamed meanwhile and the kernel could not be sure.
                Err(Errno::AGAIN | Errno::INTR) => {}
                // NXIO: a socket. The others: what leads out, into a file, in circles, or is too long to be.
                Err(
                    Errno::XDEV
                    | Errno::LOOP
                    | Errno::NOTDIR
                    | Errno::NAMETOOLONG
                    | Errno::NXIO
                    | Errno::NOENT,
                ) => return Err(io::ErrorKind::NotFound.into()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::os::unix::fs::symlink;

    fn tree() -> (tempfile::TempDir, Beneath) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("secret"), b"no").unwrap();
        let top = dir.path().join("top");
        std::fs::create_dir_all(top.join("d")).unwrap();
        std::fs::write(top.join("d/f"), b"yes").unwrap();
        let beneath = Beneath::at(&top).unwrap();
        (dir, beneath)
    }

    #[test]
    fn files_and_folders_are_told_apart() {
        let (_dir, top) = tree();
        assert!(matches!(top.open("").unwrap(), Found::Folder(_)));
        assert!(matches!(top.open("d").unwrap(), Found::Folder(_)));
        let Found::File(_, metadata) = top.open("d/f").unwrap() else {
            panic!("a file")
        };
        assert_eq!(metadata.len(), 3);
    }

    #[test]
    fn no_path_leaves() {
        let (dir, top) = tree();
        let at = |name: &str| dir.path().join("top").join(name);
        symlink("../secret", at("up")).unwrap();
        symlink(dir.path().join("secret"), at("absolute")).unwrap();
        symlink("/proc/self/fd/0", at("magic")).unwrap();
        symlink("circle", at("circle")).unwrap();
        symlink("..", at("parent")).unwrap();
        let absolute = dir.path().join("secret");
        for path in [
            "../secret",
            "d/../../secret",
            "up",
            "absolute",
            "magic",
            "circle",
            "parent/secret",
            "d/f/x",
            "none",
            &"x/".repeat(3000),
            absolute.to_str().unwrap(),
        ] {
            let error = top.open(path).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotFound, "{path}");
        }
    }

    #[test]
    fn links_inside_are_followed_to_read_but_not_to_write() {
        let (dir, top) = tree();
        symlink("d", dir.path().join("top/latest")).unwrap();
        assert!(matches!(top.open("latest/f").unwrap(), Found::File(..)));
        assert!(top.create("latest/new", false).is_err());
        assert!(top.make_folder("latest/new").is_err());
        assert!(!dir.path().join("top/d/new").exists());
    }

    #[test]
    fn a_pipe_is_not_waited_for() {
        let (dir, top) = tree();
        let pipe = dir.path().join("top/pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, Mode::RUSR).unwrap();
        assert!(matches!(top.open("pipe").unwrap(), Found::Other(_)));
    }

    #[test]
    fn what_is_there_is_never_overwritten() {
        let (dir, top) = tree();
        let error = top.create("d/f", false).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        let mut file = top.create("d/g", true).unwrap();
        file.write_all(b"new").unwrap();
        top.make_folder("e").unwrap();
        top.link(&top, "d/g", "e/h").unwrap();
        assert!(top.link(&top, "d/g", "d/f").is_err());
        assert!(top.link(&top, "d/g", "../out").is_err());
        assert_eq!(std::fs::read(dir.path().join("top/e/h")).unwrap(), b"new");
        top.sync().unwrap();
    }
}

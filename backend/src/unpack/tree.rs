//! What is being unpacked: on the disk, and in memory so that every entry is checked against all others.

use super::{Base, Limits, UnpackError};
use crate::beneath::Beneath;
use crate::clock::to_system;
use crate::ids::hex;
use api::{Reason, Time, limits};
use md5::{Digest as _, Md5};
use std::collections::BTreeMap;
use std::io::{Read, Write as _};

/// A file or folder of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A folder.
    Folder,
    /// A file.
    File {
        /// Bytes.
        size: u64,
        /// When its content last changed.
        modified: Time,
        /// MD5 in lower-case hexadecimal.
        md5: String,
    },
}

/// A version's files and folders by path.
pub type Tree = BTreeMap<String, Node>;

/// What an archive says of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewFile {
    pub(super) size: u64,
    pub(super) executable: bool,
    pub(super) modified: Time,
}

/// Takes entries one by one.
#[derive(Debug)]
pub(super) struct Builder {
    top: Beneath,
    limits: Limits,
    tree: Tree,
    /// Entries of the archive so far, each counted as often as it comes.
    entries: usize,
    /// Bytes of all files so far; a file with two names counts twice.
    bytes: u64,
    /// Links that wait until everything they could lead to is there: where each leads, as a path from the top.
    links: BTreeMap<String, String>,
}

/// More links than this one after the other are a circle.
const HOPS: usize = 40;
/// Most parts of paths looked at to follow all links of an archive: each costs a look-up, and an archive could be
/// made of nothing but long links to links.
const STEPS: usize = 10_000_000;

impl Builder {
    pub(super) fn new(top: Beneath, limits: Limits) -> Self {
        Self {
            top,
            limits,
            tree: Tree::new(),
            entries: 0,
            bytes: 0,
            links: BTreeMap::new(),
        }
    }

    /// Counts an entry: what names the same folder for ever makes nothing, but takes time.
    pub(super) fn entry(&mut self) -> Result<(), UnpackError> {
        self.entries += 1;
        self.expect(self.entries)
    }

    /// Refuses an archive of so many entries if it can have no place for them. Folders may be named more than once.
    pub(super) fn expect(&self, entries: usize) -> Result<(), UnpackError> {
        match entries > self.limits.entries.saturating_mul(2) {
            true => Err(self.too_many()),
            false => Ok(()),
        }
    }

    /// Makes the folder and those above it. That it is there already is fine.
    pub(super) fn folder(&mut self, path: &str) -> Result<(), UnpackError> {
        match self.tree.get(path) {
            Some(Node::Folder) => return Ok(()),
            Some(Node::File { .. }) => return Err(twice(path)),
            None if self.links.contains_key(path) => return Err(twice(path)),
            None => {}
        }
        if let Some((above, _)) = path.rsplit_once('/') {
            self.folder(above)?;
        }
        self.count()?;
        self.top.make_folder(path)?;
        self.tree.insert(path.to_owned(), Node::Folder);
        Ok(())
    }

    /// Writes a file, counting and hashing what really arrives.
    pub(super) fn file(
        &mut self,
        path: &str,
        file: NewFile,
        content: &mut impl Read,
    ) -> Result<(), UnpackError> {
        self.make_room(path)?;
        let mut out = self.top.create(path, file.executable)?;
        let mut hash = Md5::new();
        let mut size = 0;
        let mut buffer = vec![0; (file.size.clamp(512, 128 * 1024)) as usize];
        loop {
            let read = match content.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(UnpackError::broken(format!("{path:?}: {error}"))),
            };
            size += read as u64;
            self.weigh(read as u64)?;
            hash.update(&buffer[..read]);
            out.write_all(&buffer[..read])?;
        }
        if size != file.size {
            return Err(UnpackError::broken(format!(
                "{path:?} has {size} bytes instead of {}",
                file.size
            )));
        }
        out.set_modified(to_system(file.modified))?;
        let node = Node::File {
            size,
            modified: file.modified,
            md5: hex(&hash.finalize()),
        };
        self.tree.insert(path.to_owned(), node);
        Ok(())
    }

    /// Notes a link; [`Builder::finish`] makes a file of it. A symbolic one (`from_its_folder`) leads on from the
    /// folder it is in, a hard one from the top.
    pub(super) fn link(
        &mut self,
        path: &str,
        target: &[u8],
        from_its_folder: bool,
    ) -> Result<(), UnpackError> {
        let target = std::str::from_utf8(target)
            .ok()
            .filter(|t| !t.is_empty() && t.len() <= limits::PATH_MAX && !t.contains('\0'))
            .ok_or_else(|| leads(path, "to a place that has no readable name"))?;
        if target.starts_with('/') {
            return Err(leads(path, &format!("out of the folder, to {target:?}")));
        }
        self.make_room(path)?;
        let folder = path.rsplit_once('/').filter(|_| from_its_folder);
        let target = match folder {
            Some((folder, _)) => format!("{folder}/{target}"),
            None => target.to_owned(),
        };
        self.links.insert(path.to_owned(), target);
        Ok(())
    }

    /// Takes over what an older version had: everything that is not ignored and not there anew.
    pub(super) fn take_over(&mut self, base: &Base<'_>) -> Result<(), UnpackError> {
        let old = Beneath::at(base.folder)?;
        for (path, node) in base.tree {
            let ignored = above(path).any(|part| base.ignore.contains(part));
            let replaced = self.links.contains_key(path)
                || self.tree.contains_key(path)
                || above(path).any(|part| {
                    self.links.contains_key(part)
                        || matches!(self.tree.get(part), Some(Node::File { .. }))
                });
            if ignored || replaced {
                continue;
            }
            match node {
                Node::Folder => self.folder(path)?,
                Node::File { size, .. } => {
                    self.make_room(path)?;
                    self.weigh(*size)?;
                    self.top.link(&old, path, path)?;
                    self.tree.insert(path.clone(), node.clone());
                }
            }
        }
        Ok(())
    }

    /// Makes files of the links.
    pub(super) fn finish(mut self) -> Result<Tree, UnpackError> {
        let mut made = Tree::new();
        let mut steps = STEPS;
        for path in self.links.keys() {
            let target = self.resolve(path, &mut steps)?;
            match self.tree.get(&target) {
                Some(node @ Node::File { .. }) => {
                    self.top.link(&self.top, &target, path)?;
                    made.insert(path.clone(), node.clone());
                }
                Some(Node::Folder) => {
                    let what = "to a folder: send a copy of the folder, or leave the link out";
                    return Err(leads(path, what));
                }
                None => return Err(leads(path, &format!("to {target:?}, which is not there"))),
            }
        }
        for node in made.values() {
            if let Node::File { size, .. } = node {
                self.weigh(*size)?;
            }
        }
        self.tree.extend(made);
        if !self.tree.values().any(|n| matches!(n, Node::File { .. })) {
            return Err(UnpackError::refused(
                Reason::EmptyUpload,
                "there is no file in it",
            ));
        }
        Ok(self.tree)
    }

    /// Where the link at `path` ends, all links on the way followed.
    fn resolve(&self, path: &str, steps: &mut usize) -> Result<String, UnpackError> {
        let mut todo: Vec<&str> = path.rsplit('/').collect();
        let mut at = String::new();
        let mut hops = 0;
        while let Some(part) = todo.pop() {
            match part {
                "" | "." => continue,
                ".." if at.is_empty() => return Err(leads(path, "out of the folder")),
                ".." => {
                    at.truncate(at.rfind('/').unwrap_or(0));
                    continue;
                }
                name => {
                    if !at.is_empty() {
                        at.push('/');
                    }
                    at.push_str(name);
                }
            }
            *steps = steps
                .checked_sub(1)
                .ok_or_else(|| UnpackError::broken("its links are too entangled"))?;
            if let Some(target) = self.links.get(&at) {
                hops += 1;
                if hops > HOPS {
                    return Err(leads(path, "in a circle"));
                }
                at.clear();
                todo.extend(target.rsplit('/'));
            }
        }
        Ok(at)
    }

    /// Checks that nothing has this path yet, counts it and makes the folders above.
    fn make_room(&mut self, path: &str) -> Result<(), UnpackError> {
        if self.tree.contains_key(path) || self.links.contains_key(path) {
            return Err(twice(path));
        }
        if let Some((above, _)) = path.rsplit_once('/') {
            self.folder(above)?;
        }
        self.count()
    }

    fn count(&self) -> Result<(), UnpackError> {
        if self.tree.len() + self.links.len() >= self.limits.entries {
            return Err(self.too_many());
        }
        Ok(())
    }

    fn too_many(&self) -> UnpackError {
        let message = format!("it has more than {} files and folders", self.limits.entries);
        UnpackError::refused(Reason::TooManyFiles, message)
    }

    fn weigh(&mut self, more: u64) -> Result<(), UnpackError> {
        self.bytes = self.bytes.saturating_add(more);
        if self.bytes > self.limits.bytes {
            let message = format!("unpacked it is larger than {} bytes", self.limits.bytes);
            return Err(UnpackError::refused(Reason::TooLarge, message));
        }
        Ok(())
    }
}

/// The path and the folders it is in.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| {
        path.rsplit_once('/').map(|(above, _)| above)
    })
}

fn twice(path: &str) -> UnpackError {
    let message = format!("{path:?} is in the archive twice, or as a file and as a folder");
    UnpackError::refused(Reason::BadArchive, message)
}

fn leads(path: &str, whereto: &str) -> UnpackError {
    let message = format!("the link {path:?} in the archive leads {whereto}");
    UnpackError::refused(Reason::IllegalPath, message)
}

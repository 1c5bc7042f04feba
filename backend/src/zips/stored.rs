//! A zip whose files are stored as they are: its length is known before its first byte is written.
//!
//! The format is APPNOTE 6.3.10. The checksum of a file is known only when it has been read, so that it stands behind the
//! file (4.3.9); readers take it from the directory at the end.

use crate::beneath::{Beneath, Found};
use crate::unpack::{Node, Tree};
use api::Time;
use api::zip::MARKS;
use std::io::{self, Read, Write};

/// From here on a number is written with 64 bits, in an extra field.
const LARGE: u64 = 0xFFFF_FFFF;
/// From so many entries on the directory has an end with 64 bits.
const MANY: u64 = 0xFFFF;
/// The checksum stands behind the file; the name is UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
/// Made by Unix, version 4.5, which has 64 bits.
const MADE_BY: u16 = 3 << 8 | 45;
const NEEDED: u16 = 45;
/// The extra field "extended timestamp": the Unix time, where a zip's own has no zone and counts in twos.
const TIMESTAMP: u16 = 0x5455;
const BLOCK: usize = 128 * 1024;

/// An entry of the zip.
#[derive(Clone, Copy, Debug)]
struct Entry<'a> {
    path: &'a str,
    /// Bytes and time; none of a folder.
    file: Option<(u64, Time)>,
}

impl Entry<'_> {
    fn size(&self) -> u64 {
        self.file.map_or(0, |(size, _)| size)
    }

    fn seconds(&self) -> Option<i32> {
        let (_, modified) = self.file?;
        i32::try_from(modified.0.div_euclid(1_000_000)).ok()
    }

    /// A folder ends in a slash.
    fn name_length(&self) -> u64 {
        self.path.len() as u64 + u64::from(self.file.is_none())
    }

    fn timestamp_length(&self) -> u64 {
        self.seconds().map_or(0, |_| 9)
    }

    /// Bytes before its content, its content, and behind it.
    fn length(&self, large: u64) -> u64 {
        let big = self.size() >= large;
        let head = 30 + self.name_length() + self.timestamp_length() + if big { 20 } else { 0 };
        let tail = match (self.file, big) {
            (None, _) => 0,
            (Some(_), false) => 16,
            (Some(_), true) => 24,
        };
        head + self.size() + tail
    }

    /// Bytes in the directory of an entry that begins at `offset`.
    fn directory_length(&self, offset: u64, large: u64) -> u64 {
        let numbers =
            if self.size() >= large { 16 } else { 0 } + if offset >= large { 8 } else { 0 };
        let big = if numbers > 0 { 4 + numbers } else { 0 };
        46 + self.name_length() + self.timestamp_length() + big
    }
}

fn entries(tree: &Tree) -> impl Iterator<Item = Entry<'_>> {
    tree.iter().map(|(path, node)| Entry {
        path,
        file: match node {
            Node::Folder => None,
            Node::File { size, modified, .. } => Some((*size, *modified)),
        },
    })
}

/// Bytes of the zip of this tree.
pub fn length(tree: &Tree) -> u64 {
    length_of(tree, LARGE)
}

fn length_of(tree: &Tree, large: u64) -> u64 {
    let (mut at, mut directory, mut count) = (0, 0, 0);
    for entry in entries(tree) {
        directory += entry.directory_length(at, large);
        at += entry.length(large);
        count += 1;
    }
    at + directory + end_length(count, at, directory, large)
}

/// Where parts of the files end in the zip of this tree, as [`api::zip::ZipTicket::marks`] wants them.
pub fn marks(tree: &Tree) -> Vec<u64> {
    let files = tree
        .values()
        .filter(|node| matches!(node, Node::File { .. }))
        .count();
    let wanted = files.min(MARKS);
    let (mut at, mut seen) = (0, 0);
    let mut marks = Vec::with_capacity(wanted);
    for entry in entries(tree) {
        at += entry.length(LARGE);
        seen += usize::from(entry.file.is_some());
        // The first file with which so many parts are whole.
        while marks.len() < wanted && seen * wanted >= (marks.len() + 1) * files {
            marks.push(at);
        }
    }
    marks
}

fn end_length(count: u64, at: u64, directory: u64, large: u64) -> u64 {
    match count >= MANY || at >= large || directory >= large {
        true => 56 + 20 + 22,
        false => 22,
    }
}

/// Writes the zip of this tree, whose files are in `top`.
///
/// # Errors
/// When a file cannot be read or is not what the tree says, or when `out` fails.
pub fn write(top: &Beneath, tree: &Tree, out: &mut impl Write) -> io::Result<()> {
    write_to(top, tree, out, LARGE)
}

fn write_to(top: &Beneath, tree: &Tree, out: &mut impl Write, large: u64) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut at = 0;
    let mut directory = Vec::new();
    let (mut buffer, mut count) = (vec![0; BLOCK], 0_u64);
    for entry in entries(tree) {
        let mut crc = flate2::Crc::new();
        let mut mode = 0o755;
        out.write_all(&head(&entry, large))?;
        if let Some((size, _)) = entry.file {
            let Found::File(mut file, metadata) = top.open(entry.path)? else {
                return Err(io::Error::other(format!(
                    "{:?} is no file any more",
                    entry.path
                )));
            };
            mode = metadata.permissions().mode() & 0o777;
            copy(&mut file, size, out, &mut crc, &mut buffer).map_err(|error| {
                io::Error::new(error.kind(), format!("{:?}: {error}", entry.path))
            })?;
            out.write_all(&tail(crc.sum(), size, large))?;
        }
        listed(&mut directory, &entry, (at, crc.sum(), mode), large);
        at += entry.length(large);
        count += 1;
    }
    out.write_all(&directory)?;
    out.write_all(&end(count, at, directory.len() as u64, large))
}

fn copy(
    file: &mut impl Read,
    size: u64,
    out: &mut impl Write,
    crc: &mut flate2::Crc,
    buffer: &mut [u8],
) -> io::Result<()> {
    let mut left = size;
    while left > 0 {
        let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let read = file.read(&mut buffer[..most])?;
        if read == 0 {
            return Err(io::Error::other(format!(
                "{left} of {size} bytes are missing"
            )));
        }
        crc.update(&buffer[..read]);
        out.write_all(&buffer[..read])?;
        left -= read as u64;
    }
    Ok(())
}

/// Numbers one after the other, the lowest byte first.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn two(&mut self, number: u16) -> &mut Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn four(&mut self, number: u32) -> &mut Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn eight(&mut self, number: u64) -> &mut Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    /// In four bytes; what does not fit stands in an extra field.
    fn short(&mut self, number: u64, large: u64) -> &mut Self {
        let fits = u32::try_from(number).ok().filter(|_| number < large);
        self.four(fits.unwrap_or(u32::MAX))
    }

    fn name(&mut self, entry: &Entry<'_>) -> &mut Self {
        self.0.extend(entry.path.as_bytes());
        if entry.file.is_none() {
            self.0.push(b'/');
        }
        self
    }

    fn timestamp(&mut self, entry: &Entry<'_>) -> &mut Self {
        if let Some(seconds) = entry.seconds() {
            self.two(TIMESTAMP).two(5);
            // 1: of the three times that could follow, the one of the last change does.
            self.0.push(1);
            self.0.extend(seconds.to_le_bytes());
        }
        self
    }
}

fn head(entry: &Entry<'_>, large: u64) -> Vec<u8> {
    let big = entry.size() >= large;
    let (time, date) = dos(entry.file.map(|(_, modified)| modified));
    let flags = if entry.file.is_some() { FLAGS } else { 1 << 11 };
    let mut bytes = Bytes::default();
    let unknown = if big { u32::MAX } else { 0 };
    bytes.four(0x0403_4B50).two(NEEDED).two(flags).two(0);
    bytes
        .two(time)
        .two(date)
        .four(0)
        .four(unknown)
        .four(unknown);
    let extra = entry.timestamp_length() + if big { 20 } else { 0 };
    bytes.two(entry.name_length() as u16).two(extra as u16);
    bytes.name(entry).timestamp(entry);
    if big {
        bytes.two(1).two(16).eight(0).eight(0);
    }
    bytes.0
}

fn tail(crc: u32, size: u64, large: u64) -> Vec<u8> {
    let mut bytes = Bytes::default();
    bytes.four(0x0807_4B50).four(crc);
    match size >= large {
        true => bytes.eight(size).eight(size),
        false => bytes.short(size, large).short(size, large),
    };
    bytes.0
}

/// Appends an entry of the directory.
fn listed(out: &mut Vec<u8>, entry: &Entry<'_>, (at, crc, mode): (u64, u32, u32), large: u64) {
    let size = entry.size();
    let (time, date) = dos(entry.file.map(|(_, modified)| modified));
    let (flags, kind) = match entry.file {
        Some(_) => (FLAGS, 0o100_000),
        None => (1 << 11, 0o040_000),
    };
    let mut bytes = Bytes(std::mem::take(out));
    bytes
        .four(0x0201_4B50)
        .two(MADE_BY)
        .two(NEEDED)
        .two(flags)
        .two(0);
    bytes.two(time).two(date).four(crc);
    bytes.short(size, large).short(size, large);
    let extra = entry.directory_length(at, large) - 46 - entry.name_length();
    bytes.two(entry.name_length() as u16).two(extra as u16);
    // No comment, the first disk, no internal attributes; the lowest byte of the external ones says folder to DOS.
    bytes.two(0).two(0).two(0);
    bytes.four((kind | mode) << 16 | if entry.file.is_none() { 0x10 } else { 0 });
    bytes.short(at, large);
    bytes.name(entry).timestamp(entry);
    let mut big = Bytes::default();
    if size >= large {
        big.eight(size).eight(size);
    }
    if at >= large {
        big.eight(at);
    }
    if !big.0.is_empty() {
        bytes.two(1).two(big.0.len() as u16);
        bytes.0.extend(big.0);
    }
    *out = bytes.0;
}

fn end(count: u64, at: u64, directory: u64, large: u64) -> Vec<u8> {
    let mut bytes = Bytes::default();
    if end_length(count, at, directory, large) > 22 {
        bytes.four(0x0606_4B50).eight(44).two(MADE_BY).two(NEEDED);
        bytes.four(0).four(0).eight(count).eight(count);
        bytes.eight(directory).eight(at);
        bytes
            .four(0x0706_4B50)
            .four(0)
            .eight(at + directory)
            .four(1);
    }
    let few = u16::try_from(count).unwrap_or(u16::MAX);
    bytes.four(0x0605_4B50).two(0).two(0).two(few).two(few);
    bytes.short(directory, large).short(at, large).two(0);
    bytes.0
}

/// Time and date as a zip has them, in UTC; what it cannot say is 1980.
fn dos(time: Option<Time>) -> (u16, u16) {
    let first = (0, 1 << 5 | 1);
    let Some(time) = time else { return first };
    let (year, month, day, hour, minute, second, _) = time.civil();
    if !(1980..=2107).contains(&year) {
        return first;
    }
    let [month, day, hour, minute, second] =
        [month, day, hour, minute, second].map(|number| number as u16);
    let date = ((year - 1980) as u16) << 9 | month << 5 | day;
    (hour << 11 | minute << 5 | (second / 2), date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn example() -> (tempfile::TempDir, Tree) {
        let dir = tempfile::tempdir().unwrap();
        let mut tree = Tree::new();
        std::fs::create_dir_all(dir.path().join("d/空")).unwrap();
        for folder in ["d", "d/空"] {
            tree.insert(folder.into(), Node::Folder);
        }
        let big = vec![7_u8; 300_000];
        for (path, content, seconds) in [
            ("a.txt", &b"hello"[..], 1_700_000_001),
            ("d/数据.bin", &big, 1_700_000_000),
            ("d/empty", b"", 0),
            // Neither a zip's own time nor the other one can say it.
            ("d/later", b"1", 9_000_000_000),
        ] {
            std::fs::write(dir.path().join(path), content).unwrap();
            let node = Node::File {
                size: content.len() as u64,
                modified: Time::from_seconds(seconds),
                md5: String::new(),
            };
            tree.insert(path.into(), node);
        }
        let run = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(dir.path().join("a.txt"), run).unwrap();
        (dir, tree)
    }

    #[test]
    fn what_is_written_is_as_long_as_said_and_can_be_read() {
        let (dir, tree) = example();
        let top = Beneath::at(dir.path()).unwrap();
        // With the second limit everything is large, but for what is empty.
        for large in [LARGE, 1] {
            let mut bytes = Vec::new();
            write_to(&top, &tree, &mut bytes, large).unwrap();
            assert_eq!(bytes.len() as u64, length_of(&tree, large), "{large}");
            let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).unwrap();
            assert_eq!(archive.len(), tree.len());
            for (path, node) in &tree {
                let name = match node {
                    Node::Folder => format!("{path}/"),
                    Node::File { .. } => path.clone(),
                };
                let mut found = archive.by_name(&name).unwrap();
                assert_eq!(found.is_dir(), matches!(node, Node::Folder), "{path}");
                let mut content = Vec::new();
                found.read_to_end(&mut content).unwrap();
                if !found.is_dir() {
                    let stored = std::fs::read(dir.path().join(path)).unwrap();
                    assert!(content == stored, "{path}");
                }
            }
            let run = archive.by_name("a.txt").unwrap();
            assert_eq!(run.unix_mode(), Some(0o100_755));
            let time = run.last_modified().unwrap();
            assert_eq!((time.year(), time.second()), (2023, 20));
        }
    }

    #[test]
    fn marks_stand_where_files_end() {
        let (_dir, tree) = example();
        let ticket = |tree: &Tree, files| api::zip::ZipTicket {
            ticket: String::new(),
            name: String::new(),
            bytes: length(tree),
            files,
            marks: marks(tree),
        };
        let few = ticket(&tree, 4);
        assert_eq!(few.marks.len(), 4);
        // The first is the first file's head, five bytes and checksum.
        assert_eq!(few.marks[0], 30 + 5 + 9 + 5 + 16);
        assert_eq!(few.files_done(few.marks[0]), 1);
        assert_eq!(few.files_done(few.bytes), 4);
        let file = Node::File {
            size: 0,
            modified: Time(0),
            md5: String::new(),
        };
        let many: Tree = (0..70_000)
            .map(|n| (format!("{n:05}"), file.clone()))
            .collect();
        let many = ticket(&many, 70_000);
        assert_eq!(many.marks.len(), MARKS);
        let half = many.files_done(35_000 * 60);
        assert!((34_700..=35_000).contains(&half), "{half}");
        assert_eq!(many.files_done(many.bytes), 70_000);
        assert!(marks(&Tree::new()).is_empty());
    }

    #[test]
    fn a_file_that_is_not_what_was_said_ends_it() {
        let (dir, tree) = example();
        let top = Beneath::at(dir.path()).unwrap();
        std::fs::write(dir.path().join("a.txt"), b"hell").unwrap();
        assert!(write(&top, &tree, &mut Vec::new()).is_err());
        std::fs::remove_file(dir.path().join("a.txt")).unwrap();
        assert!(write(&top, &tree, &mut Vec::new()).is_err());
    }

    #[test]
    fn more_than_four_gigabytes_and_many_files_need_the_long_end() {
        let file = |size| Node::File {
            size,
            modified: Time(0),
            md5: String::new(),
        };
        let one = |size| Tree::from([("a".to_owned(), file(size))]);
        // Head, tail, directory and end of one file with a name of one byte.
        assert_eq!(length(&one(10)), 10 + (40 + 16) + 56 + 22);
        let size = 5 << 30;
        assert_eq!(length(&one(size)), size + (60 + 24) + 76 + 98);
        let many: Tree = (0..70_000).map(|n| (format!("{n:05}"), file(0))).collect();
        assert_eq!(length(&many), 70_000 * (44 + 16 + 60) + 98);
    }
}

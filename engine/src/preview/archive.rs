//! A zip archive's list of members, which stands at its end, and the begin of a member.

use super::describe::Why;
use super::inflate::inflate;
use super::sequence::Next;
use super::source::{READ_MAX, Source, Stop, number};

/// How a member begins.
pub(super) const MAGIC: &[u8] = b"PK\x03\x04";
/// How an archive without members begins, which is all of it.
pub(super) const EMPTY: &[u8] = b"PK\x05\x06";
/// Bytes of the record at the end.
const END: u64 = 22;
/// Most bytes of the comment behind it.
const COMMENT_MAX: u64 = 0xFFFF;
/// Bytes of a member in the list, without its name and what comes behind.
const ENTRY: u64 = 46;

/// Where the list of members is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Directory {
    /// Where it begins.
    pub(super) start: u64,
    /// Where it ends.
    end: u64,
    /// Members that it is said to have.
    pub(super) members: u64,
    /// Bytes that stand before the archive, as in one that unpacks itself.
    before: u64,
}

/// A member.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Its name as it stands there, with its folder. It may be anything.
    pub(super) name: String,
    /// Bytes.
    pub(super) size: u64,
    /// Bytes in the archive.
    pub(super) packed: u64,
    /// How it is compressed, by number.
    pub(super) method: u64,
    /// When it was changed, in the archive's own time: `2026-11-27 08:00`; empty when not told.
    pub(super) modified: String,
    /// Whether nobody can read it without a password.
    pub(super) encrypted: bool,
    /// Where its bytes begin, with a header before them.
    start: u64,
}

impl Directory {
    /// Finds the list of members.
    pub(super) fn find(source: &Source) -> Result<Self, Stop> {
        let size = source.size();
        let length = size.min(END + COMMENT_MAX);
        let tail = source.read(size - length, length)?;
        let is_end = |at: &usize| {
            let comment = number(&tail, at + 20, 2);
            tail[*at..].starts_with(EMPTY)
                && comment.is_some_and(|comment| at + END as usize + comment as usize <= tail.len())
        };
        let Some(at) = (0..tail.len()).rev().find(is_end) else {
            let begins = source.read_some(0, 4)? == MAGIC;
            return Err(match begins {
                true => Stop::fault(Why::Cut, size),
                false => Stop::fault(Why::Magic, 0),
            });
        };
        let field = |from: usize, length: usize| number(&tail, at + from, length).unwrap_or(0);
        let (mut members, mut bytes, mut start) = (field(10, 2), field(12, 4), field(16, 4));
        let mut end = size - length + at as u64;
        // What these fields have no room for stands in a record before this one.
        let large = members == 0xFFFF || bytes == 0xFFFF_FFFF || start == 0xFFFF_FFFF;
        if large
            && let Some(before) = end.checked_sub(20)
            && let locator = source.read(before, 20)?
            && locator.starts_with(b"PK\x06\x07")
        {
            let place = number(&locator, 8, 8).unwrap_or(0);
            let record = source.read(place, 56)?;
            if !record.starts_with(b"PK\x06\x06") {
                return Err(Stop::fault(Why::Range, place));
            }
            let field = |from: usize| number(&record, from, 8).unwrap_or(0);
            (members, bytes, start) = (field(32), field(40), field(48));
            end = place;
        }
        let wrong = Stop::fault(Why::Range, end);
        let real = end.checked_sub(bytes).ok_or(wrong)?;
        let before = real.checked_sub(start).ok_or(wrong)?;
        Ok(Self {
            start: real,
            end,
            members,
            before,
        })
    }

    /// The member whose entry is at `at`.
    pub(super) fn entry(&self, source: &Source, at: u64) -> Next<Member> {
        if at >= self.end {
            return Ok(None);
        }
        let fixed = source.read(at, ENTRY)?;
        if !fixed.starts_with(b"PK\x01\x02") {
            return Err(Stop::fault(Why::Syntax, at));
        }
        let field = |from: usize, length: usize| number(&fixed, from, length).unwrap_or(0);
        let (name, extra, comment) = (field(28, 2), field(30, 2), field(32, 2));
        let rest = source.read(at + ENTRY, name + extra)?;
        let (name, extra) = rest.split_at(name as usize);
        let (mut size, mut packed, mut start) = (field(24, 4), field(20, 4), field(42, 4));
        if let Some(extra) = extra_field(extra, 1) {
            // Only what has no room in its own field is here.
            let large = [&mut size, &mut packed, &mut start];
            let large = large.into_iter().filter(|field| **field == 0xFFFF_FFFF);
            for (field, bytes) in large.zip(extra.chunks_exact(8)) {
                *field = number(bytes, 0, 8).unwrap_or(0);
            }
        }
        let member = Member {
            name: String::from_utf8_lossy(name).into_owned(),
            size,
            packed,
            method: field(10, 2),
            modified: modified(field(14, 2), field(12, 2)),
            encrypted: field(8, 2) & 1 == 1,
            start: start.saturating_add(self.before),
        };
        let end = at + ENTRY + rest.len() as u64 + comment;
        Ok(Some((member, end)))
    }
}

impl Member {
    /// How it is compressed.
    pub(super) fn method_name(&self) -> String {
        match self.method {
            _ if self.encrypted => "AES / ZipCrypto".to_owned(),
            0 => "Store".to_owned(),
            8 => "Deflate".to_owned(),
            9 => "Deflate64".to_owned(),
            12 => "BZip2".to_owned(),
            14 => "LZMA".to_owned(),
            93 => "Zstandard".to_owned(),
            95 => "XZ".to_owned(),
            other => other.to_string(),
        }
    }

    /// Its first bytes, unpacked, at most `most` and no more than [`READ_MAX`].
    ///
    /// # Errors
    /// [`Why::Version`] for what is encrypted or compressed in another way than usual.
    pub(super) fn begin(&self, source: &Source, most: u64) -> Result<Vec<u8>, Stop> {
        let local = source.read(self.start, 30)?;
        if !local.starts_with(MAGIC) {
            return Err(Stop::fault(Why::Range, self.start));
        }
        let field = |from: usize| number(&local, from, 2).unwrap_or(0);
        let data = self.start + 30 + field(26) + field(28);
        let most = most.min(READ_MAX).min(self.size);
        match self.method {
            _ if self.encrypted => Err(Stop::fault(Why::Version, self.start)),
            0 => source.read(data, most.min(self.packed)),
            8 => {
                // What is compressed is seldom larger for it.
                let packed = self.packed.min(most + 1_024);
                let bytes = source.read_some(data, packed)?;
                inflate(&bytes, most as usize).ok_or(Stop::fault(Why::Compressed, data))
            }
            _ => Err(Stop::fault(Why::Version, self.start)),
        }
    }
}

/// The field with this number of those behind a member's name.
fn extra_field(mut extra: &[u8], wanted: u64) -> Option<&[u8]> {
    while let (Some(id), Some(length)) = (number(extra, 0, 2), number(extra, 2, 2)) {
        let field = extra.get(4..4 + length as usize)?;
        if id == wanted {
            return Some(field);
        }
        extra = &extra[4 + length as usize..];
    }
    None
}

/// Date and time as DOS kept them.
fn modified(date: u64, time: u64) -> String {
    let (year, month, day) = (1980 + (date >> 9), date >> 5 & 15, date & 31);
    if month == 0 || day == 0 {
        return String::new();
    }
    let (hour, minute) = (time >> 11, time >> 5 & 63);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

//! Tar archives that are compressed with gzip: unpacked as they are read, from the begin on. The list of members is kept, what is in
//! them is not.

use super::describe::{Description, Fault, Format, Row, Why};
use super::source::{BLOCK, Source, Stop};
use super::{Kind, description, tar};
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};
use std::ops::Range;

/// How a file begins.
pub(super) const MAGIC: &[u8] = &[0x1F, 0x8B, 8];
/// Compressed bytes that are read at a time.
const PART: u64 = 16 * BLOCK;
/// Bytes that are unpacked at a time: more take too long to wait for.
const UNPACKED: u64 = 128 * 1024 * 1024;
/// Members that are listed.
const MEMBERS_MAX: usize = 100_000;
/// Bytes of the fields before what is compressed.
const HEAD_MAX: u64 = 64 * 1024;

/// A compressed archive.
pub(super) struct TarGz {
    members: Vec<Row>,
    /// Where the next member begins in what is unpacked.
    next: u64,
    /// What is unpacked from there on, as far as it is needed.
    window: Source,
    unpacked: u64,
    state: Box<InflateState>,
    /// Where the next compressed bytes are; none when what is there next is a head.
    compressed: Option<u64>,
    read: u64,
    /// Compressed and unpacked bytes that are not to be passed.
    goals: (u64, u64),
    done: bool,
    fault: Option<Fault>,
}

impl TarGz {
    /// An archive of which nothing is known.
    pub(super) fn new() -> Self {
        Self {
            members: Vec::new(),
            next: 0,
            window: Source::new(u64::MAX),
            unpacked: 0,
            state: InflateState::new_boxed(DataFormat::Raw),
            compressed: None,
            read: 0,
            goals: (4 * BLOCK, UNPACKED),
            done: false,
            fault: None,
        }
    }

    fn load_members(&mut self, source: &Source) -> Result<(), Stop> {
        while !self.done {
            match tar::next(&self.window, self.next) {
                Ok(Some((row, end))) => {
                    self.members.push(row);
                    self.next = end;
                    if self.members.len() >= MEMBERS_MAX {
                        return Err(Stop::fault(Why::Bound, end));
                    }
                }
                Ok(None) => self.done = true,
                Err(Stop::Need(_))
                    if self.read >= self.goals.0 || self.unpacked >= self.goals.1 =>
                {
                    return Ok(());
                }
                Err(Stop::Need(_)) => self.unpack(source)?,
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    /// Unpacks some more.
    fn unpack(&mut self, source: &Source) -> Result<(), Stop> {
        let Some(at) = self.compressed else {
            // Some archives are written in parts, one behind the other.
            if self.read > 0 && !source.read_some(self.read, 3)?.starts_with(MAGIC) {
                self.window.ends_at(self.unpacked);
                return Ok(());
            }
            self.read = head(source, self.read)?;
            self.compressed = Some(self.read);
            self.state.reset(DataFormat::Raw);
            return Ok(());
        };
        // What was taken in before may still come out when there is nothing left to take in.
        let rest = match at < source.size() {
            true => source.rest(at)?,
            false => &[],
        };
        let mut out = vec![0; BLOCK as usize];
        let step = inflate(&mut self.state, rest, &mut out, MZFlush::None);
        let end = at + step.bytes_consumed as u64;
        match step.status {
            // Behind it stand a sum and a length.
            Ok(MZStatus::StreamEnd) => {
                self.compressed = None;
                self.read = end.saturating_add(8).min(source.size());
            }
            Ok(_) | Err(MZError::Buf) if step.bytes_consumed + step.bytes_written > 0 => {
                (self.compressed, self.read) = (Some(end), end);
            }
            _ if at >= source.size() => return Err(Stop::fault(Why::Cut, at)),
            _ => return Err(Stop::fault(Why::Compressed, self.unpacked)),
        }
        out.truncate(step.bytes_written);
        let begin = self.unpacked;
        self.unpacked += out.len() as u64;
        // What is passed over need not be kept.
        if self.unpacked > self.next / BLOCK * BLOCK {
            self.window.put(begin, out);
        }
        Ok(())
    }
}

impl Kind for TarGz {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        match self.load_members(source) {
            Err(Stop::Fault(fault)) if self.members.is_empty() => return Err(Stop::Fault(fault)),
            Err(Stop::Fault(fault)) => {
                self.done = true;
                self.fault = Some(fault);
            }
            other => other?,
        }
        Ok(Description {
            columns: tar::columns(),
            rows: self.members.len() as u64,
            read: (!self.done).then_some(self.read),
            fault: self.fault,
            ..description(Format::TarGz)
        })
    }

    fn rows(&mut self, _source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        let from = usize::try_from(range.start).unwrap_or(usize::MAX);
        let count = (range.end - range.start) as usize;
        Ok(self
            .members
            .iter()
            .skip(from)
            .take(count)
            .cloned()
            .collect())
    }

    fn want_more(&mut self) {
        self.goals = (self.read + PART, self.unpacked + UNPACKED);
    }
}

/// Where the compressed bytes begin behind the head at `at`.
fn head(source: &Source, at: u64) -> Result<u64, Stop> {
    let bytes = source.read_some(at, HEAD_MAX)?;
    if !bytes.starts_with(MAGIC) {
        return Err(Stop::fault(Why::Magic, at));
    }
    let cut = Stop::fault(Why::Cut, at + bytes.len() as u64);
    let flags = *bytes.get(3).ok_or(cut)?;
    let mut end = 10;
    if flags & 4 != 0 {
        end += 2 + super::source::number(&bytes, end, 2).ok_or(cut)? as usize;
    }
    // A name and a comment.
    for flag in [8, 16] {
        if flags & flag != 0 {
            let rest = bytes.get(end..).ok_or(cut)?;
            end += memchr::memchr(0, rest).ok_or(cut)? + 1;
        }
    }
    if flags & 2 != 0 {
        end += 2;
    }
    match end < bytes.len() {
        true => Ok(at + end as u64),
        false => Err(cut),
    }
}

/// Whether what is compressed in these first bytes of a file begins as a tar archive.
pub(super) fn is_tar(bytes: &[u8]) -> bool {
    let source = Source::whole(bytes.to_vec());
    let Ok(start) = head(&source, 0) else {
        return false;
    };
    let begin = super::inflate::inflate(&bytes[start as usize..], tar::BLOCK as usize);
    begin.is_some_and(|begin| tar::is_header(&begin))
}

#[cfg(test)]
mod tests {
    use super::super::tar::tests::member;
    use super::super::tests::{finished, opened, survives_damage};
    use super::*;

    /// As gzip writes it, with a name.
    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 3, b'a', 0];
        out.extend(miniz_oxide::deflate::compress_to_vec(bytes, 6));
        out.extend([0; 8]);
        out
    }

    fn names(name: &str, bytes: &[u8]) -> Vec<String> {
        let mut file = opened(name, bytes);
        assert_eq!(file.described().format, Format::TarGz);
        finished(&mut file);
        file.cells()
            .into_iter()
            .map(|cells| cells[0].clone())
            .collect()
    }

    #[test]
    fn members_are_listed_also_of_what_was_written_in_parts() {
        let (a, b) = (member(b"<a>", b'0', &[1; 3_000]), member(b"b", b'5', b""));
        let end = vec![0; 1_024];
        let one = gzip(&[a.clone(), b.clone(), end.clone()].concat());
        assert_eq!(names("a.tar.gz", &one), ["<a>", "b"]);
        let parts = [gzip(&a), gzip(&b), gzip(&end)].concat();
        assert_eq!(names("a.tgz", &parts), ["<a>", "b"]);
        assert_eq!(names("a.xyz", &parts), ["<a>", "b"]);
        survives_damage("a.tar.gz", &one);
        survives_damage("a.tar.gz", &parts);
    }

    #[test]
    fn what_unpacks_to_very_much_is_left_in_time() {
        let huge = gzip(
            &[
                member(b"zeros", b'0', &vec![0; 300_000_000]),
                member(b"b", b'0', b""),
            ]
            .concat(),
        );
        let mut file = opened("a.tgz", &huge);
        let described = file.described();
        assert_eq!((described.rows, described.read.is_some()), (1, true));
        assert_eq!(finished(&mut file).rows, 2);
    }

    #[test]
    fn broken_files_say_why() {
        let bytes = gzip(&[member(b"a", b'0', &[1; 3_000]), member(b"b", b'0', b"x")].concat());
        let cut = opened("a.tgz", &bytes[..bytes.len() - 20]).described();
        assert_eq!(cut.rows, 1);
        assert_eq!(cut.fault.map(|fault| fault.why), Some(Why::Cut));
        assert_eq!(
            opened("a.tgz", &gzip(&[7; 600])).reply(),
            Err((Why::Magic, 0))
        );
        assert_eq!(opened("a.tgz", b"hello").reply(), Err((Why::Magic, 0)));
        // What is no archive is shown as its bytes.
        let text = opened("a.csv.gz", &gzip(b"a,b\n")).described();
        assert_eq!(text.format, Format::Bytes);
    }
}

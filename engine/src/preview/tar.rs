//! Tar archives: headers of 512 bytes, each before its file. Files are passed over, so of a large one nothing is read.

use super::describe::{Cell, Description, Format, Label, Row, Why};
use super::sequence::{Next, Sequence};
use super::source::{Source, Stop};
use super::{Column, Kind, clip, column, description};
use std::ops::Range;

/// Bytes of a header, and what every file is filled up to.
pub(super) const BLOCK: u64 = 512;
/// Bytes of a name that stands in front of its header.
const NAME_MAX: u64 = 64 * 1024;
/// Headers in front of a member's own.
const BEFORE_MAX: usize = 16;

/// A tar archive.
#[derive(Debug)]
pub(super) struct Tar(Sequence);

impl Tar {
    /// An archive of which nothing is known.
    pub(super) fn new() -> Self {
        Self(Sequence::new(0))
    }
}

/// What is shown of every member.
pub(super) fn columns() -> Vec<Column> {
    vec![
        column(Label::Name, Cell::Text),
        column(Label::Size, Cell::Size),
        column(Label::Type, Cell::Text),
        column(Label::Target, Cell::Text),
        column(Label::Modified, Cell::Text),
    ]
}

impl Kind for Tar {
    fn load(&mut self, source: &Source) -> Result<Description, Stop> {
        self.0.load(source, next, |_| ())?;
        if let (0, Some(fault)) = (self.0.count(), self.0.fault()) {
            return Err(Stop::Fault(fault));
        }
        Ok(Description {
            columns: columns(),
            rows: self.0.count(),
            read: self.0.more(),
            fault: self.0.fault(),
            ..description(Format::Tar)
        })
    }

    fn rows(&mut self, source: &Source, range: Range<u64>) -> Result<Vec<Row>, Stop> {
        self.0.rows(source, range, next)
    }

    fn want_more(&mut self) {
        self.0.want_more();
    }
}

/// Whether a header's sum fits.
pub(super) fn is_header(block: &[u8]) -> bool {
    let Some(block) = block.get(..BLOCK as usize) else {
        return false;
    };
    let sum = |at: usize| match at {
        148..156 => u64::from(b' '),
        _ => block[at].into(),
    };
    number(&block[148..156]) == Some((0..block.len()).map(sum).sum())
}

/// The member whose header, or what stands in front of it, is at `at`.
pub(super) fn next(source: &Source, mut at: u64) -> Next<Row> {
    let (mut name, mut target, mut size) = (None, None, None);
    for _ in 0..BEFORE_MAX {
        // Some archives end without the empty blocks that they should end with.
        if at == source.size() {
            return Ok(None);
        }
        let block = source.read(at, BLOCK)?;
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        if !is_header(&block) {
            let why = if at == 0 { Why::Magic } else { Why::Checksum };
            return Err(Stop::fault(why, at));
        }
        let length = number(&block[124..136]).ok_or(Stop::fault(Why::Syntax, at + 124))?;
        let kind = block[156];
        let data = at + BLOCK;
        let behind = |length: u64| {
            let filled = length.checked_next_multiple_of(BLOCK);
            let end = filled.and_then(|filled| data.checked_add(filled));
            end.ok_or(Stop::fault(Why::Range, at + 124))
        };
        if matches!(kind, b'L' | b'K' | b'x' | b'g') {
            if length > NAME_MAX {
                return Err(Stop::fault(Why::Bound, at));
            }
            let bytes = source.read(data, length)?;
            match kind {
                b'L' => name = Some(text(&bytes)),
                b'K' => target = Some(text(&bytes)),
                b'x' => {
                    for (key, value) in fields(&bytes) {
                        match key {
                            b"path" => name = Some(text(value)),
                            b"linkpath" => target = Some(text(value)),
                            b"size" => size = text(value).parse().ok(),
                            _ => {}
                        }
                    }
                }
                // What holds for all members that follow is of no use here.
                _ => {}
            }
            at = behind(length)?;
            continue;
        }
        let size = size.unwrap_or(length);
        let name = name.unwrap_or_else(|| short_name(&block));
        let target = target.unwrap_or_else(|| text(&block[157..257]));
        let modified = number(&block[136..148]).map_or_else(String::new, date);
        let cells = vec![
            clip(&name),
            size.to_string(),
            type_of(kind),
            clip(&target),
            modified,
        ];
        // Only files have bytes, whatever is said of the others.
        let has_bytes = !matches!(kind, b'1'..=b'6');
        let end = behind(if has_bytes { size } else { 0 })?;
        if has_bytes && end - data >= BLOCK && data.saturating_add(size) > source.size() {
            return Err(Stop::fault(Why::Cut, source.size()));
        }
        return Ok(Some((Row::of(cells), end.min(source.size()))));
    }
    Err(Stop::fault(Why::Bound, at))
}

/// A number in octal digits, or with its highest bit set as bytes, the highest first.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|first| first & 0x80 != 0) {
        let mut bytes = field.iter().skip(1);
        return bytes.try_fold(0_u64, |number, byte| {
            Some(number.checked_mul(256)? + u64::from(*byte))
        });
    }
    let digits = field.split(|byte| *byte == 0).next().unwrap_or_default();
    let digits = std::str::from_utf8(digits).ok()?.trim();
    match digits {
        "" => Some(0),
        _ => u64::from_str_radix(digits, 8).ok(),
    }
}

/// A text up to its NUL byte.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned()
}

fn short_name(block: &[u8]) -> String {
    let (name, prefix) = (text(&block[..100]), text(&block[345..500]));
    // Where a prefix stands, older archives of GNU have something else.
    match block[257..263] == *b"ustar\0" && !prefix.is_empty() {
        true => format!("{prefix}/{name}"),
        false => name,
    }
}

fn type_of(kind: u8) -> String {
    match kind {
        b'0' | 0 | b'7' => "file",
        b'1' => "hard link",
        b'2' => "symlink",
        b'3' | b'4' => "device",
        b'5' => "folder",
        b'6' => "fifo",
        b'S' => "sparse",
        _ => "?",
    }
    .to_owned()
}

/// Fields of a header in front of another: `17 path=a/b\n`, the number being the length of it all.
fn fields(mut bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut fields = Vec::new();
    while let Some(blank) = memchr::memchr(b' ', bytes)
        && let Ok(length) = std::str::from_utf8(&bytes[..blank])
        && let Ok(length) = length.parse::<usize>()
        && length > blank + 1
        && let Some(field) = bytes.get(blank + 1..length - 1)
        && let Some(equals) = memchr::memchr(b'=', field)
    {
        fields.push((&field[..equals], &field[equals + 1..]));
        bytes = &bytes[length..];
    }
    fields
}

/// Seconds since 1970 as a time of the day in UTC: `2026-11-27 08:25`.
fn date(seconds: u64) -> String {
    // Later than that nobody lives.
    if seconds > 253_402_300_799 {
        return String::new();
    }
    let (days, minutes) = (seconds / 86_400, seconds % 86_400 / 60);
    // Years begin in March here, so that the day that comes every four years is the last.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    format!(
        "{year}-{month:02}-{day:02} {:02}:{:02}",
        minutes / 60,
        minutes % 60
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::describe::Fault;
    use super::super::tests::{finished, opened, survives_damage};
    use super::*;

    /// A header and what stands behind it.
    pub(crate) fn member(name: &[u8], kind: u8, data: &[u8]) -> Vec<u8> {
        let mut block = vec![0; 512];
        block[..name.len()].copy_from_slice(name);
        block[100..108].copy_from_slice(b"0000644\0");
        block[124..136].copy_from_slice(format!("{:011o}\0", data.len()).as_bytes());
        block[136..148].copy_from_slice(format!("{:011o}\0", 1_795_767_900).as_bytes());
        block[148..156].copy_from_slice(b"        ");
        block[156] = kind;
        block[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block.extend(data);
        block.resize(block.len().next_multiple_of(512), 0);
        block
    }

    fn some() -> Vec<u8> {
        let long = format!("deep/{}", "x".repeat(200));
        let path = "path=<script>名".to_owned();
        let field = format!("{} {path}\n", path.len() + 4);
        let mut bytes = member(b"a.txt", b'0', b"hello");
        bytes.extend(member(b"dir/", b'5', b""));
        bytes.extend(member(b"././@LongLink", b'L', long.as_bytes()));
        bytes.extend(member(b"deep/xx", b'0', &[1; 513]));
        bytes.extend(member(b"pax", b'x', field.as_bytes()));
        bytes.extend(member(b"ascii", b'0', b""));
        bytes.extend(vec![0; 1_024]);
        bytes
    }

    #[test]
    fn members_are_listed_with_their_long_names() {
        let mut file = opened("a.tar", &some());
        let cells = file.cells();
        assert_eq!(cells[0], ["a.txt", "5", "file", "", "2026-11-27 08:25"]);
        assert_eq!(cells[1][..3], ["dir/", "0", "folder"]);
        assert_eq!(cells[2][0].len(), 205);
        assert_eq!(cells[3][0], "<script>名");
        assert_eq!((cells.len(), file.described().read), (4, None));
        survives_damage("a.tar", &some());
    }

    #[test]
    fn large_files_are_passed_over() {
        let mut bytes = Vec::new();
        for _ in 0..10 {
            bytes.extend(member(b"large", b'0', &vec![0; 4_000_000]));
        }
        let mut file = opened("a.tar", &bytes);
        assert_eq!(finished(&mut file).rows, 10);
        assert!(file.asked <= 11 * (65_536 + 16_384), "{}", file.asked);
    }

    #[test]
    fn broken_files_say_why() {
        assert_eq!(opened("a.tar", &[7; 600]).reply(), Err((Why::Magic, 0)));
        let cut = &some()[..3_000];
        let described = opened("a.tar", cut).described();
        let fault = Fault {
            why: Why::Cut,
            at: 3_000,
        };
        assert_eq!((described.rows, described.fault), (2, Some(fault)));
        let mut damaged = some();
        damaged[1_030] ^= 1;
        let described = opened("a.tar", &damaged).described();
        assert_eq!(described.fault.map(|fault| fault.why), Some(Why::Checksum));
    }

    #[test]
    fn times_and_numbers_are_read() {
        assert_eq!(date(0), "1970-01-01 00:00");
        assert_eq!(date(951_782_400), "2000-02-29 00:00");
        assert_eq!(date(253_402_300_799), "9999-12-31 23:59");
        assert_eq!(date(u64::MAX), "");
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x01\0\0\0\0"), Some(1 << 32));
        assert_eq!(number(&[0xFF; 12]), None);
        assert_eq!(number(b"12x\0"), None);
    }
}

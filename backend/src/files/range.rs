//! The header `Range`: which part of a file is asked for (RFC 9110, 14.2).

use std::ops::Range;

/// What to send of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it, as without the header.
    Whole,
    /// These bytes: HTTP 206.
    Bytes(Range<u64>),
    /// Nothing of it is in the range: HTTP 416.
    Nothing,
}

/// The part of `size` bytes that `header` asks for. Other units, several ranges and what cannot be read count as
/// no header at all, as the standard allows.
pub fn part(header: Option<&str>, size: u64) -> Part {
    let spec = header
        .and_then(|value| value.trim().strip_prefix("bytes="))
        .and_then(|ranges| ranges.trim().split_once('-'));
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // More digits than fit are beyond any end.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let range = match spec {
        None => return Part::Whole,
        Some(("", last)) => match number(last) {
            Some(last) => size.saturating_sub(last)..size,
            None => return Part::Whole,
        },
        Some((first, "")) => match number(first) {
            Some(first) => first..size,
            None => return Part::Whole,
        },
        Some((first, last)) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
            _ => return Part::Whole,
        },
    };
    if range.is_empty() {
        Part::Nothing
    } else {
        Part::Bytes(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_of_bytes_is_honoured() {
        for (header, bytes) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-5", 2..6),
            ("bytes=2-", 2..10),
            ("bytes=-3", 7..10),
            ("bytes=-30", 0..10),
            ("bytes=5-99999999999999999999999", 5..10),
        ] {
            assert_eq!(part(Some(header), 10), Part::Bytes(bytes), "{header}");
        }
    }

    #[test]
    fn a_range_beyond_the_end_is_empty() {
        for header in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(part(Some(header), 10), Part::Nothing, "{header}");
        }
        assert_eq!(part(Some("bytes=0-"), 0), Part::Nothing);
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        for header in [
            "bytes=0-1,3-4",
            "bytes=5-2",
            "bytes=-",
            "bytes=a-b",
            "lines=0-1",
            "bytes=+1-2",
        ] {
            assert_eq!(part(Some(header), 10), Part::Whole, "{header}");
        }
        assert_eq!(part(None, 10), Part::Whole);
    }
}

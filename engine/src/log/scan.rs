//! Looking for control characters, eight bytes at a time: most bytes of a log are none.

use super::width;

/// `0x01` in every byte.
const ONES: u64 = u64::MAX / 0xff;
/// The highest bit of every byte.
const HIGH: u64 = ONES << 7;

/// Where the first control character of `bytes` is (below 0x20, or 0x7f), their length without one; and whether one of
/// the bytes before it is not ASCII.
pub(super) fn control(bytes: &[u8]) -> (usize, bool) {
    let mut above = 0;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let delete = word ^ (ONES * 0x7f);
        // A byte below the number borrows into its highest bit. Those above a found one may be wrong, the first is right.
        let low = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (low | (delete.wrapping_sub(ONES) & !delete)) & HIGH;
        if found != 0 {
            let skip = found.trailing_zeros() / 8;
            let before = word & ((1 << (8 * skip)) - 1);
            return (at * 8 + skip as usize, (above | before) & HIGH != 0);
        }
        above |= word;
    }
    let from = words.len() * 8;
    let end = rest.iter().position(u8::is_ascii_control);
    let end = end.unwrap_or(rest.len());
    let high = above & HIGH != 0 || !rest[..end].is_ascii();
    (from + end, high)
}

/// Whether `text`, which has no control characters of ASCII, is shown as it is: UTF-8 without the other controls, and no mark
/// without a character.
pub(super) fn is_shown(text: &[u8]) -> bool {
    let first = |text: &str| {
        text.chars()
            .next()
            .is_none_or(|first| width::cells(first) > 0)
    };
    std::str::from_utf8(text).is_ok_and(first)
        && !memchr::memchr_iter(0xc2, text).any(|at| matches!(text.get(at + 1), Some(0x80..=0x9f)))
}

/// Puts what a line shows that has no control sequences but those of colours behind `out`; says whether it has no others,
/// otherwise `out` stays as it is.
pub(super) fn push_without_colours(line: &[u8], out: &mut Vec<u8>) -> bool {
    let from = out.len();
    let mut rest = line.strip_suffix(b"\r").unwrap_or(line);
    let mut any_high = false;
    let done = loop {
        let (end, high) = control(rest);
        any_high |= high;
        out.extend_from_slice(&rest[..end]);
        let Some(sequence) = rest[end..].strip_prefix(b"\x1b[") else {
            break end == rest.len() && (!any_high || is_shown(&out[from..]));
        };
        let length = sequence
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b';'));
        match length {
            // What stands around a sequence must not become one character.
            Some(length) if sequence[length] == b'm' && !(any_high && is_broken(&out[from..])) => {
                rest = &sequence[length + 1..];
            }
            _ => break false,
        }
    };
    if !done {
        out.truncate(from);
    }
    done
}

/// Whether `text` ends within a character.
fn is_broken(text: &[u8]) -> bool {
    !text.last().is_none_or(u8::is_ascii) && std::str::from_utf8(text).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn the_first_control_character_is_found_wherever_it_is() {
        let mut random = Random::new(9);
        for _ in 0..20_000 {
            let length = random.below(40);
            let pool = match random.below(2) {
                0 => &b"\x00\x1f\x20\x7e\x7f\x80\xa0\xffa"[..],
                _ => b"\x20\x7e\x80\xa0\xffabc",
            };
            let bytes: Vec<u8> = (0..length)
                .map(|_| pool[random.below(pool.len())])
                .collect();
            let end = bytes
                .iter()
                .position(u8::is_ascii_control)
                .unwrap_or(length);
            assert_eq!(
                control(&bytes),
                (end, !bytes[..end].is_ascii()),
                "{bytes:x?}"
            );
        }
    }

    #[test]
    fn colours_are_left_out_and_nothing_else() {
        let mut out = Vec::new();
        for (line, shown) in [
            ("plain", "plain"),
            ("a\x1b[31mb\x1b[0m训\x1b[m\r", "ab训"),
            ("\x1b[38:2::1:2:3mx", "x"),
        ] {
            out.clear();
            assert!(push_without_colours(line.as_bytes(), &mut out));
            assert_eq!(out, shown.as_bytes());
        }
        let others: [&[u8]; 9] = [
            b"\xcc\x81x",
            b"a\tb",
            b"a\rb",
            b"a\x1b[K",
            b"a\x1b[31",
            b"\x1b[>4m",
            b"\xff",
            b"\xe8\x1b[1m\xae\xad",
            b"a\xc2\x9bb",
        ];
        for line in others {
            assert!(
                !push_without_colours(line, &mut out),
                "{}",
                line.escape_ascii()
            );
            assert_eq!(out, b"x");
        }
    }
}

//! What a program wrote, without colours and the other sequences for a terminal.

/// Where the cursor went between two pieces of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// Within its line, to write over it.
    Within,
    /// So many lines up.
    Up(u32),
    /// So many lines down.
    Down(u32),
}

/// Whether `piece` has anything that [`split`] takes out.
pub(super) fn has_sequences(piece: &[u8]) -> bool {
    memchr::memchr2(0x1b, 0x08, piece).is_some()
}

/// Calls `see` with what stands between the moves of the cursor in `piece`, and the moves; sequences that only say how it looks are
/// left out. `scratch` is anything.
pub(super) fn split(piece: &[u8], scratch: &mut Vec<u8>, mut see: impl FnMut(&[u8], Option<Move>)) {
    scratch.clear();
    let mut rest = piece;
    while let Some(at) = memchr::memchr2(0x1b, 0x08, rest) {
        scratch.extend_from_slice(&rest[..at]);
        let (moved, length) = match rest[at] {
            0x08 => {
                let back = rest[at..].iter().take_while(|byte| **byte == 0x08);
                (Some(Move::Within), back.count())
            }
            _ => sequence(&rest[at..], scratch),
        };
        rest = &rest[at + length..];
        if moved.is_some() {
            see(scratch, moved);
            scratch.clear();
        }
    }
    scratch.extend_from_slice(rest);
    see(scratch, None);
}

/// What the sequence does that `text` begins with, and its length.
fn sequence(text: &[u8], out: &mut Vec<u8>) -> (Option<Move>, usize) {
    match text.get(1) {
        Some(b'[') => {
            let inside = &text[2..];
            let length = inside
                .iter()
                .take_while(|byte| matches!(byte, 0x20..=0x3f))
                .count();
            let count = inside[..length]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .fold(0_u32, |sum, digit| {
                    sum.saturating_mul(10)
                        .saturating_add(u32::from(digit - b'0'))
                });
            let count = count.max(1);
            let moved = match inside.get(length) {
                Some(b'A' | b'F') => Some(Move::Up(count)),
                Some(b'B' | b'E' | b'e') => Some(Move::Down(count)),
                Some(b'D' | b'G' | b'H' | b'f' | b'd' | b'`' | b'u') => Some(Move::Within),
                // The cursor leaves cells as they are, which are blanks in new lines.
                Some(b'C') => {
                    out.push(b' ');
                    None
                }
                _ => None,
            };
            // What is no end of a sequence is text.
            let ends = usize::from(matches!(inside.get(length), Some(0x40..=0x7e)));
            (moved, 2 + length + ends)
        }
        // Titles, links and the like, up to a bell or ESC \.
        Some(b']' | b'P' | b'X' | b'^' | b'_') => match memchr::memchr2(0x07, 0x1b, &text[2..]) {
            Some(at) if text[2 + at] == 0x07 => (None, 3 + at),
            Some(at) => (
                None,
                2 + at
                    + if text.get(3 + at) == Some(&b'\\') {
                        2
                    } else {
                        0
                    },
            ),
            None => (None, text.len()),
        },
        Some(b'M') => (Some(Move::Up(1)), 2),
        Some(b'D') => (Some(Move::Down(1)), 2),
        Some(b'7' | b'8' | b'c') => (Some(Move::Within), 2),
        // Sets of characters.
        Some(b'(' | b')' | b'*' | b'+' | b'#' | b'%') => (None, text.len().min(3)),
        Some(0x30..=0x7e) => (None, 2),
        _ => (None, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(String, Option<Move>)> {
        let mut out = Vec::new();
        split(text.as_bytes(), &mut Vec::new(), |piece, moved| {
            out.push((String::from_utf8_lossy(piece).into_owned(), moved));
        });
        out
    }

    #[test]
    fn colours_go_and_moves_part() {
        for (text, wanted) in [
            ("loss\x1b[1;31m=\x1b[0m0.5", vec![("loss=0.5", None)]),
            ("a\x1b[2Ab", vec![("a", Some(Move::Up(2))), ("b", None)]),
            ("a\x1b[Bb", vec![("a", Some(Move::Down(1))), ("b", None)]),
            ("a\x08\x08b", vec![("a", Some(Move::Within)), ("b", None)]),
            ("a\x1b[3Cb\x1b[K", vec![("a b", None)]),
            (
                "\x1b]8;;http://x=3\x07link\x1b]8;;\x1b\\!",
                vec![("link!", None)],
            ),
            ("\x1b]0;open", vec![("", None)]),
            ("\x1b[31", vec![("", None)]),
            ("a\x1b", vec![("a", None)]),
            ("a\x1b训", vec![("a训", None)]),
            (
                "\x1b[99999999999A",
                vec![("", Some(Move::Up(u32::MAX))), ("", None)],
            ),
        ] {
            let wanted: Vec<_> = wanted
                .into_iter()
                .map(|(piece, moved)| (piece.to_owned(), moved))
                .collect();
            assert_eq!(pieces(text), wanted, "{text:?}");
        }
    }
}

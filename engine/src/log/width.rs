//! How many cells of a terminal a character takes.

mod ranges;

use ranges::{NONE, TWO};
use std::cmp::Ordering;

/// 0, 1 or 2 cells.
pub(super) fn cells(character: char) -> usize {
    let code = character as u32;
    let within = |ranges: &[(u32, u32)]| {
        let place = |(first, last): &(u32, u32)| match code {
            _ if *last < code => Ordering::Less,
            _ if *first > code => Ordering::Greater,
            _ => Ordering::Equal,
        };
        ranges.binary_search_by(place).is_ok()
    };
    match code {
        // What logs have most: Latin, lines and blocks, Chinese.
        0..0x300 | 0x2500..0x25a0 => 1,
        0x4e00..0xa000 => 2,
        _ if within(&NONE) => 0,
        _ if within(&TWO) => 2,
        _ => 1,
    }
}

/// How many rows of `cols` cells, at least 2, a text without control characters takes.
pub(super) fn rows(text: &str, cols: u32) -> u32 {
    if text.is_ascii() {
        return (text.len() as u32).div_ceil(cols).max(1);
    }
    let (mut rows, mut used) = (1, 0);
    for character in text.chars() {
        let cells = cells(character) as u32;
        if used + cells > cols {
            (rows, used) = (rows + 1, 0);
        }
        used += cells;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_is_narrow_chinese_is_wide_marks_are_nothing() {
        let widths = ['a', 'é', '█', '训', '，', '🚀', '\u{301}'].map(cells);
        assert_eq!(widths, [1, 1, 1, 2, 2, 2, 0]);
    }

    #[test]
    fn they_are_those_of_unicode() {
        use unicode_width::UnicodeWidthChar;
        for character in ('\u{a0}'..=char::MAX).filter(|character| *character != '\u{ad}') {
            let width = character.width().unwrap_or(1);
            // One character of Khmer is said to take three.
            assert_eq!(
                cells(character),
                if width == 3 { 1 } else { width },
                "{character:?}"
            );
        }
    }
}

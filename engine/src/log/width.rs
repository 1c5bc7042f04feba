//! How many cells of a terminal a character takes.

/// Ranges of characters that take no cell of their own: combining marks and invisible ones.
const NONE: [(u32, u32); 14] = [
    (0x0300, 0x036f),
    (0x0483, 0x0489),
    (0x0591, 0x05bd),
    (0x0610, 0x061a),
    (0x064b, 0x065f),
    (0x0900, 0x0902),
    (0x0e34, 0x0e3a),
    (0x1ab0, 0x1aff),
    (0x1dc0, 0x1dff),
    (0x200b, 0x200f),
    (0x202a, 0x202e),
    (0x2060, 0x206f),
    (0x20d0, 0x20ff),
    (0xfe00, 0xfe0f),
];

/// Ranges of characters that take two cells: East Asian wide ones and emoji.
const TWO: [(u32, u32); 14] = [
    (0x1100, 0x115f),
    (0x2329, 0x232a),
    (0x2e80, 0x303e),
    (0x3041, 0x33ff),
    (0x3400, 0x4dbf),
    (0x4e00, 0x9fff),
    (0xa000, 0xa4cf),
    (0xac00, 0xd7a3),
    (0xf900, 0xfaff),
    (0xfe30, 0xfe6f),
    (0xff00, 0xff60),
    (0xffe0, 0xffe6),
    (0x1f300, 0x1faff),
    (0x20000, 0x3fffd),
];

/// 0, 1 or 2 cells.
pub(super) fn cells(character: char) -> usize {
    let code = character as u32;
    let within = |ranges: &[(u32, u32)]| ranges.iter().any(|(a, z)| (*a..=*z).contains(&code));
    if code < 0x300 {
        1
    } else if within(&NONE) {
        0
    } else if within(&TWO) {
        2
    } else {
        1
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
}

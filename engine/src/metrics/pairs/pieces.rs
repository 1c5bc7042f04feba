//! Pieces of a line: words, numbers with what clings to them, blanks.

/// What stands around the numbers of libraries.
const WRAPPERS: [&[u8]; 5] = [
    b"tensor(",
    b"np.float64(",
    b"np.float32(",
    b"np.float16(",
    b"array(",
];

/// What is around the number of a library at the begin of `text`.
pub(super) fn wrapper(text: &[u8]) -> Option<&'static [u8]> {
    WRAPPERS
        .into_iter()
        .find(|wrapper| text.starts_with(wrapper))
}

/// Blanks at the begin of `text`, if the first is a tab: each space is looked behind anyway.
pub(super) fn blanks_to_tab(text: &[u8]) -> usize {
    match text.first() {
        Some(b'\t') => blanks(text),
        _ => 0,
    }
}

/// Blanks and tabs at the begin of `text`.
pub(super) fn blanks(text: &[u8]) -> usize {
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    text.iter().take_while(blank).count()
}

/// Whether a character that is not ASCII begins here and is a letter or digit.
pub(super) fn is_letter(text: &[u8]) -> bool {
    let length = match text[0] {
        0xc2..=0xdf => 2,
        // Punctuation, arrows and boxes: what bars are made of.
        0xe2 if matches!(text.get(1), Some(0x80..=0xaf)) => return false,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return false,
    };
    let character = text
        .get(..length)
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    character.is_some_and(|text| text.chars().all(char::is_alphanumeric))
}

/// Where the word ends that begins at `from`; there where none does.
pub(super) fn word_end(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = text.get(at) {
        at += match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => 1,
            b'0'..=b'9' | b'.' | b'/' | b'-' | b'@' if at > from => 1,
            // As in `valid_1's auc`.
            b'\'' if at > from && text[at + 1..].starts_with(b"s ") => 1,
            0x80.. if is_letter(&text[at..]) => match byte {
                ..=0xdf => 2,
                ..=0xef => 3,
                _ => 4,
            },
            _ => return at,
        };
    }
    at
}

/// Where the token ends that begins with a digit at `from`: a number, a time, an address, `187it/s`.
pub(super) fn number_end(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(byte) = text.get(at) {
        let goes_on = match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.' | b'/' | b'-' => true,
            b':' => text.get(at + 1).is_some_and(u8::is_ascii_digit),
            _ => false,
        };
        if !goes_on {
            break;
        }
        at += 1;
    }
    at
}

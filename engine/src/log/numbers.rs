//! Texts without their numbers, which no two runs print alike.

use std::hash::Hasher;

/// Takes in a text with every number as the same one: digits with points, commas or colons between them, an exponent, a unit of time,
/// hexadecimal ones with their `0x`, a sign that belongs to no word before it. Blanks before a number, which align it, count for nothing,
/// and numbers with nothing between them (`1m 20s`) are one.
pub(super) fn hash_without_numbers(text: &[u8], hasher: &mut impl Hasher) {
    let (mut at, mut from) = (0, 0);
    while at < text.len() {
        if !text[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let before = before_number(&text[from..at]);
        if from == 0 || !before.is_empty() {
            hasher.write(before);
            hasher.write_u8(b'0');
        }
        at += number(&text[at..]);
        from = at;
    }
    hasher.write(&text[from..]);
}

/// A text without what belongs to the number after it.
fn before_number(text: &[u8]) -> &[u8] {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    match text.split_last() {
        Some((b'-' | b'+', rest)) if !rest.last().is_some_and(word) => rest.trim_ascii_end(),
        _ => text.trim_ascii_end(),
    }
}

/// How many bytes the number takes that a text begins with.
fn number(text: &[u8]) -> usize {
    let run = |from: usize, of: fn(&u8) -> bool| {
        let rest = text.get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| of(byte)).count()
    };
    if let [b'0', b'x' | b'X', digit, ..] = text
        && digit.is_ascii_hexdigit()
    {
        return 2 + run(2, u8::is_ascii_hexdigit);
    }
    let mut end = run(0, u8::is_ascii_digit);
    while let Some(b'.' | b',' | b':') = text.get(end) {
        match run(end + 1, u8::is_ascii_digit) {
            0 => break,
            digits => end += 1 + digits,
        }
    }
    if let Some(b'e' | b'E') = text.get(end) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'-' | b'+')));
        match run(end + 1 + sign, u8::is_ascii_digit) {
            0 => {}
            digits => end += 1 + sign + digits,
        }
    }
    let letters = run(end, u8::is_ascii_alphabetic);
    match &text[end..end + letters] {
        b"ns" | b"us" | b"ms" | b"s" | b"m" | b"h" | b"d" => end + letters,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::DefaultHasher;

    fn alike(a: &str, b: &str) -> bool {
        let hash = |text: &str| {
            let mut hasher = DefaultHasher::new();
            hash_without_numbers(text.as_bytes(), &mut hasher);
            hasher.finish()
        };
        hash(a) == hash(b)
    }

    #[test]
    fn lines_that_differ_in_numbers_alone_are_alike() {
        for (a, b) in [
            ("step 9 loss 0.25", "step 10 loss 1.5e-07"),
            ("[2026-11-27 10:00:00] go", "[2025-01-02 23:59:59] go"),
            ("at 0x7f00aa", "at 0xDEADBEEF"),
            ("eta    9 s", "eta 1,234 s"),
            ("[  9/100]", "[100/100]"),
            ("x=-0.5", "x=0.5"),
            ("-12", "7"),
            ("took 1h 2m 3s", "took 45s"),
            ("1s 12ms/step", "900ms 12ms/step"),
            ("[00:59<00:01, 2.5it/s]", "[1:00:01<02:03, 12.75it/s]"),
            ("训练 3 步", "训练 14 步"),
        ] {
            assert!(alike(a, b), "{a} {b}");
        }
    }

    #[test]
    fn others_are_not() {
        for (a, b) in [
            ("step 9 loss", "step 9 Loss"),
            ("step 9", "step nan"),
            ("step 9", "step"),
            ("a-1", "a1"),
            ("1.", "1"),
            ("1 of", "of 1"),
            ("5GB", "5MB"),
            ("two  words", "two words"),
            ("", "1"),
        ] {
            assert!(!alike(a, b), "{a} {b}");
        }
    }
}

//! Numbers as programs print them.

/// A number at the begin of `text`, and its length in bytes: `0.31`, `-1e-5`, `.5`, `nan`, `NaN`, `inf`, `-Infinity`; with
/// `thousands` also `1,234,567`. What follows it is for the caller to judge. One that is too large is infinite.
pub(super) fn read(text: &[u8], thousands: bool) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let rest = &text[sign..];
    let negative = text[..sign] == *b"-";
    if !rest.first()?.is_ascii_digit()
        && let Some((value, length)) = word(rest)
    {
        let value = if negative { -value } else { value };
        return Some((value, sign + length));
    }
    let digits = |from: usize| {
        let digits = rest.get(from..).unwrap_or_default();
        digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = digits(0);
    let mut end = whole;
    if thousands && (1..=3).contains(&whole) && rest[0] != b'0' {
        while rest.get(end) == Some(&b',') && digits(end + 1) == 3 {
            end += 4;
        }
    }
    let grouped = end > whole;
    let mut decimals = 0;
    if rest.get(end) == Some(&b'.') {
        decimals = digits(end + 1);
        // A point that ends a sentence is none of the number; some libraries write `2.` within brackets.
        let inside = |next: &u8| matches!(next, b'e' | b'E' | b',' | b')' | b']');
        if decimals > 0 || (whole > 0 && rest.get(end + 1).is_some_and(inside)) {
            end += 1 + decimals;
        }
    }
    if whole + decimals == 0 {
        return None;
    }
    if !grouped && matches!(rest.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + signed);
        if exponent > 0 {
            end += 1 + signed + exponent;
        }
    }
    let number = &text[..sign + end];
    let value = if grouped {
        let plain: Vec<u8> = number
            .iter()
            .copied()
            .filter(|byte| *byte != b',')
            .collect();
        parse(&plain)
    } else {
        parse(number)
    };
    Some((value?, sign + end))
}

/// Powers of ten that are whole numbers as they are.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

fn parse(number: &[u8]) -> Option<f64> {
    short(number).or_else(|| str::from_utf8(number).ok()?.parse().ok())
}

/// The value of a number with few digits, as most are: a product or quotient of two numbers that are exact is the nearest one
/// there is.
fn short(number: &[u8]) -> Option<f64> {
    let sign = usize::from(matches!(number.first()?, b'+' | b'-'));
    let (mut digits, mut decimals, mut point) = (0_u64, 0_i32, false);
    let mut rest = number[sign..].iter();
    if rest.len() > 18 {
        return None;
    }
    while let Some(byte) = rest.next() {
        match byte {
            b'0'..=b'9' => {
                digits = digits * 10 + u64::from(byte - b'0');
                decimals += i32::from(point);
            }
            b'.' => point = true,
            b'e' | b'E' => {
                let exponent: i32 = str::from_utf8(rest.as_slice()).ok()?.parse().ok()?;
                decimals = decimals.saturating_sub(exponent);
                break;
            }
            _ => return None,
        }
    }
    let power = POWERS.get(decimals.unsigned_abs() as usize)?;
    let value = match digits {
        digits if digits >= 1 << 53 => return None,
        digits if decimals < 0 => digits as f64 * power,
        digits => digits as f64 / power,
    };
    Some(if number[0] == b'-' { -value } else { value })
}

/// `nan`, `inf` and `infinity` in any case.
fn word(text: &[u8]) -> Option<(f64, usize)> {
    let begins = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(word))
    };
    match text.first()? {
        b'n' | b'N' if begins(b"nan") => Some((f64::NAN, 3)),
        b'i' | b'I' if begins(b"infinity") => Some((f64::INFINITY, 8)),
        b'i' | b'I' if begins(b"inf") => Some((f64::INFINITY, 3)),
        _ => None,
    }
}

/// The number that is all of `text` but blanks around it and a percent sign behind it.
pub(super) fn whole(text: &[u8]) -> Option<f64> {
    let text = text.trim_ascii();
    let text = text.strip_suffix(b"%").unwrap_or(text).trim_ascii_end();
    let (value, length) = read(text, true)?;
    (length == text.len()).then_some(value)
}

/// Whether a number, `nan` or `inf` may begin here: a cheap look.
pub(super) fn may_begin(text: &[u8]) -> bool {
    let letters = |text: &[u8]| {
        let two = |a: u8, b: u8| {
            text.len() >= 2 && text[0].eq_ignore_ascii_case(&a) && text[1].eq_ignore_ascii_case(&b)
        };
        two(b'n', b'a') || two(b'i', b'n')
    };
    match text {
        [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..] => true,
        [b'+' | b'-', rest @ ..] => {
            matches!(rest, [b'0'..=b'9', ..] | [b'.', b'0'..=b'9', ..]) || letters(rest)
        }
        _ => letters(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_far_as_they_go() {
        for (text, value, length) in [
            ("0.31", 0.31, 4),
            ("-1e-5,", -1e-5, 5),
            ("+.5x", 0.5, 3),
            ("5.", 5.0, 1),
            ("5.)", 5.0, 2),
            ("5.e3", 5000.0, 4),
            ("3e", 3.0, 1),
            ("3e+", 3.0, 1),
            ("1.2.3", 1.2, 3),
            ("1,234,567.5", 1_234_567.5, 11),
            ("1,23", 1.0, 1),
            ("1,2345", 1.0, 1),
            ("0,123", 0.0, 1),
            ("1234,567", 1234.0, 4),
            ("1e400", f64::INFINITY, 5),
            ("-1e400", f64::NEG_INFINITY, 6),
            ("1e-400", 0.0, 6),
            ("inf", f64::INFINITY, 3),
            ("-Infinity", f64::NEG_INFINITY, 9),
            ("INF)", f64::INFINITY, 3),
        ] {
            assert_eq!(read(text.as_bytes(), true), Some((value, length)), "{text}");
            assert!(may_begin(text.as_bytes()), "{text}");
        }
        for text in ["nan", "NaN", "-nan"] {
            assert!(read(text.as_bytes(), true).unwrap().0.is_nan());
            assert!(may_begin(text.as_bytes()), "{text}");
        }
        for text in ["", "-", ".", "+.", "e5", "x", "--1", "na", "in", "训"] {
            assert_eq!(read(text.as_bytes(), true), None, "{text}");
        }
        assert_eq!(read(b"1,234", false), Some((1.0, 1)));
        let long = "9".repeat(100_000);
        assert_eq!(read(long.as_bytes(), true), Some((f64::INFINITY, 100_000)));
    }

    #[test]
    fn short_numbers_are_the_nearest_ones() {
        let mut random = crate::random::Random::new(71);
        for _ in 0..200_000 {
            let digits = "0123456789".repeat(2);
            let mut text: String = (0..1 + random.below(16))
                .map(|_| &digits[random.below(10)..][..1])
                .collect();
            if random.below(3) > 0 {
                text.insert(random.below(text.len() + 1), '.');
            }
            if random.below(3) == 0 {
                text.insert(0, '-');
            }
            if random.below(3) == 0 {
                text += &format!("e{}", random.below(60) as i32 - 30);
            }
            if let Ok(wanted) = text.parse::<f64>() {
                let found = parse(text.as_bytes()).unwrap();
                assert_eq!(found.to_bits(), wanted.to_bits(), "{text}");
            }
        }
    }

    #[test]
    fn a_text_that_is_a_number_and_nothing_else() {
        assert_eq!(whole(b" 91.2% "), Some(91.2));
        assert_eq!(whole(b"1,024"), Some(1024.0));
        for text in ["", "%", "1 2", "1.2.3", "0x1f", "nano"] {
            assert_eq!(whole(text.as_bytes()), None, "{text}");
        }
    }
}

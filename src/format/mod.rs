//! Numbers, sizes, durations and times in the reader's language. One formatter for the whole app: dates through the
//! browser's `Intl`, the rest here.

mod figure;
mod money;
mod time;
mod zone;

pub use figure::{figure, special};
pub use money::{change, money, paid_time, parse_yuan};
pub use time::{absolute, clock, date, day, now, relative};
pub use zone::zone;

use crate::i18n::Locale;

/// `n` with its digits in groups of three.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size in bytes with three significant digits: `999 B`, `1.46 KB`, `20 GB`. Steps of 1024, as the limits count.
pub fn bytes(n: u64) -> String {
    const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];
    if n < 1024 {
        return format!("{n} B");
    }
    let mut value = n as f64 / 1024.0;
    let mut unit = 0;
    // 1023.995 would be shown as 1,024.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let decimals = if value < 9.995 {
        2
    } else if value < 99.95 {
        1
    } else {
        0
    };
    let mut text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    format!("{text} {}", UNITS[unit])
}

/// A duration in whole seconds, the two largest units: `0 s`, `1 min 5 s`, `2 h 3 min`, `3 d 4 h`.
pub fn duration(seconds: u64, locale: Locale) -> String {
    let names = match locale {
        Locale::en => [" d", " h", " min", " s"],
        Locale::zh => [" 天", " 小时", " 分", " 秒"],
    };
    let values = [
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
    ];
    let first = values.iter().position(|value| *value > 0).unwrap_or(3);
    let mut out = String::new();
    for at in first..(first + 2).min(4) {
        if at > first && values[at] == 0 {
            break;
        }
        if at > first {
            out.push(' ');
        }
        out.push_str(&values[at].to_string());
        out.push_str(names[at]);
    }
    out
}

/// Names with characters that hide or turn others made visible: each such character as its code, `U+202E`. What joins the parts
/// of an emoji or the letters of a script that needs it is no such character there.
pub fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    if !text.contains(hidden) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    let mut before = '\0';
    while let Some(c) = chars.next() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}')
            && chars.peek().is_some_and(|after| joined(before, *after));
        if hidden(c) && !joins {
            out.push_str(&format!("[U+{:04X}]", u32::from(c)));
        } else {
            out.push(c);
        }
        before = c;
    }
    out
}

/// Whether a joiner has its place between two characters: between pictures, or letters from Arabic to Khmer.
fn joined(before: char, after: char) -> bool {
    let picture =
        |c: char| matches!(c, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}');
    let letter = |c: char| matches!(c, '\u{600}'..='\u{17ff}' | '\u{fb50}'..='\u{fdff}');
    (picture(before) && picture(after)) || (letter(before) && letter(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(n), text);
        }
    }

    #[test]
    fn sizes_have_three_digits_and_no_needless_zero() {
        for (n, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1 KB"),
            (1500, "1.46 KB"),
            (10 * 1024, "10 KB"),
            (100 * 1024 * 1024, "100 MB"),
            (1024 * 1024 - 1, "1 MB"),
            (20 * 1024 * 1024 * 1024, "20 GB"),
            (1_234_567_890, "1.15 GB"),
            (u64::MAX, "16 EB"),
        ] {
            assert_eq!(bytes(n), text, "{n}");
        }
    }

    #[test]
    fn durations_show_two_units() {
        for (seconds, english, chinese) in [
            (0, "0 s", "0 秒"),
            (59, "59 s", "59 秒"),
            (60, "1 min", "1 分"),
            (65, "1 min 5 s", "1 分 5 秒"),
            (3600, "1 h", "1 小时"),
            (3661, "1 h 1 min", "1 小时 1 分"),
            (90_000, "1 d 1 h", "1 天 1 小时"),
            (86_460, "1 d", "1 天"),
        ] {
            assert_eq!(duration(seconds, Locale::en), english);
            assert_eq!(duration(seconds, Locale::zh), chinese);
        }
    }

    #[test]
    fn hidden_characters_are_shown() {
        assert_eq!(visible("é名😀.txt"), "é名😀.txt");
        assert_eq!(
            visible("a\u{202e}txt.exe\u{200b}"),
            "a[U+202E]txt.exe[U+200B]"
        );
        assert_eq!(visible("a\nb"), "a[U+000A]b");
        let joined = "👩\u{200d}🔬🏳\u{fe0f}\u{200d}🌈 می\u{200c}خواهم क्\u{200d}ष";
        assert_eq!(visible(joined), joined);
        assert_eq!(visible("a\u{200d}b"), "a[U+200D]b");
        assert_eq!(visible("👩\u{200d}"), "👩[U+200D]");
    }
}

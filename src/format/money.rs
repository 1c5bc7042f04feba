//! Money, and time that is paid for.

use super::number;
use crate::i18n::Locale;

fn plain(fen: i64) -> String {
    let fen = fen.unsigned_abs();
    format!("{}.{:02}", number(fen / 100), fen % 100)
}

fn unit(locale: Locale) -> &'static str {
    match locale {
        Locale::en => " yuan",
        Locale::zh => " 元",
    }
}

/// An amount in fen as yuan with its unit: `1,234.50 yuan`.
pub fn money(fen: i64, locale: Locale) -> String {
    let sign = if fen < 0 { "−" } else { "" };
    format!("{sign}{}{}", plain(fen), unit(locale))
}

/// A change of a balance, in fen: with its sign, also where it adds something.
pub fn change(fen: i64, locale: Locale) -> String {
    let sign = if fen > 0 { "+" } else { "" };
    format!("{sign}{}", money(fen, locale))
}

/// Seconds that are paid for, in hours, minutes and seconds, none left out that is not 0: `25 h 1 s`.
pub fn paid_time(seconds: i64, locale: Locale) -> String {
    let names = match locale {
        Locale::en => [" h", " min", " s"],
        Locale::zh => [" 小时", " 分", " 秒"],
    };
    let seconds = seconds.max(0).unsigned_abs();
    let values = [seconds / 3600, seconds / 60 % 60, seconds % 60];
    let parts: Vec<String> = values
        .iter()
        .zip(names)
        .filter(|(value, _)| **value > 0)
        .map(|(value, name)| format!("{}{name}", number(*value)))
        .collect();
    match parts.is_empty() {
        true => format!("0{}", names[2]),
        false => parts.join(" "),
    }
}

/// What somebody typed as an amount in yuan, in fen: digits with up to two decimals.
pub fn parse_yuan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (yuan, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(yuan, 9) || !digits(rest, 2) {
        return None;
    }
    let rest: i64 = format!("{rest:0<2}").parse().ok()?;
    Some(yuan.parse::<i64>().ok()? * 100 + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_decimals_and_their_unit() {
        assert_eq!(money(123_450, Locale::en), "1,234.50 yuan");
        assert_eq!(money(7, Locale::zh), "0.07 元");
        assert_eq!(money(-100, Locale::en), "−1.00 yuan");
        assert_eq!(change(500, Locale::en), "+5.00 yuan");
        assert_eq!(change(0, Locale::zh), "0.00 元");
    }

    #[test]
    fn paid_time_is_exact_to_the_second() {
        for (seconds, english, chinese) in [
            (0, "0 s", "0 秒"),
            (36_000, "10 h", "10 小时"),
            (35_988, "9 h 59 min 48 s", "9 小时 59 分 48 秒"),
            (3_601, "1 h 1 s", "1 小时 1 秒"),
            (4_000_000, "1,111 h 6 min 40 s", "1,111 小时 6 分 40 秒"),
        ] {
            assert_eq!(paid_time(seconds, Locale::en), english);
            assert_eq!(paid_time(seconds, Locale::zh), chinese);
        }
    }

    #[test]
    fn typed_amounts_are_read_exactly() {
        assert_eq!(parse_yuan(" 12.5 "), Some(1250));
        assert_eq!(parse_yuan("0.07"), Some(7));
        assert_eq!(parse_yuan("100"), Some(10_000));
        for wrong in [
            "",
            "1.",
            ".5",
            "1.234",
            "1e3",
            "-1",
            "1,5",
            "一",
            "9999999999",
        ] {
            assert_eq!(parse_yuan(wrong), None, "{wrong}");
        }
    }
}

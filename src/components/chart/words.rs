//! How values and places of a chart are written.

use crate::format;
use crate::i18n::Locale;
use api::Time;
use engine::chart::{MarkKind, Scale};

/// What a chart shows upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Just numbers.
    Number,
    /// Parts of a hundred.
    Percent,
    /// Bytes.
    Bytes,
    /// Bytes a second.
    BytesPerSecond,
}

impl Unit {
    /// A value in its unit.
    pub fn words(self, value: f64) -> String {
        let whole = value.max(0.0).round() as u64;
        match self {
            Self::Number => figure(value),
            Self::Percent => format!("{}%", figure(value)),
            Self::Bytes => format::bytes(whole),
            Self::BytesPerSecond => format!("{}/s", format::bytes(whole)),
        }
    }
}

/// What a chart shows to the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Numbers.
    Number,
    /// Milliseconds from some begin.
    Duration,
    /// Milliseconds since the epoch, of a place so many minutes ahead of UTC.
    Clock(i32),
}

impl Axis {
    /// How its ticks are counted.
    pub fn scale(self) -> Scale {
        match self {
            Self::Number => Scale::Linear,
            Self::Duration => Scale::Time(0),
            Self::Clock(zone) => Scale::Time(zone),
        }
    }

    /// A place on it.
    pub fn words(self, value: f64, locale: Locale) -> String {
        match self {
            Self::Number => figure(value),
            Self::Duration if value.abs() < 10_000.0 && value != 0.0 => {
                format!("{} s", figure(value / 1000.0))
            }
            Self::Duration => format::duration((value.max(0.0) / 1000.0) as u64, locale),
            Self::Clock(_) => format::clock(Time::from_millis(value as i64), locale),
        }
    }
}

/// A number with about four digits that count.
pub fn figure(value: f64) -> String {
    if !value.is_finite() {
        return special(value).to_owned();
    }
    let size = value.abs();
    if size >= 1e9 || (size < 1e-4 && size > 0.0) {
        let text = format!("{value:.3e}");
        // 1.500e-5 is 1.5e-5.
        return match text.split_once('e') {
            Some((digits, power)) => format!("{}e{power}", short(digits)),
            None => text,
        };
    }
    let decimals = match size {
        0.0 => 0,
        // Behind the zeros that a small one begins with.
        _ if size < 1.0 => 4 + (-size.log10()).floor() as usize,
        _ => 3_usize.saturating_sub(size.log10().floor() as usize),
    };
    let text = format!("{value:.decimals$}");
    let text = short(&text);
    match size >= 10_000.0 {
        true => {
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", format::number(size.round() as u64))
        }
        false => text.to_owned(),
    }
}

/// Without zeros at the end of its decimals.
fn short(text: &str) -> &str {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    }
}

fn special(value: f64) -> &'static str {
    match value {
        _ if value.is_nan() => "NaN",
        _ if value > 0.0 => "∞",
        _ => "-∞",
    }
}

/// What a value that no line can show is called.
pub fn mark(kind: MarkKind) -> &'static str {
    match kind {
        MarkKind::Nan => special(f64::NAN),
        MarkKind::Infinite => special(f64::INFINITY),
        MarkKind::NegativeInfinite => special(f64::NEG_INFINITY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_digits_that_count() {
        for (value, text) in [
            (0.0, "0"),
            (0.5, "0.5"),
            (0.31237, "0.3124"),
            (0.00123456, "0.001235"),
            (1.5e-5, "1.5e-5"),
            (12.34567, "12.35"),
            (-3.0, "-3"),
            (1234.6, "1235"),
            (12_345.6, "12,346"),
            (-12_345.6, "-12,346"),
            (2.5e12, "2.5e12"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-∞"),
        ] {
            assert_eq!(figure(value), text, "{value}");
        }
    }

    #[test]
    fn units_and_axes_name_what_they_count() {
        assert_eq!(Unit::Percent.words(12.5), "12.5%");
        assert_eq!(Unit::BytesPerSecond.words(1536.0), "1.5 KB/s");
        assert_eq!(Unit::Bytes.words(-1.0), "0 B");
        assert_eq!(Axis::Duration.words(1500.0, Locale::en), "1.5 s");
        assert_eq!(Axis::Duration.words(90_000.0, Locale::en), "1 min 30 s");
        assert_eq!(Axis::Number.words(20_000.0, Locale::en), "20,000");
    }
}

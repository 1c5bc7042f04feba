//! How values and places of a chart are written.

use crate::format::{self, figure, special};
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
    fn units_and_axes_name_what_they_count() {
        assert_eq!(Unit::Percent.words(12.5), "12.5%");
        assert_eq!(Unit::BytesPerSecond.words(1536.0), "1.5 KB/s");
        assert_eq!(Unit::Bytes.words(-1.0), "0 B");
        assert_eq!(Axis::Duration.words(1500.0, Locale::en), "1.5 s");
        assert_eq!(Axis::Duration.words(90_000.0, Locale::en), "1 min 30 s");
        assert_eq!(Axis::Number.words(20_000.0, Locale::en), "20,000");
    }
}

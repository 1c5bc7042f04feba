//! Values of arrays of NumPy, as they stand in a file.

use super::clip;
use super::source::{BLOCK, number};

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Element {
    kind: u8,
    /// Bytes.
    pub(super) size: u64,
    big: bool,
}

/// How values of a type are written, if they are shown.
pub(super) fn element(descr: &str) -> Option<Element> {
    let mut chars = descr.chars();
    let order = chars.next()?;
    let kind = u8::try_from(chars.next()?).ok()?;
    let digits = chars.as_str().split('[').next()?;
    let size: u64 = digits.parse().ok()?;
    let size = if kind == b'U' {
        size.checked_mul(4)?
    } else {
        size
    };
    let known = match kind {
        b'b' | b'i' | b'u' => matches!(size, 1 | 2 | 4 | 8),
        b'f' => matches!(size, 2 | 4 | 8),
        b'c' => matches!(size, 8 | 16),
        b'M' | b'm' => size == 8,
        b'S' | b'U' | b'V' => size <= BLOCK,
        _ => false,
    };
    let big = order == '>';
    known.then_some(Element { kind, size, big })
}

impl Element {
    /// Whether it is one that can be smaller than another.
    pub(super) fn is_number(self) -> bool {
        matches!(self.kind, b'i' | b'u' | b'f')
    }

    /// The bits of a value, its highest byte last.
    fn bits(self, bytes: &[u8]) -> u64 {
        let mut bytes = bytes.to_vec();
        if self.big {
            bytes.reverse();
        }
        number(&bytes, 0, bytes.len().min(8)).unwrap_or(0)
    }

    fn signed(self, bytes: &[u8]) -> i64 {
        let away = 64 - 8 * bytes.len().min(8) as u32;
        (self.bits(bytes) << away) as i64 >> away
    }

    /// A value as a number; of what is none, something.
    pub(super) fn number(self, bytes: &[u8]) -> f64 {
        let bits = self.bits(bytes);
        match (self.kind, bytes.len()) {
            (b'u', _) => bits as f64,
            (b'i', _) => self.signed(bytes) as f64,
            (_, 2) => half(bits as u16),
            (_, 4) => f64::from(f32::from_bits(bits as u32)),
            _ => f64::from_bits(bits),
        }
    }

    /// A value as NumPy shows it.
    pub(super) fn text(self, bytes: &[u8]) -> String {
        match self.kind {
            b'b' => (if self.bits(bytes) == 0 {
                "False"
            } else {
                "True"
            })
            .to_owned(),
            b'i' => self.signed(bytes).to_string(),
            b'M' | b'm' if self.signed(bytes) == i64::MIN => "NaT".to_owned(),
            b'M' | b'm' => self.signed(bytes).to_string(),
            b'u' => self.bits(bytes).to_string(),
            b'f' => decimal(self.number(bytes), bytes.len()),
            b'c' => {
                let (real, imaginary) = bytes.split_at(bytes.len() / 2);
                let part = |part: &[u8]| {
                    let number = Element { kind: b'f', ..self }.number(part);
                    decimal(number, part.len())
                };
                let imaginary = part(imaginary);
                let sign = if imaginary.starts_with('-') { "" } else { "+" };
                format!("{}{sign}{imaginary}j", part(real))
            }
            b'U' => {
                let units = bytes.chunks_exact(4).map(|unit| self.bits(unit) as u32);
                let text: String = units
                    .map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect();
                clip(text.trim_end_matches('\0'))
            }
            b'S' => {
                let text = String::from_utf8_lossy(bytes);
                clip(text.trim_end_matches('\0'))
            }
            _ => bytes
                .iter()
                .take(32)
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        }
    }
}

/// A number with the digits that tell it from others of its size in bytes.
fn decimal(number: f64, size: usize) -> String {
    let large = number != 0.0 && number.is_finite() && !(1e-5..1e16).contains(&number.abs());
    match (size, large) {
        (8, false) => number.to_string(),
        (8, true) => format!("{number:e}"),
        (_, false) => (number as f32).to_string(),
        (_, true) => format!("{:e}", number as f32),
    }
}

/// A number of 16 bits: 5 for the exponent, 10 behind the point.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1F);
    let fraction = f64::from(bits & 0x3FF);
    sign * match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f64.powi(exponent - 15),
    }
}

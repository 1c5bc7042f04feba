//! Values that programs print. They are written with whole numbers: the standard library's printing of floats is large,
//! and lists of tasks would have it for this alone.

use super::number;

/// A number with about four digits that count.
pub fn figure(value: f64) -> String {
    if !value.is_finite() {
        return special(value).to_owned();
    }
    let size = value.abs();
    let (digits, power) = scaled(size);
    let sign = if value < 0.0 { "-" } else { "" };
    let digits = digits.to_string();
    match power {
        4..9 => format!("{sign}{}", number((size + 0.5) as u64)),
        0..4 => {
            let (whole, rest) = digits.split_at(1 + power as usize);
            format!("{sign}{}", short(whole, rest))
        }
        -4..0 => {
            let zeros = "0".repeat((-1 - power) as usize);
            format!("{sign}{}", short("0", &(zeros + &digits)))
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            format!("{sign}{}e{power}", short(first, rest))
        }
    }
}

/// The four digits that count as a number, and the power of ten that the first of them stands for.
fn scaled(size: f64) -> (u64, i32) {
    if size == 0.0 {
        return (0, 0);
    }
    let (mut scaled, mut power) = (size, 3);
    while scaled >= 10_000.0 {
        scaled /= 10.0;
        power += 1;
    }
    while scaled < 1000.0 {
        scaled *= 10.0;
        power -= 1;
    }
    match (scaled + 0.5) as u64 {
        10_000 => (1000, power + 1),
        digits => (digits, power),
    }
}

/// A number with its decimals, without zeros at their end.
fn short(whole: &str, decimals: &str) -> String {
    match decimals.trim_end_matches('0') {
        "" => whole.to_owned(),
        decimals => format!("{whole}.{decimals}"),
    }
}

/// What a value is called that is no number.
pub fn special(value: f64) -> &'static str {
    match value {
        _ if value.is_nan() => "NaN",
        _ if value > 0.0 => "∞",
        _ => "-∞",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_digits_that_count() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.5, "0.5"),
            (0.1, "0.1"),
            (0.31237, "0.3124"),
            (0.00123456, "0.001235"),
            (0.000_1, "0.0001"),
            (0.099_999, "0.1"),
            (1.5e-5, "1.5e-5"),
            (-9.999_96e-5, "-0.0001"),
            (5e-324, "4.941e-324"),
            (12.34567, "12.35"),
            (-3.0, "-3"),
            (100.0, "100"),
            (1234.6, "1235"),
            (9999.96, "10,000"),
            (12_345.6, "12,346"),
            (-12_345.6, "-12,346"),
            (123_456_789.0, "123,456,789"),
            (2.5e12, "2.5e12"),
            (-f64::MAX, "-1.798e308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "-∞"),
        ] {
            assert_eq!(figure(value), text, "{value}");
        }
    }
}

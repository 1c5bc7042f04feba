//! Where an axis has ticks.

use serde::{Deserialize, Serialize};

/// Most ticks of an axis.
const TICKS_MAX: usize = 100;

/// How an axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scale {
    /// Equal distances are equal differences.
    Linear,
    /// Equal distances are equal factors.
    Log,
    /// Linear, of milliseconds; ticks are at whole seconds, minutes, hours and days of a place so many minutes ahead of UTC. Durations have 0.
    Time(i32),
}

/// Distances of ticks that people count time in, in milliseconds; below and above there are those of numbers.
const TIMES: [f64; 21] = [
    1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5,
    864e5, 1728e5, 6048e5, 12096e5,
];
/// Milliseconds of a day.
const DAY: f64 = 864e5;

/// Numbers between `min` and `max` (both included) for about `count` ticks (1 to 100), rising; round ones. A logarithmic axis has powers of ten, with
/// what is between them where there are few. Where `min` is `max` it is the only one; there are none where
/// one of them is not finite, `min` is larger, or a logarithmic axis would begin at zero or below.
pub fn ticks(min: f64, max: f64, count: usize, scale: Scale) -> Vec<f64> {
    let ordered = min <= max && min.is_finite() && max.is_finite();
    if !ordered || (scale == Scale::Log && min <= 0.0) {
        return Vec::new();
    }
    if min == max {
        return vec![min];
    }
    let count = count.clamp(1, TICKS_MAX);
    match scale {
        Scale::Linear => linear(min, max, count),
        Scale::Log => logarithmic(min, max, count),
        Scale::Time(zone) => times(min, max, count, f64::from(zone) * 60e3),
    }
}

/// One, two or five times a power of ten that is about `rough`; as mantissa and exponent.
fn round(rough: f64) -> (f64, i32) {
    let exponent = rough.log10().floor();
    let mantissa = rough / 10_f64.powf(exponent);
    // Half way between two on a logarithmic scale.
    let mantissa = match mantissa {
        mantissa if mantissa < 2_f64.sqrt() => 1.0,
        mantissa if mantissa < 10_f64.sqrt() => 2.0,
        mantissa if mantissa < 50_f64.sqrt() => 5.0,
        _ => 10.0,
    };
    (mantissa, exponent as i32)
}

fn linear(min: f64, max: f64, count: usize) -> Vec<f64> {
    // Halves, so that it cannot overflow.
    let (mantissa, exponent) = round((max / 2.0 - min / 2.0) / count as f64 * 2.0);
    let multiples: Box<dyn Fn(f64) -> f64> = if exponent < 0 {
        // 3 / 10 is the number nearest to 0.3, which 3 * 0.1 is not.
        let divisor = 10_f64.powi(-exponent);
        Box::new(move |n| n * mantissa / divisor)
    } else {
        let step = mantissa * 10_f64.powi(exponent);
        Box::new(move |n| n * step)
    };
    let step = multiples(1.0);
    if step <= 0.0 || !step.is_finite() {
        return vec![min, max];
    }
    at_multiples(min, max, step, multiples)
}

/// Multiples of `step` from `min` to `max`. Where numbers are too coarse for them there may be fewer.
fn at_multiples(min: f64, max: f64, step: f64, multiple: impl Fn(f64) -> f64) -> Vec<f64> {
    // Rounding may put the first one either way.
    let first = (min / step).floor();
    let mut out: Vec<f64> = Vec::new();
    for n in 0..=4 * TICKS_MAX {
        let value = multiple(first + n as f64);
        if value > max {
            break;
        }
        // No negative zero.
        if value >= min && out.last().is_none_or(|last| *last < value) {
            out.push(value + 0.0);
        }
    }
    out
}

fn logarithmic(min: f64, max: f64, count: usize) -> Vec<f64> {
    let decades = max.log10() - min.log10();
    if decades < 1.0 {
        let few = linear(min, max, count);
        if decades < 0.5 || few.len() > 2 {
            return few;
        }
    }
    let factors: &[f64] = match count as f64 / decades {
        ratio if ratio >= 9.0 => &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
        ratio if ratio >= 2.5 => &[1.0, 2.0, 5.0],
        _ => &[1.0],
    };
    let every = match factors {
        [_] => (decades / count as f64).ceil().max(1.0) as i32,
        _ => 1,
    };
    // One decade more on both sides: what is outside is left out below.
    let exponents = min.log10().floor() as i32..=max.log10().ceil() as i32;
    let powers = exponents.filter(|exponent| exponent.rem_euclid(every) == 0);
    let all =
        powers.flat_map(|exponent| factors.iter().map(move |factor| power(*factor, exponent)));
    all.filter(|value| (min..=max).contains(value)).collect()
}

/// The number nearest to `factor` times ten to the power of `exponent`.
fn power(factor: f64, exponent: i32) -> f64 {
    // Powers of ten are whole numbers up to the 22nd.
    match exponent {
        -22..=-1 => factor / 10_f64.powi(-exponent),
        _ => factor * 10_f64.powi(exponent),
    }
}

fn times(min: f64, max: f64, count: usize, ahead: f64) -> Vec<f64> {
    let rough = (max - min) / count as f64;
    if rough < TIMES[0] / 1.5 {
        return linear(min, max, count);
    }
    let step = if rough > TIMES[TIMES.len() - 1] * 1.5 {
        let (mantissa, exponent) = round(rough / DAY);
        mantissa * 10_f64.powi(exponent) * DAY
    } else {
        let nearer = |a: &f64, b: &f64| (a / rough).ln().abs().total_cmp(&(b / rough).ln().abs());
        TIMES.into_iter().min_by(nearer).unwrap_or(DAY)
    };
    let places = at_multiples(min + ahead, max + ahead, step, |n| n * step);
    places.into_iter().map(|place| place - ahead).collect()
}

#[cfg(test)]
mod tests;

//! Smoothing.

/// Most weight of what was before.
const WEIGHT_MAX: f64 = 0.9999;

/// The exponential moving average of `y`, as TensorBoard has it: each value is `weight` (0 to 0.9999) parts of the average before and the rest
/// of itself, divided by the weight of all values so far, so that the begin is not drawn to zero. Values that are not finite stay as
/// they are and count for nothing; so do all where they are one and the same number.
pub fn smooth(y: &[f64], weight: f64) -> Vec<f64> {
    let weight = if weight.is_nan() {
        0.0
    } else {
        weight.clamp(0.0, WEIGHT_MAX)
    };
    let mut finite = y.iter().filter(|value| value.is_finite());
    let first = finite.next();
    // Rounding would make steps of what is one line.
    if finite.all(|value| Some(value) == first) {
        return y.to_vec();
    }
    let (mut average, mut missing) = (0.0, 1.0);
    let smoothed = |value: &f64| {
        if !value.is_finite() {
            return *value;
        }
        average = average * weight + (1.0 - weight) * value;
        missing *= weight;
        average / (1.0 - missing)
    };
    y.iter().map(smoothed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for (a, b) in found.iter().zip(wanted) {
            let same = a == b || (a.is_nan() && b.is_nan());
            assert!(same || (a - b).abs() < 1e-12, "{found:?} {wanted:?}");
        }
    }

    #[test]
    fn the_begin_is_no_nearer_to_zero() {
        // By hand: (0.5 * 1 * 0.5 + 0.5 * 3) / 0.75 and so on.
        near(
            &smooth(&[1.0, 3.0, 3.0], 0.5),
            &[1.0, 1.75 / 0.75, 2.375 / 0.875],
        );
        near(&smooth(&[1.0, 5.0, 2.0], 0.0), &[1.0, 5.0, 2.0]);
    }

    #[test]
    fn what_is_not_finite_counts_for_nothing() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        near(
            &smooth(&[nan, 1.0, inf, 3.0, -inf], 0.5),
            &[nan, 1.0, inf, 1.75 / 0.75, -inf],
        );
        near(&smooth(&[nan, nan], 0.5), &[nan, nan]);
        near(&smooth(&[], 0.5), &[]);
    }

    #[test]
    fn one_number_stays_that_and_odd_weights_are_weights() {
        assert_eq!(smooth(&[0.1; 1000], 0.7), [0.1; 1000]);
        assert_eq!(smooth(&[1.0, 2.0], f64::NAN), [1.0, 2.0]);
        assert_eq!(smooth(&[1.0, 2.0], -3.0), [1.0, 2.0]);
        let heavy = smooth(&[1.0, 2.0, 3.0], f64::INFINITY);
        near(&heavy[..1], &[1.0]);
        assert!(heavy[2] > 1.99 && heavy[2] < 2.01, "{heavy:?}");
        let large = smooth(&[f64::MAX, -f64::MAX, f64::MAX], 0.9);
        assert!(large.iter().all(|value| value.is_finite()), "{large:?}");
    }
}

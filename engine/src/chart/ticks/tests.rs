use super::*;
use crate::random::Random;

#[test]
fn numbers_are_round() {
    for (min, max, count, wanted) in [
        (0.0, 10.0, 5, &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0][..]),
        (
            0.0,
            1.0,
            10,
            &[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0],
        ),
        (-0.3, 0.2, 5, &[-0.3, -0.2, -0.1, 0.0, 0.1, 0.2]),
        (0.31, 0.39, 4, &[0.32, 0.34, 0.36, 0.38]),
        (0.0, 60_000.0, 3, &[0.0, 20_000.0, 40_000.0, 60_000.0]),
        (5.0, 5.0, 4, &[5.0]),
        (2.0, 1.0, 4, &[]),
        (f64::NAN, 1.0, 4, &[]),
        (0.0, f64::INFINITY, 4, &[]),
    ] {
        assert_eq!(
            ticks(min, max, count, Scale::Linear),
            wanted,
            "{min} {max} {count}"
        );
    }
}

#[test]
fn powers_of_ten_and_what_is_between_few_of_them() {
    for (min, max, count, wanted) in [
        (1e-5, 1.0, 6, &[1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0][..]),
        (1.0, 100.0, 6, &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]),
        (0.25, 0.45, 4, &[0.25, 0.3, 0.35, 0.4, 0.45]),
        (1e-12, 1e12, 4, &[1e-12, 1e-6, 1.0, 1e6, 1e12]),
        (0.0, 1.0, 4, &[]),
        (-1.0, 1.0, 4, &[]),
    ] {
        assert_eq!(
            ticks(min, max, count, Scale::Log),
            wanted,
            "{min} {max} {count}"
        );
    }
}

#[test]
fn times_are_whole_seconds_hours_and_days_of_their_place() {
    let (hour, day) = (3_600_000.0, 86_400_000.0);
    let of = |min: f64, max: f64, count, zone| ticks(min, max, count, Scale::Time(zone));
    assert_eq!(
        of(0.0, 60_000.0, 4, 0),
        [0.0, 15_000.0, 30_000.0, 45_000.0, 60_000.0]
    );
    assert_eq!(of(0.0, 0.5, 5, 0), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    // Midnight in China is four in the afternoon in UTC.
    assert_eq!(
        of(day, 3.0 * day, 2, 480),
        [day + 16.0 * hour, 2.0 * day + 16.0 * hour]
    );
    assert_eq!(of(0.0, 6.0 * hour, 6, 330)[0], 30.0 * 60_000.0);
    assert_eq!(
        of(0.0, 1000.0 * day, 5, 0),
        [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0].map(|n| n * day)
    );
}

#[test]
fn any_axis_has_some_ticks_and_not_too_many() {
    let mut random = Random::new(61);
    for _ in 0..20_000 {
        let mut number = || {
            let mantissa = random.below(2_000_001) as f64 / 1e6 - 1.0;
            mantissa * 10_f64.powi(random.below(600) as i32 - 300)
        };
        let (a, b) = (number(), number());
        let count = 1 + random.below(30);
        for scale in [
            Scale::Linear,
            Scale::Log,
            Scale::Time(480),
            Scale::Time(-330),
        ] {
            let (min, max) = match scale {
                Scale::Log => (a.abs().min(b.abs()), a.abs().max(b.abs())),
                _ => (a.min(b), a.max(b)),
            };
            if min == 0.0 && scale == Scale::Log {
                continue;
            }
            let ticks = ticks(min, max, count, scale);
            assert!(
                ticks.len() <= 4 * count + 2,
                "{min:e} {max:e} {count} {scale:?}: {ticks:?}"
            );
            assert!(
                ticks.is_sorted_by(|a, b| a < b),
                "{min:e} {max:e} {count} {scale:?}: {ticks:?}"
            );
            let wide = max - min > max.abs().max(min.abs()) * 1e-9;
            if scale == Scale::Linear && wide {
                assert!(
                    ticks.len() * 3 >= count || count < 3,
                    "{min:e} {max:e} {count}: {ticks:?}"
                );
                assert!(ticks.iter().all(|tick| (min..=max).contains(tick)));
            }
        }
    }
    for scale in [Scale::Linear, Scale::Time(0)] {
        let all = ticks(-f64::MAX, f64::MAX, 5, scale);
        assert!(all.iter().all(|tick| tick.is_finite()), "{all:?}");
        ticks(0.0, f64::MIN_POSITIVE / 4.0, 5, scale);
        ticks(1.0, 1.0 + f64::EPSILON, 5, scale);
    }
    ticks(f64::MIN_POSITIVE / 4.0, f64::MAX, 5, Scale::Log);
}

use super::super::summary::ValueAt;
use super::*;

/// Takes a value of the series `name`.
fn push(set: &mut Set, name: &str, point: Point, value: f64) {
    if let Some(at) = set.find(name) {
        set.push(at, point, value);
    }
}

fn point(line: u64) -> Point {
    Point {
        line,
        step: line as f64,
        wall: f64::NAN,
        state: line,
    }
}

/// A value for each line: noise of some levels, one spike up, one down, one that is not a number.
fn value(line: u64) -> f64 {
    match line {
        123_457 => 1000.0,
        777_779 => -1000.0,
        1_000_003 => f64::NAN,
        _ => (line.wrapping_mul(0x9E37_79B9) % 97) as f64,
    }
}

#[test]
fn a_series_that_is_too_long_keeps_its_extremes() {
    let mut set = Set::default();
    let lines = 1_300_000;
    for line in 1..=lines {
        push(&mut set, "loss", point(line), value(line));
    }
    let series = &set.series()[0];
    let kept = series.values().len();
    assert!((POINTS_MAX / 3..=POINTS_MAX).contains(&kept), "{kept}");
    assert_eq!(set.points, kept);
    assert!(series.thinned());
    assert!(series.lines().is_sorted_by(|a, b| a < b));
    assert_eq!((series.lines()[0], series.lines()[kept - 1]), (1, lines));
    for line in [123_457, 777_779, 1_000_003] {
        assert!(series.lines().contains(&line), "{line}");
    }
    for (at, line) in series.lines().iter().enumerate() {
        assert_eq!(series.values()[at].to_bits(), value(*line).to_bits());
        assert_eq!(series.steps()[at], *line as f64);
    }
    let summary = series.summary();
    let extreme = |value, line| Some(ValueAt { value, line });
    assert_eq!(
        (summary.count, summary.nan, summary.infinite),
        (lines, 1, 0)
    );
    assert_eq!(
        (summary.min, summary.max),
        (extreme(-1000.0, 777_779), extreme(1000.0, 123_457))
    );
    assert_eq!(summary.last, extreme(value(lines), lines));
    assert_eq!(
        (summary.first_step, summary.last_step),
        (Some(1.0), Some(lines as f64))
    );
}

#[test]
fn all_parts_of_a_long_series_are_about_as_dense() {
    let mut set = Set::default();
    let lines = 2_200_000;
    for line in 1..=lines {
        push(&mut set, "loss", point(line), value(line));
    }
    let series = &set.series()[0];
    let kept = series.values().len();
    assert!((POINTS_MAX / 3..=POINTS_MAX).contains(&kept), "{kept}");
    let tenths = (0..10).map(|tenth| {
        let part = tenth * lines / 10..(tenth + 1) * lines / 10;
        series
            .lines()
            .iter()
            .filter(|line| part.contains(line))
            .count()
    });
    let tenths: Vec<usize> = tenths.collect();
    let (min, max) = (tenths.iter().min(), tenths.iter().max());
    assert!(max < min.map(|min| 3 * min).as_ref(), "{tenths:?}");
    assert_eq!(series.lines()[kept - 1], lines);
}

#[test]
fn all_series_together_are_bounded() {
    let mut set = Set::default();
    let names: Vec<String> = (0..9).map(|at| format!("s{at}")).collect();
    for line in 1..=460_000 {
        for name in &names {
            push(&mut set, name, point(line), value(line));
        }
    }
    let points: usize = set
        .series()
        .iter()
        .map(|series| series.values().len())
        .sum();
    assert_eq!(points, set.points);
    assert!(points <= ALL_POINTS_MAX, "{points}");
    for series in set.series() {
        assert_eq!(series.summary().count, 460_000);
        assert_eq!(series.lines().last(), Some(&460_000));
        assert!(series.lines().contains(&123_457));
        assert!(series.values().len() > 200_000);
    }
}

#[test]
fn values_that_are_no_numbers_do_not_keep_a_series_from_shrinking() {
    let mut set = Set::default();
    for line in 1..=1_200_000 {
        push(
            &mut set,
            "loss",
            point(line),
            if line % 2 == 0 { f64::NAN } else { line as f64 },
        );
    }
    assert!(set.series()[0].values().len() <= POINTS_MAX);
    assert_eq!(set.series()[0].summary().nan, 600_000);
}

#[test]
fn what_the_tail_had_is_taken_back() {
    let mut set = Set::default();
    push(&mut set, "a", point(1), 1.0);
    let before = format!("{:?}", set.series());
    set.begin_tail();
    push(&mut set, "a", point(2), -5.0);
    push(&mut set, "a", point(3), f64::NAN);
    push(&mut set, "b", point(3), 2.0);
    assert_eq!((set.series().len(), set.points), (2, 4));
    assert_eq!(set.series()[0].summary().count, 3);
    set.end_tail();
    assert_eq!(set.points, 1);
    let after = format!("{:?}", set.series());
    // Which state had it is of no use once it is over.
    let cut = |text: &str| text[..text.rfind("seen").unwrap()].to_owned();
    assert_eq!(cut(&before), cut(&after));
    push(&mut set, "b", point(4), 3.0);
    assert_eq!(set.series()[1].lines(), [4]);
    set.end_tail();
    assert_eq!(set.series().len(), 2);
}

#[test]
fn names_without_room_are_counted() {
    let mut set = Set::default();
    for round in 0..2 {
        for name in 0..SERIES_MAX as u64 + 20 {
            push(&mut set, &format!("k{name}"), point(round + 1), 1.0);
        }
    }
    assert_eq!((set.series().len(), set.left_out()), (SERIES_MAX, 20));
    assert_eq!(set.series()[7].values().len(), 2);
    for name in 0..20_000 {
        push(&mut set, &format!("x{name}"), point(9), 1.0);
    }
    assert_eq!(set.left_out(), LEFT_OUT_MAX);
}

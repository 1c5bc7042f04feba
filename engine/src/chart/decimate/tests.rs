use super::*;
use crate::random::Random;

const NAN: f64 = f64::NAN;

fn shown(points: &Points) -> Vec<(f64, Option<f64>, u32)> {
    let ys = points.y.iter().map(|y| Some(*y).filter(|y| !y.is_nan()));
    points
        .x
        .iter()
        .copied()
        .zip(ys)
        .zip(&points.index)
        .map(|((x, y), index)| (x, y, *index))
        .collect()
}

#[test]
fn few_points_are_all_drawn() {
    let points = decimate(&[0.0, 1.0, 2.0], &[5.0, 4.0, 6.0], 0.0, 2.0, 100);
    assert_eq!(
        shown(&points),
        [
            (0.0, Some(5.0), 0),
            (1.0, Some(4.0), 1),
            (2.0, Some(6.0), 2)
        ]
    );
    assert_eq!(points.marks, []);
}

#[test]
fn a_column_keeps_first_smallest_largest_and_last() {
    let x: Vec<f64> = (0..8).map(f64::from).collect();
    let points = decimate(
        &x,
        &[3.0, 9.0, 4.0, 0.0, 5.0, 4.0, 6.0, 2.0],
        0.0,
        1000.0,
        1,
    );
    assert_eq!(points.index, [0, 1, 3, 7]);
    let same = decimate(&x, &[1.0; 8], 0.0, 1000.0, 1);
    assert_eq!(same.index, [0, 7]);
}

#[test]
fn what_is_not_finite_interrupts_the_line_and_is_marked() {
    let y = [1.0, NAN, 3.0, f64::INFINITY, f64::NEG_INFINITY, 5.0];
    let x: Vec<f64> = (0..6).map(f64::from).collect();
    let points = decimate(&x, &y, 0.0, 5.0, 100);
    let wanted = [
        (0.0, Some(1.0), 0),
        (1.0, None, 1),
        (2.0, Some(3.0), 2),
        (3.0, None, 3),
        (5.0, Some(5.0), 5),
    ];
    assert_eq!(shown(&points), wanted);
    let marks: Vec<_> = points
        .marks
        .iter()
        .map(|mark| (mark.x, mark.kind, mark.index))
        .collect();
    let wanted = [
        (1.0, MarkKind::Nan, 1),
        (3.0, MarkKind::Infinite, 3),
        (4.0, MarkKind::NegativeInfinite, 4),
    ];
    assert_eq!(marks, wanted);
    // In one column the extremes stay, and one mark of each kind.
    let points = decimate(&x, &y, 0.0, 1000.0, 1);
    assert_eq!(points.index, [0, 5]);
    assert_eq!(points.marks.len(), 3);
    let points = decimate(&[0.0, 1.0, 2.0], &[NAN, 1.0, NAN], 0.0, 1000.0, 1);
    assert_eq!(shown(&points), [(1.0, Some(1.0), 1), (2.0, None, 2)]);
    assert_eq!(decimate(&[0.0], &[NAN], 0.0, 1.0, 9).marks.len(), 1);
}

#[test]
fn lines_reach_the_edge() {
    let x: Vec<f64> = (0..10).map(f64::from).collect();
    let points = decimate(&x, &x, 3.5, 5.5, 100);
    assert_eq!(points.index, [3, 4, 5, 6]);
    assert_eq!(decimate(&x, &x, 3.2, 3.4, 100).index, [3, 4]);
    assert_eq!(decimate(&x, &x, 20.0, 30.0, 100).index, [9]);
    assert_eq!(decimate(&x, &x, 3.0, 3.0, 100), Points::default());
    for (from, to) in [
        (5.0, 4.0),
        (NAN, 4.0),
        (0.0, NAN),
        (0.0, f64::INFINITY),
        (-f64::MAX, f64::MAX),
    ] {
        assert_eq!(
            decimate(&x, &x, from, to, 100),
            Points::default(),
            "{from} {to}"
        );
    }
}

#[test]
fn a_run_that_begins_anew_is_another_line() {
    let x = [0.0, 1.0, 2.0, NAN, 0.5, 0.5, 3.0];
    let points = decimate(&x, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 0.0, 3.0, 100);
    let wanted = [
        (0.0, Some(1.0), 0),
        (1.0, Some(2.0), 1),
        (2.0, Some(3.0), 2),
        (2.0, None, 2),
        (0.5, Some(5.0), 4),
        (0.5, Some(6.0), 5),
        (3.0, Some(7.0), 6),
    ];
    assert_eq!(shown(&points), wanted);
    // One that is nowhere interrupts nothing.
    let points = decimate(&[0.0, NAN, 1.0], &[1.0, 2.0, 3.0], 0.0, 3.0, 100);
    assert_eq!(shown(&points), [(0.0, Some(1.0), 0), (1.0, Some(3.0), 2)]);
    // Too many of them are sorted.
    let down: Vec<f64> = (0..100).rev().map(f64::from).collect();
    let points = decimate(&down, &down, 0.0, 99.0, 1000);
    assert!(points.x.iter().copied().eq((0..100).map(f64::from)));
    assert!(points.index.iter().copied().eq((0..100).rev()));
}

#[test]
fn any_lists_give_bounded_points_with_the_extremes() {
    let mut random = Random::new(51);
    for round in 0..2000 {
        let length = random.below(300);
        let odd = [NAN, f64::INFINITY, f64::NEG_INFINITY];
        let mut number = |rare: usize| match random.below(rare) {
            at @ 0..3 => odd[at],
            _ => random.below(1000) as f64 - 500.0,
        };
        let rising = round % 2 == 0;
        let mut x: Vec<f64> = (0..length).map(|_| number(200)).collect();
        let y: Vec<f64> = (0..length).map(|_| number(20)).collect();
        if rising {
            x.sort_by(f64::total_cmp);
        }
        let (from, pixels) = (number(9999), 1 + random.below(40));
        let to = from + random.below(900) as f64;
        let points = decimate(&x, &y, from, to, pixels);
        assert!(points.x.len() <= (pixels + 3) * 6 * RUNS_MAX);
        assert!(points.marks.len() <= (pixels + 3) * 3 * RUNS_MAX);
        assert!(points.x.len() == points.y.len() && points.y.len() == points.index.len());
        for ((px, py), index) in points.x.iter().zip(&points.y).zip(&points.index) {
            assert_eq!(*px, x[*index as usize]);
            assert!(py.is_nan() || *py == y[*index as usize]);
        }
        if to <= from {
            continue;
        }
        let inside = |at: &usize| (from..=to).contains(&x[*at]) && y[*at].is_finite();
        let all = (0..length).filter(inside).map(|at| y[at]);
        let drawn = points
            .index
            .iter()
            .zip(&points.y)
            .filter(|(at, y)| !y.is_nan() && inside(&(**at as usize)));
        let drawn: Vec<f64> = drawn.map(|(_, y)| *y).collect();
        assert_eq!(
            all.clone().reduce(f64::max),
            drawn.iter().copied().reduce(f64::max)
        );
        assert_eq!(all.reduce(f64::min), drawn.into_iter().reduce(f64::min));
        let odd = (0..length)
            .filter(|at| (from..=to).contains(&x[*at]) && !y[*at].is_finite())
            .count();
        assert_eq!(
            odd > 0,
            points
                .marks
                .iter()
                .any(|mark| (from..=to).contains(&mark.x))
        );
    }
}

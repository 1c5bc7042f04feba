//! From values to places on a chart, and back.

use engine::chart::{Points, Scale, domain, ticks};
use std::fmt::Write as _;

/// Room beside the curves, for the names of the axes' ticks, in CSS pixels.
const LEFT: f64 = 58.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 22.0;
/// Ticks stand about so far apart, in CSS pixels.
const TICK_X: f64 = 90.0;
const TICK_Y: f64 = 40.0;
/// What is left free above and below the curves, as a part of their height.
const SPARE: f64 = 0.06;

/// Where the values of a chart stand in it, in CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plot {
    /// Width of the whole chart.
    pub width: f64,
    /// Height of the whole chart.
    pub height: f64,
    /// The values at the left and right edge.
    pub x: (f64, f64),
    /// The values at the lower and upper edge.
    pub y: (f64, f64),
    /// Whether equal distances upwards are equal factors.
    pub log: bool,
    /// Values that cannot be shown because they are not above zero, on a logarithmic axis.
    pub hidden: u64,
}

impl Plot {
    /// A chart of this size for curves between two places; its axis upwards fits them, and begins at zero with `zero`.
    pub fn new<'a>(
        (width, height): (f64, f64),
        x: (f64, f64),
        curves: impl Iterator<Item = &'a Points>,
        log: bool,
        zero: bool,
    ) -> Self {
        let within = |points: &Points| -> Vec<f64> {
            let both = points.x.iter().zip(&points.y);
            let inside = both.filter(|(at, _)| (x.0..=x.1).contains(*at));
            inside.map(|(_, value)| *value).collect()
        };
        let values: Vec<Vec<f64>> = curves.map(within).collect();
        let scale = if log { Scale::Log } else { Scale::Linear };
        let found = domain(values.iter().map(Vec::as_slice), scale);
        let hidden = found.map_or(0, |found| found.hidden);
        let y = match (found, log) {
            (None, true) => (0.1, 10.0),
            (None, false) => (0.0, 1.0),
            (Some(found), true) => {
                let spare = (found.max / found.min).powf(SPARE).max(1.1);
                (found.min / spare, found.max * spare)
            }
            (Some(found), false) => {
                let min = if zero { found.min.min(0.0) } else { found.min };
                let height = match found.max - min {
                    // One value alone has room around it.
                    0.0 => found.max.abs().max(1.0),
                    height => height,
                };
                let spare = height * SPARE;
                (if zero { min } else { min - spare }, found.max + spare)
            }
        };
        Self {
            width,
            height,
            x,
            y,
            log,
            hidden,
        }
    }

    /// Edges of the part with the curves: left, top, right, bottom.
    pub fn frame(&self) -> (f64, f64, f64, f64) {
        let right = (self.width - RIGHT).max(LEFT + 1.0);
        (LEFT, TOP, right, (self.height - BOTTOM).max(TOP + 1.0))
    }

    /// Where a value of the axis to the right stands.
    pub fn place_x(&self, value: f64) -> f64 {
        let (left, _, right, _) = self.frame();
        left + (value - self.x.0) / (self.x.1 - self.x.0) * (right - left)
    }

    /// The value at a place.
    pub fn value_x(&self, place: f64) -> f64 {
        let (left, _, right, _) = self.frame();
        self.x.0 + (place - left) / (right - left) * (self.x.1 - self.x.0)
    }

    /// Where a value of the axis upwards stands; `None` where it has no place.
    pub fn place_y(&self, value: f64) -> Option<f64> {
        let (_, top, _, bottom) = self.frame();
        let part = match self.log {
            true if value > 0.0 => (value / self.y.0).ln() / (self.y.1 / self.y.0).ln(),
            true => return None,
            false => (value - self.y.0) / (self.y.1 - self.y.0),
        };
        part.is_finite().then_some(bottom - part * (bottom - top))
    }

    /// Ticks of the axis to the right.
    pub fn ticks_x(&self, scale: Scale) -> Vec<f64> {
        let (left, _, right, _) = self.frame();
        let count = ((right - left) / TICK_X).max(1.0) as usize;
        ticks(self.x.0, self.x.1, count, scale)
    }

    /// Ticks of the axis upwards.
    pub fn ticks_y(&self) -> Vec<f64> {
        let (_, top, _, bottom) = self.frame();
        let scale = if self.log { Scale::Log } else { Scale::Linear };
        let count = ((bottom - top) / TICK_Y).max(1.0) as usize;
        ticks(self.y.0, self.y.1, count, scale)
    }

    /// A curve as the path of an SVG, in tenths of a pixel, and its points without neighbours as another: lines of no
    /// length, which round ends make dots.
    pub fn paths(&self, points: &Points) -> (String, String) {
        let (mut lines, mut dots) = (String::with_capacity(points.x.len() * 12), String::new());
        let mut run = Vec::new();
        let mut end = |run: &mut Vec<(f64, f64)>| {
            // Writing to a string does not fail.
            let _ = match run.as_slice() {
                [] => Ok(()),
                [(x, y)] => write!(dots, "M{x} {y}h0"),
                [(x, y), rest @ ..] => {
                    let begun = write!(lines, "M{x} {y}");
                    rest.iter()
                        .fold(begun, |done, (x, y)| done.and(write!(lines, "L{x} {y}")))
                }
            };
            run.clear();
        };
        for (x, y) in points.x.iter().zip(&points.y) {
            match self.place_y(*y) {
                Some(y) => {
                    let here = (tenths(self.place_x(*x)), tenths(y));
                    if run.last() != Some(&here) {
                        run.push(here);
                    }
                }
                None => end(&mut run),
            }
        }
        end(&mut run);
        (lines, dots)
    }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The point nearest to a place, of those that have a value.
pub fn nearest(points: &Points, x: f64) -> Option<usize> {
    let real = (0..points.x.len().min(points.y.len())).filter(|at| points.y[*at].is_finite());
    real.min_by(|a, b| {
        let far = |at: usize| (points.x[at] - x).abs();
        far(*a).total_cmp(&far(*b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(list: &[(f64, f64)]) -> Points {
        Points {
            x: list.iter().map(|(x, _)| *x).collect(),
            y: list.iter().map(|(_, y)| *y).collect(),
            ..Points::default()
        }
    }

    fn plot(list: &[(f64, f64)], log: bool) -> Plot {
        let points = points(list);
        Plot::new(
            (474.0, 130.0),
            (0.0, 10.0),
            [&points].into_iter(),
            log,
            false,
        )
    }

    #[test]
    fn values_have_places_and_places_values() {
        let plot = plot(&[(0.0, 0.0), (10.0, 100.0), (20.0, 1e9)], false);
        assert_eq!(plot.y, (-6.0, 106.0));
        assert_eq!((plot.place_x(0.0), plot.place_x(10.0)), (58.0, 458.0));
        assert_eq!(plot.value_x(plot.place_x(3.0)), 3.0);
        assert_eq!(
            (plot.place_y(-6.0), plot.place_y(106.0)),
            (Some(108.0), Some(8.0))
        );
        assert_eq!(plot.place_y(f64::NAN), None);
        assert_eq!(plot.ticks_x(Scale::Linear).first(), Some(&0.0));
    }

    #[test]
    fn a_logarithmic_axis_leaves_out_what_it_cannot_show() {
        let plot = plot(&[(0.0, 0.01), (5.0, 0.0), (10.0, 100.0)], true);
        assert_eq!(plot.hidden, 1);
        let (low, high) = (plot.place_y(0.01), plot.place_y(100.0));
        let middle = plot.place_y(1.0).zip(low).zip(high);
        let ((middle, low), high) = middle.expect("all have a place");
        assert!((middle - (low + high) / 2.0).abs() < 1e-6);
        assert_eq!(plot.place_y(0.0), None);
        assert!(plot.ticks_y().contains(&1.0));
    }

    #[test]
    fn lines_are_interrupted_and_single_points_are_dots() {
        let list = [
            (0.0, 0.0),
            (1.0, 50.0),
            (2.0, f64::NAN),
            (3.0, 100.0),
            (4.0, f64::NAN),
        ];
        let plot = plot(&list, false);
        let (lines, dots) = plot.paths(&points(&list));
        assert_eq!(
            (lines.matches('M').count(), lines.matches('L').count()),
            (1, 1)
        );
        assert_eq!(dots, "M178 13.4h0");
        assert_eq!(plot.paths(&points(&[])), (String::new(), String::new()));
    }

    #[test]
    fn one_value_and_none_at_all_have_a_chart() {
        let one = plot(&[(5.0, 3.0)], false);
        assert!(one.y.0 < 3.0 && one.y.1 > 3.0);
        for log in [false, true] {
            let none = plot(&[(5.0, f64::INFINITY)], log);
            assert!(none.y.0 < none.y.1 && !none.ticks_y().is_empty());
        }
    }

    #[test]
    fn the_nearest_point_has_a_value() {
        let points = points(&[(0.0, 1.0), (2.0, f64::NAN), (5.0, 2.0)]);
        assert_eq!(nearest(&points, 2.0), Some(0));
        assert_eq!(nearest(&points, 4.0), Some(2));
        assert_eq!(nearest(&Points::default(), 4.0), None);
    }
}

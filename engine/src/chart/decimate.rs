//! Fewer points that look the same.

use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Runs of rising x that are drawn as lines of their own; where there are more, points are sorted.
const RUNS_MAX: usize = 16;
/// Most columns.
const PIXELS_MAX: usize = 16_384;

/// What is drawn of a series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Where each point is.
    pub x: Vec<f64>,
    /// Its value; not a number where the line is interrupted.
    pub y: Vec<f64>,
    /// Which point of the series it is; that after which the line is interrupted.
    pub index: Vec<u32>,
    /// Values that no line can show.
    pub marks: Vec<Mark>,
}

/// A value that no line can show.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Where it is.
    pub x: f64,
    /// What it is.
    pub kind: MarkKind,
    /// Which point of the series it is.
    pub index: u32,
}

/// Kinds of values that are not finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MarkKind {
    /// Not a number.
    Nan,
    /// Above all numbers.
    Infinite,
    /// Below all numbers.
    NegativeInfinite,
}

impl Points {
    fn push(&mut self, x: f64, y: f64, index: usize) {
        self.x.push(x);
        self.y.push(y);
        self.index.push(index as u32);
    }

    /// Interrupts the line, after point `index`.
    fn interrupt(&mut self, x: f64, index: usize) {
        if self.y.last().is_some_and(|last| !last.is_nan()) {
            self.push(x, f64::NAN, index);
        }
    }
}

/// The points of a series in `pixels` columns between `from` and `to`, extremes kept: of each column the first, the smallest, the
/// largest and the last, in their order, and of values that are not finite the first of each kind. The nearest points outside
/// are added, so that lines reach the edge.
///
/// Points whose x is not finite are left out. Where x falls the line is interrupted, as a run that begins anew is another line; where that
/// happens more than fifteen times, points are sorted by x, those with the same in their order. There are at most
/// six points and three marks for each column of each line. Nothing is drawn where `from` is not below `to`.
pub fn decimate(x: &[f64], y: &[f64], from: f64, to: f64, pixels: usize) -> Points {
    let mut out = Points::default();
    let length = x.len().min(y.len()).min(u32::MAX as usize);
    let window = Window {
        from,
        scale: pixels.clamp(1, PIXELS_MAX) as f64 / (to - from),
        to,
    };
    if !window.scale.is_finite() || window.scale <= 0.0 {
        return out;
    }
    let (x, y) = (&x[..length], &y[..length]);
    let points = |order: &[u32]| -> (Vec<f64>, Vec<f64>) {
        let pick = |at: &u32| (x[*at as usize], y[*at as usize]);
        order.iter().map(pick).unzip()
    };
    if let Some(runs) = x.iter().all(|x| x.is_finite()).then(|| runs(x)).flatten() {
        window.draw_runs(x, y, runs, |at| at, &mut out);
        return out;
    }
    let finite = (0..length as u32).filter(|at| x[*at as usize].is_finite());
    let mut order: Vec<u32> = finite.collect();
    let (mut xs, mut ys) = points(&order);
    let runs = runs(&xs).unwrap_or_else(|| {
        order.sort_by(|a, b| x[*a as usize].total_cmp(&x[*b as usize]));
        (xs, ys) = points(&order);
        std::iter::once(0..order.len()).collect()
    });
    window.draw_runs(&xs, &ys, runs, |at| order[at] as usize, &mut out);
    out
}

/// Pieces of `x` that do not fall; `None` where there are too many.
fn runs(x: &[f64]) -> Option<Vec<Range<usize>>> {
    let mut runs = Vec::new();
    let mut from = 0;
    for at in 1..=x.len() {
        if at < x.len() && x[at - 1] <= x[at] {
            continue;
        }
        if runs.len() == RUNS_MAX {
            return None;
        }
        runs.push(from..at);
        from = at;
    }
    Some(runs)
}

struct Window {
    from: f64,
    to: f64,
    /// Columns for each unit of x.
    scale: f64,
}

/// What is kept of a column: numbers of points.
struct Column {
    number: usize,
    first: usize,
    min: usize,
    max: usize,
    last: usize,
    kinds: [Option<usize>; 3],
}

impl Window {
    /// Draws each of `runs` as a line of its own; `index` says which points of the series they are.
    fn draw_runs(
        &self,
        x: &[f64],
        y: &[f64],
        runs: Vec<Range<usize>>,
        index: impl Fn(usize) -> usize,
        out: &mut Points,
    ) {
        for run in runs {
            if let (Some(last), Some(x)) = (out.index.last(), out.x.last()) {
                out.interrupt(*x, *last as usize);
            }
            let of_run = |at: usize| index(run.start + at);
            self.draw(&x[run.clone()], &y[run.clone()], of_run, out);
        }
    }

    /// Draws points whose x do not fall; `index` says which of the series they are.
    fn draw(&self, x: &[f64], y: &[f64], index: impl Fn(usize) -> usize, out: &mut Points) {
        let begin = x.partition_point(|x| *x < self.from).saturating_sub(1);
        let end = x.partition_point(|x| *x <= self.to);
        let end = (end + 1).min(x.len());
        let mut column: Option<Column> = None;
        for at in begin..end {
            // Those outside are in columns of their own.
            let number = match x[at] {
                x if x < self.from => 0,
                x if x > self.to => usize::MAX,
                x => 1 + ((x - self.from) * self.scale) as usize,
            };
            match &mut column {
                Some(column) if column.number == number => column.add(at, y),
                _ => {
                    if let Some(column) = column.take() {
                        column.draw(x, y, &index, out);
                    }
                    column = Some(Column::new(number, at, y));
                }
            }
        }
        if let Some(column) = column {
            column.draw(x, y, &index, out);
        }
    }
}

impl Column {
    fn new(number: usize, at: usize, y: &[f64]) -> Self {
        let mut column = Self {
            number,
            first: at,
            min: at,
            max: at,
            last: at,
            kinds: [None; 3],
        };
        column.add(at, y);
        column
    }

    fn add(&mut self, at: usize, y: &[f64]) {
        self.last = at;
        let value = y[at];
        if !value.is_finite() {
            let kind = if value.is_nan() {
                0
            } else {
                1 + usize::from(value < 0.0)
            };
            self.kinds[kind].get_or_insert(at);
            return;
        }
        // The first may be none that is finite.
        if value < y[self.min] || !y[self.min].is_finite() {
            self.min = at;
        }
        if value > y[self.max] || !y[self.max].is_finite() {
            self.max = at;
        }
    }

    fn draw(&self, x: &[f64], y: &[f64], index: impl Fn(usize) -> usize, out: &mut Points) {
        if !y[self.first].is_finite() {
            out.interrupt(x[self.first], index(self.first));
        }
        let (low, high) = (self.min.min(self.max), self.min.max(self.max));
        let mut before = None;
        for at in [self.first, low, high, self.last] {
            if y[at].is_finite() && before.is_none_or(|before| before < at) {
                out.push(x[at], y[at], index(at));
                before = Some(at);
            }
        }
        if !y[self.last].is_finite() {
            out.interrupt(x[self.last], index(self.last));
        }
        let kinds = [
            MarkKind::Nan,
            MarkKind::Infinite,
            MarkKind::NegativeInfinite,
        ];
        for (at, kind) in self.kinds.iter().zip(kinds) {
            out.marks.extend(at.map(|at| Mark {
                x: x[at],
                kind,
                index: index(at) as u32,
            }));
        }
    }
}

#[cfg(test)]
mod tests;

//! The metrics of the log that is followed, as curves for a page.

use super::message::{Across, Asked, Curve, Drawn};
use engine::chart::{Scale, decimate, domain, smooth};
use engine::log::LogStore;
use engine::metrics::{MetricPattern, Metrics, Series, csv};

/// Bytes read between two looks at the clock: some milliseconds.
const STEP: usize = 2 << 20;
/// Most curves that are drawn at once; the page asks for others by a part of their names.
const CURVES: usize = 60;

/// Reads metrics once somebody wants to see them, and draws what is asked for.
#[derive(Default)]
pub struct Plotter {
    asked: Option<Asked>,
    metrics: Option<Metrics>,
    whole: bool,
}

impl Plotter {
    /// Draws this from now on. Metrics are read anew where other patterns are looked for.
    pub fn ask(&mut self, asked: Option<Asked>) {
        let patterns = |asked: &Option<Asked>| asked.as_ref().map(|asked| asked.patterns.clone());
        if self.metrics.is_none() || patterns(&self.asked) != patterns(&asked) {
            self.asked = asked;
            self.begin_anew();
        } else {
            self.asked = asked;
        }
    }

    /// Forgets what was read: it is another log now, or other patterns.
    pub fn begin_anew(&mut self) {
        self.whole = false;
        self.metrics = self.asked.as_ref().map(|asked| {
            // The page tells what is wrong with a pattern before it asks for it.
            let patterns = asked.patterns.iter().map(MetricPattern::new);
            Metrics::new(patterns.flatten().collect(), asked.zone)
        });
    }

    /// The log may have grown.
    pub fn grown(&mut self) {
        self.whole = false;
    }

    /// Reads on while there is time; says whether anything was left to be read.
    pub fn step(&mut self, store: &LogStore, mut time: impl FnMut() -> bool) -> bool {
        let Some(metrics) = &mut self.metrics else {
            return false;
        };
        let mut did = false;
        while !self.whole && time() {
            self.whole = metrics.step(store, STEP);
            did = true;
        }
        did
    }

    /// Whether nothing is left to be read.
    pub fn is_done(&self) -> bool {
        self.whole || self.metrics.is_none()
    }

    /// What the page asked for; `None` when it did not ask.
    pub fn drawn(&self) -> Option<Drawn> {
        let (asked, metrics) = (self.asked.as_ref()?, self.metrics.as_ref()?);
        let wanted: Vec<&Series> = metrics
            .series()
            .iter()
            .filter(|series| series.name().to_lowercase().contains(&asked.names))
            .collect();
        let begin = wanted
            .iter()
            .flat_map(|series| series.walls())
            .copied()
            .filter(|wall| wall.is_finite())
            .fold(f64::INFINITY, f64::min);
        let shown = &wanted[..wanted.len().min(CURVES)];
        let places: Vec<Vec<f64>> = shown
            .iter()
            .map(|series| across(series, asked.across, begin))
            .collect();
        let all = domain(places.iter().map(Vec::as_slice), Scale::Linear);
        let all = all.map(|all| (all.min, all.max));
        let (from, to) = asked.range.or(all).unwrap_or((0.0, 1.0));
        // A single point has a middle to stand in.
        let (from, to) = if from < to {
            (from, to)
        } else {
            (from - 1.0, to + 1.0)
        };
        let curves = shown.iter().zip(&places).map(|(series, x)| {
            let draw = |y: &[f64]| decimate(x, y, from, to, asked.pixels as usize);
            let raw = draw(series.values());
            let points = match asked.smoothing > 0.0 {
                true => draw(&smooth(series.values(), asked.smoothing)),
                false => raw.clone(),
            };
            let line = |index: &u32| series.lines()[*index as usize];
            Curve {
                name: series.name().to_owned(),
                summary: series.summary().clone(),
                lines: points.index.iter().map(line).collect(),
                ghost: (asked.smoothing > 0.0).then_some(raw),
                points,
                thinned: series.thinned(),
            }
        });
        Some(Drawn {
            curves: curves.collect(),
            range: (from, to),
            all,
            names: metrics.series().len() as u64,
            left_out: (wanted.len() - shown.len() + metrics.left_out()) as u64,
            whole: self.whole,
        })
    }

    /// All series as CSV.
    pub fn csv(&self) -> String {
        let series = self.metrics.as_ref().map_or(&[][..], Metrics::series);
        csv(&series.iter().collect::<Vec<_>>())
    }
}

/// Where each point of a series is.
fn across(series: &Series, across: Across, begin: f64) -> Vec<f64> {
    match across {
        // Where no step was told, points are counted.
        Across::Step if series.steps().iter().all(|step| step.is_nan()) => {
            (1..=series.values().len()).map(|at| at as f64).collect()
        }
        Across::Step => series.steps().to_vec(),
        Across::Wall => series.walls().to_vec(),
        Across::Relative => series.walls().iter().map(|wall| wall - begin).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(across: Across) -> Asked {
        Asked {
            across,
            range: None,
            pixels: 100,
            smoothing: 0.0,
            names: String::new(),
            patterns: Vec::new(),
            zone: 0,
        }
    }

    fn read(log: &str, asked: Asked) -> Drawn {
        let mut store = LogStore::default();
        store.append(log.as_bytes());
        let mut plotter = Plotter::default();
        plotter.ask(Some(asked));
        assert!(plotter.step(&store, || true) && plotter.is_done());
        plotter.drawn().expect("it was asked for")
    }

    #[test]
    fn nothing_is_read_until_somebody_asks() {
        let mut store = LogStore::default();
        store.append(b"loss=0.5\n");
        let mut plotter = Plotter::default();
        assert!(!plotter.step(&store, || true) && plotter.is_done());
        assert_eq!(
            (plotter.drawn(), plotter.csv()),
            (None, "line,step,time\r\n".to_owned())
        );
    }

    #[test]
    fn points_have_steps_times_or_their_number_and_know_their_lines() {
        let log = "step=10 loss=0.5\nstep=20 loss=0.25\nother 3\nstep=30 loss=nan\n";
        let drawn = read(log, asked(Across::Step));
        let loss = drawn.curves.iter().find(|curve| curve.name == "loss");
        let loss = loss.expect("loss is a metric");
        assert_eq!(
            (&loss.points.x[..2], &loss.points.y[..2]),
            (&[10.0, 20.0][..], &[0.5, 0.25][..])
        );
        assert_eq!(loss.lines[..2], [1, 2]);
        assert_eq!((loss.points.marks.len(), loss.summary.nan), (1, 1));
        assert_eq!(drawn.all, Some((10.0, 30.0)));
        let unnumbered = read("loss=1.5\nloss=0.5\n", asked(Across::Step));
        assert_eq!(unnumbered.curves[0].points.x, [1.0, 2.0]);
        let timed = "2026-11-27T10:00:00Z loss=1.5\n2026-11-27T10:00:02Z loss=0.5\n";
        let relative = read(timed, asked(Across::Relative));
        assert_eq!(relative.curves[0].points.x, [0.0, 2_000.0]);
        let without = read(log, asked(Across::Wall));
        assert_eq!((without.all, without.curves[0].points.x.len()), (None, 0));
    }

    #[test]
    fn smoothing_keeps_what_was_beside_it() {
        let log: String = (0..100)
            .map(|step| format!("step={step} loss={}\n", step % 2))
            .collect();
        let drawn = read(
            &log,
            Asked {
                smoothing: 0.9,
                ..asked(Across::Step)
            },
        );
        let curve = drawn
            .curves
            .iter()
            .find(|curve| curve.name == "loss")
            .expect("loss");
        let ghost = curve.ghost.as_ref().expect("it was smoothed");
        let spread = |y: &[f64]| {
            let last = &y[y.len() - 10..];
            last.iter().copied().fold(0.0, f64::max) - last.iter().copied().fold(1.0, f64::min)
        };
        assert!(spread(&curve.points.y) < 0.2 && spread(&ghost.y) > 0.9);
    }

    #[test]
    fn names_choose_curves_and_too_many_are_told() {
        let log: String = (0..80).map(|at| format!("metric_{at}=1.5\n")).collect();
        let drawn = read(&log, asked(Across::Step));
        assert_eq!(
            (drawn.curves.len(), drawn.names, drawn.left_out),
            (CURVES, 80, 20)
        );
        let some = read(
            &log,
            Asked {
                names: "_7".into(),
                ..asked(Across::Step)
            },
        );
        assert_eq!((some.curves.len(), some.left_out), (11, 0));
    }

    #[test]
    fn other_patterns_read_the_log_anew() {
        let mut store = LogStore::default();
        store.append(b"gain 12 dB\n");
        let mut plotter = Plotter::default();
        plotter.ask(Some(asked(Across::Step)));
        plotter.step(&store, || true);
        let pattern = engine::metrics::UserPattern {
            name: "decibel".into(),
            pattern: "(?<value>[0-9]+) dB".into(),
        };
        plotter.ask(Some(Asked {
            patterns: vec![pattern],
            ..asked(Across::Step)
        }));
        assert!(!plotter.is_done());
        plotter.step(&store, || true);
        let drawn = plotter.drawn().expect("it was asked for");
        assert!(drawn.curves.iter().any(|curve| curve.name == "decibel"));
    }
}

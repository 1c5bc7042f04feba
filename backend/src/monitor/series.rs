//! Readings over time: samples of one length each, which double their length when there are too many.

use crate::runner::reading::{METRICS, Reading, Values};
use api::Time;

/// Most samples that are kept; even, so that they can be merged in pairs.
pub const SAMPLES_MAX: usize = 2048;
/// Seconds of a sample at first.
pub const SECONDS: u32 = 1;

/// What was measured in the time of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// The means.
    pub mean: Values,
    /// The largest.
    pub max: Values,
}

/// What is the same for all samples of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// When the first sample begins.
    pub start: Time,
    /// Processors of the machine.
    pub cores: u32,
    /// Memory the run may use, in bytes; 0 is no limit.
    pub memory_limit: u64,
}

/// The samples of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What is the same for all of them.
    pub head: Head,
    /// Seconds of each.
    pub interval: u32,
    /// Those whose time has passed.
    pub samples: Vec<Sample>,
    /// The one that is being measured.
    open: Open,
}

/// Readings of one sample.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Open {
    sums: [u128; METRICS],
    counts: [u64; METRICS],
    max: Values,
}

impl Open {
    fn add(&mut self, values: &Values) {
        for (metric, value) in values.iter().enumerate() {
            if let Some(value) = value {
                self.sums[metric] += u128::from(*value);
                self.counts[metric] += 1;
            }
            self.max[metric] = self.max[metric].max(*value);
        }
    }

    fn is_empty(&self) -> bool {
        self.counts.iter().all(|count| *count == 0)
    }

    fn close(&mut self) -> Sample {
        let Self { sums, counts, max } = std::mem::take(self);
        let mean = |metric: usize| {
            let mean = sums[metric].checked_div(u128::from(counts[metric]))?;
            // Not above the largest of them.
            u64::try_from(mean).ok()
        };
        Sample {
            mean: std::array::from_fn(mean),
            max,
        }
    }
}

impl Series {
    /// Without any sample.
    pub fn new(head: Head) -> Self {
        Self::of(head, SECONDS, Vec::new())
    }

    /// With those that were kept.
    pub fn of(head: Head, interval: u32, samples: Vec<Sample>) -> Self {
        Self {
            head,
            interval,
            samples,
            open: Open::default(),
        }
    }

    /// Takes a reading of the second before it was made. Where none was made, samples have no values.
    pub fn add(&mut self, reading: &Reading) {
        let second = reading.at.as_secs_f64().round() as u64;
        let second = second.saturating_sub(1);
        while second / u64::from(self.interval) > self.samples.len() as u64 {
            let sample = self.open.close();
            self.push(sample);
        }
        self.open.add(&reading.values);
    }

    /// No more readings come: what is being measured is a sample too.
    pub fn finish(&mut self) {
        if !self.open.is_empty() {
            let sample = self.open.close();
            self.push(sample);
        }
    }

    fn push(&mut self, sample: Sample) {
        self.samples.push(sample);
        if self.samples.len() == SAMPLES_MAX {
            let pairs = self.samples.chunks(2).map(merge).collect();
            self.samples = pairs;
            self.interval = self.interval.saturating_mul(2);
        }
    }
}

/// The sample of the time of several.
fn merge(samples: &[Sample]) -> Sample {
    let mut mean = Open::default();
    let mut max = Open::default();
    for sample in samples {
        mean.add(&sample.mean);
        max.add(&sample.max);
    }
    Sample {
        mean: mean.close().mean,
        max: max.max,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::reading::Metric;
    use std::time::Duration;

    fn head() -> Head {
        Head {
            start: Time(5),
            cores: 2,
            memory_limit: 0,
        }
    }

    fn reading(seconds: f64, cpu: u64) -> Reading {
        let mut values = [None; METRICS];
        values[Metric::Cpu as usize] = Some(cpu);
        let at = Duration::from_secs_f64(seconds);
        Reading { at, values }
    }

    fn cpu(series: &Series) -> Vec<(Option<u64>, Option<u64>)> {
        let values = |sample: &Sample| (sample.mean[0], sample.max[0]);
        series.samples.iter().map(values).collect()
    }

    #[test]
    fn a_sample_is_there_when_its_time_has_passed() {
        let mut series = Series::new(head());
        series.add(&reading(1.01, 10));
        assert_eq!(cpu(&series), []);
        series.add(&reading(1.99, 30));
        series.add(&reading(2.02, 50));
        // Two in one second, and seconds of which nothing is known.
        series.add(&reading(5.0, 7));
        let first = (Some(10), Some(10));
        let second = (Some(40), Some(50));
        assert_eq!(cpu(&series), [first, second, (None, None), (None, None)]);
        assert_eq!(series.samples[1].mean[1], None, "what was never measured");
        series.finish();
        series.finish();
        assert_eq!(cpu(&series)[4..], [(Some(7), Some(7))]);
    }

    #[test]
    fn there_are_never_too_many_and_no_peak_is_lost() {
        let mut series = Series::new(head());
        let seconds = 5 * SAMPLES_MAX as u64 + 3;
        for second in 1..=seconds {
            let value = if second == 777 { 1_000_000 } else { 100 };
            series.add(&reading(second as f64, value));
            assert!(series.samples.len() < SAMPLES_MAX);
        }
        series.finish();
        assert_eq!(series.interval, 8);
        assert_eq!(series.samples.len() as u64, seconds.div_ceil(8));
        let peak = series.samples[776 / 8];
        assert_eq!(peak.max[0], Some(1_000_000));
        assert_eq!(peak.mean[0], Some((7 * 100 + 1_000_000) / 8));
        let others = series
            .samples
            .iter()
            .filter(|sample| sample.max[0] == Some(100));
        assert_eq!(others.count(), series.samples.len() - 1);
    }

    #[test]
    fn a_gap_of_any_length_is_no_harm() {
        let mut series = Series::new(head());
        series.add(&reading(1.0, 5));
        series.add(&reading(100.0 * 86_400.0, 7));
        series.finish();
        assert!(series.samples.len() < SAMPLES_MAX);
        assert_eq!(series.samples[0].max[0], Some(5));
        assert_eq!(series.samples.last().unwrap().max[0], Some(7));
        let mut large = Series::new(head());
        large.add(&reading(1.0, u64::MAX));
        large.add(&reading(1.0, u64::MAX));
        large.finish();
        assert_eq!(cpu(&large), [(Some(u64::MAX), Some(u64::MAX))]);
    }
}

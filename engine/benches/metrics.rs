//! Measures of metrics and charts: `make bench NAME=metrics`. MIB says how much each log has.
//!
//! Times are those of the processor where the system tells them, as the machine may be busy with others. Reading stands beside a
//! pass that only counts newlines, in this run.

use russell_engine::chart::{Scale, decimate, domain, smooth, ticks};
use russell_engine::log::LogStore;
use russell_engine::metrics::{MetricPattern, Metrics, Series, UserPattern, csv};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Bytes that arrive together.
const PIECE: usize = 64 << 10;
/// Bytes that a step reads.
const BUDGET: usize = 4 << 20;
/// How long a measure takes at least.
const LEAST: Duration = Duration::from_millis(200);
/// How often each is measured.
const ROUNDS: usize = 3;

fn main() {
    let mib = std::env::var("MIB").ok().and_then(|mib| mib.parse().ok());
    let size = mib.unwrap_or(1024) << 20;
    println!("{} MiB of each, best of {ROUNDS}", size >> 20);
    println!("log: read MB/s; s; over counting newlines; lines; values (points kept)");
    for (name, line) in LOGS {
        read(name, line, size, &[]);
    }
    let pattern = MetricPattern::new(&UserPattern {
        name: "tokens".to_owned(),
        pattern: r"(?<value>\d+) tokens".to_owned(),
    });
    let patterns = [pattern.expect("a pattern")];
    read("plain, with a pattern", LOGS[0].1, size, &patterns);
    charts();
}

type Line = fn(usize, &mut String);

/// What logs are made of.
const LOGS: [(&str, Line); 8] = [
    ("plain", |step, out| {
        let _ = writeln!(
            out,
            "2026-11-23 20:25:57 INFO worker {step}: took the next file from the queue, nothing to do for it"
        );
    }),
    ("prose", |_, out| {
        out.push_str("the next file was taken from the queue and there was nothing to do for it, so it went back\n");
    }),
    ("name=value", |step, out| {
        let _ = writeln!(
            out,
            "2026-11-23 20:25:57 INFO trainer: epoch=3 step={step} loss={:.6} val_loss={:.4} lr=3.0e-04 acc={}",
            1.0 / (step + 1) as f64,
            0.5,
            step % 7
        );
    }),
    ("name: value", |step, out| {
        let _ = writeln!(
            out,
            "Train Epoch: 1 [{step}/40000 (1%)]\tLoss: {:.6}",
            1.0 / (step + 1) as f64
        );
    }),
    ("JSON", |step, out| {
        let _ = writeln!(
            out,
            "{{\"step\": {step}, \"epoch\": 3, \"loss\": {:.6}, \"train\": {{\"acc\": {}, \"lr\": 0.0003}}}}",
            1.0 / (step + 1) as f64,
            step % 7
        );
    }),
    ("FloydHub", |step, out| {
        let _ = writeln!(
            out,
            "{{\"metric\": \"loss\", \"value\": {:.6}, \"step\": {step}}}",
            1.0 / (step + 1) as f64
        );
    }),
    ("bars", |step, out| {
        let _ = write!(
            out,
            "\rEpoch 1/3: {:3}%|█████████▍          | {step}/40000 [00:01<00:02, 30.00batch/s, loss={:.4}]{}",
            step / 400,
            1.0 / (step + 1) as f64,
            if step % 400 == 399 { "\n" } else { "" }
        );
    }),
    ("coloured Keras", |step, out| {
        let _ = write!(
            out,
            "\r\x1b[1m{step}/40000\x1b[0m \x1b[32m━━━━━━━━━\x1b[0m\x1b[37m━━━\x1b[0m \x1b[1m0s\x1b[0m 3ms/step - loss: {:.4} - mae: 1.3660",
            1.0 / (step + 1) as f64
        );
    }),
];

/// Takes the time of `run`.
fn time(run: impl FnOnce()) -> Duration {
    let processor = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanos = told.split(' ').next()?.parse().ok()?;
        Some(Duration::from_nanos(nanos))
    };
    let (begin, before) = (Instant::now(), processor());
    run();
    match (before, processor()) {
        (Some(before), Some(after)) => after - before,
        _ => begin.elapsed(),
    }
}

/// The best time of some: each is run so often that the system's clock is fine enough.
fn best(mut run: impl FnMut()) -> Duration {
    let once = time(&mut run).max(Duration::from_millis(1));
    let times = (LEAST.as_nanos() / once.as_nanos()).max(1) as u32;
    let runs = (0..ROUNDS).map(|_| time(|| (0..times).for_each(|_| run())) / times);
    runs.min().unwrap_or_default()
}

/// Pieces of forty thousand lines again and again, `size` bytes in all.
fn pieces(unit: &str, size: usize) -> impl Iterator<Item = &[u8]> {
    let mut left = size;
    unit.as_bytes()
        .chunks(PIECE)
        .cycle()
        .map_while(move |piece| {
            let piece = &piece[..piece.len().min(left)];
            left -= piece.len();
            (!piece.is_empty()).then_some(piece)
        })
}

fn read(name: &str, line: Line, size: usize, patterns: &[MetricPattern]) {
    let mut unit = String::new();
    (0..40_000).for_each(|step| line(step, &mut unit));
    let bare = best(|| {
        let lines = pieces(&unit, size).map(|piece| memchr::memchr_iter(b'\n', piece).count());
        black_box(lines.sum::<usize>());
    });
    let mut log = LogStore::with_limit(2 << 30);
    log.expect(size as u64);
    pieces(&unit, size).for_each(|piece| log.append(piece));
    let mut found = (0, 0);
    let time = best(|| {
        let mut metrics = Metrics::new(patterns.to_vec(), 480);
        while !metrics.step(&log, BUDGET) {}
        let sums = |of: fn(&Series) -> u64| metrics.series().iter().map(of).sum::<u64>();
        found = (
            sums(|series| series.summary().count),
            sums(|series| series.values().len() as u64),
        );
    });
    println!(
        "{name}: {:.0}; {:.2}; {:.1}; {}; {} ({})",
        log.bytes() as f64 / 1e6 / time.as_secs_f64(),
        time.as_secs_f64(),
        time.as_secs_f64() / bare.as_secs_f64(),
        log.lines(),
        found.0,
        found.1
    );
}

/// Twenty series of a hundred thousand points.
fn charts() {
    let x: Vec<f64> = (0..100_000).map(f64::from).collect();
    let series: Vec<Vec<f64>> = (0..20)
        .map(|one| {
            let value =
                |step: &f64| 1.0 / (step + 1.0) + ((step * 7.3 + f64::from(one)).sin() * 0.01);
            x.iter().map(value).collect()
        })
        .collect();
    let measure = |name: &str, run: &mut dyn FnMut()| {
        println!("{name}: {:.2} ms", best(run).as_secs_f64() * 1e3);
    };
    println!("20 series of 100,000 points");
    measure("decimated to 1,000 columns", &mut || {
        for y in &series {
            black_box(decimate(&x, y, 0.0, 100_000.0, 1000));
        }
    });
    measure("a tenth of them", &mut || {
        for y in &series {
            black_box(decimate(&x, y, 45_000.0, 55_000.0, 1000));
        }
    });
    let down: Vec<f64> = x.iter().rev().copied().collect();
    measure("with x that falls", &mut || {
        for y in &series {
            black_box(decimate(&down, y, 0.0, 100_000.0, 1000));
        }
    });
    measure("smoothed", &mut || {
        for y in &series {
            black_box(smooth(y, 0.9));
        }
    });
    measure("domain and ticks", &mut || {
        let domain = domain(series.iter().map(Vec::as_slice), Scale::Log);
        black_box(domain.map(|domain| ticks(domain.min, domain.max, 8, Scale::Log)));
    });
    let mut log = LogStore::default();
    let mut line = String::new();
    for step in 0..100_000 {
        line.clear();
        let _ = write!(line, "step={step}");
        (0..20).for_each(|one| {
            let _ = write!(line, " s{one}={:.4}", f64::from(step).sin());
        });
        line.push('\n');
        log.append(line.as_bytes());
    }
    let mut metrics = Metrics::new(Vec::new(), 0);
    metrics.step(&log, usize::MAX);
    let all: Vec<&Series> = metrics.series().iter().collect();
    measure("CSV of 100,000 rows and 20 series", &mut || {
        black_box(csv(&all));
    });
}

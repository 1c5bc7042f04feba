use super::super::UserPattern;
use super::*;
use crate::random::Random;

fn store(bytes: &[u8]) -> LogStore {
    let mut store = LogStore::default();
    store.append(bytes);
    store
}

fn metrics(bytes: &[u8]) -> Metrics {
    let mut metrics = Metrics::new(Vec::new(), 480);
    assert!(metrics.step(&store(bytes), usize::MAX));
    metrics
}

/// A series as text: its name, and line@step=value for each point.
fn shown(metrics: &Metrics) -> Vec<String> {
    let point = |((line, step), value): ((&u64, &f64), &f64)| match step.is_nan() {
        true => format!(" {line}={value}"),
        false => format!(" {line}@{step}={value}"),
    };
    let series = metrics.series().iter().map(|series| {
        let places = series.lines().iter().zip(series.steps());
        let points: String = places.zip(series.values()).map(point).collect();
        format!("{}{points}", series.name())
    });
    series.collect()
}

/// Checks what [`shown`] shows of a log.
#[track_caller]
pub(super) fn check(text: &str, wanted: &[&str]) {
    assert_eq!(shown(&metrics(text.as_bytes())), wanted, "{text:?}");
}

#[test]
fn times_are_of_what_follows() {
    let log = "loss=1\n[2026-11-23 20:25:57] [INFO] | x\nloss=2\n2026-11-23T20:25:58Z loss=3\n\
        {\"loss\": 4, \"timestamp\": 1700000000}\n{\"loss\": 5, \"time\": \"2026-11-23 20:25:59\"}\n{\"loss\": 6, \"time\": 0.5}\n";
    let metrics = metrics(log.as_bytes());
    let walls = metrics.series()[0].walls();
    let at = 1_795_436_757_000.0;
    assert!(walls[0].is_nan());
    assert_eq!(
        walls[1..],
        [at, at + 28_801_000.0, 1.7e12, at + 2000.0, at + 2000.0]
    );
}

#[test]
fn bars_above_one_another_lead_to_their_own_lines() {
    let mut log = b"begin\nouter loss=9\n".to_vec();
    for step in 1..=2 {
        log.extend(format!("\rinner loss=0.{step} \x1b[A\router loss={step}\n").bytes());
    }
    log.extend(b"\nend loss=7\n");
    let found = metrics(&log);
    assert_eq!(shown(&found), ["loss 2=9 3=0.1 2=1 3=0.2 2=2 4=7"]);
    // Above the first line there is none.
    check("a\nb\x1b[9A\rx=1\nx=2\nx=3\n", &["x 1=1 2=2 3=3"]);
}

#[test]
fn the_user_s_patterns_come_first() {
    let pattern = |name: &str, pattern: &str| {
        let (name, pattern) = (name.to_owned(), pattern.to_owned());
        MetricPattern::new(&UserPattern { name, pattern }).unwrap()
    };
    let patterns = vec![
        pattern("psnr", r"(?<value>[-0-9.]+) dB(?: at (?<step>\d+))?"),
        pattern("", r"(?<name>\w+)~(?<value>\S+)"),
        pattern("loss", r"loss=\d+ \((?<value>[0-9.]+)\)"),
    ];
    let mut metrics = Metrics::new(patterns, 0);
    let log =
        store(b"step 3 got 31.5 dB, 7 dB\n30 dB at 9 a~1 b~x\n\x1b[1mloss=5 (2.5) acc=1\x1b[0m\n");
    assert!(metrics.step(&log, usize::MAX));
    assert_eq!(
        shown(&metrics),
        ["psnr 1@3=31.5 2@9=30", "a 2=1", "loss 3=2.5", "acc 3=1"]
    );
}

/// Everything that makes pieces, and what stands in them.
fn hostile(random: &mut Random, pieces: usize) -> Vec<u8> {
    let parts: [&[u8]; 22] = [
        b"loss=0.5",
        b" acc: 1",
        b"epoch 3 ",
        b"Epoch 2/3\n",
        b"5/9 [",
        b"{\"loss\": 1, \"step\": 3}\n",
        b"{'a': 2",
        b"\n",
        b"\n",
        b"\r",
        b"\r\n",
        b"\x1b[31m",
        b"\x1b[K",
        b"\x1b[A",
        b"\x1b[B",
        b"\x1b[1L",
        b"\x1b8",
        b"\x08\x08",
        "训练损失：0.3".as_bytes(),
        b"\xff",
        b"[2026-11-23 20:25:57] [INFO] | x=3\n",
        b"9",
    ];
    (0..pieces)
        .flat_map(|_| random.pick(&parts).to_vec())
        .collect()
}

#[test]
fn metrics_while_the_log_grows_are_those_at_its_end() {
    let mut random = Random::new(21);
    for round in 0..300 {
        let reach = 1 + random.below(20) as u32;
        let bytes = hostile(&mut random, 5 + round);
        let mut whole = LogStore::default().with_screen(reach);
        whole.append(&bytes);
        let mut wanted = Metrics::new(Vec::new(), 0);
        assert!(wanted.step(&whole, usize::MAX));
        let mut log = LogStore::default().with_screen(reach);
        let mut metrics = Metrics::new(Vec::new(), 0);
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at((1 + random.below(9)).min(rest.len()));
            log.append(piece);
            metrics.step(&log, random.below(100));
            rest = after;
        }
        while !metrics.step(&log, 1 + random.below(100)) {}
        assert_eq!(shown(&metrics), shown(&wanted), "{}", bytes.escape_ascii());
        // Without their points they are the same.
        let mut brief = Metrics::brief(Vec::new(), 0);
        let mut log = LogStore::default().with_screen(reach);
        for piece in bytes.chunks(1 + random.below(40)) {
            log.append(piece);
            assert!(brief.step(&log, usize::MAX));
        }
        let told = |metrics: &Metrics| {
            let told = metrics.series().iter();
            told.map(|one| format!("{} {:?}", one.name(), one.summary()))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&brief), told(&wanted), "{}", bytes.escape_ascii());
        let summaries = |metrics: &Metrics| format!("{:?}", metrics.series());
        // Which state it was is the only thing that may differ.
        let without_state = |text: String| {
            text.split("seen")
                .map(|part| part.split('}').nth(1).unwrap_or(part).to_owned())
                .collect::<String>()
        };
        assert_eq!(
            without_state(summaries(&metrics)),
            without_state(summaries(&wanted))
        );
        let held = metrics.series().iter().flat_map(Series::lines);
        assert!(
            held.into_iter()
                .all(|line| (1..=log.lines().max(1)).contains(line))
        );
    }
}

#[test]
fn points_outlive_their_lines() {
    let mut log = LogStore::with_limit(2048);
    let mut metrics = Metrics::new(Vec::new(), 0);
    let mut brief = Metrics::brief(Vec::new(), 0);
    for step in 0..1000 {
        log.append(format!("step {step} loss={step}\n").as_bytes());
        assert!(metrics.step(&log, usize::MAX) && brief.step(&log, usize::MAX));
        assert!(brief.series()[0].values().len() <= 2, "of no use any more");
    }
    assert_eq!(brief.series()[0].summary().count, 1000);
    assert!(log.dropped_lines() > 0);
    let series = &metrics.series()[0];
    assert!(series.lines().iter().copied().eq(1..=1000));
    assert!(series.values().iter().copied().eq((0..1000).map(f64::from)));
    // What was dropped before it was read is not known; lines stay right.
    let mut late = Metrics::new(Vec::new(), 0);
    assert!(late.step(&log, usize::MAX));
    let series = &late.series()[0];
    assert_eq!(series.lines()[0], log.dropped_lines() + 1);
    assert_eq!(series.values()[0], log.dropped_lines() as f64);
}

#[test]
fn a_step_does_about_what_it_may() {
    let log = store(&b"loss=0.25\n".repeat(10_000));
    let mut metrics = Metrics::new(Vec::new(), 0);
    let mut steps = 0;
    while !metrics.step(&log, 1000) {
        steps += 1;
        assert!(metrics.scanned() <= steps * 1000);
    }
    assert!(steps > 200, "{steps}");
    assert_eq!(metrics.series()[0].summary().count, 10_000);
    assert!(metrics.step(&log, 0), "nothing new");
}

#[test]
fn a_bar_that_runs_for_hours_is_not_read_anew() {
    let mut log = LogStore::default();
    let mut metrics = Metrics::new(Vec::new(), 0);
    let mut before = 0;
    for step in 0..1000 {
        log.append(format!("\r{step}/1000 [..] loss={step}").as_bytes());
        assert!(metrics.step(&log, usize::MAX));
        assert_eq!(metrics.scanned(), before + 1);
        before = log.bytes();
        // What is not ended counts, and is replaced by what it becomes.
        let summary = metrics.series()[0].summary();
        assert_eq!(summary.count, step + 1);
        assert_eq!(summary.last.map(|last| last.value), Some(step as f64));
    }
    let series = &metrics.series()[0];
    assert!(series.steps().iter().copied().eq((0..1000).map(f64::from)));
    assert!(series.lines().iter().all(|line| *line == 1));
}

#[test]
fn hostile_lines_are_bounded() {
    // Beyond 64 KiB nothing is looked at.
    let mut long = vec![b'x'; 10 << 20];
    long.extend(b" loss=0.5\nacc=1\n");
    check(&String::from_utf8(long).unwrap(), &["acc 2=1"]);
    let keys = |from: usize| {
        (from..from + 10_000)
            .map(|key| format!("k{key}=1 "))
            .collect::<String>()
    };
    let found = metrics(keys(0).as_bytes());
    assert_eq!(found.series().len(), 500);
    let many: String = (0..3).map(|from| keys(from * 700) + "\n").collect();
    let found = metrics(many.as_bytes());
    assert_eq!(found.series().len(), 500);
    assert_eq!(found.left_out(), 1400 + 1024 - 500);
    let deep = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    check(&deep, &[]);
    let deep = format!(
        "{{\"x\": {}1{}, \"loss\": 2}}",
        "[".repeat(20_000),
        "]".repeat(20_000)
    );
    check(&deep, &["loss 1=2"]);
    check(&format!("{}=3", "k".repeat(201)), &[]);
    check(
        &format!("{{\"{}\": 3, \"a\": 1}}", "k".repeat(60_000)),
        &["a 1=1"],
    );
    for bytes in [
        &b"loss=\xff0.5 acc\xfe=1 b=2\xe8"[..],
        b"\xff\xff\xff",
        b"{\"\xff\": 1}",
        b"\x1b[",
        b"{'",
    ] {
        metrics(bytes);
    }
}

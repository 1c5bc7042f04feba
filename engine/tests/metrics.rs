//! Metrics of what real programs wrote, see `data/README.md`.

use russell_engine::log::LogStore;
use russell_engine::metrics::{Metrics, Series};
use std::path::Path;

/// Lines of the terminal that the recordings were made on.
const LINES: u32 = 24;

/// The metrics of a recording, cut into pieces of `length` bytes.
fn recorded(name: &str, length: usize) -> Metrics {
    let file = format!("tests/data/recorded/{name}.out");
    let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let mut log = LogStore::default().with_screen(LINES);
    let mut metrics = Metrics::new(Vec::new(), 0);
    for piece in bytes.chunks(length) {
        log.append(piece);
        metrics.step(&log, usize::MAX);
    }
    metrics
}

fn names(metrics: &Metrics) -> Vec<&str> {
    metrics.series().iter().map(Series::name).collect()
}

fn series<'a>(metrics: &'a Metrics, name: &str) -> &'a Series {
    metrics
        .series()
        .iter()
        .find(|series| series.name() == name)
        .unwrap()
}

#[test]
fn bars_of_tqdm_have_a_value_for_each_state() {
    for length in [7, 100_000] {
        let metrics = recorded("tqdm_plain", length);
        assert_eq!(names(&metrics), ["epoch", "loss", "val_loss"]);
        let loss = series(&metrics, "loss");
        let wanted = |step: usize| {
            format!("{:.4}", 1.0 / (step + 1) as f64)
                .parse::<f64>()
                .unwrap()
        };
        // Each value that was set was drawn at least once, in each of the three epochs.
        for step in 0..40 {
            let times = loss
                .values()
                .iter()
                .filter(|value| **value == wanted(step))
                .count();
            assert!(times >= 3, "{step}: {times}");
        }
        assert!(loss.steps().is_sorted(), "steps go on through the epochs");
        assert_eq!(
            (loss.steps()[0], loss.summary().last_step),
            (0.0, Some(120.0))
        );
        assert_eq!(loss.lines().first(), Some(&1));
        let val = series(&metrics, "val_loss");
        assert_eq!(val.values(), [0.5, 0.25, 0.167]);
        assert_eq!(
            (val.steps(), val.lines()),
            (&[1.0, 2.0, 3.0][..], &[2, 4, 6][..])
        );
        assert_eq!(series(&metrics, "epoch").values(), [1.0, 2.0, 3.0]);
    }
}

#[test]
fn bars_as_lightning_s() {
    let metrics = recorded("lightning", 11);
    assert_eq!(names(&metrics), ["epoch", "train_loss"]);
    let loss = series(&metrics, "train_loss");
    // It sets a bar back before it says that another epoch begins.
    let back = loss.steps().windows(2).filter(|pair| pair[1] < pair[0]);
    assert_eq!(back.count(), 2);
    assert_eq!(loss.summary().last_step, Some(60.0));
    assert_eq!(loss.summary().max.map(|max| max.value), Some(1.0));
    assert_eq!(loss.summary().last.map(|last| last.value), Some(0.045));
    // Its bar stays the first line, though there is another below it.
    assert!(loss.lines().iter().all(|line| *line == 1));
}

#[test]
fn keras_with_its_colours_and_steps_back() {
    for length in [13, 100_000] {
        let metrics = recorded("keras_fit", length);
        assert_eq!(
            names(&metrics),
            ["epoch", "loss", "mae", "val_loss", "val_mae"]
        );
        let loss = series(&metrics, "loss");
        assert_eq!(loss.steps().last(), Some(&36.0));
        assert!(loss.steps().is_sorted());
        assert!(
            loss.values().ends_with(&[2.0062, 1.7219]),
            "{:?}",
            loss.values()
        );
        assert_eq!(
            series(&metrics, "val_mae").values(),
            [1.3536, 1.2753, 1.1938]
        );
        assert_eq!(series(&metrics, "val_loss").steps(), [12.0, 24.0, 36.0]);
    }
}

#[test]
fn programs_without_metrics_have_none() {
    for name in ["apt_install", "apt_remove", "pip", "rich_progress"] {
        let metrics = recorded(name, 1000);
        assert_eq!(names(&metrics), [""; 0], "{name}");
    }
    assert_eq!(
        names(&recorded("tqdm_nested", 1000)),
        ["训练 loss", "epoch"],
        "of one line among its bars"
    );
}

//! What the name before a number says about it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a name is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Where a run is; of several on a line the one with the lowest rank counts.
    Step(u8),
    /// How often the data was gone through: a series, and a step where there is no finer one.
    Epoch,
    /// When.
    Time,
    /// No metric: see [`IGNORED`].
    Ignored,
    /// A usual name of a metric, or one that is made with it: it needs no `=` or `:`.
    Known,
    /// Any other.
    Other,
}

/// Names of steps, the best first.
const STEPS: [&str; 11] = [
    "global_step",
    "_step",
    "step",
    "steps",
    "iteration",
    "iter",
    "num_updates",
    "update",
    "batch",
    "batch_idx",
    "步数",
];

/// Names of epochs.
const EPOCHS: [&str; 3] = ["epoch", "epochs_done", "轮次"];

/// Names of times; as durations they are no metrics.
const TIMES: [&str; 7] = [
    "time",
    "timestamp",
    "ts",
    "_timestamp",
    "datetime",
    "date",
    "asctime",
];

/// Names that stand for no metric, in any case, each with a line that has one: settings, sizes, addresses, and what bars count.
pub(super) const IGNORED: [(&str, &str); 56] = [
    ("v_num", "[00:05<00:00, 187it/s, v_num=3]"),
    ("version", "version: 2"),
    ("seed", "seed=42"),
    ("random_state", "random_state=7"),
    ("pid", "pid=4711"),
    ("tid", "tid=4712"),
    ("id", "{\"id\": 17}"),
    ("uid", "uid=1000"),
    ("gid", "gid=1000"),
    ("port", "listening, port: 8080"),
    ("line", "File x, line: 33"),
    ("lineno", "lineno=33"),
    ("errno", "errno=13"),
    ("code", "code=1"),
    ("exit_code", "exit_code=0"),
    ("returncode", "returncode=137"),
    ("status", "status: 200"),
    ("rank", "rank=0"),
    ("local_rank", "local_rank=0"),
    ("node_rank", "node_rank=0"),
    ("world_size", "world_size=8"),
    ("gpu", "gpu: 0"),
    ("gpus", "gpus=4"),
    ("device", "device=0"),
    ("cuda", "cuda: 0"),
    ("nodes", "nodes=2"),
    ("workers", "workers=4"),
    ("num_workers", "num_workers=4"),
    ("nproc_per_node", "nproc_per_node=2"),
    ("batch_size", "batch_size=64"),
    ("size", "size: 60000"),
    ("bytes", "bytes=1024"),
    ("params", "params: 21840"),
    ("parameters", "parameters: 21840"),
    ("epochs", "epochs=14"),
    ("max_epochs", "max_epochs=3"),
    ("num_epochs", "num_epochs=3"),
    ("max_steps", "max_steps=100"),
    ("total_steps", "total_steps=100"),
    ("num_train_epochs", "num_train_epochs=3"),
    ("eta", "eta: 12"),
    ("elapsed", "elapsed: 12.5"),
    ("remaining", "remaining: 12.5"),
    ("duration", "duration=3.5"),
    ("runtime", "{\"runtime\": 3.5}"),
    ("_runtime", "{\"_runtime\": 3.5}"),
    ("year", "year=2026"),
    ("month", "month=11"),
    ("day", "day=23"),
    ("hour", "hour=20"),
    ("minute", "minute=25"),
    ("second", "second=57"),
    ("total", "total: 938"),
    ("memory", "memory: 3017"),
    ("mem", "mem=3017"),
    ("data_time", "data_time: 0.012"),
];

/// Words that a name of a metric has among those that `_`, `-`, `.`, `/` or `@` join, digits behind them not counted.
const KNOWN: [&str; 58] = [
    "loss",
    "losses",
    "acc",
    "accuracy",
    "lr",
    "rate",
    "auc",
    "auroc",
    "f1",
    "precision",
    "recall",
    "perplexity",
    "ppl",
    "bleu",
    "rouge",
    "rougel",
    "mae",
    "mse",
    "rmse",
    "mape",
    "map",
    "iou",
    "miou",
    "dice",
    "psnr",
    "ssim",
    "fid",
    "reward",
    "score",
    "norm",
    "gnorm",
    "grad",
    "wer",
    "cer",
    "kl",
    "elbo",
    "nll",
    "ce",
    "bce",
    "top1",
    "top5",
    "r2",
    "ndcg",
    "mrr",
    "sensitivity",
    "specificity",
    "entropy",
    "logloss",
    "ap",
    "ar",
    "lpips",
    "jaccard",
    "kappa",
    "pearson",
    "spearman",
    "mcc",
    "l1",
    "l2",
];

/// The same in Chinese, at the end of a name.
const KNOWN_CHINESE: [&str; 8] = [
    "损失",
    "准确率",
    "精度",
    "学习率",
    "召回率",
    "精确率",
    "困惑度",
    "奖励",
];

/// Words that say whose or which metric the next one is.
const QUALIFIERS: [&str; 24] = [
    "train",
    "training",
    "trn",
    "val",
    "valid",
    "validation",
    "dev",
    "test",
    "eval",
    "evaluation",
    "avg",
    "average",
    "mean",
    "best",
    "running",
    "total",
    "learning",
    "top",
    "min",
    "max",
    "smoothed",
    "epoch",
    "final",
    "grad",
];

/// Words behind a number that make it a size or a duration.
const UNITS: [&str; 34] = [
    "b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "byte", "bytes", "ns", "us", "ms",
    "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h", "hr",
    "hrs", "hour", "hours", "d", "day", "days", "hz", "fps",
];

/// Levels of loggers: what follows begins anew.
const LEVELS: [&str; 9] = [
    "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL",
];

/// Whole names, in lower case.
static NAMES: LazyLock<HashMap<&str, Key>> = LazyLock::new(|| {
    let steps = (0..).zip(STEPS).map(|(rank, name)| (name, Key::Step(rank)));
    let epochs = EPOCHS.map(|name| (name, Key::Epoch));
    let times = TIMES.map(|name| (name, Key::Time));
    let ignored = IGNORED.map(|(name, _)| (name, Key::Ignored));
    steps.chain(epochs).chain(times).chain(ignored).collect()
});

/// Parts of names.
static PARTS: LazyLock<HashSet<&str>> = LazyLock::new(|| KNOWN.into_iter().collect());

/// What the name `key` is for. What stands before its last `/` or `.` says only whose it is.
pub(super) fn classify(key: &str) -> Key {
    let key = key.to_ascii_lowercase();
    let name = key.rsplit(['/', '.']).next().unwrap_or(&key);
    if let Some(known) = NAMES.get(name.trim_start_matches('@')) {
        return *known;
    }
    let known = |part: &str| {
        let digits = |last: char| last.is_ascii_digit();
        PARTS.contains(part) || PARTS.contains(part.trim_end_matches(digits))
    };
    let mut parts = key.split(['_', '-', '.', '/', '@', ' ']);
    let chinese = || !key.is_ascii() && KNOWN_CHINESE.iter().any(|end| key.ends_with(end));
    if parts.any(known) || chinese() {
        Key::Known
    } else {
        Key::Other
    }
}

/// Whether a word before the name of a metric belongs to it.
pub(super) fn is_qualifier(word: &[u8]) -> bool {
    let mut known = QUALIFIERS.iter().map(|known| known.as_bytes());
    known.any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a word is the level of a logger's line.
pub(super) fn is_level(word: &[u8]) -> bool {
    LEVELS.iter().any(|level| level.as_bytes() == word)
}

/// Whether `rest`, which follows a number, begins with the unit of a size, a duration or a speed: `12 MB`, `3.2 s`, `187 it/s`.
pub(super) fn has_unit(rest: &[u8]) -> bool {
    let blanks = rest.iter().take_while(|byte| **byte == b' ').count();
    let word = &rest[blanks..];
    let letter = |byte: &&u8| byte.is_ascii_alphabetic() || **byte == b'/';
    let length = word.iter().take_while(letter).count();
    // `0.3 s=1`, and `0.3 min loss 0.1`, begin another pair.
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'=' | b':');
    let (word, after) = word.split_at(length);
    if blanks == 0 || length == 0 || after.first().is_some_and(name) {
        return false;
    }
    let next = after.iter().find(|byte| **byte != b' ');
    let known = |unit: &&str| unit.as_bytes().eq_ignore_ascii_case(word);
    next.is_none_or(|next| !name(next)) && (word.contains(&b'/') || UNITS.iter().any(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_their_parts() {
        for (name, wanted) in [
            ("loss", Key::Known),
            ("Loss/train", Key::Known),
            ("val_acc", Key::Known),
            ("Acc@1", Key::Known),
            ("top5", Key::Known),
            ("mAP50-95", Key::Known),
            ("验证损失", Key::Known),
            ("glossary", Key::Other),
            ("x", Key::Other),
            ("Epoch", Key::Epoch),
            ("trainer/global_step", Key::Step(0)),
            ("Step", Key::Step(2)),
            ("system.pid", Key::Ignored),
            ("@timestamp", Key::Time),
            ("", Key::Other),
        ] {
            assert_eq!(classify(name), wanted, "{name}");
        }
    }

    #[test]
    fn units_are_no_part_of_the_next_pair() {
        for rest in [" MB", " s,", " ms (", "  it/s]", " GB | x", " images/s"] {
            assert!(has_unit(rest.as_bytes()), "{rest:?}");
        }
        for rest in [
            "",
            " ",
            "MB",
            " min loss 0.1",
            " s=1",
            " loss 0.3",
            " mb3",
            ", s",
        ] {
            assert!(!has_unit(rest.as_bytes()), "{rest:?}");
        }
    }
}

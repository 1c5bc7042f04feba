//! Measures of the log store: `make bench NAME=log`. MIB says how much each log has.
//!
//! Each figure stands beside the same pass with nothing but copying and counting newlines, in this run.

use russell_engine::log::LogStore;
use russell_engine::log::search::{Pattern, Query, Search};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Bytes that arrive together.
const PIECE: usize = 64 << 10;
/// Bytes that a step of a search looks at.
const BUDGET: usize = 4 << 20;
/// How often each is measured.
const ROUNDS: usize = 3;

fn main() {
    let mib = std::env::var("MIB").ok().and_then(|mib| mib.parse().ok());
    let size = mib.unwrap_or(1024) << 20;
    println!("{} MiB of each, best of {ROUNDS}", size >> 20);
    println!(
        "log: appended MB/s; over copying and counting newlines; memory over bytes; rows of 120 columns, s"
    );
    for (name, unit) in logs() {
        append(name, &unit, size);
    }
    let log = filled(&logs()[0].1, size);
    println!("search of {} lines: s; matches", log.lines());
    for (text, flags) in [
        ("a word that is not there", "c"),
        ("step 999999 ", "c"),
        ("loss", "c"),
        ("a word that is not there", ""),
        ("99", "w"),
        (r"val_loss=0\.00[0-9]+ ", "r"),
        (r"(?:nan|inf|step 7+ )", "r"),
        (r"\d+\.\d+e-\d+", "r"),
    ] {
        let query = Query {
            text: text.to_owned(),
            regex: flags.contains('r'),
            case: flags.contains('c'),
            word: flags.contains('w'),
        };
        search(
            &format!("{text:?} {flags}"),
            &log,
            &Pattern::new(&query).expect("a pattern"),
        );
    }
    search("lines of failures", &log, &Pattern::errors());
    let coloured = filled(&logs()[1].1, size);
    let query = Query {
        text: "a word that is not there".to_owned(),
        regex: false,
        case: true,
        word: false,
    };
    search(
        "the first, coloured log",
        &coloured,
        &Pattern::new(&query).expect("a pattern"),
    );
}

/// What logs are made of, some MiB of each.
fn logs() -> [(&'static str, Vec<u8>); 6] {
    let lines = |line: &dyn Fn(usize, &mut String)| {
        let mut text = String::new();
        (0..40_000).for_each(|step| line(step, &mut text));
        text.into_bytes()
    };
    [
        (
            "plain",
            lines(&|step, out| {
                let _ = writeln!(
                    out,
                    "2026-11-23 20:25:57 INFO trainer: epoch 3 step {step} loss={:.6} val_loss={:.4} lr=3.0e-04 grad {}",
                    1.0 / (step + 1) as f64,
                    0.5,
                    step * 7
                );
            }),
        ),
        (
            "coloured",
            lines(&|step, out| {
                let _ = writeln!(
                    out,
                    "\x1b[2m2026-11-23 20:25:57\x1b[0m \x1b[32mINFO\x1b[0m \x1b[1mtrainer\x1b[0m: epoch 3 step {step} loss={:.6} lr=3.0e-04",
                    1.0 / (step + 1) as f64
                );
            }),
        ),
        (
            "Chinese",
            lines(&|step, out| {
                let _ = writeln!(
                    out,
                    "第 3 轮 第 {step} 步：损失 {:.6}，验证损失 0.5，学习率 3.0e-04，梯度 {}",
                    1.0 / (step + 1) as f64,
                    step * 7
                );
            }),
        ),
        (
            "CR LF",
            lines(&|step, out| {
                let _ = write!(
                    out,
                    "epoch 3 step {step} loss={:.6} val_loss=0.5000 lr=3.0e-04 grad {}\r\n",
                    1.0 / (step + 1) as f64,
                    step * 7
                );
            }),
        ),
        (
            "bars",
            lines(&|step, out| {
                let _ = write!(
                    out,
                    "\rEpoch 1/3: {:3}%|##########          | {step}/40000 [00:01<00:02, 30.00batch/s, loss=0.5]{}",
                    step / 400,
                    if step % 400 == 399 { "\n" } else { "" }
                );
            }),
        ),
        (
            "nested bars",
            lines(&|step, out| {
                let _ = write!(
                    out,
                    "\router {:3}%|####      | {step}/40000\n\rinner {:3}%|##########| {step}/40000\x1b[A",
                    step / 400,
                    step % 100
                );
                if step % 400 == 399 {
                    out.push_str("\n\n");
                }
            }),
        ),
    ]
}

/// The best time of some.
fn best(mut run: impl FnMut()) -> Duration {
    let times = (0..ROUNDS).map(|_| {
        let begin = Instant::now();
        run();
        begin.elapsed()
    });
    times.min().unwrap_or_default()
}

/// Pieces of `unit` again and again, `size` bytes in all.
fn pieces(unit: &[u8], size: usize) -> impl Iterator<Item = &[u8]> {
    let chunks = unit.chunks(PIECE).cycle();
    let mut left = size;
    chunks.map_while(move |piece| {
        let piece = &piece[..piece.len().min(left)];
        left -= piece.len();
        (!piece.is_empty()).then_some(piece)
    })
}

fn filled(unit: &[u8], size: usize) -> LogStore {
    let mut log = LogStore::with_limit(2 << 30);
    log.expect(size as u64);
    pieces(unit, size).for_each(|piece| log.append(piece));
    log
}

fn append(name: &str, unit: &[u8], size: usize) {
    let bare = best(|| {
        let mut bytes: Vec<u8> = Vec::with_capacity(size);
        let mut lines = 0;
        for piece in pieces(unit, size) {
            bytes.extend_from_slice(piece);
            lines += memchr::memchr_iter(b'\n', piece).count();
        }
        black_box((bytes, lines));
    });
    let mut memory = 0;
    let time = best(|| memory = black_box(filled(unit, size)).memory());
    let mut log = filled(unit, size.min(256 << 20));
    let begin = Instant::now();
    let rows = log.rows(Some(120));
    let wrapped = begin.elapsed().as_secs_f64();
    println!(
        "{name}: {:.0}; {:.2}; {:.3}; {wrapped:.2} ({} MiB, {rows} rows)",
        size as f64 / 1e6 / time.as_secs_f64(),
        time.as_secs_f64() / bare.as_secs_f64(),
        memory as f64 / size as f64,
        size.min(256 << 20) >> 20,
    );
}

fn search(name: &str, log: &LogStore, pattern: &Pattern) {
    let mut matches = 0;
    let mut longest = Duration::ZERO;
    let time = best(|| {
        let mut search = Search::new(pattern.clone());
        loop {
            let begin = Instant::now();
            let done = search.step(log, BUDGET);
            longest = longest.max(begin.elapsed());
            if done {
                break;
            }
        }
        matches = search.matches();
    });
    println!(
        "{name}: {:.3}; {matches} (longest step {:.1} ms)",
        time.as_secs_f64(),
        longest.as_secs_f64() * 1e3
    );
}

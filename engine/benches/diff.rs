//! Measures of comparing logs: `make bench NAME=diff`. LINES says how many lines each has.

use russell_engine::log::LogStore;
use russell_engine::log::diff::Comparison;
use std::fmt::Write as _;
use std::time::Instant;

fn main() {
    let lines = std::env::var("LINES")
        .ok()
        .and_then(|lines| lines.parse().ok());
    let lines: usize = lines.unwrap_or(1_000_000);
    println!("{lines} lines of each log: compared, s; written, s; lines only there; only here");
    let mut dice = 7_u64;
    let mut roll = move |below: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % below
    };
    let step = |step: usize, loss: u64, out: &mut String| {
        let _ = writeln!(
            out,
            "2026-11-23 20:25:57 INFO trainer: step {step} loss=0.{loss:06} lr=3.0e-04"
        );
    };
    for (name, here) in [
        ("equal", 0),
        ("one in a thousand", 1_000),
        ("every second", 2),
        ("all", 1),
    ] {
        let (mut a, mut b) = (String::new(), String::new());
        for at in 0..lines {
            step(at, 1, &mut a);
            step(at, if here > 0 && at % here == 0 { 2 } else { 1 }, &mut b);
        }
        measure(name, &a, &b);
    }
    let one = "the same line\n".repeat(lines);
    measure("one line repeated", &one, &one[..one.len() / 2]);
    for (name, of) in [
        ("of two lines", 2),
        ("of 50 lines", 50),
        ("of a thousand lines", 1_000),
        ("of half as many lines", lines as u64 / 2),
    ] {
        let mut text = || {
            let mut out = String::new();
            (0..lines).for_each(|_| {
                let _ = writeln!(out, "line {}", roll(of));
            });
            out
        };
        let (a, b) = (text(), text());
        measure(name, &a, &b);
    }
    let number = |lines: &mut dyn Iterator<Item = usize>| {
        let mut out = String::new();
        lines.for_each(|line| {
            let _ = writeln!(out, "line {line}");
        });
        out
    };
    let up = number(&mut (0..lines));
    measure("backwards", &up, &number(&mut (0..lines).rev()));
    let half = lines / 2;
    measure(
        "halves changed places",
        &up,
        &number(&mut (half..lines).chain(0..half)),
    );
    let blocks = |block: usize| {
        (0..lines).map(move |at| (at / block * block) + (block - 1 - at % block).min(lines - 1))
    };
    measure("blocks of ten backwards", &up, &number(&mut blocks(10)));
    // A line that both have stands between others, each run of them a line longer than the one before.
    let (mut a, mut b) = (String::new(), String::new());
    let (mut at, mut run) = (0, 1);
    while at < lines {
        for text in [&mut a, &mut b] {
            for n in 0..run {
                let _ = writeln!(text, "both {run} {n}");
            }
        }
        let _ = writeln!(a, "a {run}");
        let _ = writeln!(b, "b {run}");
        at += run + 1;
        run += 1;
    }
    measure("runs that grow", &a, &b);
}

fn measure(name: &str, a: &str, b: &str) {
    let store = |text: &str| {
        let mut store = LogStore::default();
        store.append(text.as_bytes());
        store
    };
    let (before, after) = (store(a), store(b));
    for numbers in [true, false] {
        let begin = Instant::now();
        let found = Comparison::new(&before, &after, numbers);
        let compared = begin.elapsed().as_secs_f64();
        let begin = Instant::now();
        let mut out = LogStore::default();
        found.write(&before, &after, &mut out);
        let written = begin.elapsed().as_secs_f64();
        let how = if numbers { "" } else { ", without numbers" };
        println!(
            "{name}{how}: {compared:.2}; {written:.2}; {}; {}",
            found.removed(),
            found.added()
        );
    }
}

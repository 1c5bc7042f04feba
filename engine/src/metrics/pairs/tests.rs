use super::*;
use crate::random::Random;

/// Pieces of lines with pairs, and of such as look like it.
const PARTS: [&str; 36] = [
    "loss", "acc", "x", "epoch", "Step", "Val", "=", ": ", ":", " ", " ", "  ", "0.5", "3",
    "-1e-5", "nan", "-inf", "1,024", "/10", "%", "[", "]", "(", "tensor(", "'", "\"", ",", "|",
    "\t", "：", "损失", "█", "it [", "ms", "INFO", "-",
];

fn line(random: &mut Random) -> String {
    (0..random.below(14))
        .map(|_| *random.pick(&PARTS.each_ref()))
        .collect()
}

/// Values and the step of a line.
fn said(found: &Found) -> String {
    let values = found.values().iter();
    let values: Vec<_> = values
        .map(|(name, value)| (found.names.text(*name), value))
        .collect();
    format!("{values:?} {:?}", found.step(None))
}

#[test]
fn the_cheap_look_misses_nothing() {
    let mut random = Random::new(31);
    let mut some = 0;
    for _ in 0..60_000 {
        let line = line(&mut random);
        let [mut found, mut all] = [Found::default(), Found::default()];
        read(line.as_bytes(), &mut found);
        read_until(line.as_bytes(), usize::MAX, &mut all);
        // A bar without a blank before it, behind all pairs, is one of no program that is known.
        (found.counter, all.counter) = (None, None);
        some += usize::from(!all.values().is_empty());
        assert_eq!(said(&found), said(&all), "{line:?}");
    }
    assert!(some > 500, "{some}");
}

#[test]
fn most_lines_are_rejected_by_the_cheap_look() {
    for line in [
        "",
        "host: x, y: z",
        "INFO worker: connection from host accepted, nothing to do",
        "Traceback (most recent call last):",
        "━━━━━━━━━━ ███",
        "x=y: z",
    ] {
        assert_eq!(last_joint(line.as_bytes()), None, "{line:?}");
    }
}

#[test]
fn lines_cut_anywhere_or_broken_are_read() {
    let mut random = Random::new(32);
    for _ in 0..20_000 {
        let mut bytes = line(&mut random).into_bytes();
        if !bytes.is_empty() {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(..at)),
                _ => bytes[at] = random.below(256) as u8,
            }
        }
        let mut found = Found::default();
        read(&bytes, &mut found);
        for (name, _) in found.values() {
            assert!(!found.names.text(*name).is_empty());
        }
    }
}

//! What a pattern finds that the user is still writing.

use super::message::{Sample, Trial};
use engine::log::LogStore;
use engine::log::search::PatternError;
use engine::metrics::{MetricPattern, UserPattern};

/// Most values that are sent.
const SAMPLES: usize = 8;
/// Lines that are looked at: some tens of milliseconds.
const LINES: u64 = 100_000;
/// Lines that are had at once.
const PIECE: usize = 1_000;
/// Longest text of a line that is sent, in bytes.
const TEXT: usize = 500;

/// The first things that a pattern finds in the lines that are held.
pub fn trial(store: &mut LogStore, pattern: &UserPattern) -> Result<Trial, PatternError> {
    let pattern = MetricPattern::new(pattern)?;
    let mut trial = Trial {
        samples: Vec::new(),
        lines: 0,
    };
    while trial.lines < LINES && trial.samples.len() < SAMPLES {
        let rows = store.window(None, trial.lines, PIECE);
        if rows.is_empty() {
            break;
        }
        trial.lines += rows.len() as u64;
        for row in rows {
            let text: String = row.spans.iter().map(|span| span.text.as_str()).collect();
            pattern.each(text.as_bytes(), |found| {
                let (from, to) = (found.range.start, found.range.end.min(TEXT));
                if trial.samples.len() == SAMPLES || from >= to {
                    return;
                }
                trial.samples.push(Sample {
                    line: row.line,
                    text: text[..text.floor_char_boundary(TEXT)].to_owned(),
                    at: from as u32..to as u32,
                    name: found.name.to_owned(),
                    value: found.value,
                    step: found.step,
                });
            });
        }
    }
    Ok(trial)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(log: &str, pattern: &str) -> Result<Trial, PatternError> {
        let mut store = LogStore::default();
        store.append(log.as_bytes());
        let pattern = UserPattern {
            name: "psnr".into(),
            pattern: pattern.into(),
        };
        trial(&mut store, &pattern)
    }

    #[test]
    fn the_first_values_are_shown_with_their_lines() {
        let log = "begin\n\u{1b}[31mPSNR\u{1b}[0m 31.5 dB at 7\nPSNR high dB at 8\n";
        let trial = tried(log, r"PSNR (?<value>\S+) dB at (?<step>\d+)").unwrap();
        let sample = |line, text: &str, value, step| Sample {
            line,
            text: text.into(),
            at: 0..text.len() as u32,
            name: "psnr".into(),
            value,
            step: Some(step),
        };
        assert_eq!(
            trial,
            Trial {
                samples: vec![
                    sample(2, "PSNR 31.5 dB at 7", Some(31.5), 7.0),
                    sample(3, "PSNR high dB at 8", None, 8.0),
                ],
                lines: 3,
            }
        );
    }

    #[test]
    fn few_are_enough_and_what_is_wrong_is_told() {
        let many = tried(&"v=1 v=2\n".repeat(5_000), r"v=(?<value>\d)").unwrap();
        assert_eq!((many.samples.len(), many.lines), (SAMPLES, PIECE as u64));
        assert!(tried("v=1", "v=").is_err());
        let long = format!("{}v=1", "训".repeat(300));
        assert_eq!(tried(&long, r"v=(?<value>\d)").unwrap().samples, []);
    }
}

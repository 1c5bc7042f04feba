//! What must hold for any bytes. `cargo fuzz` calls these with bytes it makes up, and engine/tests/fuzz.rs with random ones.

#![allow(dead_code)]

use russell_engine::log::search::{Pattern, Query, Search};
use russell_engine::log::{LogStore, Row};
use russell_engine::metrics::{MetricPattern, Metrics, UserPattern, csv};

/// Sizes and places, taken from the bytes that are tried.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> usize {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                usize::from(*first)
            }
            None => 0,
        }
    }
}

fn texts(rows: &[Row]) -> Vec<String> {
    let text = |row: &Row| row.spans.iter().map(|span| span.text.as_str()).collect();
    rows.iter().map(text).collect()
}

/// Whether lines may be moved, or the cursor set back to another: what a line showed elsewhere is not told.
fn moved(bytes: &[u8]) -> bool {
    let sequences = bytes.split(|byte| *byte == 0x1b).skip(1);
    let ends = |rest: &[u8]| rest.iter().any(|byte| b"LM78su".contains(byte));
    sequences.into_iter().any(ends)
}

/// The store: cut anywhere it is the same, its rows are whole, its memory is bounded.
pub fn store(data: &[u8]) {
    let mut choices = Choices(data);
    let lines = 1 + choices.byte() as u32 % 40;
    let cols = 2 + choices.byte() as u32;
    let steps = [1 + choices.byte() % 9, 1 + choices.byte()];
    let bytes = choices.0;

    let mut whole = LogStore::default().with_screen(lines);
    whole.append(bytes);
    let mut pieces = LogStore::default().with_screen(lines);
    let mut small = LogStore::with_limit(1024).with_screen(lines);
    let mut rest = bytes;
    for step in steps.into_iter().cycle() {
        let (piece, after) = rest.split_at(step.min(rest.len()));
        pieces.append(piece);
        small.append(piece);
        small.has_output();
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    let rows = whole.window(None, 0, usize::MAX);
    assert_eq!(pieces.window(None, 0, usize::MAX), rows);
    assert_eq!(pieces.lines(), whole.lines());
    assert_eq!(pieces.bytes(), bytes.len() as u64);
    assert_eq!(pieces.has_output(), whole.has_output());

    let lines_of_text = texts(&rows);
    let wrapped = whole.window(Some(cols), 0, usize::MAX);
    assert_eq!(whole.rows(Some(cols)), wrapped.len() as u64);
    let mut joined = vec![String::new(); lines_of_text.len()];
    for (row, text) in wrapped.iter().zip(texts(&wrapped)) {
        let line = &mut joined[row.line as usize - 1];
        assert_eq!(line.len(), row.start as usize);
        line.push_str(&text);
    }
    assert_eq!(joined, lines_of_text);
    for text in &lines_of_text {
        assert!(!text.contains(char::is_control), "{text:?}");
    }
    let text: String = lines_of_text
        .iter()
        .map(|text| format!("{text}\n"))
        .collect();
    assert_eq!(whole.text(1..=u64::MAX, usize::MAX), Some(text));

    for row in &rows {
        let earlier = whole.earlier(row.line, 0, 5).expect("a line that is held");
        assert_eq!(earlier.rows.len(), 5.min(earlier.states as usize));
        assert!(moved(bytes) || row.folded == (earlier.states > 0));
        let begins = wrapped.iter().position(|part| part.line == row.line);
        assert_eq!(
            whole.row_of(Some(cols), row.line),
            begins.map_or(0, |at| at as u64)
        );
    }
    let screen = lines as usize * 64 * 1024;
    assert!(small.memory() <= 1024 + bytes.len().min(300) * 2 + 64 * bytes.len() + screen);
    assert_eq!(small.bytes(), bytes.len() as u64);
    small.window(Some(cols), 0, 100);
}

/// The search: in steps while the log grows it finds what a look at each line finds.
pub fn search(data: &[u8]) {
    let mut choices = Choices(data);
    let flags = choices.byte();
    let limit = if flags & 8 == 0 { 1 << 20 } else { 1024 };
    let length = choices.byte() % 12;
    let budget = 1 + choices.byte() * 4;
    let (text, bytes) = choices.0.split_at(length.min(choices.0.len()));
    let query = Query {
        text: String::from_utf8_lossy(text).into_owned(),
        regex: flags & 1 == 1,
        case: flags & 2 == 2,
        word: flags & 4 == 4,
    };
    let Ok(pattern) = Pattern::new(&query) else {
        return;
    };
    let mut log = LogStore::with_limit(limit).with_screen(1 + (flags >> 4) as u32);
    let mut search = Search::new(pattern.clone());
    for piece in bytes.chunks(1 + budget / 3) {
        log.append(piece);
        search.step(&log, budget);
    }
    while !search.step(&log, budget) {}

    let mut again = Search::new(pattern);
    assert!(again.step(&log, usize::MAX));
    assert_eq!(
        (again.lines(), again.matches()),
        (search.lines(), search.matches())
    );
    let mut matches = 0;
    let mut lines = 0;
    for row in log.window(None, 0, usize::MAX) {
        let text: String = row.spans.iter().map(|span| span.text.as_str()).collect();
        let found = search.found_in(&log, row.line);
        for range in &found {
            // Slicing tells whether they are whole characters of the line.
            assert!(!text[range.start as usize..range.end as usize].is_empty());
        }
        assert_eq!(
            search.next(row.line - 1) == Some(row.line),
            !found.is_empty()
        );
        matches += found.len() as u64;
        lines += u64::from(!found.is_empty());
    }
    assert_eq!((search.lines(), search.matches()), (lines, matches));
}

/// Everything that metrics say, as text: numbers that are none are equal then.
fn said(metrics: &Metrics) -> Vec<String> {
    let series = metrics.series().iter().map(|series| {
        let columns = (
            series.lines(),
            series.steps(),
            series.walls(),
            series.values(),
        );
        format!("{} {:?} {columns:?}", series.name(), series.summary())
    });
    series.collect()
}

/// The metrics: in steps while the log grows they are what one step at its end finds, and make sense.
pub fn metrics(data: &[u8]) {
    let mut choices = Choices(data);
    let lines = 1 + choices.byte() as u32 % 40;
    let budget = 1 + choices.byte() * 4;
    let length = choices.byte() % 20;
    let (pattern, bytes) = choices.0.split_at(length.min(choices.0.len()));
    let pattern = MetricPattern::new(&UserPattern {
        name: "own".to_owned(),
        pattern: String::from_utf8_lossy(pattern).into_owned(),
    });
    let patterns: Vec<MetricPattern> = pattern.into_iter().collect();
    let mut log = LogStore::default().with_screen(lines);
    let mut metrics = Metrics::new(patterns.clone(), 480);
    let mut small = LogStore::with_limit(1024).with_screen(lines);
    let mut of_small = Metrics::new(patterns.clone(), 480);
    for piece in bytes.chunks(1 + budget / 3) {
        log.append(piece);
        metrics.step(&log, budget);
        small.append(piece);
        of_small.step(&small, usize::MAX);
    }
    while !metrics.step(&log, budget) {}

    let mut again = Metrics::new(patterns, 480);
    assert!(again.step(&log, usize::MAX));
    assert_eq!(said(&metrics), said(&again));
    assert!(metrics.scanned() <= log.bytes());
    for series in metrics.series() {
        let summary = series.summary();
        let points = series.values().len();
        assert_eq!(summary.count, points as u64);
        assert!(points > 0 && series.lines().len() == points);
        assert!(series.steps().len() == points && series.walls().len() == points);
        assert!(
            series
                .lines()
                .iter()
                .all(|line| (1..=log.lines()).contains(line))
        );
        let finite = series
            .values()
            .iter()
            .copied()
            .filter(|value| value.is_finite());
        assert_eq!(
            summary.min.map(|min| min.value),
            finite.clone().reduce(f64::min)
        );
        assert_eq!(summary.max.map(|max| max.value), finite.reduce(f64::max));
    }
    let all: Vec<_> = metrics.series().iter().collect();
    let table = csv(&all);
    assert!(table.ends_with("\r\n"));
    let points: usize = all.iter().map(|series| series.values().len()).sum();
    assert!(table.matches("\r\n").count() <= 1 + points);
}

//! What must hold for any bytes. `cargo fuzz` calls these with bytes it makes up, and engine/tests/fuzz.rs with random ones.

#![allow(dead_code)]

use russell_engine::log::search::{Pattern, Query, Search};
use russell_engine::log::{LogStore, Row};

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
    assert_eq!(whole.text(usize::MAX), Some(text));

    for row in &rows {
        let earlier = whole.earlier(row.line, 0, 5).expect("a line that is held");
        assert!(earlier.rows.len() <= 5.min(earlier.states as usize));
        let from = u64::from(cols) % (wrapped.len() as u64 + 1);
        assert!(whole.row_of(Some(cols), row.line) <= wrapped.len() as u64 + from);
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

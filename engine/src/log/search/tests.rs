use super::super::store::LogStore;
use super::*;
use crate::random::Random;

fn query(text: &str, flags: &str) -> Query {
    Query {
        text: text.to_owned(),
        regex: flags.contains('r'),
        case: flags.contains('c'),
        word: flags.contains('w'),
    }
}

fn pattern(text: &str, flags: &str) -> Pattern {
    Pattern::new(&query(text, flags)).unwrap()
}

fn store(bytes: &[u8]) -> LogStore {
    let mut store = LogStore::default();
    store.append(bytes);
    store
}

/// Numbers of the lines that a search has found, from the first to the last.
fn lines(search: &Search) -> Vec<u64> {
    std::iter::successors(search.next(0), |line| search.next(*line)).collect()
}

fn searched(log: &LogStore, pattern: Pattern) -> Search {
    let mut search = Search::new(pattern);
    assert!(search.step(log, usize::MAX));
    search
}

/// Text of each line, as it is on screen.
fn texts(log: &mut LogStore) -> Vec<String> {
    let rows = log.window(None, 0, usize::MAX);
    let text = |row: super::super::Row| row.spans.into_iter().map(|span| span.text).collect();
    rows.into_iter().map(text).collect()
}

#[test]
fn words_cases_and_expressions() {
    let log = store("Loss 1\nloss 22\nglossy\n训练loss\nlos\ns\r\nend\n".as_bytes());
    for (text, flags, found) in [
        ("loss", "c", &[2, 3, 4][..]),
        ("loss", "", &[1, 2, 3, 4]),
        ("loss", "cw", &[2]),
        ("LOSS", "w", &[1, 2]),
        (r"^loss", "rc", &[2]),
        (r"\Aloss", "rc", &[2]),
        (r"s$", "rc", &[4, 5, 6]),
        (r"s\z", "rc", &[4, 5, 6]),
        (r"\d+", "r", &[1, 2]),
        (r"\d", "rw", &[1]),
        (r"los.s", "r", &[]),
        (r"los\ss", "r", &[]),
        (r"los[^x]s", "r", &[]),
        ("los\ns", "c", &[]),
        ("los\ns", "", &[]),
        (r"s\W?$", "r", &[4, 5, 6]),
        ("(", "", &[]),
        (".", "", &[]),
        ("训练", "c", &[4]),
    ] {
        let search = searched(&log, pattern(text, flags));
        assert_eq!(lines(&search), found, "{text} {flags}");
    }
}

#[test]
fn a_pattern_that_is_none_says_why_and_where() {
    let error = |text: &str| Pattern::new(&query(text, "r")).unwrap_err();
    let PatternError::Syntax { message, from, to } = error("训练(") else {
        panic!("a mistake")
    };
    assert_eq!((message.as_str(), from, to), ("unclosed group", 2, 3));
    for text in ["", "x*", "a|", "^$", r"\b", "()", "|\n"] {
        assert_eq!(error(text), PatternError::Empty, "{text}");
    }
    for text in ["(a{100}){100}{100}", r"\pL{1000}{1000}"] {
        assert_eq!(error(text), PatternError::TooLarge, "{text}");
    }
    assert!(matches!(
        error(&"(".repeat(200)),
        PatternError::Syntax { .. }
    ));
    assert!(matches!(
        error(&format!("{}a{}", "(".repeat(200), ")".repeat(200))),
        PatternError::Syntax { .. }
    ));
    assert!(matches!(error(r"\p{Nothing}"), PatternError::Syntax { .. }));
    assert_eq!(
        Pattern::new(&query("", "")).unwrap_err(),
        PatternError::Empty
    );
}

#[test]
fn what_is_shown_is_found_and_what_is_not_is_not() {
    let mut log = store(
        b"\x1b[31mlo\x1b[0mss\n 10% loss\r100% done\na\tb\x1b]8;;http://target/\x07link\x1b]8;;\x07\nouter 1\ninner\x1b[A\router 2\n\n",
    );
    assert_eq!(
        texts(&mut log),
        ["loss", "100% done", "a       blink", "outer 2", "inner"]
    );
    for (text, found) in [
        ("loss", &[1][..]),
        ("31m", &[]),
        ("10%", &[]),
        ("100% done", &[2]),
        ("target", &[]),
        ("blink", &[3]),
        ("outer 1", &[]),
        ("outer 2", &[4]),
        ("inner", &[5]),
    ] {
        assert_eq!(lines(&searched(&log, pattern(text, "c"))), found, "{text}");
    }
    let mut search = searched(&log, pattern("lo?", "r"));
    assert_eq!(search.found_in(&log, 1), std::slice::from_ref(&(0..2)));
    assert_eq!(search.found_in(&log, 0), [0..0; 0]);
    assert_eq!(search.found_in(&log, 6), [0..0; 0]);
}

/// Everything that makes lines plain or not.
fn hostile(random: &mut Random, pieces: usize) -> Vec<u8> {
    let parts: [&[u8]; 16] = [
        b"loss",
        b"loss 0.5 los",
        b"\n",
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b"\x1b[31m",
        b"\x1b[K",
        b"\x1b[A",
        b"\x1b[B",
        "训练".as_bytes(),
        b"\xff",
        b"\t",
        b" ",
        b"\x1b]8;;http://loss\x07",
    ];
    (0..pieces)
        .flat_map(|_| random.pick(&parts).to_vec())
        .collect()
}

/// Checks everything a search says against a plain look at every line.
fn agree(log: &mut LogStore, search: &Search, pattern: &Pattern) {
    let first = log.dropped_lines();
    let counts: Vec<u32> = texts(log)
        .iter()
        .map(|text| pattern.count(text.as_bytes()))
        .collect();
    let wanted: Vec<u64> = (first + 1..)
        .zip(&counts)
        .filter(|(_, count)| **count > 0)
        .map(|(line, _)| line)
        .collect();
    assert_eq!(lines(search), wanted);
    assert_eq!(search.lines(), wanted.len() as u64);
    assert_eq!(
        search.matches(),
        counts.iter().map(|count| u64::from(*count)).sum::<u64>()
    );
    let last = log.lines() + 1;
    let back: Vec<u64> =
        std::iter::successors(search.previous(last), |line| search.previous(*line)).collect();
    assert!(back.iter().rev().eq(&wanted));
    for (rank, line) in wanted.iter().enumerate() {
        assert_eq!(search.before(*line), rank as u64);
    }
    for buckets in [1, 7, 100] {
        let found = search.buckets(log, buckets);
        assert_eq!(found.len(), buckets);
        assert_eq!(
            found.iter().map(|count| u64::from(*count)).sum::<u64>(),
            search.lines()
        );
        let held = log.lines() - first;
        for line in &wanted {
            let at = line - 1 - first;
            let bucket = (0..buckets as u64)
                .rev()
                .find(|bucket| held * bucket / buckets as u64 <= at);
            assert!(found[bucket.unwrap() as usize] > 0);
        }
    }
}

#[test]
fn a_search_while_the_log_grows_finds_what_one_at_the_end_finds() {
    let mut random = Random::new(8);
    for round in 0..60 {
        let reach = 1 + random.below(20) as u32;
        let limit = [1 << 20, 2_000][random.below(2)];
        let mut log = LogStore::with_limit(limit).with_screen(reach);
        let flags = *random.pick(&[&"c", &"", &"w", &"rc", &"r"]);
        let pattern = pattern(random.pick(&["loss", "s"]), flags);
        let mut search = Search::new(pattern.clone());
        for _ in 0..40 {
            let length = random.below(1 + round);
            log.append(&hostile(&mut random, length));
            let budget = random.below(200);
            search.step(&log, budget);
        }
        while !search.step(&log, 1 + random.below(300)) {}
        agree(&mut log, &search, &pattern);
        assert!(search.step(&log, 0), "nothing new");
    }
}

#[test]
fn a_step_does_about_what_it_may() {
    let log = store(&b"a line with loss in it\n".repeat(100_000));
    let mut search = Search::new(pattern("loss", "c"));
    let mut steps = 0;
    while !search.step(&log, 10_000) {
        steps += 1;
        assert!(search.searched() <= steps * 10_000 / 23 + steps);
    }
    assert!(steps > 200);
    assert_eq!((search.matches(), search.lines()), (100_000, 100_000));
}

#[test]
fn errors_are_found_among_lines() {
    let log = store(b"step 1\nTraceback (most recent call last):\n  File \"x.py\"\n\x1b[31mValueError: no\x1b[0m\nKilled\n");
    let search = searched(&log, Pattern::errors());
    assert_eq!(lines(&search), [2, 4, 5]);
}

use super::*;
use crate::work::Anchor;

fn query(text: &str, regex: bool) -> Query {
    Query {
        text: text.to_owned(),
        regex,
        case: true,
        word: false,
    }
}

fn view(only: u32) -> View {
    View {
        cols: None,
        anchor: Anchor::Row(0),
        rows: 1_000,
        only: Some(only),
        raw: false,
        fold: false,
        times: None,
    }
}

fn numbers(finder: &mut Finder, store: &mut LogStore, only: u32) -> Vec<u64> {
    let view = view(only);
    let window = finder.window(store, &view, 0);
    assert_eq!(finder.rows(store, &view), window.len() as u64);
    window.into_iter().map(|row| row.line).collect()
}

#[test]
fn lines_around_hits_are_shown_once_and_in_order() {
    let mut store = LogStore::default();
    for line in 1..=40 {
        let word = if [1, 10, 14, 40].contains(&line) {
            "loss"
        } else {
            ""
        };
        store.append(format!("{line} {word}\n").as_bytes());
    }
    let mut finder = Finder::default();
    finder.find(Some(&query("loss", false)));
    finder.step(&store, || true);
    assert_eq!(numbers(&mut finder, &mut store, 0), [1, 10, 14, 40]);
    assert_eq!(
        numbers(&mut finder, &mut store, 2),
        [1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 38, 39, 40]
    );
    // What follows the last hit is shown once it is there.
    store.append(b"41\n42\n43\n");
    finder.grown();
    finder.step(&store, || true);
    let shown = numbers(&mut finder, &mut store, 2);
    assert_eq!(shown[shown.len() - 4..], [39, 40, 41, 42]);
    assert_eq!(numbers(&mut finder, &mut store, 100).len(), 43);
}

#[test]
fn what_is_shown_grows_as_the_log_does_and_as_its_top_goes() {
    let mut store = LogStore::with_limit(4_000);
    let mut finder = Finder::default();
    finder.find(Some(&query("7", false)));
    for line in 1..=2_000 {
        // The last line is written in two pieces, so that a hit is found in a line that still changes.
        store.append(format!("{line}").as_bytes());
        finder.grown();
        finder.step(&store, || true);
        numbers(&mut finder, &mut store, 1);
        store.append(b"\n");
    }
    finder.grown();
    finder.step(&store, || true);
    let first = store.dropped_lines() + 1;
    assert!(first > 1_000, "lines were dropped");
    let hit = |line: &u64| line.to_string().contains('7');
    let near = |line: &u64| {
        (line - 1..=line + 1).any(|line| (first..=2_000).contains(&line) && hit(&line))
    };
    let wanted: Vec<u64> = (first..=2_000).filter(near).collect();
    assert_eq!(numbers(&mut finder, &mut store, 1), wanted);
}

#[test]
fn without_time_nothing_is_searched_and_nothing_is_known() {
    let mut store = LogStore::default();
    store.append(b"loss\n");
    let mut finder = Finder::default();
    finder.find(Some(&query("loss", false)));
    finder.seek(Seek::Found {
        what: Sought::Wanted,
        from: 0,
        forward: true,
    });
    assert!(!finder.step(&store, || false) && !finder.is_done());
    assert_eq!(finder.spot(&mut store, &view(0), true), None);
    assert!(finder.step(&store, || true) && finder.is_done());
    let spot = finder.spot(&mut store, &view(0), true).flatten();
    assert_eq!(spot.map(|spot| (spot.line, spot.rank)), Some((1, 1)));
    assert_eq!(finder.spot(&mut store, &view(0), true), None, "told once");
}

#[test]
fn a_pattern_that_is_none_is_told_and_all_lines_stay() {
    let mut store = LogStore::default();
    store.append(b"loss\nmore\n");
    let mut finder = Finder::default();
    finder.find(Some(&query("(", true)));
    finder.step(&store, || true);
    assert!(matches!(
        finder.found(&store, &[]).wanted,
        Some(Err(PatternError::Syntax { .. }))
    ));
    assert_eq!(numbers(&mut finder, &mut store, 0), [1, 2]);
    finder.seek(Seek::Found {
        what: Sought::Wanted,
        from: 0,
        forward: true,
    });
    assert_eq!(finder.spot(&mut store, &view(0), true), Some(None));
}

#[test]
fn a_line_has_so_many_marks_at_most() {
    let mut store = LogStore::default();
    store.append("x".repeat(5_000).as_bytes());
    let mut finder = Finder::default();
    finder.find(Some(&query("x", false)));
    finder.step(&store, || true);
    let window = store.window(None, 0, 1);
    assert_eq!(finder.found(&store, &window).marks[0].1.len(), MARKS);
}

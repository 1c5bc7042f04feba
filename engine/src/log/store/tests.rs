use super::super::style::Colour;
use super::super::view::Row;
use super::*;
use crate::random::Random;

fn store(bytes: &[u8]) -> LogStore {
    let mut store = LogStore::default();
    store.append(bytes);
    store
}

fn plain(rows: &[Row]) -> Vec<String> {
    let text = |row: &Row| row.spans.iter().map(|span| span.text.as_str()).collect();
    rows.iter().map(text).collect()
}

/// Bytes of everything that can go wrong at a cut.
fn hostile(random: &mut Random, pieces: usize) -> Vec<u8> {
    let parts: [&[u8]; 14] = [
        b"epoch 1 loss 0.5",
        b"\n",
        b"\n",
        b"\r",
        b"\x1b[31m",
        b"\x1b[0m",
        b"\x1b[K",
        b"\x1b]8;;http://x\x1b\\",
        b"\x1b[38;2;1;2;3",
        "训练 🚀".as_bytes(),
        b"\xe8\xae",
        b"\xff",
        b"[2026-11-23 20:25:57] [INFO] | x\n",
        b"\t",
    ];
    (0..pieces)
        .flat_map(|_| random.pick(&parts).to_vec())
        .collect()
}

#[test]
fn pieces_cut_anywhere_make_the_same_log() {
    let mut random = Random::new(3);
    for _ in 0..200 {
        let bytes = hostile(&mut random, 60);
        let mut whole = store(&bytes);
        let mut pieces = LogStore::default();
        let mut at = 0;
        while at < bytes.len() {
            let end = (at + 1 + random.below(7)).min(bytes.len());
            pieces.append(&bytes[at..end]);
            at = end;
        }
        let cols = [None, Some(2 + random.below(20) as u32)][random.below(2)];
        assert_eq!(pieces.window(cols, 0, 9_999), whole.window(cols, 0, 9_999));
        assert_eq!(
            (pieces.lines(), pieces.bytes()),
            (whole.lines(), bytes.len() as u64)
        );
    }
}

#[test]
fn any_window_is_a_part_of_the_whole() {
    let mut random = Random::new(4);
    for round in 0..60 {
        let bytes = hostile(&mut random, 1 + round * 40);
        let mut log = store(&bytes);
        let cols = [None, Some(2 + random.below(30) as u32)][random.below(2)];
        let all = log.window(cols, 0, usize::MAX);
        assert_eq!(log.rows(cols), all.len() as u64);
        for _ in 0..10 {
            let from = random.below(all.len() + 2);
            let count = random.below(50);
            let wanted: Vec<Row> = all.iter().skip(from).take(count).cloned().collect();
            assert_eq!(log.window(cols, from as u64, count), wanted);
        }
    }
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    for (bytes, lines) in [
        (&b""[..], 0),
        (b"a", 1),
        (b"a\n", 1),
        (b"a\nb", 2),
        (b"\n\n", 2),
    ] {
        assert_eq!(store(bytes).lines(), lines, "{}", bytes.escape_ascii());
    }
    let mut log = store(b"a\nb\n");
    let numbers: Vec<u64> = log.window(None, 0, 9).iter().map(|row| row.line).collect();
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn a_colour_lasts_until_it_is_taken_back() {
    let mut log = store(b"\x1b[31mred\nstill\n\x1b[0mplain\nplain");
    let colours: Vec<Colour> = log
        .window(None, 0, 9)
        .iter()
        .map(|row| row.spans[0].style.text)
        .collect();
    let (red, none) = (Colour::Named(1), Colour::Default);
    assert_eq!(colours, [red, red, none, none]);
}

#[test]
fn a_progress_bar_is_one_line_in_its_last_state() {
    let mut log = LogStore::default();
    for percent in 0..=100 {
        log.append(format!("\r{percent:3}%|##|").as_bytes());
        assert_eq!(
            plain(&log.window(None, 0, 9)),
            [format!("{percent:3}%|##|")]
        );
    }
    log.append(b"\ndone");
    assert_eq!(plain(&log.window(None, 0, 9)), ["100%|##|", "done"]);
}

#[test]
fn the_store_keeps_to_its_limit_and_its_numbers() {
    let mut log = LogStore::with_limit(10_000);
    let mut sent = 0;
    for line in 1..=5_000 {
        let text = format!("\x1b[{}mline {line}\n", 30 + line % 8);
        sent += text.len() as u64;
        log.append(text.as_bytes());
        assert!(log.bytes.len() <= 10_000);
    }
    assert_eq!((log.lines(), log.bytes()), (5_000, sent));
    let held = log.rows(None);
    assert_eq!(log.dropped_lines() + held, 5_000);
    assert!(held > 300);
    for row in log.window(None, 0, usize::MAX) {
        assert_eq!(
            plain(std::slice::from_ref(&row)),
            [format!("line {}", row.line)]
        );
        assert_eq!(row.spans[0].style.text, Colour::Named((row.line % 8) as u8));
    }
}

#[test]
fn a_line_longer_than_the_store_loses_its_beginning_only() {
    let mut log = LogStore::with_limit(2_000);
    for _ in 0..49 {
        log.append(&[b'x'; 100]);
    }
    log.append(b"\nend\n");
    assert_eq!(log.bytes(), 4_905);
    assert_eq!(log.lines(), 2);
    let rows = plain(&log.window(None, 0, 9));
    assert_eq!(rows.last().map(String::as_str), Some("end"));
    assert!(rows[0].chars().all(|c| c == 'x'));
}

#[test]
fn text_is_plain_and_bounded() {
    let log = store(b"\x1b[1ma\x1b[0m\r\nb\rc");
    assert_eq!(log.text(1..=u64::MAX, 100).as_deref(), Some("a\nc\n"));
    assert_eq!(log.text(2..=2, 2).as_deref(), Some("c\n"));
    assert_eq!(log.text(0..=1, 2).as_deref(), Some("a\n"));
    assert_eq!(log.text(3..=9, 2).as_deref(), Some(""));
    assert_eq!(log.text(1..=u64::MAX, 2), None);
}

#[test]
fn a_hundred_thousand_lines_are_nothing_special() {
    let mut log = LogStore::default();
    for line in 0..100_000 {
        log.append(format!("step {line} loss {}\n", "0".repeat(line % 90)).as_bytes());
    }
    assert_eq!(log.rows(None), 100_000);
    let rows = log.rows(Some(40));
    let last = log.window(Some(40), rows - 1, 5);
    assert_eq!((last.len(), last[0].line), (1, 100_000));
    let middle = log.window(None, 50_000, 1);
    assert!(plain(&middle)[0].starts_with("step 50000 "));
}

#[test]
fn the_platform_s_lines_are_no_output() {
    let mut log = LogStore::default();
    assert!(!log.has_output());
    for _ in 0..3 {
        log.append(b"[2026-11-23 20:25:57] [INFO] | Task is running now ~\n");
        assert!(!log.has_output());
    }
    let mut quiet = LogStore::default();
    quiet.append(&b"#".repeat(80));
    assert!(!quiet.has_output());
    quiet.append(b"#");
    assert!(quiet.has_output(), "81 are no ruler");
    log.append(b"epoch 1");
    assert!(log.has_output());
}

#[test]
fn a_line_of_the_platform_that_is_cut_anywhere_is_no_output() {
    let lines = [
        "[2026-11-23 20:25:57] [INFO] | Task is running now ~\n".to_owned(),
        format!("{}\n", "#".repeat(80)),
    ];
    for line in lines {
        for cut in 0..line.len() {
            let mut log = LogStore::default();
            log.append(&line.as_bytes()[..cut]);
            assert!(!log.has_output(), "{cut}");
            log.append(&line.as_bytes()[cut..]);
            assert!(!log.has_output(), "{cut}");
        }
    }
    for output in [
        "[2026-11-23 20:25:57] [info",
        "[2",
        "#\n",
        "##x",
        "[2026-11-23 20:25:57] [A]x",
    ] {
        let mut log = LogStore::default();
        log.append(output.as_bytes());
        assert_eq!(log.has_output(), output != "[2", "{output}");
    }
}

#[test]
fn a_line_takes_its_bytes_and_little_more() {
    let mut log = LogStore::default();
    let line = "\x1b[32mstep\x1b[0m 1 loss 0.5\n".repeat(200);
    log.expect(line.len() as u64 * 1_000);
    for _ in 0..1_000 {
        log.append(line.as_bytes());
    }
    let lines = log.lines() as usize;
    // The index doubles when it grows, so it may have room for as many again.
    assert!(log.memory() <= log.bytes() as usize + lines * 9 + 4096);
    assert_eq!(
        log.memory(),
        log.bytes.capacity() + log.starts.capacity() * 4 + log.plain.size()
    );
}

#[test]
fn lines_the_cursor_came_back_to_count_against_the_limit() {
    let mut log = LogStore::with_limit(20_000);
    for step in 0..5_000 {
        log.append(format!("above {step}\nbelow\x1b[A\r\x1b[Kafter {step}\n\n").as_bytes());
        assert!(log.bytes.len() + log.patches.size() <= 20_000 + 64 * 128);
    }
    assert_eq!(log.lines(), 10_000);
    let rows = log.rows(None);
    let last = plain(&log.window(None, rows - 2, 2));
    assert_eq!(last, ["after 4999", "below"]);
}

#[test]
fn a_line_of_ten_megabytes_does_no_harm() {
    for unit in [
        &b"0123456789"[..],
        b"\r 10%|###  |",
        b"\x1b[A\r\x1b[31mx",
        "\u{301}训".as_bytes(),
        b"\x1b]8;;",
        b"\x1b[65535b",
    ] {
        let mut log = LogStore::default();
        for piece in unit.repeat((10 << 20) / unit.len()).chunks(1 << 16) {
            log.append(piece);
        }
        log.append(b"\nend\n");
        let rows = log.window(None, 0, 3);
        assert_eq!(
            plain(&rows).last().map(String::as_str),
            Some("end"),
            "{}",
            unit.escape_ascii()
        );
        assert!(plain(&rows)[0].len() <= 8 * 64 * 1024);
        assert!(log.rows(Some(80)) < 10_000);
        assert!(log.memory() < (11 << 20) + (4 << 20));
    }
}

use super::super::escape::Parser;
use super::super::style::Colour;
use super::*;
use crate::random::Random;

fn cells(bytes: &[u8]) -> Cells {
    let (mut cells, mut pen) = (Cells::default(), Pen::default());
    cells.write(bytes, &mut Parser::default(), &mut pen, |_| {});
    cells.flush(&mut pen);
    cells
}

fn text(bytes: &[u8]) -> String {
    let cells = cells(bytes);
    let mut text = String::new();
    cells.push_text(0..cells.len(), &mut text);
    text
}

fn spans(bytes: &[u8]) -> Vec<Span> {
    let cells = cells(bytes);
    cells.spans(0..cells.len())
}

#[test]
fn wide_characters_take_two_cells_and_marks_none() {
    for (bytes, wanted) in [
        ("训练\x1b[1GX", "X 练"),
        ("训练\x1b[2GX", " X练"),
        ("训练\x1b[3D\x1b[K", " "),
        ("ab训\x1b[3G\x1b[2Pc", "abc"),
        ("训\x1b[2G\x1b[@x", " x "),
        ("e\u{301}a\u{301}\u{308}", "e\u{301}a\u{301}\u{308}"),
        ("训\u{301}x", "训\u{301}x"),
        ("\u{301}x", "x"),
    ] {
        assert_eq!(text(wanted.as_bytes()), wanted);
        assert_eq!(text(bytes.as_bytes()), wanted, "{bytes:?}");
    }
}

#[test]
fn cells_are_put_in_taken_out_blanked_and_repeated() {
    for (bytes, wanted) in [
        ("abcdef\x1b[3G\x1b[2@X", "abX cdef"),
        ("abcdef\x1b[3G\x1b[2P", "abef"),
        ("abcdef\x1b[3G\x1b[99P", "ab"),
        ("abcdef\x1b[3G\x1b[2X", "ab  ef"),
        ("ab\x1b[3b", "abbbb"),
        ("\x1b[3b", ""),
        ("a\tb\x1b[ZX", "a       X"),
        ("a\x1b[2Ib", "a               b"),
        ("a\t", "a"),
        ("ab\x1b[J\rc\x1b[J", "c"),
    ] {
        assert_eq!(text(bytes.as_bytes()), wanted, "{bytes:?}");
    }
}

#[test]
fn a_link_is_told_with_its_text() {
    let spans = spans(b"a\x1b]8;id=1;https://x.test/\x1b\\b\x1b[1mc\x1b]8;;\x07d");
    let told: Vec<(&str, Option<&str>)> = spans
        .iter()
        .map(|span| (span.text.as_str(), span.link.as_deref()))
        .collect();
    let target = Some("https://x.test/");
    assert_eq!(
        told,
        [("a", None), ("b", target), ("c", target), ("d", None)]
    );
}

#[test]
fn erased_cells_have_the_ground_that_is_set() {
    let spans = spans(b"abc\x1b[42m\x1b[2D\x1b[1K");
    assert_eq!(spans[0].style.ground, Colour::Named(2));
    assert_eq!(
        (spans[0].text.as_str(), spans[1].text.as_str()),
        ("  ", "c")
    );
}

/// Anything that does something to a line.
fn soup(random: &mut Random, pieces: usize) -> Vec<u8> {
    let parts: [&[u8]; 26] = [
        b"abc",
        b"  ",
        b"\r",
        b"\x08",
        b"\t",
        b"\x1b[3C",
        b"\x1b[2D",
        b"\x1b[5G",
        b"\x1b[K",
        b"\x1b[1K",
        b"\x1b[2K",
        b"\x1b[2@",
        b"\x1b[2P",
        b"\x1b[3X",
        b"\x1b[20b",
        b"\x1b[31m",
        b"\x1b[48;5;200;1m",
        b"\x1b[38:2::1:2:3m",
        b"\x1b[m",
        b"\x1b]8;;http://x\x07",
        b"\x1b]8;;\x07",
        "训".as_bytes(),
        "\u{301}".as_bytes(),
        b"\xe8\xae",
        "🚀".as_bytes(),
        b"\x1b[Z",
    ];
    (0..pieces)
        .flat_map(|_| random.pick(&parts).to_vec())
        .collect()
}

#[test]
fn what_is_encoded_shows_the_same() {
    let mut random = Random::new(6);
    for _ in 0..3_000 {
        let length = random.below(60);
        let before = cells(&soup(&mut random, length));
        let after = cells(&before.encode());
        assert_eq!(after.len(), before.len());
        assert_eq!(after.spans(0..after.len()), before.spans(0..before.len()));
        assert_eq!(after.encode(), before.encode());
    }
}

#[test]
fn rows_never_cut_a_character() {
    let mut random = Random::new(7);
    for _ in 0..500 {
        let cells = cells(&soup(&mut random, 60));
        let cols = 2 + random.below(9) as u32;
        let rows = cells.rows(cols);
        let mut end = 0;
        for row in rows {
            assert_eq!(row.start, end);
            assert!(row.len() <= cols as usize);
            assert_ne!(
                cells.cells.get(row.start).map(|cell| cell.glyph),
                Some(REST)
            );
            end = row.end;
        }
        assert_eq!(end, cells.len());
    }
}

#[test]
fn what_was_written_over_is_forgotten() {
    let (mut cells, mut pen) = (Cells::default(), Pen::default());
    let mut parser = Parser::default();
    for n in 0..100_000 {
        let step = format!(
            "\r\x1b[38;2;{};{};1m\x1b]8;;http://{n}\x07e\u{301}{n}",
            n % 256,
            n / 256 % 256
        );
        cells.write(step.as_bytes(), &mut parser, &mut pen, |_| {});
    }
    let kept = cells.styles.len() + cells.links.len() + cells.clusters.len();
    assert!(kept < 2_000, "{kept}");
    let mut text = String::new();
    cells.push_text(0..cells.len(), &mut text);
    assert_eq!(text, "e\u{301}99999");
    assert_eq!(cells.spans(0..6)[0].link.as_deref(), Some("http://99999"));
}

#[test]
fn a_cursor_goes_so_far_and_no_further() {
    assert_eq!(cells(&b"\x1b[65535Cx".repeat(100)).len(), MOVE_MAX + 100);
    let all = cells(&b"\x1b[65535b".repeat(100));
    assert_eq!(all.len(), 0);
    assert!(cells(&[b"x", &b"\x1b[65535b".repeat(100)[..]].concat()).len() <= CELLS_MAX);
}

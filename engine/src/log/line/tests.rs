use super::super::style::Colour;
use super::*;

fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    Line::render(bytes, Style::default()).push_text(&mut text);
    text
}

#[test]
fn lines_look_as_in_a_terminal() {
    let cases: [(&[u8], &str); 16] = [
        (b"plain", "plain"),
        (b"windows\r", "windows"),
        (b"  0%|   |\r 50%|#  |\r100%|###|", "100%|###|"),
        (b"long line\rshort", "shortline"),
        (b"long line\r\x1b[Kshort", "short"),
        (b"abc\x1b[2K\rd", "d"),
        (b"abcdef\r\x1b[2C\x1b[1KX", "  Xdef"),
        (b"abc\x08\x08X", "aXc"),
        (b"a\tb", "a       b"),
        (b"abc\x1b[1GX", "Xbc"),
        (b"abc\x1b[9DX", "Xbc"),
        (b"a\x1b[3Cb", "a   b"),
        (b"\xe8\xae\xad\xe7\xbb\x83", "训练"),
        (b"a\xffb\xe8\xae", "a\u{fffd}b\u{fffd}"),
        (b"a\x00\x07\x0bb", "ab"),
        ("a\u{9b}31mb".as_bytes(), "a31mb"),
    ];
    for (bytes, wanted) in cases {
        assert_eq!(text(bytes), wanted, "{}", bytes.escape_ascii());
    }
}

#[test]
fn a_character_split_by_a_sequence_is_broken_not_lost() {
    assert_eq!(text(b"\xe8\x1b[1m\xae\xad!"), "\u{fffd}\u{fffd}\u{fffd}!");
}

#[test]
fn spans_are_of_one_style() {
    let line = Line::render(b"a\x1b[31mbc\x1b[0m\x1b[1md", Style::default());
    let spans = line.spans(0..4);
    let texts: Vec<&str> = spans.iter().map(|span| span.text.as_str()).collect();
    assert_eq!(texts, ["a", "bc", "d"]);
    assert_eq!(spans[1].style.text, Colour::Named(1));
    assert!(spans[2].style.bold && spans[2].style.text == Colour::Default);
}

#[test]
fn rows_are_as_wide_as_the_view() {
    let line = Line::render("ab训练cde".as_bytes(), Style::default());
    assert_eq!(line.rows(Some(4)), [0..4, 4..8, 8..9]);
    assert_eq!(line.rows(None).as_slice(), std::slice::from_ref(&(0..9)));
    assert_eq!(Line::default().rows(Some(4)).len(), 1);
    for (bytes, cols) in [
        (&b"abcdefgh"[..], 4),
        (b"", 4),
        (b"abc\x1b[1mdef", 4),
        (b"abcde", 4),
    ] {
        let rows = Line::render(bytes, Style::default()).rows(Some(cols)).len();
        assert_eq!(count_rows(bytes, cols, &mut Vec::new()) as usize, rows);
    }
}

#[test]
fn the_platform_s_lines_are_known() {
    let kind = |text: &str| Line::render(text.as_bytes(), Style::default()).kind();
    for platform in [
        "[2018-06-07 20:25:57] [INFO] | Task is running now ~",
        "[2018-06-07 20:25:57] [ERROR] |",
        &"#".repeat(80),
        &"-".repeat(80),
    ] {
        assert_eq!(kind(platform), LineKind::Platform, "{platform}");
    }
    for program in [
        "",
        "[",
        "[2018-06-07 20:25:57] [info] | x",
        "[2018-06-07 20:25:57] [INFO]",
        "[2018-06-07 20:25:57] ",
        &"#".repeat(79),
        &" ".repeat(80),
    ] {
        assert_eq!(kind(program), LineKind::Program, "{program}");
    }
}

#[test]
fn an_endless_line_shows_its_last_state_or_its_beginning() {
    let bar = b"\r 10%|#         |".repeat(10_000);
    assert_eq!(text(&bar), " 10%|#         |");
    let long = b"x".repeat(LINE_BYTES + 5);
    let line = Line::render(&long, Style::default());
    assert!(line.cut);
    assert_eq!(line.cells.len(), LINE_BYTES);
    let ended = [&long[..], b"\r"].concat();
    let ended = Line::render(&ended, Style::default());
    assert_eq!(ended.cells.encode(), line.cells.encode());
    assert!(ended.cut);
}

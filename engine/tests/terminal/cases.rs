//! xterm.js's cases of what a terminal of 80 columns and 25 lines shows (its folder of `*.in` and `*.text`), read from where they
//! are.

use super::reference::{shown, store, words};
use std::path::Path;

/// The right edge: a terminal goes on in the next line there, and cursor and tabs stop. A log's lines have none.
const EDGE: &str = "the right edge";
/// Lines counted from the top of the screen, which a log does not know.
const TOP: &str = "the top of the screen";
/// Parts of the screen that scroll by themselves, and scrolling without a newline.
const SCROLL: &str = "scrolling parts of the screen";
/// A second screen that goes away again: what was written there stays in the log.
const OTHER: &str = "the alternate screen";
/// Settings that no output of a command needs: tabs elsewhere, characters pushed aside, other newlines.
const MODES: &str = "modes";

/// Cases that a log cannot show, each with what it needs.
const NOT_SHOWN: [(&str, &str); 50] = [
    ("t0005-CR", EDGE),
    ("t0006-IND", EDGE),
    ("t0008-BS", EDGE),
    ("t0012-VT", EDGE),
    ("t0013-FF", EDGE),
    ("t0016-SU", SCROLL),
    ("t0017-SD", SCROLL),
    ("t0020-CUF", EDGE),
    ("t0021-CUB", EDGE),
    ("t0024-CUD", EDGE),
    ("t0025-CUP", TOP),
    ("t0030-HPR", EDGE),
    ("t0034-VPR", EDGE),
    ("t0035-HVP", TOP),
    ("t0050-ICH", EDGE),
    ("t0053-DCH", EDGE),
    ("t0054-ECH", EDGE),
    ("t0055-EL", EDGE),
    ("t0056-ED", TOP),
    ("t0060-DECSC", SCROLL),
    ("t0061-CSI_s", SCROLL),
    ("t0070-DECSTBM_LF", SCROLL),
    ("t0071-DECSTBM_IND", SCROLL),
    ("t0072-DECSTBM_NEL", SCROLL),
    ("t0073-DECSTBM_RI", SCROLL),
    ("t0074-DECSTBM_SU_SD", SCROLL),
    ("t0075-DECSTBM_CUU_CUD", SCROLL),
    ("t0076-DECSTBM_IL_DL", SCROLL),
    ("t0077-DECSTBM_quirks", SCROLL),
    ("t0078-DECSTBM_CPL_CNL", SCROLL),
    ("t0079-DECSTBM_VPR", SCROLL),
    ("t0080-HT", EDGE),
    ("t0081-TBC", MODES),
    ("t0082-HTS", MODES),
    ("t0083-CHT", EDGE),
    ("t0084-CBT", EDGE),
    ("t0090-alt_screen", OTHER),
    ("t0091-alt_screen_ED3", OTHER),
    ("t0092-alt_screen_DECSC", OTHER),
    ("t0100-IRM", MODES),
    ("t0101-NLM", MODES),
    ("t0102-DECAWM", MODES),
    ("t0103-reverse_wrap", MODES),
    ("t0300-vttest1", SCROLL),
    ("t0500-bash_long_line", EDGE),
    ("t0504-vim", OTHER),
    ("t600-DECSTBM_SR", SCROLL),
    ("t601-DECSTBM_SL", SCROLL),
    ("t602-DECSTBM_DECIC", SCROLL),
    ("t603-DECSTBM_DECDC", SCROLL),
];

/// Whether the store shows of `bytes` what stands in `text`.
fn is_shown(bytes: &[u8], text: &str) -> bool {
    let mut wanted: Vec<&str> = text.lines().map(str::trim_end).collect();
    while wanted.last().is_some_and(|line| line.is_empty()) {
        wanted.pop();
    }
    // A letter more, so that the line the cursor is on counts.
    let rows = store(&[bytes, b"x"].concat(), 25).rows(Some(80));
    let found = words(&shown(&mut store(bytes, 25), 80));
    let scrolled = rows.saturating_sub(25) as usize;
    found.get(scrolled..).unwrap_or_default() == wanted
}

#[test]
#[ignore = "needs the folder of xterm.js's cases in RUSSELL_TERMINAL_CASES"]
fn xterm_s_cases_look_as_on_a_terminal() {
    let folder = std::env::var("RUSSELL_TERMINAL_CASES").unwrap();
    let mut count = 0;
    let mut wrong = Vec::new();
    for file in std::fs::read_dir(Path::new(&folder)).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|end| end != "in") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let text = std::fs::read_to_string(path.with_extension("text")).unwrap();
        let reason = NOT_SHOWN.iter().find(|(listed, _)| *listed == name);
        match (is_shown(&bytes, &text), reason) {
            (true, Some((_, reason))) => wrong.push(format!("{name} needs no {reason}")),
            (false, None) => wrong.push(format!("{name} looks different")),
            (true, None) | (false, Some(_)) => {}
        }
        count += 1;
    }
    assert_eq!(wrong, [""; 0]);
    assert_eq!(count, 76);
}

/// What those cases are about, written anew, as far as a log can show it.
#[test]
fn the_same_far_from_the_edges() {
    for (name, bytes, text) in [
        ("index", "a\x1bDb\x1bDc\r\n", "a\n b\n  c"),
        ("next line", "a\x1bEb\n", "a\nb"),
        ("vertical tab and form feed", "a\x0bb\x0cc\n", "a\n b\n  c"),
        ("up", "a\nb\nc\x1b[Ad\x1b[2Ae\n\n\n", "a e\nbd\nc"),
        ("up, as far as it goes", "a\nb\x1b[99Ac\n\n", "ac\nb"),
        (
            "down",
            "a\nb\nc\x1b[2A1\x1b[B2\x1b[0B3\r\n",
            "a1\nb 2\nc  3",
        ),
        ("down below the end", "a\x1b[Bb\x1b[2Ec\n", "a\n b\n\nc"),
        ("up to a line's begin", "gone\x1b[Fhere\n", "here"),
        ("save and restore", "ab\x1b7cd\n\x1b8X\n\n", "abXd"),
        ("the same of ANSI", "ab\x1b[scd\n\x1b[uX\n\n", "abXd"),
        (
            "lines put in",
            "a\nb\nc\x1b[A\x1b[2LX\x1b[4E",
            "a\nX\n\nb\nc",
        ),
        ("lines taken out", "a\nb\nc\nd\x1b[2A\x1b[2MX\n\n\n", "a\nX"),
        ("back over the top", "a\nb\x1b[A\x1bMX\n\n\n", " X\na\nb"),
        ("erase below", "a\nbcd\ne\x1b[AX\x1b[J\n\n", "a\nbX"),
        (
            "erase above is not done",
            "a\nb\x1b[1Jc\x1b[2Jd\x1b[3Je\n",
            "a\nbcde",
        ),
        (
            "erase in a line",
            "abc\x1b[2D\x1b[1K\ndef\x1b[2D\x1b[K\n",
            "  c\nd",
        ),
        (
            "cancelled sequences",
            "a\x18b\x1b\x18c\x1b[2\x1ad\x1b[!\x18e\n",
            "abcde",
        ),
        ("repeat above", "\n\x1b[Ax\x1b[3b\n\n", "xxxx"),
        ("repeat", "x\x1b[3b\nab\x1b[D\x1b[b\n", "xxxx\nab"),
    ] {
        assert!(is_shown(bytes.as_bytes(), text), "{name}");
    }
}

//! The log store shows what a terminal shows: beside a reference emulator, on recorded output and on made-up output.

use russell_engine::log::{Colour, LogStore, Row, Style};
use std::num::NonZero;
use std::path::Path;

/// Size of the terminal that the recordings were made on.
const LINES: u16 = 24;
const COLUMNS: u16 = 100;

/// A character and how it looks.
type Cell = (String, Look);

#[derive(Clone, Debug, Default, PartialEq)]
struct Look {
    text: Option<Colour>,
    ground: Option<Colour>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    inverse: bool,
}

/// A named colour as its index, so that both sides say it alike.
fn colour(colour: vt100::Color) -> Option<Colour> {
    match colour {
        vt100::Color::Default => None,
        vt100::Color::Idx(index) => {
            // The store turns all but the sixteen into what they look like.
            let mut store = LogStore::default();
            store.append(format!("\x1b[38;5;{index}mx").as_bytes());
            Some(store.window(None, 0, 1)[0].spans[0].style.text)
        }
        vt100::Color::Rgb(red, green, blue) => Some(Colour::Rgb(red, green, blue)),
    }
}

fn look(style: &Style) -> Look {
    let some = |colour| Some(colour).filter(|colour| *colour != Colour::Default);
    Look {
        text: some(style.text),
        ground: some(style.ground),
        bold: style.bold,
        dim: style.dim,
        italic: style.italic,
        underline: style.underline,
        inverse: style.inverse,
    }
}

/// A row without the blanks at its end, one cell for each character.
fn trimmed(mut row: Vec<Cell>) -> Vec<Cell> {
    while row.last().is_some_and(|cell| cell.0 == " ") {
        row.pop();
    }
    // How a blank's letters would look cannot be seen.
    for (text, look) in &mut row {
        if text == " " {
            let ground = look.ground;
            *look = Look {
                ground,
                ..Look::default()
            };
        }
    }
    row
}

fn without_blank_end(mut rows: Vec<Vec<Cell>>) -> Vec<Vec<Cell>> {
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    rows
}

/// What a terminal shows, with all that scrolled out of it.
fn reference(bytes: &[u8], lines: u16, columns: u16) -> Vec<Vec<Cell>> {
    let size = |count| NonZero::new(count).unwrap();
    let mut parser = vt100::Parser::new(size(lines), size(columns), 100_000);
    parser.process(bytes);
    let row_of = |screen: &vt100::Screen, row: u16| {
        let cells = (0..columns).filter_map(|column| screen.cell(row, column));
        let cells = cells.filter(|cell| !cell.is_wide_continuation());
        let cells = cells.map(|cell| {
            let text = match cell.contents() {
                "" => " ".to_owned(),
                text => text.to_owned(),
            };
            let look = Look {
                text: colour(cell.fgcolor()),
                ground: colour(cell.bgcolor()),
                bold: cell.bold(),
                dim: cell.dim(),
                italic: cell.italic(),
                underline: cell.underline(),
                inverse: cell.inverse(),
            };
            (text, look)
        });
        trimmed(cells.collect())
    };
    let screen = parser.screen_mut();
    screen.set_scrollback(usize::MAX);
    let mut rows = Vec::new();
    for back in (1..=screen.scrollback()).rev() {
        screen.set_scrollback(back);
        rows.push(row_of(screen, 0));
    }
    screen.set_scrollback(0);
    rows.extend((0..lines).map(|row| row_of(screen, row)));
    without_blank_end(rows)
}

/// What the store shows.
fn shown(store: &mut LogStore, columns: u16) -> Vec<Vec<Cell>> {
    let cells = |row: Row| {
        let cells = row.spans.iter().flat_map(|span| {
            let mut cells: Vec<Cell> = Vec::new();
            for character in span.text.chars() {
                match cells.last_mut() {
                    Some(last) if is_mark(character) => last.0.push(character),
                    _ => cells.push((character.to_string(), look(&span.style))),
                }
            }
            cells
        });
        trimmed(cells.collect())
    };
    let rows = store.window(Some(columns.into()), 0, usize::MAX);
    without_blank_end(rows.into_iter().map(cells).collect())
}

fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe0f}')
}

fn words(rows: &[Vec<Cell>]) -> Vec<String> {
    let word = |row: &Vec<Cell>| row.iter().map(|cell| cell.0.as_str()).collect();
    rows.iter().map(word).collect()
}

fn store(bytes: &[u8], lines: u16) -> LogStore {
    let mut store = LogStore::default().with_screen(lines.into());
    store.append(bytes);
    store
}

fn compare(name: &str, bytes: &[u8], lines: u16, columns: u16) {
    let wanted = reference(bytes, lines, columns);
    let found = shown(&mut store(bytes, lines), columns);
    assert_eq!(words(&found), words(&wanted), "{name}");
    for (row, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        assert_eq!(found, wanted, "{name}, row {row}");
    }
}

fn recordings() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/recorded");
    let files = std::fs::read_dir(folder).unwrap();
    let mut found: Vec<_> = files
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn recorded_output_looks_as_on_a_terminal() {
    let recordings = recordings();
    assert!(recordings.len() >= 8);
    for (name, bytes) in recordings {
        compare(&name, &bytes, LINES, COLUMNS);
    }
}

#[test]
fn recorded_output_through_a_pipe_looks_the_same() {
    for (name, bytes) in recordings() {
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        let piped = shown(&mut store(text.as_bytes(), LINES), COLUMNS);
        let whole = shown(&mut store(&bytes, LINES), COLUMNS);
        assert_eq!(piped, whole, "{name}");
    }
}

#[test]
fn bars_leave_one_line_each() {
    let text = |name: &str| {
        let (_, bytes) = recordings()
            .into_iter()
            .find(|(found, _)| found == name)
            .unwrap();
        words(&shown(&mut store(&bytes, LINES), COLUMNS))
    };
    assert_eq!(text("tqdm_plain").len(), 6);
    let nested = text("tqdm_nested");
    assert!(
        nested.contains(&"epoch 2 done: 训练 loss 0.2".to_owned()),
        "{nested:?}"
    );
    assert_eq!(
        nested
            .iter()
            .filter(|line| line.starts_with("worker"))
            .count(),
        4
    );
    let apt = text("apt_install");
    assert!(
        apt.iter().all(|line| !line.contains("Progress:")),
        "{apt:?}"
    );
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % end
    }

    /// What programs do to lines, never near the right edge of a wide terminal.
    fn output(&mut self, pieces: usize) -> Vec<u8> {
        let parts = [
            "a",
            "bc",
            "loss 0.5",
            " ",
            "训练",
            "🚀",
            "e\u{301}",
            "\r",
            "\r\n",
            "\r\n",
            "\x08",
            "\t",
            "\x1b[A",
            "\x1b[2A",
            "\x1b[B",
            "\x1b[C",
            "\x1b[3C",
            "\x1b[D",
            "\x1b[2D",
            "\x1b[E",
            "\x1b[2F",
            "\x1b[5G",
            "\x1b[K",
            "\x1b[1K",
            "\x1b[2K",
            "\x1b[J",
            "\r\x1b[2@",
            "\x1b[2P",
            "\x1b[2X",
            "\x1b[31m",
            "\x1b[1;44m",
            "\x1b[38;5;208m",
            "\x1b[48;2;1;2;3m",
            "\x1b[3;4;7m",
            "\x1b[0m",
            "\x1b7\x1b[Aup\x1b8",
            "\x0b",
            "\x1bM",
            "\x1b[L\r",
            "\x1b[M\r",
            "\x1b]0;title\x07",
            "\x1b[?25l",
        ];
        let mut output = Vec::new();
        let mut written = 0;
        for _ in 0..pieces {
            let part = parts[self.below(parts.len())];
            // A line of a log has no right edge, so that none may be reached.
            written += part.len();
            if written > 60 {
                output.extend_from_slice(b"\r\n");
                written = 0;
            }
            output.extend_from_slice(part.as_bytes());
        }
        output
    }
}

#[test]
fn made_up_output_looks_as_on_a_terminal() {
    let mut random = Random(11);
    for round in 0..1_500 {
        let length = 1 + random.below(60);
        let bytes = random.output(length);
        let wanted = reference(&bytes, LINES, 160);
        let found = shown(&mut store(&bytes, LINES), 160);
        assert_eq!(
            words(&found),
            words(&wanted),
            "{round}: {}",
            bytes.escape_ascii()
        );
    }
}

/// xterm.js's cases (its folder of `*.in` and `*.text`), which are read from where they are: `RUSSELL_TERMINAL_CASES`.
#[test]
#[ignore = "needs the folder of xterm.js's cases in RUSSELL_TERMINAL_CASES"]
fn xterm_s_cases_look_as_on_a_terminal() {
    let folder = std::env::var("RUSSELL_TERMINAL_CASES").unwrap();
    let mut failed = Vec::new();
    let mut count = 0;
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    for path in files
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "in"))
    {
        let bytes = std::fs::read(path).unwrap();
        let wanted = std::fs::read_to_string(path.with_extension("text")).unwrap();
        let mut wanted: Vec<&str> = wanted.lines().map(str::trim_end).collect();
        while wanted.last().is_some_and(|line| line.is_empty()) {
            wanted.pop();
        }
        let rows = store(&[&bytes[..], b"x"].concat(), 25).rows(Some(80));
        let found = words(&shown(&mut store(&bytes, 25), 80));
        let found: Vec<String> = found
            .into_iter()
            .skip(rows.saturating_sub(25) as usize)
            .collect();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if found != wanted {
            println!("{} 0 0", path.display());
            println!("FOUND {found:#?} WANTED {wanted:#?}");
            failed.push(name);
        }
        count += 1;
    }
    println!("{count} {} {failed:?}", failed.len());
}

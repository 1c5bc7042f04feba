//! What a terminal shows, and what the store shows, in the same form.

use russell_engine::log::{Colour, LogStore, Row, Style};
use std::num::NonZero;

/// A character and how it looks.
pub type Cell = (String, Look);

/// How a character looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
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
pub fn reference(bytes: &[u8], lines: u16, columns: u16) -> Vec<Vec<Cell>> {
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
pub fn shown(store: &mut LogStore, columns: u16) -> Vec<Vec<Cell>> {
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

/// The text of each row.
pub fn words(rows: &[Vec<Cell>]) -> Vec<String> {
    let word = |row: &Vec<Cell>| row.iter().map(|cell| cell.0.as_str()).collect();
    rows.iter().map(word).collect()
}

/// A log on a screen of so many lines.
pub fn store(bytes: &[u8], lines: u16) -> LogStore {
    let mut store = LogStore::default().with_screen(lines.into());
    store.append(bytes);
    store
}

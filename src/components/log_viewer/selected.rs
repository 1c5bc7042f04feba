//! What the reader selected of the text. The browser draws the selection and knows where it begins and ends, as long as the rows with
//! its ends exist: so these are kept, out of sight, when the rows around them go, and where a row has moved in the document, which
//! ends a selection, it is selected again. What lies between is had from the worker.

use super::row::Shown;
use super::tools::copy;
use crate::components::log_link::LogLink;
use crate::components::task_words::Texts;
use crate::ui::Toasts;
use crate::untyped::{call, get};
use engine::log::Row;
use leptos::ev::Event;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;

/// A row: the number of its line, and which of its rows.
type At = (u64, u32);

/// The rows that are there, and which of them only because the selection begins or ends in them.
#[derive(Clone, Copy)]
pub struct Selected {
    rows: StoredValue<Vec<Shown>>,
    kept: RwSignal<Vec<At>>,
    /// What is to be selected again once the browser has the rows.
    again: StoredValue<Option<[End; 2]>>,
}

/// A place in the text: a line, and a byte of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    line: u64,
    byte: usize,
}

/// An end of the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    /// The row that it is in.
    row: At,
    /// How many UTF-16 units of the row's text are before it.
    units: usize,
}

impl Selected {
    /// Nothing is there yet.
    pub fn new() -> Self {
        Self {
            rows: StoredValue::new(Vec::new()),
            kept: RwSignal::new(Vec::new()),
            again: StoredValue::new(None),
        }
    }

    /// Selects nothing any more.
    pub fn clear(self) {
        self.again.set_value(None);
        self.rows.update_value(Vec::clear);
        if let Some(selection) = call(&document(), "getSelection", &[]) {
            call(&selection, "removeAllRanges", &[]);
        }
    }

    /// Whether a row is there only because the selection begins or ends in it, tracked.
    pub fn holds(self, row: At) -> bool {
        self.kept.with(|kept| kept.contains(&row))
    }

    /// The rows on screen, with those that the selection begins and ends in before and after them if `keep` says so.
    pub fn keep(self, shown: Vec<Shown>, keep: bool) -> Vec<Shown> {
        let waiting = self.again.get_value();
        let selected = if keep { waiting.or_else(ends) } else { None };
        let mut gone: Vec<At> = selected.iter().flatten().map(|end| end.row).collect();
        gone.dedup();
        gone.retain(|end| !shown.iter().any(|row| row.at() == *end));
        let rows = match gone.is_empty() {
            true => shown,
            false => self
                .rows
                .with_value(|before| with_ends(before, shown, &mut gone)),
        };
        if self.kept.with_untracked(|kept| *kept != gone) {
            self.kept.set(gone);
        }
        self.rows.set_value(rows.clone());
        if selected.is_some() && waiting.is_none() {
            self.again.set_value(selected);
            request_animation_frame(move || {
                let wanted = self.again.try_update_value(Option::take).flatten();
                if let Some(wanted) = wanted
                    && ends() != Some(wanted)
                {
                    select(wanted);
                }
            });
        }
        rows
    }

    /// Copies what is selected, also where its rows are not on screen.
    pub fn copy(self, event: &Event, link: LogLink, i18n: Texts, toasts: Toasts) {
        // It reaches beyond the text: the browser copies what it has.
        let Some([anchor, focus]) = self.again.get_value().or_else(ends) else {
            return;
        };
        let (Some(anchor), Some(focus)) = (self.place(anchor), self.place(focus)) else {
            return;
        };
        let (from, to) = if anchor < focus {
            (anchor, focus)
        } else {
            (focus, anchor)
        };
        event.prevent_default();
        if self.kept.with_untracked(Vec::is_empty) {
            // With the event itself this works where a page may not write to the clipboard.
            let text = self.rows.with_value(|rows| between(rows, from, to));
            call(
                &get(event, "clipboardData"),
                "setData",
                &["text/plain".into(), text.into()],
            );
            return;
        }
        copy(i18n, toasts, async move {
            let text = link.text(from.line..=to.line).await?;
            Some(cut(&text, from.byte, to.byte).to_owned())
        });
    }

    /// Where an end of the selection is in the log.
    fn place(self, end: End) -> Option<Place> {
        self.rows.with_value(|rows| {
            let row = rows.iter().find(|row| row.at() == end.row)?.row();
            Some(Place {
                line: row.line,
                byte: row.start as usize + bytes(&text(row), end.units),
            })
        })
    }
}

/// The rows before and after those on screen that are asked for; `ends` keeps those that there are.
fn with_ends(before: &[Shown], shown: Vec<Shown>, ends: &mut Vec<At>) -> Vec<Shown> {
    let had = |end: &At| before.iter().find(|row| row.at() == *end).cloned();
    ends.retain(|end| had(end).is_some());
    let Some(first) = shown.first().map(Shown::at) else {
        ends.clear();
        return shown;
    };
    let (above, below): (Vec<At>, Vec<At>) = ends.iter().partition(|end| **end < first);
    let mut rows: Vec<Shown> = above.iter().filter_map(had).collect();
    rows.extend(shown);
    rows.extend(below.iter().filter_map(had));
    rows.sort_by_key(Shown::at);
    rows
}

/// The text from one place to another, as far as there are rows; rows of one line are one again.
fn between(rows: &[Shown], from: Place, to: Place) -> String {
    let mut out = String::new();
    let mut line = None;
    for row in rows.iter().map(Shown::row) {
        if row.line < from.line || row.line > to.line {
            continue;
        }
        let text = text(row);
        let start = row.start as usize;
        let clamp = |byte: usize| text.floor_char_boundary(byte.saturating_sub(start));
        let begin = if row.line == from.line {
            clamp(from.byte)
        } else {
            0
        };
        let end = if row.line == to.line {
            clamp(to.byte)
        } else {
            text.len()
        };
        if line.is_some_and(|line| line != row.line) {
            out.push('\n');
        }
        line = Some(row.line);
        out.push_str(text.get(begin..end).unwrap_or_default());
    }
    out
}

/// Lines, each with its newline, without what is before the byte `from` of the first and after the byte `to` of the last.
fn cut(lines: &str, from: usize, to: usize) -> &str {
    let lines = lines.strip_suffix('\n').unwrap_or(lines);
    let last = lines.rfind('\n').map_or(0, |at| at + 1);
    let end = lines.floor_char_boundary((last + to).min(lines.len()));
    let begin = lines.floor_char_boundary(from.min(lines.len()));
    lines.get(begin..end).unwrap_or_default()
}

fn text(row: &Row) -> String {
    row.spans.iter().map(|span| span.text.as_str()).collect()
}

/// How many bytes the first UTF-16 units of a text take.
fn bytes(text: &str, units: usize) -> usize {
    let mut left = units;
    let mut letters = text.chars();
    let mut bytes = 0;
    while left > 0
        && let Some(letter) = letters.next()
    {
        left = left.saturating_sub(letter.len_utf16());
        bytes += letter.len_utf8();
    }
    bytes
}

/// Where the selection began and where it ends, in the rows of the log; none where nothing is selected, or it reaches beyond.
fn ends() -> Option<[End; 2]> {
    let selection = call(&document(), "getSelection", &[])?;
    if get(&selection, "isCollapsed") != JsValue::FALSE {
        return None;
    }
    let end = |node: &str, offset: &str| end(&get(&selection, node), &get(&selection, offset));
    Some([
        end("anchorNode", "anchorOffset")?,
        end("focusNode", "focusOffset")?,
    ])
}

/// A place that the browser tells as a node and an offset in it.
fn end(node: &JsValue, offset: &JsValue) -> Option<End> {
    let element = match get(node, "closest").is_function() {
        true => node.clone(),
        false => get(node, "parentElement"),
    };
    let row = call(&element, "closest", &["[data-row]".into()])?;
    let at = at(&row)?;
    let text = call(&row, "querySelector", &[".log-text".into()])?;
    let before = call(&document(), "createRange", &[])?;
    call(&before, "setStart", &[text, 0.into()])?;
    // Before the text, at the row's number: the browser moves the begin there too, and nothing is between.
    call(&before, "setEnd", &[node.clone(), offset.clone()])?;
    let text = call(&before, "toString", &[])?.as_string()?;
    Some(End {
        row: at,
        units: text.encode_utf16().count(),
    })
}

/// Selects from one end to the other, if the rows of both are there.
fn select([anchor, focus]: [End; 2]) -> Option<()> {
    let (anchor, from) = node_at(anchor)?;
    let (focus, to) = node_at(focus)?;
    let selection = call(&document(), "getSelection", &[])?;
    call(
        &selection,
        "setBaseAndExtent",
        &[anchor, from.into(), focus, to.into()],
    )?;
    Some(())
}

/// The node that an end is in, and its offset there.
fn node_at(end: End) -> Option<(JsValue, u32)> {
    let (line, part) = end.row;
    let name = format!("[data-row='{line}.{part}'] .log-text");
    let text = call(&document(), "querySelector", &[name.into()])?;
    let walker = call(
        &document(),
        "createTreeWalker",
        &[text.clone(), TEXT.into()],
    )?;
    let mut left = end.units as u32;
    while let Some(node) = call(&walker, "nextNode", &[]).filter(JsValue::is_object) {
        let length = get(&node, "length").as_f64().unwrap_or(0.0) as u32;
        if left <= length {
            return Some((node, left));
        }
        left -= length;
    }
    Some((text, 0))
}

/// `NodeFilter.SHOW_TEXT`.
const TEXT: u32 = 4;

/// Which row an element is.
fn at(row: &JsValue) -> Option<At> {
    let name = call(row, "getAttribute", &["data-row".into()])?.as_string()?;
    let (line, part) = name.split_once('.')?;
    Some((line.parse().ok()?, part.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::log_viewer::row;
    use engine::log::LogStore;

    fn shown(log: &str, cols: u32) -> Vec<Shown> {
        let mut store = LogStore::default();
        store.append(log.as_bytes());
        row::of_rows(store.window(Some(cols), 0, 99))
    }

    fn place(line: u64, byte: usize) -> Place {
        Place { line, byte }
    }

    #[test]
    fn text_between_two_places() {
        let rows = shown("first\nsecond line of two rows\n训练 🚀 end\n", 10);
        assert_eq!(between(&rows, place(1, 0), place(1, 5)), "first");
        assert_eq!(
            between(&rows, place(1, 3), place(2, 13)),
            "st\nsecond line o"
        );
        assert_eq!(
            between(&rows, place(2, 7), place(3, 6)),
            "line of two rows\n训练"
        );
        assert_eq!(between(&rows, place(3, 1), place(3, 99)), "训练 🚀 end");
        assert_eq!(cut("first\nsecond\n", 3, 2), "st\nse");
        assert_eq!(cut("first\n", 1, 3), "ir");
        assert_eq!(cut("训\n\n", 3, 0), "\n");
        assert_eq!(cut("", 3, 9), "");
        assert_eq!(bytes("训🚀a", 3), 7);
        assert_eq!(bytes("a", 9), 1);
    }

    #[test]
    fn rows_of_the_ends_stay_around_those_on_screen() {
        let all = shown(&"line\n".repeat(9), 80);
        let at = |rows: &[Shown]| rows.iter().map(|row| row.at().0).collect::<Vec<_>>();
        let mut ends = vec![(1, 0), (9, 0), (77, 0)];
        let rows = with_ends(&all, all[3..6].to_vec(), &mut ends);
        assert_eq!(at(&rows), [1, 4, 5, 6, 9]);
        assert_eq!(ends, [(1, 0), (9, 0)]);
        // They stay as long as they are asked for.
        let mut again = vec![(1, 0)];
        assert_eq!(
            at(&with_ends(&rows, all[7..8].to_vec(), &mut again)),
            [1, 8]
        );
        let mut none = vec![(1, 0)];
        assert!(with_ends(&rows, Vec::new(), &mut none).is_empty() && none.is_empty());
    }
}

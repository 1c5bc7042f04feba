//! A row of the log: text nodes only, coloured by classes.

use super::clock::Clock;
use super::viewer::Viewer;
use crate::format;
use crate::i18n::*;
use crate::work::{Heads, Snapshot, Times, ToWorker};
use engine::log::{Colour, LineKind, Row, Span, Style};
use leptos::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// A row, and what was found in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown {
    row: Row,
    /// Where in the row's text something was found, in bytes, from left to right.
    marks: Vec<Range<usize>>,
    /// Whether its line tells of a failure.
    failed: bool,
    /// Whether the number of its line is known.
    numbered: bool,
    /// When it was written; none where no times are shown.
    time: Option<String>,
    /// What is folded into it.
    head: Option<Heads>,
}

impl Shown {
    /// The number of its line, and which of its rows it is.
    pub fn at(&self) -> (u64, u32) {
        (self.row.line, self.row.part)
    }

    /// The row.
    pub fn row(&self) -> &Row {
        &self.row
    }
}

/// The rows on screen with what was found in them.
pub fn shown(snapshot: &Snapshot, clock: Clock) -> Vec<Shown> {
    let (window, found) = (&snapshot.window, &snapshot.found);
    let shown = window.iter().map(|row| {
        let marked = found.marks.iter().find(|(line, _)| *line == row.line);
        let marked = marked.map_or(&[][..], |(_, marks)| marks);
        Shown {
            marks: within(marked, row),
            failed: found.failed.contains(&row.line),
            numbered: !snapshot.preview && snapshot.apart.is_none(),
            head: match row.part {
                0 => snapshot
                    .folds
                    .iter()
                    .find(|head| head.line == row.line)
                    .copied(),
                _ => None,
            },
            time: match row.part {
                0 => clock.words(&snapshot.times, row.line),
                _ => clock.words(&Times::default(), row.line),
            },
            row: row.clone(),
        }
    });
    shown.collect()
}

/// The parts of a line's marks that are in one of its rows.
fn within(marks: &[Range<u32>], row: &Row) -> Vec<Range<usize>> {
    let length: usize = row.spans.iter().map(|span| span.text.len()).sum();
    let at = |byte: u32| (byte.saturating_sub(row.start) as usize).min(length);
    let marks = marks.iter().map(|mark| at(mark.start)..at(mark.end));
    marks.filter(|mark| !mark.is_empty()).collect()
}

/// Rows in which nothing was found.
#[cfg(test)]
pub fn of_rows(rows: Vec<Row>) -> Vec<Shown> {
    let plain = |row| Shown {
        row,
        marks: Vec::new(),
        failed: false,
        numbered: true,
        time: None,
        head: None,
    };
    rows.into_iter().map(plain).collect()
}

/// One earlier state of a line: its text alone.
pub fn state(row: &Row) -> impl IntoView + use<> {
    let spans: Vec<_> = row
        .spans
        .iter()
        .map(|span| show_span(span.clone(), 0, &[]))
        .collect();
    view! { <div class="log-row">{spans}</div> }
}

/// What tells a row from all others: where it stands and what is in it.
pub fn key(shown: &Shown) -> (u64, u32, u64) {
    let mut hasher = DefaultHasher::new();
    shown.hash(&mut hasher);
    (shown.row.line, shown.row.part, hasher.finish())
}

/// Number and text of a row.
pub fn show(shown: Shown, viewer: Viewer) -> impl IntoView {
    let Shown {
        row,
        marks,
        failed,
        numbered,
        time,
        head,
    } = shown;
    let (line, part) = (row.line, row.part);
    let platform = row.kind == LineKind::Platform;
    let number = (row.part == 0 && numbered).then(|| line.to_string());
    let is = move |chosen: bool| numbered && chosen;
    let mut begin = 0;
    let spans: Vec<_> = row
        .spans
        .into_iter()
        .map(|span| {
            let from = begin;
            begin += span.text.len();
            show_span(span, from, &marks)
        })
        .collect();
    let i18n = use_i18n();
    let earlier = (row.folded && part == 0 && numbered).then(|| {
        let label = move || t_string!(i18n, log.earlier).to_owned();
        chip(
            label,
            || "⋯".to_owned(),
            move || viewer.unfolded.set(Some(line)),
        )
    });
    let lines = head.map(|head| {
        let label = move || match head.open {
            true => t_string!(i18n, log.fold_again).to_owned(),
            false => t_string!(i18n, log.unfold).to_owned(),
        };
        let words = move || match head.open {
            true => t_string!(i18n, log.fold_again).to_owned(),
            false => t_string!(i18n, log.folded, count = format::number(head.lines)),
        };
        chip(label, words, move || {
            viewer.link.tell(ToWorker::Unfold(line));
        })
    });
    view! {
        <div
            class="log-row"
            data-row=format!("{line}.{part}")
            class:log-pinned=move || viewer.selected.holds((line, part))
            class:log-platform=platform
            class:log-failed=failed
            class:log-current=move || is(viewer.current.get().is_some_and(|(at, _)| at == line))
            class:log-picked=move || is(viewer.picked.get().is_some_and(|picked| picked.has(line)))
        >
            <span class="log-number" aria-hidden="true" data-line=numbered.then_some(line)>
                {number}
            </span>
            {time.map(|time| view! { <span class=move || viewer.times.get().class()>{time}</span> })}
            <span class="log-text">
                {spans}
                {(row.cut && row.part == 0).then(|| view! { <span class="log-cut">"…"</span> })}
            </span>
            {earlier}
            {lines}
        </div>
    }
}

/// A button behind the text of a row.
fn chip(
    label: impl Fn() -> String + Copy + Send + Sync + 'static,
    words: impl Fn() -> String + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="log-fold" aria-label=label title=label on:click=move |_| act()>
            {words}
        </button>
    }
}

/// A span that begins at the byte `from` of its row, with what is marked in it.
fn show_span(span: Span, from: usize, marks: &[Range<usize>]) -> impl IntoView + use<> {
    let style = span.style;
    let parts: Vec<_> = parts(&span.text, from, marks)
        .into_iter()
        .map(|(text, marked)| match marked {
            true => view! { <mark class="log-hit">{text}</mark> }.into_any(),
            false => text.into_any(),
        })
        .collect();
    // The sixteen colours belong to the theme; others are what the program asked for.
    view! {
        <span
            class=classes(&style)
            style:color=exact(ink(&style))
            style:background-color=exact(ground(&style))
            title=span.link
        >
            {parts}
        </span>
    }
}

/// A text that begins at the byte `from` of its row, cut where marks begin and end; whether each part is marked.
fn parts(text: &str, from: usize, marks: &[Range<usize>]) -> Vec<(String, bool)> {
    let mut out = Vec::new();
    let mut push = |part: Option<&str>, marked| match part {
        Some(part) if !part.is_empty() => out.push((part.to_owned(), marked)),
        _ => {}
    };
    let mut at = 0;
    for mark in marks {
        let begin = mark.start.saturating_sub(from).clamp(at, text.len());
        let end = mark.end.saturating_sub(from).clamp(begin, text.len());
        // A pattern that fits within a letter would cut it.
        if !text.is_char_boundary(begin) || !text.is_char_boundary(end) {
            continue;
        }
        push(text.get(at..begin), false);
        push(text.get(begin..end), true);
        at = end;
    }
    push(text.get(at..), false);
    out
}

/// The colour of the letters, with the exchange of an inverse style done.
fn ink(style: &Style) -> Colour {
    if style.inverse {
        style.ground
    } else {
        style.text
    }
}

/// The colour behind the letters.
fn ground(style: &Style) -> Colour {
    if style.inverse {
        style.text
    } else {
        style.ground
    }
}

fn exact(colour: Colour) -> Option<String> {
    match colour {
        Colour::Rgb(red, green, blue) => Some(format!("rgb({red} {green} {blue})")),
        Colour::Default | Colour::Named(_) => None,
    }
}

/// Class names of a style; none for plain text.
fn classes(style: &Style) -> Option<String> {
    let mut names: Vec<String> = [
        (style.bold, "sgr-bold"),
        (style.dim, "sgr-dim"),
        (style.italic, "sgr-italic"),
        (style.underline, "sgr-underline"),
        (style.strike, "sgr-strike"),
        (
            style.inverse && ink(style) == Colour::Default,
            "sgr-ink-ground",
        ),
        (
            style.inverse && ground(style) == Colour::Default,
            "sgr-ground-ink",
        ),
    ]
    .into_iter()
    .filter(|(on, _)| *on)
    .map(|(_, name)| name.to_owned())
    .collect();
    if let Colour::Named(index) = ink(style) {
        names.push(format!("sgr-{index}"));
    }
    if let Colour::Named(index) = ground(style) {
        names.push(format!("sgr-on-{index}"));
    }
    (!names.is_empty()).then(|| names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_say_what_a_terminal_would_show() {
        let plain = Style::default();
        assert_eq!(classes(&plain), None);
        let red = Style {
            text: Colour::Named(1),
            bold: true,
            ..plain
        };
        assert_eq!(classes(&red).as_deref(), Some("sgr-bold sgr-1"));
        let marked = Style {
            inverse: true,
            ..plain
        };
        assert_eq!(
            classes(&marked).as_deref(),
            Some("sgr-ink-ground sgr-ground-ink")
        );
        let red_marked = Style {
            inverse: true,
            ..red
        };
        assert_eq!(
            classes(&red_marked).as_deref(),
            Some("sgr-bold sgr-ink-ground sgr-on-1")
        );
        let exact_text = Style {
            text: Colour::Rgb(1, 2, 3),
            ..plain
        };
        assert_eq!(classes(&exact_text), None);
        assert_eq!(exact(ink(&exact_text)).as_deref(), Some("rgb(1 2 3)"));
    }

    fn row(start: u32, text: &str) -> Row {
        Row {
            line: 1,
            part: 0,
            start,
            kind: LineKind::Program,
            cut: false,
            folded: false,
            spans: vec![Span {
                text: text.into(),
                style: Style::default(),
                link: None,
            }],
        }
    }

    #[test]
    fn a_row_that_changed_has_another_key() {
        let shown = |text: &str, failed| Shown {
            row: row(0, text),
            marks: Vec::new(),
            failed,
            numbered: true,
            time: None,
            head: None,
        };
        assert_eq!(key(&shown("10%", false)), key(&shown("10%", false)));
        assert_ne!(key(&shown("10%", false)), key(&shown("11%", false)));
        assert_ne!(key(&shown("10%", false)), key(&shown("10%", true)));
    }

    #[test]
    fn marks_of_a_line_stand_in_the_rows_they_reach() {
        let marks = [0..2, 3..6, 8..9];
        assert_eq!(within(&marks, &row(0, "abcd")), [0..2, 3..4]);
        assert_eq!(
            within(&marks, &row(4, "efgh")),
            std::slice::from_ref(&(0..2))
        );
        assert_eq!(within(&marks, &row(8, "i")), std::slice::from_ref(&(0..1)));
    }

    #[test]
    fn spans_are_cut_at_marks_and_letters_stay_whole() {
        let cut = |text: &str, from, marks: &[(usize, usize)]| {
            let marks: Vec<_> = marks.iter().map(|(from, to)| *from..*to).collect();
            let parts = parts(text, from, &marks);
            let mark = |(text, marked): &(String, bool)| match marked {
                true => format!("[{text}]"),
                false => text.clone(),
            };
            parts.iter().map(mark).collect::<String>()
        };
        assert_eq!(cut("loss 1 loss", 0, &[(0, 4), (7, 11)]), "[loss] 1 [loss]");
        assert_eq!(cut("ss 1", 2, &[(0, 4)]), "[ss] 1");
        assert_eq!(cut("none", 8, &[(0, 4)]), "none");
        assert_eq!(cut("训练", 0, &[(0, 3)]), "[训]练");
        assert_eq!(cut("训练", 0, &[(1, 3), (3, 6)]), "训[练]");
        assert_eq!(cut("", 0, &[(0, 3)]), "");
    }
}

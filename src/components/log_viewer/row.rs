//! A row of the log: text nodes only, coloured by classes.

use engine::log::{Colour, LineKind, Row, Span, Style};
use leptos::prelude::*;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What tells a row from all others: where it stands and what is in it.
pub fn key(row: &Row) -> (u64, u32, u64) {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    (row.line, row.part, hasher.finish())
}

/// Number and text of a row.
pub fn show(row: Row) -> impl IntoView {
    let platform = row.kind == LineKind::Platform;
    let number = (row.part == 0).then(|| row.line.to_string());
    let spans: Vec<_> = row.spans.into_iter().map(show_span).collect();
    view! {
        <div class="log-row" class:log-platform=platform>
            <span class="log-number" aria-hidden="true">{number}</span>
            <span class="log-text">
                {spans}
                {(row.cut && row.part == 0).then(|| view! { <span class="log-cut">"…"</span> })}
            </span>
        </div>
    }
}

fn show_span(span: Span) -> impl IntoView {
    let style = span.style;
    // The sixteen colours belong to the theme; others are what the program asked for.
    view! {
        <span
            class=classes(&style)
            style:color=exact(ink(&style))
            style:background-color=exact(ground(&style))
        >
            {span.text}
        </span>
    }
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

    #[test]
    fn a_row_that_changed_has_another_key() {
        let row = |text: &str| Row {
            line: 1,
            part: 0,
            start: 0,
            kind: LineKind::Program,
            cut: false,
            folded: false,
            spans: vec![Span {
                text: text.into(),
                style: Style::default(),
                link: None,
            }],
        };
        assert_eq!(key(&row("10%")), key(&row("10%")));
        assert_ne!(key(&row("10%")), key(&row("11%")));
    }
}

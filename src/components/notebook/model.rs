//! A Jupyter notebook as what may be shown of it (nbformat 4, and 3 with its own spelling). What it says of itself is
//! believed of nothing but text: pictures are recognized by their first bytes where they have any.

use super::base64;
use super::table::{self, Rows};
use super::terminal;
use serde_json::Value;

/// Most cells that are shown.
const CELLS_MAX: usize = 2000;
/// Longest output of one cell that is shown, in bytes.
const TEXT_MAX: usize = 64 * 1024;

/// A notebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notebook {
    /// The language of its code; may be empty.
    pub language: String,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Cells that are left out.
    pub left_out: usize,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Text in Markdown.
    Markdown(String),
    /// Code, what ran as which number, and what came of it.
    Code {
        /// The code.
        source: String,
        /// The number; none when it did not run.
        count: Option<u64>,
        /// What it printed, showed and answered.
        outputs: Vec<Output>,
    },
    /// Text as it is.
    Raw(String),
}

/// What came of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Text that was printed or answered.
    Text(Shown),
    /// Text that was printed as an error, or the traceback of one.
    Error(Shown),
    /// Text in Markdown.
    Markdown(String),
    /// A table, as rows of texts.
    Table(Rows),
    /// A picture.
    Picture {
        /// Its media type.
        media: &'static str,
        /// Its bytes.
        bytes: Vec<u8>,
        /// Words for it; may be empty.
        words: String,
    },
    /// Something that cannot be shown, of this media type.
    Other(String),
}

/// A text, and whether it was longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The text.
    pub text: String,
    /// Whether its end is left out.
    pub cut: bool,
}

/// Reads a notebook; none when it is none.
pub fn parse(text: &str) -> Option<Notebook> {
    let file: Value = serde_json::from_str(text).ok()?;
    let cells = file.get("cells").and_then(Value::as_array);
    let cells: Vec<&Value> = match cells {
        Some(cells) => cells.iter().collect(),
        // nbformat 3 has sheets.
        None => file
            .get("worksheets")?
            .as_array()?
            .iter()
            .filter_map(|sheet| sheet.get("cells")?.as_array())
            .flatten()
            .collect(),
    };
    let meta = |part: &str, key: &str| {
        file.pointer(&format!("/metadata/{part}/{key}"))
            .and_then(Value::as_str)
    };
    let of_cell = cells.iter().find_map(|cell| cell.get("language")?.as_str());
    let language = meta("language_info", "name").or(meta("kernelspec", "language"));
    Some(Notebook {
        language: language.or(of_cell).unwrap_or("python").to_owned(),
        left_out: cells.len().saturating_sub(CELLS_MAX),
        cells: cells.into_iter().take(CELLS_MAX).map(cell).collect(),
    })
}

fn cell(cell: &Value) -> Cell {
    let source = || lines(cell.get("source").or(cell.get("input")));
    match cell.get("cell_type").and_then(Value::as_str) {
        Some("markdown") => Cell::Markdown(source()),
        Some("heading") => {
            let level = cell.get("level").and_then(Value::as_u64).unwrap_or(1);
            let marks = "#".repeat(level.clamp(1, 6) as usize);
            Cell::Markdown(format!("{marks} {}", source()))
        }
        Some("code") => {
            let count = cell.get("execution_count").or(cell.get("prompt_number"));
            let outputs = cell.get("outputs").and_then(Value::as_array);
            Cell::Code {
                source: source(),
                count: count.and_then(Value::as_u64),
                outputs: merged(outputs.into_iter().flatten().filter_map(output)),
            }
        }
        _ => Cell::Raw(source()),
    }
}

/// A text, or the lines of one.
fn lines(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// Pieces that were printed one after the other are one text.
fn merged(outputs: impl Iterator<Item = Output>) -> Vec<Output> {
    let mut list: Vec<Output> = Vec::new();
    for output in outputs {
        match (list.last_mut(), &output) {
            (Some(Output::Text(before)), Output::Text(more))
            | (Some(Output::Error(before)), Output::Error(more))
                if before.text.ends_with('\n') =>
            {
                let text = std::mem::take(&mut before.text) + &more.text;
                *before = shown(&text);
                before.cut |= more.cut;
            }
            _ => list.push(output),
        }
    }
    list
}

fn shown(text: &str) -> Shown {
    let plain = terminal::plain(text);
    if plain.len() <= TEXT_MAX {
        return Shown {
            text: plain,
            cut: false,
        };
    }
    let mut end = TEXT_MAX;
    while !plain.is_char_boundary(end) {
        end -= 1;
    }
    Shown {
        text: plain[..end].to_owned(),
        cut: true,
    }
}

fn output(output: &Value) -> Option<Output> {
    let text = |key: &str| output.get(key).and_then(Value::as_str).unwrap_or("");
    match text("output_type") {
        "stream" => {
            let words = shown(&lines(output.get("text")));
            let failed = [text("name"), text("stream")].contains(&"stderr");
            Some(if failed {
                Output::Error(words)
            } else {
                Output::Text(words)
            })
        }
        "error" | "pyerr" => {
            let trace = output.get("traceback").and_then(Value::as_array);
            let trace: Vec<&str> = trace
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            Some(Output::Error(match trace.is_empty() {
                true => shown(&format!("{}: {}", text("ename"), text("evalue"))),
                false => shown(&trace.join("\n")),
            }))
        }
        // nbformat 3 has what is shown in the output itself.
        _ => best(output.get("data").unwrap_or(output)),
    }
}

/// The best of what the same thing is given as.
fn best(data: &Value) -> Option<Output> {
    let get = |media: &str, short: &str| data.get(media).or(data.get(short));
    let words = terminal::plain(&lines(get("text/plain", "text")));
    for (media, short) in [
        ("image/png", "png"),
        ("image/jpeg", "jpeg"),
        ("image/gif", "gif"),
        ("image/webp", "webp"),
    ] {
        let bytes = get(media, short).and_then(|value| base64::decode(&lines(Some(value))));
        if let Some(bytes) = bytes.filter(|bytes| is(media, bytes)) {
            return Some(Output::Picture {
                media,
                bytes,
                words,
            });
        }
    }
    if let Some(svg) = get("image/svg+xml", "svg") {
        return Some(Output::Picture {
            media: "image/svg+xml",
            bytes: lines(Some(svg)).into_bytes(),
            words,
        });
    }
    if let Some(rows) = get("text/html", "html").and_then(|html| table::read(&lines(Some(html)))) {
        return Some(Output::Table(rows));
    }
    if let Some(text) = data.get("text/markdown").or(data.get("text/latex")) {
        return Some(Output::Markdown(lines(Some(text))));
    }
    if !words.is_empty() {
        return Some(Output::Text(shown(&words)));
    }
    let media = data.as_object()?.keys().find(|key| key.contains('/'))?;
    Some(Output::Other(media.clone()))
}

/// Whether the bytes begin as such a picture does.
fn is(media: &str, bytes: &[u8]) -> bool {
    match media {
        "image/png" => bytes.starts_with(b"\x89PNG"),
        "image/jpeg" => bytes.starts_with(b"\xFF\xD8\xFF"),
        "image/gif" => bytes.starts_with(b"GIF8"),
        _ => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(words: &str) -> Shown {
        Shown {
            text: words.into(),
            cut: false,
        }
    }

    fn code(outputs: Value) -> Vec<Output> {
        let file = json!({"nbformat": 4, "cells": [{"cell_type": "code", "source": "x", "execution_count": 7, "outputs": outputs}]});
        match parse(&file.to_string()).unwrap().cells.remove(0) {
            Cell::Code {
                outputs,
                count: Some(7),
                ..
            } => outputs,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn cells_are_text_code_or_raw() {
        let file = json!({
            "nbformat": 4, "metadata": {"language_info": {"name": "R"}},
            "cells": [
                {"cell_type": "markdown", "source": ["# 标题\n", "text"]},
                {"cell_type": "code", "source": "1 + 1", "execution_count": null, "outputs": []},
                {"cell_type": "raw", "source": "raw"},
                {"cell_type": "unheard of"}
            ]
        });
        let found = parse(&file.to_string()).unwrap();
        assert_eq!(found.language, "R");
        assert_eq!(
            found.cells,
            [
                Cell::Markdown("# 标题\ntext".into()),
                Cell::Code {
                    source: "1 + 1".into(),
                    count: None,
                    outputs: vec![]
                },
                Cell::Raw("raw".into()),
                Cell::Raw(String::new()),
            ]
        );
        for none in [
            "",
            "[]",
            "{}",
            "{\"cells\": 3}",
            "no json",
            "{\"worksheets\": {}}",
        ] {
            assert_eq!(parse(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_printed_is_one_text_without_colours() {
        let found = code(json!([
            {"output_type": "stream", "name": "stdout", "text": ["a\n", "10%\r100%\n"]},
            {"output_type": "stream", "name": "stdout", "text": "b\n"},
            {"output_type": "stream", "name": "stderr", "text": "warning"},
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\u{1b}[0;31mE\u{1b}[0m", "line"]},
            {"output_type": "error", "ename": "E", "evalue": "v"}
        ]));
        assert_eq!(
            found,
            [
                Output::Text(text("a\n100%\nb\n")),
                Output::Error(text("warning")),
                Output::Error(text("E\nline")),
                Output::Error(text("E: v")),
            ]
        );
    }

    #[test]
    fn the_best_form_is_taken_and_checked() {
        let shown = |data: Value| code(json!([{"output_type": "display_data", "data": data}]));
        let png = "iVBORw0K\nGgo=";
        assert_eq!(
            shown(json!({"image/png": png, "text/plain": "<Figure>"})),
            [Output::Picture {
                media: "image/png",
                bytes: b"\x89PNG\r\n\x1a\n".to_vec(),
                words: "<Figure>".into()
            }]
        );
        // What only says that it is a picture is none.
        let lie = shown(json!({"image/png": "PHNjcmlwdD4=", "text/plain": ["a", "b"]}));
        assert_eq!(lie, [Output::Text(text("ab"))]);
        assert!(matches!(
            &shown(json!({"image/svg+xml": "<svg/>"}))[..],
            [Output::Picture {
                media: "image/svg+xml",
                ..
            }]
        ));
        let html = "<script>alert(1)</script>";
        assert_eq!(
            shown(json!({"text/html": html, "text/plain": "t"})),
            [Output::Text(text("t"))]
        );
        assert_eq!(
            shown(json!({"text/html": html})),
            [Output::Other("text/html".into())]
        );
        assert_eq!(
            shown(json!({"application/javascript": "alert(1)"})),
            [Output::Other("application/javascript".into())]
        );
        assert_eq!(shown(json!({})), []);
    }

    #[test]
    fn the_older_format_is_read() {
        let file = json!({"nbformat": 3, "worksheets": [{"cells": [
            {"cell_type": "heading", "level": 2, "source": "Title"},
            {"cell_type": "code", "language": "python", "input": ["x"], "prompt_number": 3, "outputs": [
                {"output_type": "pyout", "text": ["4"], "html": "<b>4</b>"},
                {"output_type": "stream", "stream": "stderr", "text": "w"},
                {"output_type": "pyerr", "traceback": ["t"]}
            ]}
        ]}]});
        let found = parse(&file.to_string()).unwrap();
        assert_eq!(found.cells[0], Cell::Markdown("## Title".into()));
        assert_eq!(
            found.cells[1],
            Cell::Code {
                source: "x".into(),
                count: Some(3),
                outputs: vec![
                    Output::Text(text("4")),
                    Output::Error(text("w")),
                    Output::Error(text("t")),
                ],
            }
        );
    }

    #[test]
    fn too_much_is_cut() {
        let long = "名".repeat(TEXT_MAX);
        let found = code(json!([{"output_type": "stream", "text": long}]));
        assert!(
            matches!(&found[..], [Output::Text(Shown { text, cut: true })] if text.len() <= TEXT_MAX)
        );
        let cells = vec![json!({"cell_type": "raw"}); CELLS_MAX + 3];
        let found = parse(&json!({"cells": cells}).to_string()).unwrap();
        assert_eq!((found.cells.len(), found.left_out), (CELLS_MAX, 3));
    }
}

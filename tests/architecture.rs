//! The rules of docs/architecture.md that a look at the sources can decide.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// Most lines a source file may have.
const LINES_MAX: usize = 500;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `folder` that end in one of `endings`, with their contents.
fn files(folder: &str, endings: &[&str]) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if path.is_dir() && name != "node_modules" && name != "target" {
                walk(&path, found);
            } else if path.is_file() {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    found
        .into_iter()
        .filter(|path| {
            endings
                .iter()
                .any(|ending| path.to_string_lossy().ends_with(ending))
        })
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a text");
            (
                path.strip_prefix(root())
                    .expect("below the root")
                    .to_owned(),
                text,
            )
        })
        .collect()
}

/// Whether `word` stands in `code` and is not the end of a longer name or path.
fn begins_with_word(code: &str, word: &str) -> bool {
    code.match_indices(word)
        .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

/// The paths of a `use` tree, each written out: `crate::{a, b::c}` is `crate::a` and `crate::b::c`.
fn paths_of(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((before, inside)) = tree.strip_suffix('}').and_then(|tree| tree.split_once('{'))
    else {
        return vec![tree.to_owned()];
    };
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in inside.chars() {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        match parts.last_mut() {
            Some(part) if c != ',' || depth > 0 => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts
        .flat_map(|part| paths_of(part))
        .map(|path| format!("{before}{path}"))
        .collect()
}

/// The paths that a file imports in groups, with the lines where their statements begin.
fn grouped_imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    for (number, line) in text.lines().enumerate() {
        let rest = &text[at..];
        at += line.len() + 1;
        let start = line.trim_start();
        let statement = ["use ", "pub use ", "pub(super) use ", "pub(crate) use "]
            .iter()
            .find(|begin| start.starts_with(*begin))
            .and_then(|begin| {
                let tree = &rest[rest.find(begin)? + begin.len()..];
                Some(&tree[..tree.find(';')?])
            });
        if let Some(tree) = statement.filter(|tree| tree.contains('{')) {
            found.extend(paths_of(tree).into_iter().map(|path| (number, path)));
        }
    }
    found
}

#[test]
fn grouped_imports_are_written_out() {
    let text = "//! x\nuse crate::{\n    client,\n    ui::{self, Icon},\n};\nuse a::b;\n";
    let paths = ["crate::client", "crate::ui::self", "crate::ui::Icon"];
    assert_eq!(
        grouped_imports(text),
        paths.map(|path| (1, path.to_owned()))
    );
}

/// Lines with one of the words, outside of comments, in files of `folder` that `allowed` does not name.
fn finds(folder: &str, words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files(folder, &[".rs"]) {
        let name = path.to_string_lossy();
        if allowed.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| begins_with_word(code, word)) {
                found.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
        for (number, path) in grouped_imports(&text) {
            if words.iter().any(|word| begins_with_word(&path, word)) {
                found.push(format!("{name}:{}: {path}", number + 1));
            }
        }
    }
    found
}

#[test]
fn no_markup_is_made_of_text() {
    let words = [
        "inner_html",
        "outer_html",
        "insert_adjacent_html",
        "document_write",
    ];
    assert_eq!(finds("src", &words, &[]), [""; 0]);
}

#[test]
fn no_style_stands_in_a_template() {
    assert_eq!(
        finds("src", &[" style=\"", " style={", " style=move"], &[]),
        [""; 0]
    );
}

#[test]
fn no_two_types_of_the_api_have_one_name_in_its_description() {
    let mut names = Vec::new();
    for folder in ["api/src", "backend/src"] {
        for (_, text) in files(folder, &[".rs"]) {
            for (at, _) in text.match_indices("utoipa::ToSchema") {
                let item = text[at..].split("pub ").nth(1).unwrap_or_default();
                let name = item.split_whitespace().nth(1).unwrap_or_default();
                if item.starts_with("struct") || item.starts_with("enum") {
                    names.push(name.trim_end_matches(['{', ';', '(']).to_owned());
                }
            }
        }
    }
    names.sort();
    // Of two with one name the description keeps the last, for both.
    let twice: Vec<_> = names.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(names.len() > 50 && twice.is_empty(), "{twice:?}");
}

#[test]
fn arrows_go_one_way() {
    let above_ui = [
        "crate::client",
        "crate::components",
        "crate::pages",
        "crate::paths",
        "crate::session",
        "crate::place",
    ];
    assert_eq!(finds("src/ui", &above_ui, &[]), [""; 0]);
    assert_eq!(
        finds(
            "src/client",
            &["crate::components", "crate::pages", "crate::ui"],
            &[]
        ),
        [""; 0]
    );
    assert_eq!(finds("src/components", &["crate::pages"], &[]), [""; 0]);
    let ours = ["russell_cloud_web", "russell_backend", "api::", "engine::"];
    assert_eq!(finds("engine/src", &ours, &[]), [""; 0]);
    assert_eq!(
        finds(
            "api/src",
            &["russell_cloud_web", "russell_backend", "engine::"],
            &[]
        ),
        [""; 0]
    );
    assert_eq!(finds("backend/src", &["russell_cloud_web"], &[]), [""; 0]);
}

#[test]
fn addresses_of_the_api_are_spelled_once() {
    assert_eq!(finds("src", &["\"/api/", "\"api/v1"], &[]), [""; 0]);
}

#[test]
fn requests_are_made_in_one_place() {
    let words = [
        "gloo_net::http",
        "web_sys::Request",
        "leptos::web_sys::Request",
        "web_sys::XmlHttpRequest",
        "leptos::web_sys::XmlHttpRequest",
        "fetch_with_",
    ];
    assert_eq!(finds("src", &words, &["src/client/"]), [""; 0]);
}

#[test]
fn sockets_are_opened_in_one_place() {
    let words = [
        "gloo_net::websocket",
        "gloo_net::eventsource",
        "web_sys::WebSocket",
        "leptos::web_sys::WebSocket",
        "web_sys::EventSource",
        "leptos::web_sys::EventSource",
    ];
    assert_eq!(finds("src", &words, &["src/work/socket.rs"]), [""; 0]);
}

#[test]
fn files_stay_small() {
    let endings = [".rs", ".ts", ".mjs", ".js", ".sh", ".py", ".scss"];
    let long: Vec<String> = [
        "src",
        "api/src",
        "engine/src",
        "backend",
        "style",
        "public",
        "scripts",
        "tests",
    ]
    .into_iter()
    .flat_map(|folder| files(folder, &endings))
    .map(|(path, text)| (path, text.lines().count()))
    .filter(|(_, lines)| *lines > LINES_MAX)
    .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
    .collect();
    assert_eq!(long, [""; 0]);
}

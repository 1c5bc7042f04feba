//! What a browser is told about a file that somebody uploaded or a task wrote.

/// How a file is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// The header `Content-Type`.
    pub content_type: String,
    /// Whether a browser may show it, or only save it.
    pub inline: bool,
}

/// Types besides `text/*` that are text to a reader, by the end of the name.
const TEXT: [&str; 24] = [
    "cfg",
    "conf",
    "csv",
    "dockerfile",
    "gitignore",
    "ini",
    "ipynb",
    "java",
    "jl",
    "json",
    "jsonl",
    "log",
    "md",
    "ndjson",
    "py",
    "r",
    "rs",
    "sh",
    "sql",
    "toml",
    "tsv",
    "txt",
    "yaml",
    "yml",
];

/// How to serve the file of this name. Shown inline is only what cannot run anything: text (as plain text, whatever it
/// is), raster images, sound and film. All else is to be saved; pages and scripts lose their type as well.
pub fn of(name: &str) -> Media {
    let end = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let guess = mime_guess::from_path(name).first_raw();
    let shown = |content_type: &str| Media {
        content_type: content_type.to_owned(),
        inline: true,
    };
    let saved = |content_type: &str| Media {
        content_type: content_type.to_owned(),
        inline: false,
    };
    if TEXT.contains(&end.as_str()) {
        return shown("text/plain; charset=utf-8");
    }
    match guess {
        Some("text/html" | "text/xml" | "text/javascript" | "text/ecmascript") | None => {
            saved("application/octet-stream")
        }
        Some(kind) if kind.starts_with("text/") => shown("text/plain; charset=utf-8"),
        Some(
            kind @ ("image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/bmp"
            | "image/avif" | "image/x-icon"),
        ) => shown(kind),
        Some(kind) if kind.starts_with("audio/") || kind.starts_with("video/") => shown(kind),
        Some(kind @ ("application/pdf" | "application/zip" | "image/svg+xml" | "image/tiff")) => {
            saved(kind)
        }
        Some(_) => saved("application/octet-stream"),
    }
}

/// The header `Content-Disposition`: how to show it, and its name for saving (RFC 6266).
pub fn disposition(name: &str, inline: bool) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let plain: String = name
        .chars()
        .map(|c| match c {
            ' '..='~' if !matches!(c, '"' | '\\' | '%') => c,
            _ => '_',
        })
        .collect();
    let mut value = format!("{kind}; filename=\"{plain}\"");
    if plain != name {
        value.push_str("; filename*=UTF-8''");
        api::routes::encode(name, &mut value);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_plain_text() {
        for name in [
            "a.py",
            "README.md",
            "x.TXT",
            "iris.csv",
            "n.ipynb",
            "a.json",
            "Dockerfile",
        ] {
            let media = of(name);
            assert!(media.inline, "{name}");
            assert_eq!(media.content_type, "text/plain; charset=utf-8", "{name}");
        }
    }

    #[test]
    fn nothing_that_can_run_is_shown() {
        for name in [
            "a.html", "a.HTM", "a.xhtml", "a.svg", "a.svgz", "a.xml", "a.js", "a.mjs", "a.pdf",
            "a.swf", "a.wasm", "a.exe", "a.bin", "noend", "a.mht", "a.xsl",
        ] {
            let media = of(name);
            assert!(!media.inline, "{name}: {media:?}");
            assert!(!media.content_type.contains("html"), "{name}");
            assert!(!media.content_type.contains("script"), "{name}");
        }
    }

    #[test]
    fn pictures_sound_and_film_are_shown() {
        for (name, kind) in [
            ("a.png", "image/png"),
            ("a.JPG", "image/jpeg"),
            ("a.mp4", "video/mp4"),
            ("a.wav", "audio/wav"),
        ] {
            assert_eq!(of(name).content_type, kind);
            assert!(of(name).inline);
        }
    }

    #[test]
    fn names_cannot_break_the_header() {
        assert_eq!(
            disposition("a b.txt", true),
            r#"inline; filename="a b.txt""#
        );
        assert_eq!(
            disposition("名\"\r\n.x", false),
            "attachment; filename=\"____.x\"; filename*=UTF-8''%E5%90%8D%22%0D%0A.x"
        );
    }
}

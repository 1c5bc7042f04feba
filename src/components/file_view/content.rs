//! What a file is, judged by its name and first bytes. Nothing here knows of the browser.

/// How a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As a picture, through `<img>` only, so that nothing in it can run; the media type to give it.
    Image(&'static str),
    /// Rendered, with its source one click away.
    Markdown,
    /// A Jupyter notebook; the same.
    Notebook,
    /// A table, an array, an archive or the like, which is looked into.
    Data {
        /// Whether it is a text all the same.
        text: bool,
    },
    /// Lines of text, unless its bytes say otherwise.
    Text,
}

const IMAGES: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("svg", "image/svg+xml"),
];

impl Kind {
    /// By the end of the name. Whether a [`Kind::Text`] is one only its bytes can tell.
    pub fn of(name: &str) -> Self {
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        if let Some((_, media)) = IMAGES.iter().find(|(e, _)| end.eq_ignore_ascii_case(e)) {
            return Self::Image(media);
        }
        if ["md", "markdown"]
            .iter()
            .any(|e| end.eq_ignore_ascii_case(e))
        {
            return Self::Markdown;
        }
        if end.eq_ignore_ascii_case("ipynb") {
            return Self::Notebook;
        }
        engine::preview::has_preview(name).map_or(Self::Text, |text| Self::Data { text })
    }
}

/// The text in the first bytes of a file; none when they are no text.
///
/// `whole` says whether these are all of its bytes. If not, a character cut off at the end is left out. UTF-16 with
/// a byte order mark is read too, as spreadsheets on Windows write it. A NUL byte makes a file binary; single
/// bytes that are no UTF-8 become U+FFFD, as long as they are few.
pub fn text(bytes: &[u8], whole: bool) -> Option<String> {
    if let Some(text) = utf16(bytes) {
        return Some(text);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.contains(&0) {
        return None;
    }
    let bytes = if whole { bytes } else { without_cut_end(bytes) };
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        Err(_) => {
            let text = String::from_utf8_lossy(bytes);
            let broken = text.chars().filter(|c| *c == '\u{FFFD}').count();
            (broken * 10 <= text.chars().count()).then(|| text.into_owned())
        }
    }
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let (little, rest) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        }
    });
    let text: String = char::decode_utf16(units)
        .map(|unit| unit.unwrap_or('\u{FFFD}'))
        .collect();
    (!text.contains('\0')).then_some(text)
}

fn without_cut_end(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        Ok(_) => bytes,
        // Broken before the end already: look at the end alone, at most three bytes of a character.
        Err(_) => {
            let start = (bytes.len().saturating_sub(3)..bytes.len()).find(|at| bytes[*at] >= 0xC0);
            match start {
                Some(at) if std::str::from_utf8(&bytes[at..]).is_err() => &bytes[..at],
                _ => bytes,
            }
        }
    }
}

/// The lines of a text. `\n`, `\r\n` and a lone `\r` end a line; an end at the very end begins no further one.
pub fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(['\n', '\r']) {
        lines.push(&rest[..end]);
        let width = if rest[end..].starts_with("\r\n") {
            2
        } else {
            1
        };
        rest = &rest[end + width..];
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_name_decides() {
        assert_eq!(Kind::of("plot.PNG"), Kind::Image("image/png"));
        assert_eq!(Kind::of("a.b.svg"), Kind::Image("image/svg+xml"));
        assert_eq!(Kind::of("README.md"), Kind::Markdown);
        assert_eq!(Kind::of("train.IPYNB"), Kind::Notebook);
        assert_eq!(Kind::of("a.CSV"), Kind::Data { text: true });
        assert_eq!(Kind::of("model.safetensors"), Kind::Data { text: false });
        for name in ["train.py", "png", "evil.svg.html", "Makefile", ""] {
            assert_eq!(Kind::of(name), Kind::Text, "{name}");
        }
    }

    #[test]
    fn text_is_told_from_bytes() {
        assert_eq!(text(b"a,b\n1,2\n", true).as_deref(), Some("a,b\n1,2\n"));
        assert_eq!(text("\u{FEFF}名".as_bytes(), true).as_deref(), Some("名"));
        assert_eq!(text(b"", true).as_deref(), Some(""));
        assert_eq!(text(b"PK\x03\x04\0\0", true), None);
        assert_eq!(text(&[0x80, 0x04, 0x95, 0xFF, 0xFE, 0x9C], true), None);
        let latin1 = b"the caf\xE9 is open every day of the week";
        assert!(text(latin1, true).unwrap().contains('\u{FFFD}'));
    }

    #[test]
    fn windows_texts_are_read() {
        let mut bytes = vec![0xFF, 0xFE];
        bytes.extend("a;名😀".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(text(&bytes, true).as_deref(), Some("a;名😀"));
        bytes.extend([0, 0]);
        assert_eq!(text(&bytes, true), None);
    }

    #[test]
    fn a_cut_character_at_the_end_is_left_out() {
        let whole = "loss 损失😀".as_bytes();
        for end in 0..=whole.len() {
            let shown = text(&whole[..end], false).unwrap();
            assert!("loss 损失😀".starts_with(&shown), "{end}: {shown}");
            assert!(shown.len() + 3 >= end);
        }
        // The same after a byte that is no UTF-8 far before the end.
        let mut broken = b"a text with a byte \xE9 that is wrong and goes on ".to_vec();
        broken.extend(&"名".as_bytes()[..2]);
        let shown = text(&broken, false).unwrap();
        assert!(shown.ends_with("on "), "{shown}");
    }

    #[test]
    fn lines_end_in_three_ways() {
        assert_eq!(lines("a\r\nb\rc\n\nd"), ["a", "b", "c", "", "d"]);
        assert_eq!(lines("a\n"), ["a"]);
        assert!(lines("").is_empty());
    }
}

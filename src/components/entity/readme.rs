//! Which file of a folder introduces it.

use api::file::{Entry, EntryKind};

/// Longest part of a README that is shown, in bytes.
pub const SHOWN: u64 = 256 * 1024;

/// How a README is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As Markdown.
    Markdown,
    /// As plain text.
    Plain,
}

/// The README among a folder's entries, whatever its case: Markdown before plain text.
pub fn find(entries: &[Entry]) -> Option<(&Entry, Form)> {
    let rank = |entry: &Entry| {
        let place = NAMES
            .iter()
            .position(|(name, _)| entry.name.eq_ignore_ascii_case(name));
        place.filter(|_| entry.kind == EntryKind::File)
    };
    let (place, entry) = entries
        .iter()
        .filter_map(|entry| Some((rank(entry)?, entry)))
        .min_by_key(|(place, _)| *place)?;
    Some((entry, NAMES[place].1))
}

const NAMES: [(&str, Form); 4] = [
    ("readme.md", Form::Markdown),
    ("readme.markdown", Form::Markdown),
    ("readme.txt", Form::Plain),
    ("readme", Form::Plain),
];

/// The text of the first bytes of a file: UTF-8 whose last character may be cut.
pub fn text(bytes: &[u8]) -> String {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    };
    let text = String::from_utf8_lossy(whole);
    text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Time;

    fn entry(name: &str, kind: EntryKind) -> Entry {
        Entry {
            name: name.to_owned(),
            kind,
            size: 1,
            modified: Time(0),
        }
    }

    fn found(names: &[&str]) -> Option<(String, Form)> {
        let entries: Vec<Entry> = names
            .iter()
            .map(|name| entry(name, EntryKind::File))
            .collect();
        find(&entries).map(|(entry, form)| (entry.name.clone(), form))
    }

    #[test]
    fn markdown_comes_before_plain_text() {
        let names = ["README", "a.py", "ReadMe.MD", "readme.txt"];
        assert_eq!(found(&names), Some(("ReadMe.MD".into(), Form::Markdown)));
        assert_eq!(
            found(&["README", "x"]),
            Some(("README".into(), Form::Plain))
        );
        assert_eq!(found(&["README.md.bak", "my-readme.md"]), None);
    }

    #[test]
    fn a_folder_introduces_nothing() {
        assert_eq!(find(&[entry("README.md", EntryKind::Dir)]), None);
    }

    #[test]
    fn a_character_cut_at_the_end_is_left_out() {
        assert_eq!(text("名前".as_bytes()), "名前");
        assert_eq!(text(&"名前".as_bytes()[..4]), "名");
        assert_eq!(text("\u{feff}a".as_bytes()), "a");
        assert_eq!(text(b"a\xffb"), "a\u{fffd}b");
    }
}

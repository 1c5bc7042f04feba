//! Where a link of a text may lead.

use crate::paths::decode;

/// A link that may be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Another site or a mail address: `http`, `https`, `mailto`.
    Outside(String),
    /// A file beside the text, as it is written there.
    File(String),
    /// A heading of the same text.
    Heading(String),
}

/// Reads a link as a browser would, and refuses what a browser would execute or what leads elsewhere in disguise.
pub fn target(link: &str) -> Option<Target> {
    let link = link.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    // Browsers drop tabs and line ends inside addresses and turn backslashes round.
    if link.is_empty() || link.contains(|c: char| c.is_control() || c == '\\') {
        return None;
    }
    if let Some(heading) = link.strip_prefix('#') {
        return (!heading.is_empty()).then(|| Target::Heading(slug(heading)));
    }
    if link.starts_with("//") {
        return None;
    }
    let head = &link[..link.find(['/', '?', '#']).unwrap_or(link.len())];
    match head.split_once(':') {
        None => Some(Target::File(link.to_owned())),
        Some((scheme, _)) => ["http", "https", "mailto"]
            .iter()
            .any(|allowed| scheme.eq_ignore_ascii_case(allowed))
            .then(|| Target::Outside(link.to_owned())),
    }
}

/// The path that `link`, written in a text in `folder` (empty: the top), means within its version. `None` when it
/// leaves the version or names no file.
pub fn file_path(folder: &str, link: &str) -> Option<String> {
    let link = &link[..link.find(['?', '#']).unwrap_or(link.len())];
    // What is no percent-encoding is the name itself.
    let link = decode(link).unwrap_or_else(|| link.to_owned());
    // A leading slash means the top of the version.
    let (base, rest) = match link.strip_prefix('/') {
        Some(rest) => ("", rest),
        None => (folder, link.as_str()),
    };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    let path = parts.join("/");
    api::name::check_path(&path).is_ok().then_some(path)
}

/// The name of a heading in links, as GitHub makes it: lower case, blanks to `-`, punctuation gone.
pub fn slug(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            _ if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_sites_files_and_headings() {
        let outside = |link: &str| Some(Target::Outside(link.into()));
        assert_eq!(
            target("https://a.org/x?y#z"),
            outside("https://a.org/x?y#z")
        );
        assert_eq!(target("HTTP://a.org"), outside("HTTP://a.org"));
        assert_eq!(target("mailto:a@b.org"), outside("mailto:a@b.org"));
        assert_eq!(
            target(" docs/a:b.md "),
            Some(Target::File("docs/a:b.md".into()))
        );
        assert_eq!(
            target("#How it works"),
            Some(Target::Heading("how-it-works".into()))
        );
    }

    #[test]
    fn links_in_disguise_lead_nowhere() {
        for link in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " \u{1}javascript:alert(1)",
            "java\tscript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "blob:https://a.org/1",
            "file:///etc/passwd",
            "//evil.org",
            "/\\evil.org",
            "\\\\evil.org",
            "https:\\\\evil.org",
            "",
            "#",
        ] {
            assert_eq!(target(link), None, "{link:?}");
        }
    }

    #[test]
    fn files_are_found_from_the_text_s_folder() {
        let cases = [
            ("", "a.png", Some("a.png")),
            ("docs", "a.png", Some("docs/a.png")),
            ("docs/x", "../a.png?raw=true#l1", Some("docs/a.png")),
            ("docs", "/top.md", Some("top.md")),
            ("docs", "./%E6%95%B0%20b.md", Some("docs/数 b.md")),
            ("docs", "100%.md", Some("docs/100%.md")),
            ("", "../x", None),
            ("docs", "../../x", None),
            ("docs", "%2e%2e/%2e%2e/x", None),
            ("", "%00", None),
            ("", "%ff", Some("%ff")),
            ("", "..", None),
            ("docs", "..", None),
        ];
        for (folder, link, wanted) in cases {
            assert_eq!(
                file_path(folder, link).as_deref(),
                wanted,
                "{link} in {folder}"
            );
        }
    }

    #[test]
    fn headings_are_named_as_on_github() {
        assert_eq!(slug("  How it Works? (v2.0) "), "how-it-works-v20");
        assert_eq!(slug("训练 数据"), "训练-数据");
    }
}

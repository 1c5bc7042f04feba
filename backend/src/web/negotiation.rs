//! Which form of a file a client takes: `Accept-Encoding` and `If-None-Match`.

use axum::http::{HeaderMap, HeaderName, header};

/// A form of a file on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Brotli, `name.br`.
    Brotli,
    /// gzip, `name.gz`.
    Gzip,
    /// As it is.
    Plain,
}

impl Form {
    /// What its name ends in.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Plain => "",
        }
    }

    /// As `Content-Encoding` has it; none for the plain form.
    pub fn encoding(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Plain => None,
        }
    }
}

fn all(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    let texts = headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim)
}

/// The forms the client takes, best first.
pub fn accepted(headers: &HeaderMap) -> Vec<Form> {
    let quality = |coding: &str| -> Option<f32> {
        all(headers, header::ACCEPT_ENCODING).find_map(|entry| {
            let (name, rest) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = rest
                .trim()
                .strip_prefix("q=")
                .map_or(Some(1.0), |weight| weight.trim().parse().ok());
            name.trim()
                .eq_ignore_ascii_case(coding)
                .then_some(weight)
                .flatten()
        })
    };
    let takes = |coding| quality(coding).or_else(|| quality("*")).unwrap_or(0.0) > 0.0;
    let mut forms = Vec::with_capacity(3);
    if takes("br") {
        forms.push(Form::Brotli);
    }
    if takes("gzip") {
        forms.push(Form::Gzip);
    }
    // Whoever forbids it gets it nevertheless: there is nothing else to send.
    forms.push(Form::Plain);
    forms
}

/// Whether the client has what `tag` marks.
pub fn knows(headers: &HeaderMap, tag: &str) -> bool {
    all(headers, header::IF_NONE_MATCH)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Whether this is a browser (or a person) going to a page, not a page loading a part of itself.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let destination = headers
        .get("sec-fetch-dest")
        .and_then(|value| value.to_str().ok());
    if destination.is_some_and(|destination| !matches!(destination, "document" | "iframe")) {
        return false;
    }
    let mut types = all(headers, header::ACCEPT).peekable();
    let is_page = |kind: &str| {
        let kind = kind.split(';').next().unwrap_or("").trim();
        matches!(
            kind,
            "text/html" | "text/*" | "*/*" | "application/xhtml+xml"
        )
    };
    types.peek().is_none() || types.any(is_page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn the_smallest_form_the_client_takes_comes_first() {
        let forms = |value| accepted(&headers(header::ACCEPT_ENCODING, value));
        assert_eq!(
            forms("gzip, deflate, br, zstd"),
            [Form::Brotli, Form::Gzip, Form::Plain]
        );
        assert_eq!(forms("gzip;q=0.5, br;q=0"), [Form::Gzip, Form::Plain]);
        assert_eq!(forms("*"), [Form::Brotli, Form::Gzip, Form::Plain]);
        assert_eq!(forms("*, br;q=0"), [Form::Gzip, Form::Plain]);
        assert_eq!(forms("identity"), [Form::Plain]);
        assert_eq!(accepted(&HeaderMap::new()), [Form::Plain]);
    }

    #[test]
    fn tags_are_compared_weakly() {
        let knows = |value| knows(&headers(header::IF_NONE_MATCH, value), "\"a\"");
        assert!(knows("\"a\"") && knows("W/\"a\"") && knows("\"b\", \"a\"") && knows("*"));
        assert!(!knows("\"b\"") && !knows("a"));
    }

    #[test]
    fn only_visits_get_the_page() {
        let visit = |value| wants_page(&headers(header::ACCEPT, value));
        assert!(visit("text/html,application/xhtml+xml;q=0.9") && visit("*/*"));
        assert!(!visit("application/json") && !visit("image/avif,image/webp"));
        assert!(wants_page(&HeaderMap::new()));
        let mut script = headers(header::ACCEPT, "*/*");
        script.insert("sec-fetch-dest", "script".parse().unwrap());
        assert!(!wants_page(&script));
    }
}

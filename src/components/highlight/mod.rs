//! Code with its comments, strings, numbers and keywords told apart: spans, never markup of the code's own.
//!
//! A table for each family of languages and one small reader for all, instead of a library: those with real grammars weigh
//! more than everything else on the page (see docs/decisions/0018-trash.md, "Code").

mod languages;
mod tokens;

pub use tokens::{Token, tokens};

use leptos::prelude::*;

/// Longest code that is told apart, in bytes; longer code is shown plain.
const BYTES_MAX: usize = 128 * 1024;

/// The inside of a `<code>`: the text of `code` in this language, as a fence or a notebook names it.
pub fn highlighted(language: &str, code: &str) -> AnyView {
    let Some(language) = languages::find(language).filter(|_| code.len() <= BYTES_MAX) else {
        return code.to_owned().into_any();
    };
    let part = |(token, text): (Token, &str)| {
        let text = text.to_owned();
        let class = match token {
            Token::Plain => return text.into_any(),
            Token::Comment => "code-comment",
            Token::Text => "code-string",
            Token::Number => "code-number",
            Token::Keyword => "code-keyword",
            Token::Name => "code-name",
        };
        view! { <span class=class>{text}</span> }.into_any()
    };
    tokens(language, code)
        .into_iter()
        .map(part)
        .collect_view()
        .into_any()
}

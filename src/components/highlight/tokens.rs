//! Code cut into what its parts are.

use super::languages::Language;

/// What a part of the code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// Nothing in particular.
    Plain,
    /// A comment.
    Comment,
    /// A string.
    Text,
    /// A number.
    Number,
    /// A word of the language.
    Keyword,
    /// A name for what follows.
    Name,
}

/// Cuts `code` into parts: put together again they are the code.
pub fn tokens<'a>(language: &Language, code: &'a str) -> Vec<(Token, &'a str)> {
    let mut found: Vec<(Token, &str)> = Vec::new();
    let (mut at, mut plain) = (0, 0);
    while at < code.len() {
        let (token, length) = next(language, code, at);
        if token != Token::Plain {
            if plain < at {
                found.push((Token::Plain, &code[plain..at]));
            }
            found.push((token, &code[at..at + length]));
            plain = at + length;
        }
        at += length;
    }
    if plain < code.len() {
        found.push((Token::Plain, &code[plain..]));
    }
    found
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What stands at `at`, and how long it is; at least one character.
fn next(language: &Language, code: &str, at: usize) -> (Token, usize) {
    let rest = &code[at..];
    let before = code[..at].chars().next_back();
    // `#` within a word is none: a shell's `$#`, a colour.
    let free = before.is_none_or(|c| c.is_whitespace() || !word(c) && c != '$' && c != '\\');
    if free && language.line.iter().any(|mark| rest.starts_with(mark)) {
        return (Token::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    for (open, close) in language.block {
        if let Some(inside) = rest.strip_prefix(open) {
            let end = inside.find(close).map(|end| open.len() + end + close.len());
            return (Token::Comment, end.unwrap_or(rest.len()));
        }
    }
    for quote in language.quotes {
        if let Some(inside) = rest.strip_prefix(quote.mark) {
            let length = quote.mark.len() + text(inside, quote.mark, quote.escapes, quote.lines);
            return (Token::Text, length);
        }
    }
    let first = rest.chars().next().unwrap_or('\n');
    if !word(first) {
        return (Token::Plain, first.len_utf8());
    }
    let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
    if first.is_ascii_digit() {
        return (Token::Number, number(rest, length));
    }
    let own = &rest[..length];
    let names = language.named && begins_line(code, at);
    if names && let Some(length) = name(rest) {
        return (Token::Name, length);
    }
    let keyword = |known: &&str| match language.any_case {
        true => known.eq_ignore_ascii_case(own),
        false => **known == *own,
    };
    match language.keywords.iter().any(keyword) {
        true => (Token::Keyword, length),
        false => (Token::Plain, length),
    }
}

/// How long the rest of a string is, with its end; to the end of the line when it has none.
fn text(inside: &str, mark: &str, escapes: bool, lines: bool) -> usize {
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        if escapes && c == '\\' {
            chars.next();
        } else if inside[at..].starts_with(mark) {
            return at + mark.len();
        } else if c == '\n' && !lines {
            return at;
        }
    }
    inside.len()
}

/// A number with its fraction and exponent: `1`, `0xff`, `1.5e-3`.
fn number(rest: &str, mut length: usize) -> usize {
    let bytes = rest.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let run = |from: usize| {
        rest[from..]
            .find(|c| !word(c))
            .map_or(rest.len(), |n| from + n)
    };
    if bytes.get(length) == Some(&b'.') && digit(length + 1) {
        length = run(length + 1);
    }
    let hex = rest.starts_with("0x");
    if !hex
        && matches!(bytes.get(length - 1), Some(b'e' | b'E'))
        && matches!(bytes.get(length), Some(b'-' | b'+'))
        && digit(length + 1)
    {
        length = run(length + 1);
    }
    length
}

/// Whether nothing but blanks and dashes stands before it in its line.
fn begins_line(code: &str, at: usize) -> bool {
    let line = code[..at].rsplit('\n').next().unwrap_or("");
    line.chars().all(|c| c.is_whitespace() || c == '-')
}

/// How long the name is that is followed by `:` or `=`.
fn name(rest: &str) -> Option<usize> {
    let length = rest.find(|c: char| !(word(c) || matches!(c, '-' | '.')))?;
    let after = rest[length..].trim_start_matches(' ');
    after.starts_with([':', '=']).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::super::languages::find;
    use super::*;

    fn marked(language: &str, code: &str) -> Vec<(Token, String)> {
        let found = tokens(find(language).unwrap(), code);
        let whole: String = found.iter().map(|(_, text)| *text).collect();
        assert_eq!(whole, code, "nothing is lost");
        let special = found
            .into_iter()
            .filter(|(token, _)| *token != Token::Plain);
        special
            .map(|(token, text)| (token, text.to_owned()))
            .collect()
    }

    fn of(token: Token, found: &[(Token, String)]) -> Vec<&str> {
        let own = found.iter().filter(|(own, _)| *own == token);
        own.map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn python() {
        let found = marked(
            "Python",
            "def f(x): # 注释 'no'\n    \"\"\"two\n lines\"\"\"\n    return x + 1.5e-3 + 0xff if 'a\\'#' else imported\n",
        );
        assert_eq!(of(Token::Keyword, &found), ["def", "return", "if", "else"]);
        assert_eq!(of(Token::Comment, &found), ["# 注释 'no'"]);
        assert_eq!(
            of(Token::Text, &found),
            ["\"\"\"two\n lines\"\"\"", "'a\\'#'"]
        );
        assert_eq!(of(Token::Number, &found), ["1.5e-3", "0xff"]);
    }

    #[test]
    fn others() {
        let shell = marked(
            "bash",
            "if [ $# -gt 0 ]; then echo \"it's\" 'a\\' # end\nfi",
        );
        assert_eq!(of(Token::Comment, &shell), ["# end"]);
        assert_eq!(of(Token::Text, &shell), ["\"it's\"", "'a\\'"]);
        let yaml = marked("yaml", "a-b: true # x\nlist:\n  - name: 3\nurl: http://a#b");
        assert_eq!(of(Token::Name, &yaml), ["a-b", "list", "name", "url"]);
        assert_eq!(of(Token::Comment, &yaml), ["# x"]);
        let c = marked("c++", "int a = 1; /* two\nlines */ // 'x\nchar b = 'x';");
        assert_eq!(of(Token::Comment, &c), ["/* two\nlines */", "// 'x"]);
        assert_eq!(of(Token::Text, &c), ["'x'"]);
        let sql = marked("sql", "SELECT 'a''b' FROM t -- all");
        assert_eq!(of(Token::Keyword, &sql), ["SELECT", "FROM"]);
        assert!(find("klingon").is_none());
    }

    #[test]
    fn what_does_not_end_ends_with_the_code() {
        for code in [
            "'",
            "\"\"\"",
            "\"abc\\",
            "x = 'one\ny = 2",
            "1.",
            "1e",
            "1e+",
            "😀'名",
            "",
        ] {
            for language in [
                "python", "js", "bash", "yaml", "sql", "rust", "c", "json", "r",
            ] {
                marked(language, code);
            }
        }
        let line = marked("python", "x = 'one\ny = 2");
        assert_eq!(
            of(Token::Number, &line),
            ["2"],
            "a string ends with its line"
        );
    }
}

//! `.russellignore`: which files of a folder stay at home.
//!
//! The rules are the CLI's, so that both ways of sending a project send the same files: one pattern a line, `#`
//! begins a comment, blanks around a pattern do not count. A pattern is matched from the right, part by part:
//! `*.pyc` and `build` match at any depth, `docs/*.md` the last two parts. `*`, `?` and `[a-z]` stay within a part.
//! A folder that matches takes everything in it along. Two things more than the CLI does: a leading `/` ties a
//! pattern to the top, and `**` stands for any number of parts.

/// Name of the file with the rules.
pub const FILE_NAME: &str = ".russellignore";

/// The rules the CLI writes into a new project, taken where a folder has none of its own.
pub const DEFAULT: &str = ".*\n.git\n.eggs\neggs\nlib\nlib64\nparts\nsdist\nvar\n.russell\n";

/// Longest file of rules that is read, in bytes.
pub const BYTES_MAX: usize = 64 * 1024;

/// Rules of one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// Matched from the top, not from the right.
    anchored: bool,
    parts: Vec<String>,
}

impl Ignore {
    /// Reads rules; there is no text that is not rules. What is beyond [`BYTES_MAX`] is not read.
    pub fn parse(text: &str) -> Self {
        let mut end = text.len().min(BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let rules = text[..end]
            .lines()
            .map(|line| line.trim_matches(['\u{feff}', ' ', '\t', '\r']))
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .filter_map(Rule::parse)
            .collect();
        Self { rules }
    }

    /// Whether the file at `path` (parts divided by `/`, relative to the folder with the rules) stays at home.
    pub fn ignores(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        (1..=parts.len()).any(|end| self.rules.iter().any(|rule| rule.matches(&parts[..end])))
    }
}

impl Rule {
    fn parse(pattern: &str) -> Option<Self> {
        let parts: Vec<String> = pattern
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .map(str::to_owned)
            .collect();
        let anchored = pattern.starts_with('/');
        (!parts.is_empty()).then_some(Self { anchored, parts })
    }

    /// Whether the path of a file or folder matches as a whole.
    fn matches(&self, path: &[&str]) -> bool {
        if self.anchored {
            parts_match(&self.parts, path)
        } else {
            (0..path.len()).any(|from| parts_match(&self.parts, &path[from..]))
        }
    }
}

/// Whether each part of the pattern has its part of the path. Linear in the product of their lengths.
fn parts_match(pattern: &[String], path: &[&str]) -> bool {
    wildcard(
        pattern.len(),
        path.len(),
        |p| pattern[p] == "**",
        |p, s| glob(&pattern[p], path[s]),
    )
}

/// Whether one part of a path fits one part of a pattern.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern = tokens(pattern);
    let text: Vec<char> = text.chars().collect();
    wildcard(
        pattern.len(),
        text.len(),
        |p| matches!(pattern[p], Token::Any),
        |p, s| pattern[p].takes(text[s]),
    )
}

enum Token {
    /// `*`
    Any,
    /// `?`
    One,
    /// A character as it is.
    Char(char),
    /// `[a-z]`, `[!a-z]`: ranges, and whether they are left out.
    Set(Vec<(char, char)>, bool),
}

impl Token {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Any | Self::One => true,
            Self::Char(wanted) => *wanted == character,
            Self::Set(ranges, left_out) => {
                ranges.iter().any(|(a, z)| (*a..=*z).contains(&character)) != *left_out
            }
        }
    }
}

fn tokens(pattern: &str) -> Vec<Token> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = Vec::with_capacity(chars.len());
    let mut at = 0;
    while at < chars.len() {
        let (token, next) = match chars[at] {
            '*' => (Token::Any, at + 1),
            '?' => (Token::One, at + 1),
            '[' => set(&chars, at).unwrap_or((Token::Char('['), at + 1)),
            other => (Token::Char(other), at + 1),
        };
        out.push(token);
        at = next;
    }
    out
}

/// The set that begins at `at`, and where it ends; `None` when the bracket is never closed.
fn set(chars: &[char], at: usize) -> Option<(Token, usize)> {
    let mut from = at + 1;
    let left_out = chars.get(from) == Some(&'!');
    from += usize::from(left_out);
    // A bracket at the first place is one of the set.
    let close = from + 1 + chars.get(from + 1..)?.iter().position(|c| *c == ']')?;
    let inner = &chars[from..close];
    let mut ranges = Vec::new();
    let mut i = 0;
    while i < inner.len() {
        if i + 2 < inner.len() && inner[i + 1] == '-' {
            ranges.push((inner[i], inner[i + 2]));
            i += 3;
        } else {
            ranges.push((inner[i], inner[i]));
            i += 1;
        }
    }
    Some((Token::Set(ranges, left_out), close + 1))
}

/// Matching with a wildcard for any number of items: goes back to the last wildcard only, so there is no text that
/// takes it long.
fn wildcard(
    pattern: usize,
    items: usize,
    is_any: impl Fn(usize) -> bool,
    fits: impl Fn(usize, usize) -> bool,
) -> bool {
    let (mut p, mut s) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while s < items {
        if p < pattern && is_any(p) {
            retry = Some((p, s));
            p += 1;
        } else if p < pattern && fits(p, s) {
            p += 1;
            s += 1;
        } else if let Some((any, from)) = retry {
            retry = Some((any, from + 1));
            p = any + 1;
            s = from + 1;
        } else {
            return false;
        }
    }
    (p..pattern).all(is_any)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn ignored(rules: &str, path: &str) -> bool {
        Ignore::parse(rules).ignores(path)
    }

    #[test]
    fn patterns_match_from_the_right_and_take_folders_along() {
        let cases = [
            ("*.pyc", "a/b/c.pyc", true),
            ("*.pyc", "a/b/c.py", false),
            ("build", "build/x/y.o", true),
            ("build/", "src/build/y.o", true),
            ("build", "rebuild/y.o", false),
            ("docs/*.md", "a/docs/b.md", true),
            ("docs/*.md", "docs/a/b.md", false),
            ("/data", "data/x", true),
            ("/data", "src/data/x", false),
            ("./data", "src/data/x", true),
            ("a/**/z", "a/b/c/z/file", true),
            ("a/**/z", "a/z", true),
            ("model[0-9].h5", "model7.h5", true),
            ("model[!0-9].h5", "model7.h5", false),
            ("[]]x", "]x", true),
            ("[abc", "[abc", true),
            ("?", "é", true),
            ("数据*", "数据集/一.csv", true),
            ("# build", "build", false),
            ("!keep", "keep", false),
        ];
        for (rules, path, wanted) in cases {
            assert_eq!(ignored(rules, path), wanted, "{rules} on {path}");
        }
    }

    #[test]
    fn the_default_leaves_hidden_files_out() {
        for path in [
            ".git/config",
            ".env",
            "a/.venv/x",
            ".russellexpt",
            "lib/x.so",
        ] {
            assert!(ignored(DEFAULT, path), "{path}");
        }
        for path in ["train.py", "library/x.py", "a/variable.py", "README.md"] {
            assert!(!ignored(DEFAULT, path), "{path}");
        }
    }

    #[test]
    fn blank_lines_comments_and_line_ends_do_not_count() {
        let rules = Ignore::parse("\u{feff}*.log\r\n\r\n  # note\n\t*.tmp \n/\n//\n");
        assert!(rules.ignores("a.log") && rules.ignores("a.tmp"));
        assert_eq!(rules.rules.len(), 2);
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        let rules = format!("{}b\n", "*a".repeat(2_000));
        assert!(!ignored(&rules, &"a".repeat(5_000)));
        let rules = format!("{}b\n", "**/a/".repeat(500));
        assert!(!ignored(&rules, &"a/".repeat(200)));
        assert!(!ignored(&"x\n".repeat(100_000), "y"));
    }

    #[test]
    fn wildcards_agree_with_a_plain_recursive_matcher() {
        fn plain(pattern: &[u8], text: &[u8]) -> bool {
            match (pattern, text) {
                ([], []) => true,
                ([b'*', rest @ ..], _) => {
                    plain(rest, text) || (!text.is_empty() && plain(pattern, &text[1..]))
                }
                ([b'?', rest @ ..], [_, tail @ ..]) => plain(rest, tail),
                ([a, rest @ ..], [b, tail @ ..]) if a == b => plain(rest, tail),
                _ => false,
            }
        }
        let mut random = Random::new(7);
        let mut word = |letters: &[&str], max| -> String {
            (0..random.below(max))
                .map(|_| random.pick(letters))
                .collect()
        };
        let mut hits = 0;
        for _ in 0..20_000 {
            let (pattern, text) = (word(&["a", "b", "*", "?"], 7), word(&["a", "b"], 8));
            let wanted = plain(pattern.as_bytes(), text.as_bytes());
            assert_eq!(glob(&pattern, &text), wanted, "{pattern} on {text}");
            hits += usize::from(wanted);
        }
        assert!(hits > 1_000, "both answers are tried");
    }
}

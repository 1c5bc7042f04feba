//! What a terminal would leave of a text: no colours, and of a line that was written over the last state.

/// The text without control sequences.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    // Where the line begins.
    let mut line = 0;
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.next() {
                // A control sequence ends with a letter or the like.
                Some('[') => while chars.next().is_some_and(|c| !matches!(c, '@'..='~')) {},
                // A title or link ends with BEL or ESC \.
                Some(']') => loop {
                    match chars.next() {
                        Some('\u{1b}') => {
                            chars.next();
                            break;
                        }
                        None | Some('\u{7}') => break,
                        Some(_) => {}
                    }
                },
                _ => {}
            },
            '\r' if chars.peek() == Some(&'\n') => {}
            // The next character writes over the line.
            '\r' if chars.peek().is_some() => out.truncate(line),
            '\u{8}' if out.len() > line => {
                out.pop();
            }
            '\n' => {
                out.push('\n');
                line = out.len();
            }
            '\t' => out.push('\t'),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn only_the_last_state_stays() {
        for (text, left) in [
            ("a\u{1b}[1;31mb\u{1b}[0m名", "ab名"),
            ("10%\r 50%\r100%\nnext", "100%\nnext"),
            ("a\r\nb\r", "a\nb"),
            ("\u{1b}]0;title\u{7}x\u{1b}]8;;u\u{1b}\\y", "xy"),
            ("ab\u{8}c\u{8}\u{8}\u{8}\u{8}d", "d"),
            ("\u{1b}", ""),
            ("\u{1b}[31", ""),
            ("\0\u{7}a\tb", "a\tb"),
        ] {
            assert_eq!(plain(text), left, "{text:?}");
        }
    }
}

//! Terminal control sequences (ECMA-48), one byte at a time.

/// Most parameters of a sequence that are kept; more are read and dropped.
const PARAMS_MAX: usize = 32;

/// What a byte meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A byte of text: UTF-8, possibly broken.
    Text(u8),
    /// Back to the line's begin (`\r`).
    Return,
    /// One cell back (`\x08`).
    Back,
    /// On to the next multiple of eight cells (`\t`).
    Tab,
    /// Colours and weight: [`Parser::params`] says which (`\x1b[…m`).
    Style,
    /// Erase in the line: 0 to the end, 1 to the begin, 2 all (`\x1b[…K`).
    Erase(u16),
    /// Cells to the right (`\x1b[…C`).
    Right(u16),
    /// Cells to the left (`\x1b[…D`).
    Left(u16),
    /// To this cell, counted from 0 (`\x1b[…G`).
    Column(u16),
    /// Part of a sequence, or something that is dropped.
    Nothing,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// After ESC.
    Escape,
    /// After ESC and an intermediate byte: one more ends it.
    Intermediate,
    /// In a control sequence. `false`: it has a private mark or an intermediate byte and does nothing to a line.
    Control(bool),
    /// In a string (title, link, image) that ends with BEL or ESC `\`. `true`: after the ESC.
    String(bool),
}

/// The state between two bytes. A newline begins afresh, whatever was open.
#[derive(Clone, Debug, Default)]
pub(super) struct Parser {
    state: State,
    params: Vec<u16>,
}

impl Parser {
    /// Parameters of the sequence that ended with the last byte; a missing one is 0.
    pub(super) fn params(&self) -> &[u16] {
        &self.params
    }

    /// Forgets what is open: for a new line.
    pub(super) fn reset(&mut self) {
        self.state = State::Ground;
    }

    /// Whether the next byte is plain text unless it is a control character.
    pub(super) fn is_ground(&self) -> bool {
        self.state == State::Ground
    }

    /// Takes the next byte.
    pub(super) fn feed(&mut self, byte: u8) -> Action {
        match (self.state, byte) {
            // CAN and SUB end any sequence.
            (_, 0x18 | 0x1a) => self.ground(Action::Nothing),
            (State::String(_), 0x07) => self.ground(Action::Nothing),
            (State::String(true), b'\\') => self.ground(Action::Nothing),
            (State::String(_), _) => {
                self.state = State::String(byte == 0x1b);
                Action::Nothing
            }
            (_, 0x1b) => {
                self.state = State::Escape;
                Action::Nothing
            }
            (State::Ground, _) | (_, 0x00..=0x1f) => control(byte),
            (State::Escape, b'[') => {
                self.params.clear();
                self.state = State::Control(true);
                Action::Nothing
            }
            (State::Escape, b']' | b'P' | b'X' | b'^' | b'_') => {
                self.state = State::String(false);
                Action::Nothing
            }
            (State::Escape | State::Intermediate, 0x20..=0x2f) => {
                self.state = State::Intermediate;
                Action::Nothing
            }
            (State::Escape | State::Intermediate, _) => self.ground(Action::Nothing),
            (State::Control(plain), _) => self.in_control(plain, byte),
        }
    }

    fn in_control(&mut self, plain: bool, byte: u8) -> Action {
        match byte {
            b'0'..=b'9' => {
                if self.params.is_empty() {
                    self.params.push(0);
                }
                if let Some(last) = self.params.last_mut() {
                    *last = last
                        .saturating_mul(10)
                        .saturating_add(u16::from(byte - b'0'));
                }
                Action::Nothing
            }
            b';' | b':' => {
                if self.params.is_empty() {
                    self.params.push(0);
                }
                if self.params.len() < PARAMS_MAX {
                    self.params.push(0);
                }
                Action::Nothing
            }
            0x20..=0x2f | 0x3c..=0x3f => {
                self.state = State::Control(false);
                Action::Nothing
            }
            0x40..=0x7e if plain => {
                let first = self.params.first().copied().unwrap_or(0);
                let action = match byte {
                    b'm' => Action::Style,
                    b'K' => Action::Erase(first),
                    b'C' => Action::Right(first.max(1)),
                    b'D' => Action::Left(first.max(1)),
                    b'G' | b'`' => Action::Column(first.max(1) - 1),
                    _ => Action::Nothing,
                };
                self.ground(action)
            }
            // A final byte, or a byte that has no place in a sequence.
            _ => self.ground(Action::Nothing),
        }
    }

    fn ground(&mut self, action: Action) -> Action {
        self.state = State::Ground;
        action
    }
}

fn control(byte: u8) -> Action {
    match byte {
        b'\r' => Action::Return,
        0x08 => Action::Back,
        b'\t' => Action::Tab,
        0x00..=0x1f | 0x7f => Action::Nothing,
        _ => Action::Text(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        let mut parser = Parser::default();
        let kept = bytes.iter().filter_map(|byte| match parser.feed(*byte) {
            Action::Text(byte) => Some(byte),
            _ => None,
        });
        String::from_utf8(kept.collect()).unwrap()
    }

    #[test]
    fn sequences_vanish_and_text_stays() {
        let cases: [(&[u8], &str); 9] = [
            (b"a\x1b[31mb\x1b[0mc", "abc"),
            (b"a\x1b]0;title\x07b", "ab"),
            (b"a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
            (b"a\x1b(Bb\x1b=c\x1b#8d", "abcd"),
            (b"a\x1b[?25lb\x1b[2Jc\x1b[1;1Hd", "abcd"),
            (b"a\x1bP1$r\x1b\\b", "ab"),
            (b"a\x1b[31\x18b", "ab"),
            (b"a\x1b[3\x1b[1mb", "ab"),
            (b"\x1b[38;2;1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9;1;2;3;4;5;6;7;8;9mx", "x"),
        ];
        for (bytes, wanted) in cases {
            assert_eq!(text(bytes), wanted, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn numbers_beyond_sixteen_bits_stop_at_the_top() {
        let mut parser = Parser::default();
        let last = b"\x1b[99999999999C"
            .map(|byte| parser.feed(byte))
            .last()
            .copied();
        assert_eq!(last, Some(Action::Right(u16::MAX)));
    }
}

//! Terminal control sequences (ECMA-48), one byte at a time.

/// Most parameters of a sequence that are kept; more are read and dropped.
const PARAMS_MAX: usize = 32;

/// Most bytes of a string (title, image, link) that are swallowed; a longer one was never meant as one, and is shown from there.
const STRING_MAX: u32 = 1 << 20;
/// Most bytes of a link that are kept; of a longer one nothing is.
const LINK_MAX: usize = 4096;

/// What a byte meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A byte of text: UTF-8, possibly broken.
    Text(u8),
    /// Back to the line's begin (`\r`).
    Return,
    /// One cell back (`\x08`).
    Back,
    /// On by so many stops, each a multiple of eight cells (`\t`, `\x1b[…I`).
    Tab(u16),
    /// Back by so many stops (`\x1b[…Z`).
    BackTab(u16),
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
    /// Blank cells put in at the cursor (`\x1b[…@`).
    Insert(u16),
    /// Cells at the cursor taken out (`\x1b[…P`).
    Delete(u16),
    /// Cells from the cursor on made blank (`\x1b[…X`).
    Blank(u16),
    /// The last character again (`\x1b[…b`).
    Repeat(u16),
    /// A link begins or ends: [`Parser::link`] is its target (`\x1b]8;…;…`).
    Link,
    /// What another line than the cursor's may hear of.
    Vertical(Vertical),
    /// Part of a sequence, or something that is dropped.
    Nothing,
}

/// What concerns other lines than the cursor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vertical {
    /// Lines up, no further than the screen (`\x1b[…A`); `true`: and to the line's begin (`\x1b[…F`).
    Up(u16, bool),
    /// Lines down, no further than the screen (`\x1b[…B`); `true`: and to the line's begin (`\x1b[…E`).
    Down(u16, bool),
    /// One line down, beyond the screen where it ends (`\x0b`, `\x0c`, `\x1bD`); `true`: and to the line's begin (`\x1bE`).
    Index(bool),
    /// One line up; on the screen's first line an empty one is put in above (`\x1bM`).
    ReverseIndex,
    /// Erase from the cursor to the end of the screen (`\x1b[J`).
    EraseBelow,
    /// Empty lines put in at the cursor's (`\x1b[…L`).
    InsertLines(u16),
    /// Lines from the cursor's on taken out (`\x1b[…M`).
    DeleteLines(u16),
    /// To a line of the screen that is counted from its top (`\x1b[…H`), which a log does not know.
    Away,
    /// Keep where the cursor is (`\x1b7`, `\x1b[s`).
    Save,
    /// Go back there (`\x1b8`, `\x1b[u`).
    Restore,
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
    /// In a string that ends with BEL or ESC, with the bytes that it has had. `true`: its text is kept.
    String(u32, bool),
}

/// The state between two bytes. A newline begins afresh, whatever was open.
#[derive(Clone, Debug, Default)]
pub(super) struct Parser {
    state: State,
    params: Vec<u16>,
    /// Bit n: parameter n followed a colon.
    colons: u32,
    string: Vec<u8>,
}

impl Parser {
    /// Parameters of the sequence that ended with the last byte; a missing one is 0.
    pub(super) fn params(&self) -> Params<'_> {
        Params {
            numbers: &self.params,
            colons: self.colons,
        }
    }

    /// Target of the link that the last byte began; empty where it ended one.
    pub(super) fn link(&self) -> &[u8] {
        link(&self.string).unwrap_or_default()
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
            (State::String(..), 0x07) => {
                let action = self.end_string();
                self.ground(action)
            }
            // Whatever follows it: `\` alone has no meaning of its own.
            (State::String(..), 0x1b) => {
                let action = self.end_string();
                self.state = State::Escape;
                action
            }
            (State::String(STRING_MAX, _), _) => {
                self.state = State::Ground;
                self.feed(byte)
            }
            (State::String(length, kept), _) => {
                let kept = kept && self.string.len() < LINK_MAX;
                if kept {
                    self.string.push(byte);
                }
                self.state = State::String(length + 1, kept);
                Action::Nothing
            }
            (_, 0x1b) => {
                self.state = State::Escape;
                Action::Nothing
            }
            (State::Ground, _) | (_, 0x00..=0x1f) => control(byte),
            (State::Escape, b'[') => {
                self.params.clear();
                self.colons = 0;
                self.state = State::Control(true);
                Action::Nothing
            }
            (State::Escape, b']' | b'P' | b'X' | b'^' | b'_') => {
                self.string.clear();
                self.state = State::String(0, byte == b']');
                Action::Nothing
            }
            (State::Escape | State::Intermediate, 0x20..=0x2f) => {
                self.state = State::Intermediate;
                Action::Nothing
            }
            (State::Escape, b'D') => self.ground(Action::Vertical(Vertical::Index(false))),
            (State::Escape, b'E') => self.ground(Action::Vertical(Vertical::Index(true))),
            (State::Escape, b'M') => self.ground(Action::Vertical(Vertical::ReverseIndex)),
            (State::Escape, b'7') => self.ground(Action::Vertical(Vertical::Save)),
            (State::Escape, b'8') => self.ground(Action::Vertical(Vertical::Restore)),
            (State::Escape | State::Intermediate, _) => self.ground(Action::Nothing),
            (State::Control(plain), _) => self.in_control(plain, byte),
        }
    }

    fn in_control(&mut self, plain: bool, byte: u8) -> Action {
        match byte {
            b'0'..=b';' => {
                self.number(byte);
                Action::Nothing
            }
            0x20..=0x2f | 0x3c..=0x3f => {
                self.state = State::Control(false);
                Action::Nothing
            }
            0x40..=0x7e if plain => {
                let action = self.control_action(byte);
                self.ground(action)
            }
            // A final byte, or a byte that has no place in a sequence.
            _ => self.ground(Action::Nothing),
        }
    }

    /// A digit, or what stands between two numbers.
    fn number(&mut self, byte: u8) {
        if self.params.is_empty() {
            self.params.push(0);
        }
        if byte.is_ascii_digit() {
            if let Some(last) = self.params.last_mut() {
                *last = last
                    .saturating_mul(10)
                    .saturating_add(u16::from(byte - b'0'));
            }
        } else if self.params.len() < PARAMS_MAX {
            self.colons |= u32::from(byte == b':') << self.params.len();
            self.params.push(0);
        }
    }

    /// Takes a whole sequence of colours at once, where `rest`, which follows an ESC, begins with one; says how long it is. It is
    /// the same as to [`Self::feed`] its bytes.
    pub(super) fn take_style(&mut self, rest: &[u8]) -> Option<usize> {
        let numbers = rest.strip_prefix(b"[")?;
        let length = numbers
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b';'))
            .filter(|end| numbers[*end] == b'm')?;
        self.params.clear();
        self.colons = 0;
        numbers[..length].iter().for_each(|byte| self.number(*byte));
        Some(length + 2)
    }

    fn control_action(&self, last: u8) -> Action {
        let first = self.params.first().copied().unwrap_or(0);
        let count = first.max(1);
        match last {
            b'm' => Action::Style,
            b'K' => Action::Erase(first),
            b'C' | b'a' => Action::Right(count),
            b'D' => Action::Left(count),
            b'G' | b'`' => Action::Column(count - 1),
            b'I' => Action::Tab(count),
            b'Z' => Action::BackTab(count),
            b'@' => Action::Insert(count),
            b'P' => Action::Delete(count),
            b'X' => Action::Blank(count),
            b'b' => Action::Repeat(count),
            b'A' => Action::Vertical(Vertical::Up(count, false)),
            b'F' => Action::Vertical(Vertical::Up(count, true)),
            b'B' | b'e' => Action::Vertical(Vertical::Down(count, false)),
            b'E' => Action::Vertical(Vertical::Down(count, true)),
            b'J' if first == 0 => Action::Vertical(Vertical::EraseBelow),
            b'L' => Action::Vertical(Vertical::InsertLines(count)),
            b'M' => Action::Vertical(Vertical::DeleteLines(count)),
            b'H' | b'f' | b'd' => Action::Vertical(Vertical::Away),
            b's' if self.params.is_empty() => Action::Vertical(Vertical::Save),
            b'u' if self.params.is_empty() => Action::Vertical(Vertical::Restore),
            _ => Action::Nothing,
        }
    }

    fn end_string(&self) -> Action {
        let kept = matches!(self.state, State::String(_, true));
        if kept && link(&self.string).is_some() {
            Action::Link
        } else {
            Action::Nothing
        }
    }

    fn ground(&mut self, action: Action) -> Action {
        self.state = State::Ground;
        action
    }
}

/// Numbers of a sequence, and which of them belong to the one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Params<'a> {
    numbers: &'a [u16],
    colons: u32,
}

impl<'a> Params<'a> {
    /// The numbers, each with those that colons join to it.
    pub(super) fn groups(self) -> impl Iterator<Item = &'a [u16]> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let rest = self.numbers.get(from..).filter(|rest| !rest.is_empty())?;
            let joined = |at: &usize| self.colons >> (from + at) & 1 == 1;
            let count = 1 + (1..rest.len()).take_while(joined).count();
            from += count;
            Some(&rest[..count])
        })
    }
}

/// The target in the string of a link, `8;attributes;target`.
fn link(string: &[u8]) -> Option<&[u8]> {
    let rest = string.strip_prefix(b"8;")?;
    let at = rest.iter().position(|byte| *byte == b';')?;
    Some(&rest[at + 1..])
}

fn control(byte: u8) -> Action {
    match byte {
        b'\r' => Action::Return,
        0x08 => Action::Back,
        b'\t' => Action::Tab(1),
        0x0b | 0x0c => Action::Vertical(Vertical::Index(false)),
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
        let cases: [(&[u8], &str); 10] = [
            (b"a\x1b[31mb\x1b[0mc", "abc"),
            (b"a\x1b]0;title\x07b", "ab"),
            (b"a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
            (b"a\x1b(Bb\x1b=c\x1b#8d", "abcd"),
            (b"a\x1b[?25lb\x1b[2Jc\x1b[1;1Hd", "abcd"),
            (b"a\x1bP1$r\x1b\\b", "ab"),
            (b"a\x1b]0;title\x1b[31mb", "ab"),
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

    #[test]
    fn a_string_without_an_end_swallows_so_much_and_no_more() {
        let mut parser = Parser::default();
        let bytes = [&b"\x1b]0;"[..], &vec![b'x'; STRING_MAX as usize]].concat();
        let shown = bytes
            .iter()
            .filter(|byte| parser.feed(**byte) == Action::Text(b'x'));
        assert_eq!(shown.count(), 2);
    }

    #[test]
    fn a_link_tells_its_target() {
        let targets = |bytes: &[u8]| {
            let mut parser = Parser::default();
            let mut found = Vec::new();
            for byte in bytes {
                if parser.feed(*byte) == Action::Link {
                    found.push(String::from_utf8_lossy(parser.link()).into_owned());
                }
            }
            found
        };
        assert_eq!(
            targets(b"\x1b]8;id=1;http://x/;y\x07a\x1b]8;;\x1b\\b"),
            ["http://x/;y", ""]
        );
        assert_eq!(
            targets(b"\x1b]8;http://x\x07\x1b]80;;x\x07\x1bP8;;x\x07"),
            [""; 0]
        );
        let long = [&b"\x1b]8;;"[..], &[b'x'; LINK_MAX], b"\x07"].concat();
        assert_eq!(targets(&long), [""; 0]);
    }

    #[test]
    fn colons_join_numbers() {
        let mut parser = Parser::default();
        for byte in b"\x1b[1;38:2::1:2:3;4m" {
            parser.feed(*byte);
        }
        let groups: Vec<&[u16]> = parser.params().groups().collect();
        assert_eq!(groups, [&[1][..], &[38, 2, 0, 1, 2, 3], &[4]]);
    }
}

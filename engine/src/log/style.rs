//! How text looks: "select graphic rendition" of ECMA-48 with 16, 256 and 16 million colours.

use super::escape::Params;
use serde::{Deserialize, Serialize};

/// A colour of text or of its ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Colour {
    /// Whatever the theme says.
    #[default]
    Default,
    /// One of the terminal's sixteen, 0 to 15; the theme says how it looks.
    Named(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Style {
    /// The text's colour.
    pub text: Colour,
    /// The ground's colour.
    pub ground: Colour,
    /// Heavy.
    pub bold: bool,
    /// Faint.
    pub dim: bool,
    /// Slanted.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Struck through.
    pub strike: bool,
    /// Text and ground exchanged.
    pub inverse: bool,
}

impl Style {
    /// The style after a sequence with these parameters.
    pub(super) fn apply(&mut self, params: Params<'_>) {
        let mut groups = params.groups();
        let mut none = true;
        while let Some(group) = groups.next() {
            none = false;
            match group {
                [38, ..] => self.text = colour(group, &mut groups).unwrap_or(self.text),
                [48, ..] => self.ground = colour(group, &mut groups).unwrap_or(self.ground),
                // The colour of the line below letters, which is not shown.
                [58, ..] => drop(colour(group, &mut groups)),
                [4, kind] => self.underline = *kind != 0,
                [param] => self.set(*param),
                _ => {}
            }
        }
        if none {
            *self = Self::default();
        }
    }

    fn set(&mut self, param: u16) {
        match param {
            0 => *self = Self::default(),
            1 => self.bold = true,
            2 => self.dim = true,
            3 => self.italic = true,
            4 | 21 => self.underline = true,
            7 => self.inverse = true,
            9 => self.strike = true,
            22 => (self.bold, self.dim) = (false, false),
            23 => self.italic = false,
            24 => self.underline = false,
            27 => self.inverse = false,
            29 => self.strike = false,
            30..=37 => self.text = Colour::Named((param - 30) as u8),
            90..=97 => self.text = Colour::Named((param - 82) as u8),
            39 => self.text = Colour::Default,
            40..=47 => self.ground = Colour::Named((param - 40) as u8),
            100..=107 => self.ground = Colour::Named((param - 92) as u8),
            49 => self.ground = Colour::Default,
            _ => {}
        }
    }

    /// The sequence that makes any style this one.
    pub(super) fn encode(self, out: &mut Vec<u8>) {
        let mut numbers = vec![0_u16];
        let flags = [
            (self.bold, 1),
            (self.dim, 2),
            (self.italic, 3),
            (self.underline, 4),
            (self.inverse, 7),
            (self.strike, 9),
        ];
        numbers.extend(flags.iter().filter(|(on, _)| *on).map(|(_, number)| number));
        for (colour, base) in [(self.text, 38), (self.ground, 48)] {
            match colour {
                Colour::Default => {}
                Colour::Named(index) => numbers.extend([base, 5, index.into()]),
                Colour::Rgb(red, green, blue) => {
                    numbers.extend([base, 2, red.into(), green.into(), blue.into()]);
                }
            }
        }
        let words: Vec<String> = numbers.iter().map(u16::to_string).collect();
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(words.join(";").as_bytes());
        out.push(b'm');
    }
}

/// The colour that begins with `group`: joined by colons, or in what follows. Numbers above 255 make it no colour.
fn colour<'a>(group: &[u16], rest: &mut impl Iterator<Item = &'a [u16]>) -> Option<Colour> {
    match group[1..] {
        [] => {
            let mut next = || rest.next().and_then(|group| group.first()).copied();
            match next()? {
                5 => Some(indexed(u8::try_from(next()?).ok()?)),
                2 => {
                    let (red, green, blue) = (next(), next(), next());
                    rgb(red?, green?, blue?)
                }
                _ => None,
            }
        }
        [5, index, ..] => Some(indexed(u8::try_from(index).ok()?)),
        // The standard has the number of a colour space first, which many leave out.
        [2, red, green, blue] | [2, _, red, green, blue, ..] => rgb(red, green, blue),
        _ => None,
    }
}

fn rgb(red: u16, green: u16, blue: u16) -> Option<Colour> {
    let byte = |number| u8::try_from(number).ok();
    Some(Colour::Rgb(byte(red)?, byte(green)?, byte(blue)?))
}

/// A colour of xterm's palette: 16 named, a cube of 6 x 6 x 6, 24 greys.
fn indexed(index: u8) -> Colour {
    let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
    match index {
        0..=15 => Colour::Named(index),
        16..=231 => {
            let n = index - 16;
            Colour::Rgb(step(n / 36), step(n / 6 % 6), step(n % 6))
        }
        _ => {
            let grey = 8 + 10 * (index - 232);
            Colour::Rgb(grey, grey, grey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::escape::{Action, Parser};
    use super::*;

    fn after(params: &str) -> Style {
        let mut style = Style::default();
        apply(&mut style, params);
        style
    }

    fn apply(style: &mut Style, params: &str) {
        let mut parser = Parser::default();
        for byte in format!("\x1b[{params}m").bytes() {
            if parser.feed(byte) == Action::Style {
                style.apply(parser.params());
            }
        }
    }

    #[test]
    fn the_three_kinds_of_colour() {
        assert_eq!(after("31").text, Colour::Named(1));
        assert_eq!(after("97;101").text, Colour::Named(15));
        assert_eq!(after("97;101").ground, Colour::Named(9));
        assert_eq!(after("38;5;3").text, Colour::Named(3));
        assert_eq!(after("38;5;16").text, Colour::Rgb(0, 0, 0));
        assert_eq!(after("38;5;208").text, Colour::Rgb(255, 135, 0));
        assert_eq!(after("48;5;255").ground, Colour::Rgb(238, 238, 238));
        assert_eq!(after("48;2;1;2;3;1").ground, Colour::Rgb(1, 2, 3));
        assert!(after("48;2;1;2;3;1").bold);
    }

    #[test]
    fn nonsense_leaves_things_as_they_are() {
        for params in [
            "38",
            "38;5",
            "38;5;256",
            "38;2;1;2",
            "38;9",
            "38:5",
            "38:2:1:2",
            "48:2:1:2:300",
            "300",
        ] {
            assert_eq!(after(params), Style::default(), "{params:?}");
        }
    }

    #[test]
    fn everything_can_be_taken_back() {
        let mut style = after("1;2;3;4;7;9;31;42");
        apply(&mut style, "22;23;24;27;29;39;49");
        assert_eq!(style, Style::default());
        let mut style = after("1;31");
        apply(&mut style, "");
        assert_eq!(style, Style::default());
    }

    #[test]
    fn colours_with_colons_are_the_same() {
        assert_eq!(after("38:5:208").text, Colour::Rgb(255, 135, 0));
        assert_eq!(after("38:2:1:2:3").text, Colour::Rgb(1, 2, 3));
        assert_eq!(after("38:2::1:2:3").text, Colour::Rgb(1, 2, 3));
        assert!(after("38:2::1:2:3;1").bold);
        assert!(after("4:3").underline);
        assert!(!after("4;4:0").underline);
        let other_line = after("58;5;1;58:2::1:2:3;58;2;4;5;7");
        assert_eq!(other_line, Style::default());
    }

    #[test]
    fn a_style_is_written_as_it_is_read() {
        for params in [
            "",
            "1;2;3;4;7;9",
            "31;48;5;208",
            "95;48;2;1;2;3",
            "38:2::9:8:7",
        ] {
            let style = after(params);
            let mut bytes = Vec::new();
            style.encode(&mut bytes);
            let mut again = after("1;41");
            let text = String::from_utf8(bytes).unwrap();
            apply(&mut again, &text[2..text.len() - 1]);
            assert_eq!(again, style, "{params}");
        }
    }
}

//! How text looks: "select graphic rendition" of ECMA-48 with 16, 256 and 16 million colours.

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
    pub(super) fn apply(&mut self, params: &[u16]) {
        if params.is_empty() {
            *self = Self::default();
        }
        let mut rest = params.iter().copied();
        while let Some(param) = rest.next() {
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
                38 => self.text = extended(&mut rest).unwrap_or(self.text),
                48 => self.ground = extended(&mut rest).unwrap_or(self.ground),
                _ => {}
            }
        }
    }
}

/// Reads what follows 38 or 48: `5;n` or `2;r;g;b`. Numbers above 255 make it no colour.
fn extended(rest: &mut impl Iterator<Item = u16>) -> Option<Colour> {
    let mut byte = || rest.next().and_then(|n| u8::try_from(n).ok());
    match byte()? {
        5 => Some(indexed(byte()?)),
        2 => {
            let (red, green, blue) = (byte(), byte(), byte());
            Some(Colour::Rgb(red?, green?, blue?))
        }
        _ => None,
    }
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
    use super::*;

    fn after(params: &[u16]) -> Style {
        let mut style = Style::default();
        style.apply(params);
        style
    }

    #[test]
    fn the_three_kinds_of_colour() {
        assert_eq!(after(&[31]).text, Colour::Named(1));
        assert_eq!(after(&[97, 101]).text, Colour::Named(15));
        assert_eq!(after(&[97, 101]).ground, Colour::Named(9));
        assert_eq!(after(&[38, 5, 3]).text, Colour::Named(3));
        assert_eq!(after(&[38, 5, 16]).text, Colour::Rgb(0, 0, 0));
        assert_eq!(after(&[38, 5, 208]).text, Colour::Rgb(255, 135, 0));
        assert_eq!(after(&[48, 5, 255]).ground, Colour::Rgb(238, 238, 238));
        assert_eq!(after(&[48, 2, 1, 2, 3, 1]).ground, Colour::Rgb(1, 2, 3));
        assert!(after(&[48, 2, 1, 2, 3, 1]).bold);
    }

    #[test]
    fn nonsense_leaves_things_as_they_are() {
        for params in [
            &[38][..],
            &[38, 5],
            &[38, 5, 256],
            &[38, 2, 1, 2],
            &[38, 9],
            &[300],
        ] {
            assert_eq!(after(params), Style::default(), "{params:?}");
        }
    }

    #[test]
    fn everything_can_be_taken_back() {
        let mut style = after(&[1, 2, 3, 4, 7, 9, 31, 42]);
        style.apply(&[22, 23, 24, 27, 29, 39, 49]);
        assert_eq!(style, Style::default());
        let mut style = after(&[1, 31]);
        style.apply(&[]);
        assert_eq!(style, Style::default());
    }
}

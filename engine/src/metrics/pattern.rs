//! Metrics that the user looks for.

use super::names::NAME_MAX;
use super::number;
use super::summary::UserPattern;
use crate::log::search::PatternError;
use crate::log::search::groups;
use regex_automata::meta::Regex;
use regex_automata::util::captures::Captures;
use regex_automata::{Input, PatternID};
use std::ops::Range;

/// Matches of a pattern in a line that are looked at.
const MATCHES_MAX: usize = 256;

/// A compiled [`UserPattern`].
#[derive(Clone, Debug)]
pub struct MetricPattern {
    name: String,
    regex: Regex,
    value: usize,
    step: Option<usize>,
    own_name: Option<usize>,
}

/// What a pattern finds in a line.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternMatch<'a> {
    /// Where it is: bytes of the line.
    pub range: Range<usize>,
    /// The series.
    pub name: &'a str,
    /// The value; `None` where the group is no number.
    pub value: Option<f64>,
    /// The step, where the pattern tells it.
    pub step: Option<f64>,
}

impl MetricPattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// [`PatternError`]; one of syntax also where there is no group `value`.
    pub fn new(pattern: &UserPattern) -> Result<Self, PatternError> {
        let regex = groups(&pattern.pattern)?;
        let group = |name| regex.group_info().to_index(PatternID::ZERO, name);
        let Some(value) = group("value") else {
            return Err(PatternError::Syntax {
                message: "it has no group named value".to_owned(),
                from: 0,
                to: pattern.pattern.chars().count() as u32,
            });
        };
        let name = match pattern.name.trim() {
            "" => "value",
            name => name,
        };
        Ok(Self {
            name: name.to_owned(),
            value,
            step: group("step"),
            own_name: group("name"),
            regex,
        })
    }

    /// Calls `see` with what it finds in a line without control sequences.
    pub fn each<'a>(&'a self, line: &'a [u8], mut see: impl FnMut(PatternMatch<'a>)) {
        let mut input = Input::new(line);
        // Most lines have none, which is told without room for groups.
        if !self.regex.is_match(input.clone()) {
            return;
        }
        let mut captures = self.regex.create_captures();
        for _ in 0..MATCHES_MAX {
            self.regex.search_captures(&input, &mut captures);
            let Some(found) = captures.get_match() else {
                return;
            };
            if let Some(found) = self.read(line, found.range(), &captures) {
                see(found);
            }
            // No pattern fits where nothing is.
            input.set_start(found.end());
        }
    }

    fn read<'a>(
        &'a self,
        line: &'a [u8],
        range: Range<usize>,
        captures: &Captures,
    ) -> Option<PatternMatch<'a>> {
        let text = |group: usize| captures.get_group(group).map(|span| &line[span.range()]);
        let name = match self.own_name.and_then(text) {
            Some(name) => std::str::from_utf8(name).ok()?.trim(),
            None => &self.name,
        };
        Some(PatternMatch {
            range,
            name: if name.is_empty() || name.len() > NAME_MAX {
                &self.name
            } else {
                name
            },
            value: text(self.value).and_then(number::whole),
            step: self.step.and_then(text).and_then(number::whole),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compiled(pattern: &str) -> Result<MetricPattern, PatternError> {
        MetricPattern::new(&UserPattern {
            name: "psnr".to_owned(),
            pattern: pattern.to_owned(),
        })
    }

    type Seen = (Range<usize>, String, Option<f64>, Option<f64>);

    fn seen(pattern: &str, line: &str) -> Vec<Seen> {
        let mut out = Vec::new();
        compiled(pattern).unwrap().each(line.as_bytes(), |found| {
            out.push((found.range, found.name.to_owned(), found.value, found.step));
        });
        out
    }

    #[test]
    fn groups_are_value_step_and_name() {
        assert_eq!(
            seen(r"(?<value>[-0-9.]+) dB", "1: 31.5 dB, 30 dB"),
            [
                (3..10, "psnr".to_owned(), Some(31.5), None),
                (12..17, "psnr".to_owned(), Some(30.0), None)
            ]
        );
        assert_eq!(
            seen(
                r"#(?<step>\d+) (?P<name>\w+)~(?P<value>\S+)",
                "#7 训练~91.2% #8 b~x"
            ),
            [
                (0..15, "训练".to_owned(), Some(91.2), Some(7.0)),
                (16..22, "b".to_owned(), None, Some(8.0))
            ]
        );
        assert_eq!(seen(r"(?:(?<value>\d)|x)y", "xy")[0].2, None);
        assert_eq!(
            seen(r"a(?<value>\d)", &"a1".repeat(1000)).len(),
            MATCHES_MAX
        );
    }

    #[test]
    fn a_pattern_that_is_none_says_why() {
        for pattern in [r"\d+", r"(?<values>\d+)"] {
            assert!(matches!(
                compiled(pattern),
                Err(PatternError::Syntax { from: 0, .. })
            ));
        }
        assert_eq!(compiled(r"(?<value>\d*)").unwrap_err(), PatternError::Empty);
        assert_eq!(compiled("").unwrap_err(), PatternError::Empty);
        assert_eq!(
            compiled(r"(?<value>\w{500}){9}").unwrap_err(),
            PatternError::TooLarge
        );
        let twice = compiled(r"(?<value>1)|(?<value>2)");
        assert!(
            matches!(twice, Err(PatternError::Syntax { from: 15, .. })),
            "{twice:?}"
        );
    }
}

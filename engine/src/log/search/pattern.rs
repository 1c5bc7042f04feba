//! What is searched for.

use super::errors;
use memchr::memmem::Finder;
use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_syntax::hir::{
    Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind,
    Look, Repetition,
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Most bytes that a compiled pattern may take.
const SIZE_MAX: usize = 4 << 20;
/// The same where it is told which part fits which group: that takes a time that grows with the pattern.
#[cfg(feature = "metrics")]
const GROUPS_SIZE_MAX: usize = 256 << 10;
/// Most bytes that are spent to make it fast.
const CACHE_MAX: usize = 4 << 20;
/// Parts of a pattern that may be within one another.
const NEST_MAX: u32 = 100;

/// What the reader wants to find.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Query {
    /// A text, or a regular expression.
    pub text: String,
    /// Whether it is a regular expression.
    pub regex: bool,
    /// Whether upper and lower case differ.
    pub case: bool,
    /// Whether it must be whole words.
    pub word: bool,
}

/// Why there is nothing to search for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PatternError {
    /// It fits everywhere, such as no text or `x*`.
    #[error("it fits where nothing is")]
    Empty,
    /// It has a mistake.
    #[error("{message}")]
    Syntax {
        /// What is wrong, in English.
        message: String,
        /// Where it begins, in characters of the pattern.
        from: u32,
        /// Where it ends.
        to: u32,
    },
    /// It would take too much memory, as `(x{100}){100}{100}` does.
    #[error("it is too large")]
    TooLarge,
}

/// A compiled pattern. It never fits over the end of a line.
#[derive(Clone, Debug)]
pub struct Pattern(Matcher);

#[derive(Clone, Debug)]
enum Matcher {
    Text(Box<Finder<'static>>),
    Regex(Regex),
}

impl Pattern {
    /// The pattern of a query.
    ///
    /// # Errors
    /// [`PatternError`]
    pub fn new(query: &Query) -> Result<Self, PatternError> {
        if query.text.is_empty() {
            return Err(PatternError::Empty);
        }
        if !query.regex && query.case && !query.word && !query.text.contains(['\r', '\n']) {
            let finder = Finder::new(&query.text).into_owned();
            return Ok(Self(Matcher::Text(Box::new(finder))));
        }
        let escaped;
        let text = match query.regex {
            true => &query.text,
            false => {
                escaped = regex_syntax::escape(&query.text);
                &escaped
            }
        };
        let hir = parse(text, !query.case)?;
        let hir = match query.word {
            true => Hir::concat(vec![
                Hir::look(Look::WordStartHalfUnicode),
                hir,
                Hir::look(Look::WordEndHalfUnicode),
            ]),
            false => hir,
        };
        compile(hir)
    }

    /// Lines that tell of a failure: tracebacks, errors, out of memory.
    ///
    /// # Panics
    /// Never: what it is made of is compiled in the tests.
    pub fn errors() -> Self {
        parse(&errors::pattern(), false)
            .and_then(compile)
            .expect("a pattern that is compiled in the tests")
    }

    /// Calls `see` with each match in `text`, which may be several lines.
    pub(super) fn each(&self, text: &[u8], mut see: impl FnMut(Range<usize>)) {
        match &self.0 {
            Matcher::Text(finder) => {
                let length = finder.needle().len();
                finder.find_iter(text).for_each(|at| see(at..at + length));
            }
            Matcher::Regex(regex) => {
                regex
                    .find_iter(Input::new(text))
                    .for_each(|found| see(found.range()));
            }
        }
    }

    /// Calls `see` with the end of each match in `text`, which is found sooner than its begin.
    pub(super) fn each_end(&self, text: &[u8], mut see: impl FnMut(usize)) {
        match &self.0 {
            Matcher::Text(_) => self.each(text, |found| see(found.end)),
            Matcher::Regex(regex) => {
                let mut input = Input::new(text);
                // No pattern fits where nothing is, so that this comes to an end.
                while let Some(found) = regex.search_half(&input) {
                    see(found.offset());
                    input.set_start(found.offset());
                }
            }
        }
    }

    /// Matches in a line.
    pub(super) fn count(&self, line: &[u8]) -> u32 {
        let mut count = 0;
        self.each_end(line, |_| count += 1);
        count
    }
}

/// A regular expression with its groups, to be looked for in a line alone.
///
/// # Errors
/// [`PatternError`]
#[cfg(feature = "metrics")]
pub(crate) fn groups(text: &str) -> Result<Regex, PatternError> {
    let hir = parse(text, false)?;
    if fits_nothing(&hir) {
        return Err(PatternError::Empty);
    }
    build(&hir, GROUPS_SIZE_MAX)
}

fn parse(text: &str, any_case: bool) -> Result<Hir, PatternError> {
    let mut parser = regex_syntax::ParserBuilder::new()
        .case_insensitive(any_case)
        .multi_line(true)
        .crlf(true)
        .nest_limit(NEST_MAX)
        .build();
    parser.parse(text).map_err(|error| {
        let characters = |end: usize| {
            text.get(..end)
                .map_or(0, |part| part.chars().count() as u32)
        };
        let (message, span) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), *error.span()),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), *error.span()),
            other => {
                return PatternError::Syntax {
                    message: other.to_string(),
                    from: 0,
                    to: characters(text.len()),
                };
            }
        };
        PatternError::Syntax {
            message,
            from: characters(span.start.offset),
            to: characters(span.end.offset),
        }
    })
}

fn compile(hir: Hir) -> Result<Pattern, PatternError> {
    let hir = within_line(&hir);
    if fits_nothing(&hir) {
        return Err(PatternError::Empty);
    }
    build(&hir, SIZE_MAX).map(|regex| Pattern(Matcher::Regex(regex)))
}

fn build(hir: &Hir, size_max: usize) -> Result<Regex, PatternError> {
    let config = Regex::config()
        .nfa_size_limit(Some(size_max))
        .onepass_size_limit(Some(size_max))
        .hybrid_cache_capacity(CACHE_MAX);
    let regex = Regex::builder().configure(config).build_from_hir(hir);
    regex.map_err(|_| PatternError::TooLarge)
}

/// Whether it fits where nothing is.
fn fits_nothing(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(_) | HirKind::Class(_) => false,
        HirKind::Repetition(repetition) => repetition.min == 0 || fits_nothing(&repetition.sub),
        HirKind::Capture(capture) => fits_nothing(&capture.sub),
        HirKind::Concat(parts) => parts.iter().all(fits_nothing),
        HirKind::Alternation(parts) => parts.iter().any(fits_nothing),
    }
}

/// The same without what fits the end of a line, so that lines can be searched together as if each were alone.
fn within_line(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) if literal.0.iter().any(|byte| b"\r\n".contains(byte)) => {
            Hir::fail()
        }
        HirKind::Literal(literal) => Hir::literal(literal.0.clone()),
        HirKind::Class(Class::Unicode(class)) => {
            let ends = ['\n', '\r'].map(|end| ClassUnicodeRange::new(end, end));
            let mut class = class.clone();
            class.difference(&ClassUnicode::new(ends));
            Hir::class(Class::Unicode(class))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let ends = [b'\n', b'\r'].map(|end| ClassBytesRange::new(end, end));
            let mut class = class.clone();
            class.difference(&ClassBytes::new(ends));
            Hir::class(Class::Bytes(class))
        }
        HirKind::Look(Look::Start) => Hir::look(Look::StartCRLF),
        HirKind::Look(Look::End) => Hir::look(Look::EndCRLF),
        HirKind::Look(look) => Hir::look(*look),
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(within_line(&repetition.sub)),
            ..*repetition
        }),
        HirKind::Capture(Capture { sub, .. }) => within_line(sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(within_line).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(within_line).collect()),
    }
}

//! Tracebacks of Python: from their head, or from the file and line of a program that cannot be read, to the exception.

use super::rules::{Rules, Weight};
use super::{Candidate, Cause, Frame, Line};

/// How each begins, after whatever a logger or launcher puts before its lines.
const HEAD: &str = "Traceback (most recent call last):";
/// What a group of exceptions has before that, and before each of its other lines.
const GROUP: (&str, &str) = ("+ Exception Group ", "| ");
/// Lines of others that may stand in the middle of one.
const FOREIGN_MAX: usize = 20;
/// Lines of a message below the exception that are taken along.
const MORE_MAX: usize = 6;
/// Lines of a program that are shown between its place and what is wrong with it.
const SOURCE_MAX: usize = 4;
/// Where the code of a run is.
const WORKSPACE: &str = "/workspace/";
/// Parts of paths of what is not the user's own code.
const LIBRARIES: [&str; 4] = [
    "/site-packages/",
    "/dist-packages/",
    "/lib/python",
    "<frozen ",
];
/// Where the packages are that the code asks for.
const PACKAGES: &str = "/packages/";

/// The traceback that begins at the line `at`.
pub(super) fn at(lines: &[Line], at: usize, rules: &Rules) -> Option<Candidate> {
    let text = &lines[at].text;
    match text.find(HEAD) {
        Some(begin) => whole(lines, at, &text[..begin], rules),
        None => unreadable(lines, at, rules),
    }
}

/// From its head on; `prefix` stands before that.
fn whole(lines: &[Line], at: usize, prefix: &str, rules: &Rules) -> Option<Candidate> {
    let group = prefix
        .find(GROUP.0)
        .map(|begin| format!("{}{}", &prefix[..begin], GROUP.1));
    let prefix = group.as_deref().unwrap_or(prefix);
    let own = |line: &'_ Line| -> String {
        line.text
            .strip_prefix(prefix)
            .unwrap_or(&line.text)
            .to_owned()
    };
    let (mut frame, mut foreign) = (None, 0);
    for (last, line) in lines.iter().enumerate().skip(at + 1) {
        let text = own(line);
        if text.contains(HEAD) || foreign > FOREIGN_MAX {
            return None;
        }
        if text.starts_with([' ', '\t']) {
            take(&mut frame, &text);
        } else if is_exception(&text) {
            let more = lines[last + 1..].iter().map(own);
            let more = more
                .take(MORE_MAX)
                .take_while(|text| text.starts_with([' ', '\t']));
            return Some(candidate(&text, (at, last + more.count()), frame, rules));
        } else {
            foreign += 1;
        }
    }
    None
}

/// A program that cannot be read has no head: `  File "x.py", line 3`, some of it, `SyntaxError: …`.
fn unreadable(lines: &[Line], at: usize, rules: &Rules) -> Option<Candidate> {
    let text = &lines[at].text;
    let found = place(text).filter(|frame| frame.function.is_none())?;
    let below = lines[at + 1..].iter().take(SOURCE_MAX + 1);
    let below: Vec<&str> = below.map(|line| line.text.as_str()).collect();
    let error = ["SyntaxError: ", "IndentationError: ", "TabError: "];
    let last = below
        .iter()
        .position(|text| error.iter().any(|name| text.starts_with(name)))?;
    let frame = Some((found, true));
    Some(candidate(below[last], (at, at + 1 + last), frame, rules))
}

/// The place that a line of a traceback tells replaces `frame`, unless that is the user's own and this one is not.
fn take(frame: &mut Option<(Frame, bool)>, text: &str) {
    let Some(found) = place(text) else {
        return;
    };
    let foreign =
        LIBRARIES.iter().any(|part| found.file.contains(part)) || found.file.starts_with(PACKAGES);
    if !foreign || frame.as_ref().is_none_or(|(_, own)| !own) {
        *frame = Some((found, !foreign));
    }
}

/// `File "x.py", line 3, in f`
fn place(text: &str) -> Option<Frame> {
    let (file, rest) = text
        .trim()
        .strip_prefix("File \"")?
        .split_once("\", line ")?;
    let (line, function) = match rest.split_once(", in ") {
        Some((line, function)) => (line, Some(function.to_owned())),
        None => (rest, None),
    };
    Some(Frame {
        file: super::cut(file.strip_prefix(WORKSPACE).unwrap_or(file)),
        line: line.parse().ok()?,
        function: function.as_deref().map(super::cut),
    })
}

/// Whether a line is a name with dots, alone or followed by a colon and what it says.
fn is_exception(text: &str) -> bool {
    let name = text
        .split_once(": ")
        .map_or(text.trim_end().trim_end_matches(':'), |(name, _)| name);
    name.split('.').all(|part| {
        let mut letters = part.chars();
        letters
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
            && letters.all(|letter| {
                letter.is_alphanumeric() || letter == '_' || letter == '<' || letter == '>'
            })
    })
}

fn candidate(
    message: &str,
    (first, last): (usize, usize),
    frame: Option<(Frame, bool)>,
    rules: &Rules,
) -> Candidate {
    let told = rules.look(message);
    let (cause, weight, subject) = match told {
        Some(told) if told.cause == Cause::Error => (told.cause, told.weight, None),
        // An exception ends its program, whatever a tool that says the same may do.
        Some(told) => (told.cause, Weight::Strong, told.subject),
        None => (Cause::Error, Weight::Strong, None),
    };
    Candidate {
        weight,
        first,
        last,
        cause,
        message: message.trim_end().to_owned(),
        subject,
        frame: frame.map(|(frame, _)| frame),
    }
}

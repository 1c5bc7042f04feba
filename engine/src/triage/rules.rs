//! What single lines tell.

use super::Cause;
use super::table::RULES;
use regex_automata::meta::Regex;
use std::sync::LazyLock;

/// How much a line says about the end of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// A tool failed, which scripts often survive; or one error stands for another.
    Weak,
    /// A program does not survive it.
    Strong,
    /// The exit code says the same.
    Certain,
}

/// The table, compiled.
pub(super) struct Rules {
    /// All of them in one: most lines fit none.
    any: Regex,
    each: Vec<Regex>,
}

/// What a line tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub cause: Cause,
    pub weight: Weight,
    pub subject: Option<String>,
}

/// Bytes of a line that are looked at; what tells stands at its beginning.
const LOOKED_AT: usize = 4096;

impl Rules {
    /// The one table, compiled when it is first needed.
    pub(super) fn get() -> &'static Self {
        static COMPILED: LazyLock<Rules> = LazyLock::new(|| {
            let compile =
                |regex: Result<Regex, _>| regex.expect("patterns that are compiled in the tests");
            let patterns = RULES.map(|(_, _, pattern, _)| pattern);
            Rules {
                any: compile(Regex::new_many(&patterns)),
                each: patterns.map(|pattern| compile(Regex::new(pattern))).into(),
            }
        });
        &COMPILED
    }

    /// What the first rule says that fits.
    pub(super) fn look(&self, line: &str) -> Option<Told> {
        let line = &line[..line.floor_char_boundary(LOOKED_AT)];
        if !self.any.is_match(line) {
            return None;
        }
        RULES
            .iter()
            .zip(&self.each)
            .find_map(|((cause, weight, ..), regex)| {
                let mut groups = regex.create_captures();
                regex.captures(line, &mut groups);
                groups.is_match().then(|| Told {
                    cause: *cause,
                    weight: *weight,
                    subject: (1..groups.group_len())
                        .find_map(|group| groups.get_group(group))
                        .map(|found| line[found.range()].to_owned()),
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_knows_its_lines() {
        for (cause, weight, pattern, lines) in RULES {
            assert!(!lines.is_empty(), "{pattern}");
            for (line, subject) in lines {
                let told = Rules::get().look(line);
                let subject = (!subject.is_empty()).then(|| (*subject).to_owned());
                let wanted = Told {
                    cause,
                    weight,
                    subject,
                };
                assert_eq!(told, Some(wanted), "{line}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_it_is_none() {
        for line in [
            "",
            "Epoch 3/10, memory 512 MB, error: 0.25",
            concat!(
                "2026-11-27 12:00:01.123456: W tensorflow/stream_executor/platform/default/dso_loader.cc:64] ",
                "Could not load dynamic library 'libcudart.so.11.0'; dlerror: libcudart.so.11.0: ",
                "cannot open shared object file: No such file or directory"
            ),
            "Killed the old run, going on",
            "the process was Killed",
            "UserWarning: No module named 'apex' found, falling back",
            "WARNING: Retrying after connection broken",
            "Permission denied is what we expect here",
            "error rate: 0.5",
            "Aborted runs: none",
            "found 3 files, 0 not found",
        ] {
            assert_eq!(Rules::get().look(line), None, "{line}");
        }
    }

    #[test]
    fn long_lines_cost_little_and_are_cut_between_characters() {
        let long = format!("{}: No such file or directory", "é".repeat(3000));
        assert_eq!(Rules::get().look(&long), None);
        let name = "名".repeat(1000);
        let told = Rules::get().look(&format!("cat: {name}: No such file or directory"));
        assert_eq!(told.unwrap().subject, Some(name));
    }
}

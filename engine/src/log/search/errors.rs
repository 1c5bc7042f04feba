//! Lines that tell of a failure.

/// Patterns, each with a line that it is for.
const FAILURES: [(&str, &str); 15] = [
    (
        r"Traceback \(most recent call last\)",
        "Traceback (most recent call last):",
    ),
    (
        r"(?:Error|Exception|Warning as error)(?::|$)",
        "torch.cuda.OutOfMemoryError: CUDA out of memory.",
    ),
    (r"^KeyboardInterrupt", "KeyboardInterrupt"),
    (
        r"(?-u:\b)(?:ERROR|FATAL|CRITICAL)(?-u:\b)",
        "[2026-11-23 20:25:57] [ERROR] | the command failed",
    ),
    (
        r"(?-u:\b)(?:error|fatal)(?:\[[A-Z][0-9]+\])?: *[^\s0-9.+-]",
        "main.c:3:1: error: expected ';'",
    ),
    (
        r"[Oo]ut of memory",
        "RuntimeError: CUDA out of memory. Tried to allocate 2 GiB",
    ),
    (
        r"(?-u:\b)Killed(?-u:\b)",
        "run.sh: line 3:   241 Killed                  python train.py",
    ),
    ("Segmentation fault", "Segmentation fault (core dumped)"),
    (r"\(core dumped\)", "Aborted (core dumped)"),
    (
        "Bus error",
        "Bus error. This might be caused by insufficient shared memory (shm).",
    ),
    ("panicked at ", "thread 'main' panicked at src/main.rs:3:5:"),
    (
        "No such file or directory",
        "python: can't open file 'trian.py': [Errno 2] No such file or directory",
    ),
    (
        "No space left on device",
        "OSError: [Errno 28] No space left on device",
    ),
    (
        "command not found",
        "bash: line 1: pyton: command not found",
    ),
    ("Permission denied", "bash: ./run.sh: Permission denied"),
];

/// All of them in one.
pub(super) fn pattern() -> String {
    FAILURES.map(|(pattern, _)| pattern).join("|")
}

#[cfg(test)]
mod tests {
    use super::super::{Pattern, Query};
    use super::*;

    #[test]
    fn each_pattern_knows_its_line() {
        let all = Pattern::errors();
        for (pattern, line) in FAILURES {
            let query = Query {
                text: pattern.to_owned(),
                regex: true,
                case: true,
                word: false,
            };
            assert!(
                Pattern::new(&query).unwrap().count(line.as_bytes()) > 0,
                "{pattern}"
            );
            assert!(all.count(line.as_bytes()) > 0, "{line}");
        }
    }

    #[test]
    fn more_of_their_kind_and_what_only_looks_like_it() {
        let all = Pattern::errors();
        for line in [
            "ValueError: shapes do not match",
            "java.lang.NullPointerException: null",
            "error[E0308]: mismatched types",
            "fatal: not a git repository",
            "FATAL - could not start",
            "AssertionError",
        ] {
            assert!(all.count(line.as_bytes()) > 0, "{line}");
        }
        for line in [
            "",
            "step 3 loss 0.5 error: 0.25",
            "mean error: -1e-3",
            "0 errors, 0 warnings",
            "ErrorHandler is ready",
            "TERROR and FATALITY",
            "the process was not killed",
            "[2026-11-23 20:25:57] [INFO] | Task is running now ~",
        ] {
            assert_eq!(all.count(line.as_bytes()), 0, "{line}");
        }
    }
}

//! Whole logs, as real programs left them.

use super::*;

fn store(log: &str) -> LogStore {
    let mut store = LogStore::with_limit(END_BYTES);
    store.append(log.as_bytes());
    store
}

fn found(log: &str, code: i32) -> Option<Finding> {
    find(&mut store(log), Some(code))
}

/// The log of a run in its frame, with eleven lines of the platform before.
fn run(said: &str) -> String {
    let platform = "[2026-11-27 04:00:00] [INFO] | Task is running now ~\n".repeat(10);
    let frame = "#".repeat(80);
    format!(
        "{platform}{frame}\n{said}{frame}\n[2026-11-27 04:00:09] [INFO] | [failed] Finishing execution in 9 seconds for Task\n"
    )
}

const CHAIN: &str = r#"epoch 1
Traceback (most recent call last):
  File "/workspace/train.py", line 4, in load
    return open(path).read()
           ^^^^^^^^^^
FileNotFoundError: [Errno 2] No such file or directory: '/input/iris/iris.csv'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/workspace/train.py", line 12, in <module>
    main()
  File "/workspace/lib/data.py", line 9, in main
    load("/input/iris/iris.csv")
  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode
    raise JSONDecodeError("Expecting value", s, err.value) from None
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
"#;

#[test]
fn of_chained_exceptions_the_last_counts_with_the_last_place_of_the_user_s_code() {
    let found = found(&run(CHAIN), 1).unwrap();
    assert_eq!(found.cause, Cause::Error);
    assert_eq!(
        found.message,
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"
    );
    let frame = Frame {
        file: "lib/data.py".to_owned(),
        line: 9,
        function: Some("main".to_owned()),
    };
    assert_eq!(found.frame, Some(frame));
    assert_eq!((found.lines.first, found.lines.last), (21, 28));
    assert_eq!(found.lines.text.len(), 8);
    assert_eq!(found.lines.text[0], "Traceback (most recent call last):");
    assert_eq!(found.lines.text[7], found.message);
}

#[test]
fn what_an_exception_says_is_looked_up() {
    let log = run(concat!(
        "Traceback (most recent call last):\n",
        "  File \"/workspace/train.py\", line 1, in <module>\n",
        "    import sklearn.svm\n",
        "ModuleNotFoundError: No module named 'sklearn'\n",
    ));
    let found = found(&log, 1).unwrap();
    assert_eq!(found.cause, Cause::MissingModule);
    assert_eq!(found.subject.as_deref(), Some("sklearn"));
    assert_eq!(found.package.as_deref(), Some("scikit-learn"));
    assert_eq!(found.frame.unwrap().line, 1);
}

#[test]
fn a_program_that_cannot_be_read_has_no_traceback() {
    let log = run(concat!(
        "  File \"/workspace/train.py\", line 3\n",
        "    def train(\n",
        "             ^\n",
        "SyntaxError: '(' was never closed\n",
    ));
    let program = found(&log, 1).unwrap();
    assert_eq!(program.message, "SyntaxError: '(' was never closed");
    let frame = program.frame.unwrap();
    assert_eq!(
        (frame.file.as_str(), frame.line, frame.function),
        ("train.py", 3, None)
    );
    assert_eq!((program.lines.first, program.lines.last), (12, 15));
    // Of a module that is imported there is one.
    let log = run(concat!(
        "Traceback (most recent call last):\n",
        "  File \"/workspace/train.py\", line 1, in <module>\n",
        "    import model\n",
        "  File \"/workspace/model.py\", line 2\n",
        "    return 1\n",
        "IndentationError: unexpected indent\n",
    ));
    let module = found(&log, 1).unwrap();
    assert_eq!(module.frame.unwrap().file, "model.py");
    assert_eq!(module.lines.first, 12);
}

#[test]
fn loggers_launchers_and_groups_put_something_before_each_line() {
    let log = run(concat!(
        "[rank0]: Traceback (most recent call last):\n",
        "[rank0]:   File \"/workspace/train.py\", line 7, in step\n",
        "[rank1]: step 4\n",
        "[rank0]:     loss.backward()\n",
        "[rank0]: torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB.\n",
    ));
    let rank = found(&log, 1).unwrap();
    assert_eq!(rank.cause, Cause::GpuMemory);
    assert_eq!(
        rank.message,
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB."
    );
    assert_eq!(rank.frame.unwrap().line, 7);
    let log = run(concat!(
        " 40%|####      | 4/10 [00:01<00:02,  2.9it/s]Traceback (most recent call last):\n",
        "  File \"/workspace/train.py\", line 8, in <module>\n",
        "    x = {}['lr']\n",
        "        ~~^^^^^^\n",
        "KeyError: 'lr'\n",
    ));
    assert_eq!(found(&log, 1).unwrap().message, "KeyError: 'lr'");
    let log = run(concat!(
        "  + Exception Group Traceback (most recent call last):\n",
        "  |   File \"/workspace/a.py\", line 3, in <module>\n",
        "  |     raise ExceptionGroup('two', [ValueError(1)])\n",
        "  | ExceptionGroup: two (1 sub-exception)\n",
        "  +-+---------------- 1 ----------------\n",
        "    | ValueError: 1\n",
        "    +------------------------------------\n",
    ));
    assert_eq!(
        found(&log, 1).unwrap().message,
        "ExceptionGroup: two (1 sub-exception)"
    );
}

#[test]
fn a_message_of_several_lines_is_taken_along() {
    let log = run(concat!(
        "Traceback (most recent call last):\n",
        "  File \"/workspace/train.py\", line 8, in <module>\n",
        "    net.load_state_dict(weights)\n",
        "RuntimeError: Error(s) in loading state_dict for Net:\n",
        "\tMissing key(s) in state_dict: \"fc.weight\".\n",
        "\tUnexpected key(s) in state_dict: \"head.weight\".\n",
    ));
    let found = found(&log, 1).unwrap();
    assert_eq!(
        found.message,
        "RuntimeError: Error(s) in loading state_dict for Net:"
    );
    assert_eq!((found.lines.first, found.lines.last), (12, 17));
}

#[test]
fn what_says_most_counts_and_then_what_is_newer() {
    let traceback = "Traceback (most recent call last):\n  File \"/workspace/a.py\", line 1, in <module>\nValueError: x\n";
    // A script that goes on after its program has failed.
    let log = run(&format!(
        "{traceback}cp: cannot stat 'model.pt': No such file or directory\n"
    ));
    assert_eq!(found(&log, 1).unwrap().message, "ValueError: x");
    // A launcher that only tells that its program has failed.
    let log = run(&format!(
        "{traceback}Traceback (most recent call last):\n  File \"/workspace/run.py\", line 2, in <module>\nsubprocess.CalledProcessError: Command 'python3 a.py' returned non-zero exit status 1.\n"
    ));
    assert_eq!(found(&log, 1).unwrap().message, "ValueError: x");
    // One that was survived, and one that was not.
    let log = run(&format!(
        "{traceback}going on\n{}",
        traceback.replace("ValueError: x", "KeyError: 1")
    ));
    assert_eq!(found(&log, 1).unwrap().message, "KeyError: 1");
    // The exit code knows better.
    let log = run(&format!(
        "{traceback}/bin/bash: line 2: pyton: command not found\n"
    ));
    let told = found(&log, 127).unwrap();
    assert_eq!(
        (told.cause, told.subject.as_deref()),
        (Cause::CommandNotFound, Some("pyton"))
    );
    assert_eq!(found(&log, 1).unwrap().message, "ValueError: x");
}

#[test]
fn a_signal_is_no_exception() {
    let log = run(CHAIN);
    assert_eq!(found(&log, 137), None);
    assert_eq!(found(&log, 143), None);
    let log = run("/bin/bash: line 1:     3 Killed                  python3 train.py\n");
    assert_eq!(found(&log, 137).unwrap().cause, Cause::Killed);
    let log = run(
        "Fatal Python error: Segmentation fault\n\nCurrent thread 0x00007f (most recent call first):\n  File \"<string>\", line 1 in <module>\n",
    );
    assert_eq!(found(&log, 139).unwrap().cause, Cause::Crash);
    let log = run(
        "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
    );
    assert_eq!(found(&log, 134).unwrap().cause, Cause::OutOfMemory);
}

#[test]
fn nothing_is_said_where_nothing_tells() {
    for log in [
        "",
        "\n",
        "epoch 1\nepoch 2\n",
        "Traceback (most recent call last):\n",
        "Traceback (most recent call last):\n  File \"a\", line 1, in f\n",
    ] {
        assert_eq!(found(log, 1), None, "{log:?}");
        assert_eq!(found(&run(log), 3), None, "{log:?}");
        assert_eq!(find(&mut store(log), None), None);
    }
    // The platform's own words are no program's.
    assert_eq!(found("[2026-11-27 04:00:00] [ERROR] | Killed\n", 1), None);
}

#[test]
fn the_terminal_s_truth_counts_and_numbers_are_those_of_the_whole_log() {
    // A bar of two lines that goes up again, and colours.
    let bar = "a\nb\n\x1b[2A".repeat(50_000);
    let log = format!(
        "{}{bar}\n\n\x1b[31mValueError\x1b[0m\nTraceback (most recent call last):\n  File \"x.py\", line 1, in f\n\x1b[31mValue\x1b[0mError: \x1b[1mred\x1b[0m\n",
        "x\n".repeat(1_000_000)
    );
    let found = found(&log, 1).unwrap();
    assert_eq!(found.message, "ValueError: red");
    let first = 1_000_000 + 4;
    assert_eq!((found.lines.first, found.lines.last), (first, first + 2));
}

#[test]
fn the_platform_s_last_words_are_found() {
    let log = format!(
        "Task ended: a lie\n{}[2026-11-27 04:00:09] [INFO] | Task ended: it ran longer than 5 seconds\nx\n",
        run("y\n")
    );
    let lines = platform_line(&mut store(&log), "Task ended: ").unwrap();
    assert_eq!((lines.first, lines.last), (16, 16));
    assert!(lines.text[0].ends_with("longer than 5 seconds"));
    assert_eq!(platform_line(&mut store("y\n"), "Task ended: "), None);
}

#[test]
fn nothing_of_any_length_or_kind_gets_in_its_way() {
    let mut random = crate::random::Random::new(7);
    let parts = [
        "Traceback (most recent call last):",
        "  File \"/workspace/名.py\", line 4294967296, in <module>",
        "  File \"a.py\", line 3, in f",
        "  File \"",
        "ValueError: \u{202e}x",
        "\x1b[1A",
        "\r",
        "  + Exception Group Traceback (most recent call last):",
        "SyntaxError: ",
        "  File \"b.py\", line 3",
        "Killed",
        "cat: 名: No such file or directory",
        "\u{0}\u{85}\u{2028}",
        "",
    ];
    for _ in 0..300 {
        let mut log = String::new();
        for _ in 0..random.below(40) {
            log.push_str(random.pick(&parts));
            if random.below(4) > 0 {
                log.push('\n');
            }
        }
        let cut = random.below(log.len() + 1);
        let mut store = LogStore::with_limit(END_BYTES);
        store.append(&log.as_bytes()[cut..]);
        for code in [
            None,
            Some(1),
            Some(127),
            Some(137),
            Some(i32::MIN),
            Some(i32::MAX),
        ] {
            if let Some(found) = find(&mut store, code) {
                assert!(found.lines.first >= 1 && found.lines.first <= found.lines.last);
                assert!(found.lines.last <= store.lines());
            }
        }
    }
    let long = format!(
        "Traceback (most recent call last):\n{}ValueError: {}\n",
        "  File \"a.py\", line 3, in f\n".repeat(5000),
        "é".repeat(40_000)
    );
    let found = found(&long, 1).unwrap();
    assert_eq!(found.lines.text.len(), SHOWN);
    assert_eq!(found.message.chars().count(), SHOWN_CHARS + 1);
    assert_eq!((found.lines.first, found.lines.last), (1, 5002));
}

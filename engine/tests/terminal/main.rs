//! The log store shows what a terminal shows: beside a reference emulator, on recorded output, on made-up output and on
//! xterm.js's cases.

mod cases;
mod reference;

use reference::{reference, shown, store, words};
use std::path::Path;

/// Size of the terminal that the recordings were made on.
const LINES: u16 = 24;
const COLUMNS: u16 = 100;

fn compare(name: &str, bytes: &[u8], lines: u16, columns: u16) {
    let wanted = reference(bytes, lines, columns);
    let found = shown(&mut store(bytes, lines), columns);
    assert_eq!(words(&found), words(&wanted), "{name}");
    for (row, (found, wanted)) in found.iter().zip(&wanted).enumerate() {
        assert_eq!(found, wanted, "{name}, row {row}");
    }
}

fn recordings() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/recorded");
    let files = std::fs::read_dir(folder).unwrap();
    let mut found: Vec<_> = files
        .map(|file| file.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn recorded_output_looks_as_on_a_terminal() {
    let recordings = recordings();
    assert!(recordings.len() >= 8);
    for (name, bytes) in recordings {
        compare(&name, &bytes, LINES, COLUMNS);
    }
}

#[test]
fn recorded_output_through_a_pipe_looks_the_same() {
    for (name, bytes) in recordings() {
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        let piped = shown(&mut store(text.as_bytes(), LINES), COLUMNS);
        let whole = shown(&mut store(&bytes, LINES), COLUMNS);
        assert_eq!(piped, whole, "{name}");
    }
}

#[test]
fn bars_leave_one_line_each() {
    let text = |name: &str| {
        let (_, bytes) = recordings()
            .into_iter()
            .find(|(found, _)| found == name)
            .unwrap();
        words(&shown(&mut store(&bytes, LINES), COLUMNS))
    };
    assert_eq!(text("tqdm_plain").len(), 6);
    let nested = text("tqdm_nested");
    assert!(
        nested.contains(&"epoch 2 done: 训练 loss 0.2".to_owned()),
        "{nested:?}"
    );
    assert_eq!(
        nested
            .iter()
            .filter(|line| line.starts_with("worker"))
            .count(),
        4
    );
    let apt = text("apt_install");
    assert!(
        apt.iter().all(|line| !line.contains("Progress:")),
        "{apt:?}"
    );
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % end
    }

    /// What programs do to lines, never near the right edge of a wide terminal.
    fn output(&mut self, pieces: usize) -> Vec<u8> {
        let parts = [
            "a",
            "bc",
            "loss 0.5",
            " ",
            "训练",
            "🚀",
            "e\u{301}",
            "\r",
            "\r\n",
            "\r\n",
            "\x08",
            "\t",
            "\x1b[A",
            "\x1b[2A",
            "\x1b[B",
            "\x1b[C",
            "\x1b[3C",
            "\x1b[D",
            "\x1b[2D",
            "\x1b[E",
            "\x1b[2F",
            "\x1b[5G",
            "\x1b[K",
            "\x1b[1K",
            "\x1b[2K",
            "\x1b[J",
            "\r\x1b[2@",
            "\x1b[2P",
            "\x1b[2X",
            "\x1b[31m",
            "\x1b[1;44m",
            "\x1b[38;5;208m",
            "\x1b[48;2;1;2;3m",
            "\x1b[3;4;7m",
            "\x1b[0m",
            "\x1b7\x1b[Aup\x1b8",
            "\x0b",
            "\x1bM",
            "\x1b[L\r",
            "\x1b[M\r",
            "\x1b]0;title\x07",
            "\x1b[?25l",
        ];
        let mut output = Vec::new();
        let mut written = 0;
        for _ in 0..pieces {
            let part = parts[self.below(parts.len())];
            // A line of a log has no right edge, so that none may be reached.
            written += part.len();
            if written > 60 {
                output.extend_from_slice(b"\r\n");
                written = 0;
            }
            output.extend_from_slice(part.as_bytes());
        }
        output
    }
}

#[test]
fn made_up_output_looks_as_on_a_terminal() {
    let mut random = Random(11);
    for round in 0..1_000 {
        let length = 1 + random.below(60);
        let bytes = random.output(length);
        let wanted = reference(&bytes, LINES, 160);
        let found = shown(&mut store(&bytes, LINES), 160);
        assert_eq!(
            words(&found),
            words(&wanted),
            "{round}: {}",
            bytes.escape_ascii()
        );
    }
}

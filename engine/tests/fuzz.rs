//! The bodies of the fuzz targets with random bytes, for a few seconds; the seeds are the same in every run.

#[path = "../fuzz/bodies.rs"]
mod bodies;

/// Pieces of which terminals make something.
const TERMINAL: [&[u8]; 40] = [
    b"loss 0.5",
    b"a",
    b" ",
    b"\n",
    b"\n",
    b"\n",
    b"\r",
    b"\r\n",
    b"\x08",
    b"\t",
    b"\x0b",
    b"\x1b",
    b"\x1b[",
    b";",
    b":",
    b"38",
    b"5",
    b"2",
    b"65535",
    b"m",
    b"A",
    b"B",
    b"C",
    b"G",
    b"K",
    b"J",
    b"L",
    b"M",
    b"P",
    b"@",
    b"X",
    b"b",
    b"H",
    b"\x1b[A",
    b"\x1b7",
    b"\x1b8",
    b"\x1b]8;;http://x\x07",
    b"\x1bM",
    "训🚀e\u{301}".as_bytes(),
    b"\xe8\xae",
];

/// Pieces of lines with metrics.
const LINES: [&[u8]; 40] = [
    b"loss=0.5",
    b" acc: 1",
    b"step 3 ",
    b"Epoch 2/3\n",
    b"Epoch 4: ",
    b" 50%|##  | ",
    b"5/9 [",
    b"00:01<00:02, 3.1it/s, ",
    b"{\"loss\": 1, \"step\": 3}",
    b"{'a': {'b': 2",
    b"}",
    b"}",
    b"]",
    b"{\"metric\": \"x\", \"value\": ",
    b"nan",
    b"-inf",
    b"1e400",
    b",",
    b": ",
    b"=",
    b"\"",
    b"'",
    b"(",
    b" ",
    b"\n",
    b"\n",
    b"\n",
    b"\r",
    b"\r\n",
    b"\x08",
    b"\x1b[1m",
    b"\x1b[A",
    b"\x1b[2B",
    b"\x1b[L",
    b"\x1b8",
    b"\x1b]0;loss=3",
    b"[2026-11-23 20:25:57] ",
    b"[INFO] | x=3",
    "训练损失：0.3".as_bytes(),
    b"\xe8\xae",
];

/// xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }

    /// Any bytes, or pieces of which terminals make something.
    fn bytes(&mut self) -> Vec<u8> {
        self.made_of(&TERMINAL)
    }

    /// Any bytes, or some of `parts`.
    fn made_of(&mut self, parts: &[&[u8]]) -> Vec<u8> {
        let length = self.below(90);
        let mut bytes: Vec<u8> = (0..4).map(|_| self.below(256) as u8).collect();
        for _ in 0..length {
            match self.below(8) {
                0 => bytes.push(self.below(256) as u8),
                _ => bytes.extend_from_slice(parts[self.below(parts.len())]),
            }
        }
        bytes
    }
}

/// How many times: FUZZ_ROUNDS, where somebody has more time.
fn rounds(usual: usize) -> usize {
    let wanted = std::env::var("FUZZ_ROUNDS").ok();
    wanted
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(usual)
}

#[test]
fn any_bytes_make_a_log() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..rounds(6_000) {
        bodies::store(&random.bytes());
    }
}

#[test]
fn any_log_is_searched_for_any_pattern() {
    let mut random = Random(0x1234_5678_9ABC_DEF1);
    for _ in 0..rounds(6_000) {
        let mut bytes = random.bytes();
        // Short patterns are found; those made of the same pieces as the log, too.
        bytes[1] %= 5;
        bodies::search(&bytes);
    }
}

#[test]
fn any_log_has_metrics_that_make_sense() {
    let mut random = Random(0x0FED_CBA9_8765_4321);
    let pattern = br"\w=(?<value>\d.*)";
    for round in 0..rounds(3_000) {
        let mut bytes = random.made_of(&LINES);
        if round % 4 == 0 {
            bytes[2] = pattern.len() as u8;
            bytes.splice(3..3, pattern.iter().copied());
        }
        bodies::metrics(&bytes);
    }
}

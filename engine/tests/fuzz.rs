//! The bodies of the fuzz targets with random bytes, for a few seconds; the seeds are the same in every run.

#[path = "../fuzz/bodies.rs"]
mod bodies;

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
        let parts: [&[u8]; 40] = [
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

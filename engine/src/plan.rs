//! The upload plan: in which order files are sent, and which bytes go into one request.
//!
//! An upload is the contents of its files one after another, so an offset alone says where to go on. A big file
//! travels alone and untouched, because a browser sends a whole `File` about twice as fast as any slice or
//! composed `Blob`; small files travel in packs of whole files, so that thousands of them do not become thousands of requests.

/// From this size on a file travels alone, in bytes.
pub const BIG_BYTES: u64 = 8 * 1024 * 1024;
/// Most bytes of a pack of small files.
pub const PACK_BYTES: u64 = 32 * 1024 * 1024;
/// Most files in a pack.
pub const PACK_FILES: usize = 1_000;

/// Bytes of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which file, counted in the order of the upload.
    pub file: usize,
    /// First byte.
    pub from: u64,
    /// One past the last byte.
    pub to: u64,
}

/// One request: bytes of one file, or a pack of small ones. Files without bytes are in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Whether it is a pack: all of its files are whole.
    pub is_pack: bool,
    /// Where in the upload it begins.
    pub offset: u64,
    /// How many bytes it carries.
    pub bytes: u64,
    /// What it is put together from, never empty.
    pub parts: Vec<Part>,
}

/// The order of the files and the bounds of the requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Where each file begins, and at the end the number of all bytes.
    begins: Vec<u64>,
    /// First file of each big file or pack, and at the end the number of files.
    runs: Vec<usize>,
}

/// The order in which files are best sent: indices into `sizes`, small files first so that they form long runs,
/// otherwise as they came.
pub fn order(sizes: &[u64]) -> Vec<usize> {
    let (mut small, big): (Vec<usize>, Vec<usize>) =
        (0..sizes.len()).partition(|i| sizes[*i] < BIG_BYTES);
    small.extend(big);
    small
}

impl Plan {
    /// The plan for files of these sizes, in the order in which they are sent.
    ///
    /// Returns `None` when the sum does not fit 64 bits.
    pub fn new(sizes: &[u64]) -> Option<Self> {
        let mut begins = Vec::with_capacity(sizes.len() + 1);
        let mut runs = Vec::new();
        let mut sum = 0_u64;
        let (mut run_bytes, mut run_files, mut open) = (0, 0, false);
        for (file, size) in sizes.iter().enumerate() {
            let big = *size >= BIG_BYTES;
            // One without bytes, such as one that is kept, is in no request: it fills none.
            let part = usize::from(*size > 0);
            let full = run_bytes + size > PACK_BYTES || run_files + part > PACK_FILES;
            if big || full || !open {
                runs.push(file);
                (run_bytes, run_files, open) = (0, 0, !big);
            }
            if !big {
                run_bytes += size;
                run_files += part;
            }
            begins.push(sum);
            sum = sum.checked_add(*size)?;
        }
        begins.push(sum);
        runs.push(sizes.len());
        Some(Self { begins, runs })
    }

    /// All bytes.
    pub fn bytes(&self) -> u64 {
        self.begins.last().copied().unwrap_or(0)
    }

    /// Which file the byte at `offset` belongs to, and which of its bytes it is; `None` at and behind the end.
    pub fn locate(&self, offset: u64) -> Option<(usize, u64)> {
        if offset >= self.bytes() {
            return None;
        }
        // The last file that begins at or before it: files without bytes begin where the next one does.
        let file = self.begins.partition_point(|begin| *begin <= offset) - 1;
        Some((file, offset - self.begins[file]))
    }

    /// Bytes of a file.
    fn size(&self, file: usize) -> u64 {
        self.begins[file + 1] - self.begins[file]
    }

    /// The request that goes on at `offset`: to the end of the file there if it is a big one or a part of it has been sent,
    /// otherwise to the end of the pack. `None` when all is sent.
    pub fn next(&self, offset: u64) -> Option<Request> {
        let (first, within) = self.locate(offset)?;
        let run = self.runs.partition_point(|begin| *begin <= first);
        let is_pack = within == 0 && self.size(first) < BIG_BYTES;
        let end = if is_pack { self.runs[run] } else { first + 1 };
        let part = |file: usize| Part {
            file,
            from: if file == first { within } else { 0 },
            to: self.size(file),
        };
        let parts = (first..end).map(part).filter(|part| part.to > part.from);
        Some(Request {
            is_pack,
            offset,
            bytes: self.begins[end] - offset,
            parts: parts.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn sizes(random: &mut Random) -> Vec<u64> {
        (0..random.below(60))
            .map(|_| match random.below(8) {
                0 => 0,
                1 => BIG_BYTES,
                2 => BIG_BYTES - 1,
                3 => BIG_BYTES * 300 + random.below(999) as u64,
                _ => random.below(5_000) as u64,
            })
            .collect()
    }

    #[test]
    fn from_any_offset_each_byte_is_sent_once_and_in_order() {
        let mut random = Random::new(1);
        for _ in 0..500 {
            let sizes = sizes(&mut random);
            let plan = Plan::new(&sizes).unwrap();
            let total: u64 = sizes.iter().sum();
            assert_eq!(plan.bytes(), total);
            let mut offset = random.below(total as usize + 1) as u64;
            let mut at = plan.locate(offset);
            while let Some(request) = plan.next(offset) {
                assert_eq!(request.offset, offset);
                assert_eq!(
                    request.bytes,
                    request.parts.iter().map(|p| p.to - p.from).sum::<u64>()
                );
                for part in &request.parts {
                    assert_eq!(at, Some((part.file, part.from)));
                    assert!(part.from < part.to && part.to == sizes[part.file]);
                    assert!(part.from == 0 || !request.is_pack);
                    offset += part.to - part.from;
                    at = plan.locate(offset);
                }
            }
            assert_eq!((offset, at), (total, None));
        }
    }

    #[test]
    fn a_big_file_travels_alone_and_whole() {
        let mut random = Random::new(2);
        for _ in 0..500 {
            let sizes = sizes(&mut random);
            let plan = Plan::new(&sizes).unwrap();
            let mut offset = 0;
            while let Some(request) = plan.next(offset) {
                let big = request
                    .parts
                    .iter()
                    .any(|part| sizes[part.file] >= BIG_BYTES);
                assert_eq!(request.is_pack, !big);
                if big {
                    let [whole] = request.parts.as_slice() else {
                        panic!("{:?}", request.parts);
                    };
                    assert_eq!((whole.from, whole.to), (0, sizes[whole.file]));
                } else {
                    assert!(request.bytes <= PACK_BYTES && request.parts.len() <= PACK_FILES);
                }
                offset += request.bytes;
            }
        }
    }

    #[test]
    fn small_files_go_first_and_keep_their_order() {
        let sizes = [5, BIG_BYTES, 0, BIG_BYTES + 1, 7];
        assert_eq!(order(&sizes), [0, 2, 4, 1, 3]);
        let many = vec![4_096; 20_000];
        let plan = Plan::new(&many).unwrap();
        let mut requests = 0;
        let mut offset = 0;
        while let Some(request) = plan.next(offset) {
            offset += request.bytes;
            requests += 1;
        }
        assert_eq!(requests, 20);
    }

    #[test]
    fn files_without_bytes_fill_no_request() {
        let mut sizes = vec![0; 50_000];
        for at in 0..500 {
            sizes[at * 100] = 4_096;
        }
        let plan = Plan::new(&sizes).unwrap();
        let request = plan.next(0).expect("bytes");
        assert_eq!((request.parts.len(), request.bytes), (500, plan.bytes()));
    }

    #[test]
    fn nothing_and_too_much() {
        let nothing = Plan::new(&[]).unwrap();
        assert_eq!((nothing.bytes(), nothing.next(0)), (0, None));
        let empty = Plan::new(&[0, 0]).unwrap();
        assert_eq!((empty.bytes(), empty.next(0)), (0, None));
        assert_eq!(Plan::new(&[u64::MAX, 1]), None);
        assert_eq!(Plan::new(&[3]).unwrap().next(99), None);
    }
}

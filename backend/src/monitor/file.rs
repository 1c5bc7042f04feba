//! Samples on the disk: a head, then one record after the other, so that most writing is appending.

use super::series::{Head, SAMPLES_MAX, Sample, Series};
use crate::runner::reading::METRICS;
use api::Time;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// How each begins; another layout gets another number.
const MAGIC: [u8; 8] = *b"rsmonit1";
/// Magic, start, interval, cores, memory limit.
const HEAD: usize = 8 + 8 + 4 + 4 + 8;
/// Means, then the largest.
const RECORD: usize = METRICS * 2 * 8;
/// In place of a value that nobody knows.
const NONE: u64 = u64::MAX;

/// Writes all of a series in place of what is there, first as `partial` on the same disk.
///
/// # Errors
/// When the disk refuses; what was there stays then.
pub fn write(path: &Path, partial: &Path, series: &Series) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(HEAD + series.samples.len() * RECORD);
    let Head {
        start,
        cores,
        memory_limit,
    } = series.head;
    bytes.extend(MAGIC);
    bytes.extend(start.0.to_le_bytes());
    bytes.extend(series.interval.to_le_bytes());
    bytes.extend(cores.to_le_bytes());
    bytes.extend(memory_limit.to_le_bytes());
    series
        .samples
        .iter()
        .for_each(|sample| record(sample, &mut bytes));
    fs::write(partial, bytes)?;
    fs::rename(partial, path)
}

/// Appends samples.
///
/// # Errors
/// When the disk refuses.
pub fn append(path: &Path, samples: &[Sample]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(samples.len() * RECORD);
    samples.iter().for_each(|sample| record(sample, &mut bytes));
    OpenOptions::new()
        .append(true)
        .open(path)?
        .write_all(&bytes)
}

/// What was written; none where there is no such file, or one that is none of ours. A record that a crash cut off is
/// left out.
///
/// # Errors
/// When it cannot be read.
pub fn read(path: &Path) -> io::Result<Option<Series>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let mut bytes = Vec::new();
    let most = HEAD + SAMPLES_MAX * RECORD;
    file.take(most as u64).read_to_end(&mut bytes)?;
    Ok(parse(&bytes))
}

fn parse(bytes: &[u8]) -> Option<Series> {
    let (head, records) = bytes.split_at_checked(HEAD)?;
    let rest = head.strip_prefix(&MAGIC)?;
    let (start, rest) = rest.split_first_chunk()?;
    let (interval, rest) = rest.split_first_chunk()?;
    let (cores, rest) = rest.split_first_chunk()?;
    let (memory_limit, _) = rest.split_first_chunk()?;
    let interval = u32::from_le_bytes(*interval);
    let head = Head {
        start: Time(i64::from_le_bytes(*start)),
        cores: u32::from_le_bytes(*cores),
        memory_limit: u64::from_le_bytes(*memory_limit),
    };
    let samples = records.chunks_exact(RECORD).map(sample).collect();
    (interval > 0).then(|| Series::of(head, interval, samples))
}

fn record(sample: &Sample, into: &mut Vec<u8>) {
    for value in sample.mean.iter().chain(&sample.max) {
        into.extend(value.unwrap_or(NONE).to_le_bytes());
    }
}

fn sample(record: &[u8]) -> Sample {
    let mut sample = Sample::default();
    let values = sample.mean.iter_mut().chain(&mut sample.max);
    for (value, bytes) in values.zip(record.as_chunks().0) {
        *value = Some(u64::from_le_bytes(*bytes)).filter(|value| *value != NONE);
    }
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(count: u64) -> Series {
        let head = Head {
            start: Time(-7),
            cores: 64,
            memory_limit: 8 << 30,
        };
        let sample = |at: u64| {
            let mut sample = Sample::default();
            sample.mean[0] = Some(at);
            sample.max[METRICS - 1] = Some(u64::MAX - 1);
            sample
        };
        Series::of(head, 16, (0..count).map(sample).collect())
    }

    #[test]
    fn what_is_written_and_appended_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let (path, partial) = (dir.path().join("7a"), dir.path().join("new"));
        assert_eq!(read(&path).unwrap(), None);
        assert!(append(&path, &series(1).samples).is_err(), "it has no head");
        let all = series(5);
        write(&path, &partial, &series(2)).unwrap();
        append(&path, &all.samples[2..]).unwrap();
        assert_eq!(read(&path).unwrap(), Some(all));
        write(&path, &partial, &series(1)).unwrap();
        assert_eq!(read(&path).unwrap(), Some(series(1)));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_cut_anywhere_is_read_as_far_as_it_goes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("7a");
        write(&path, &dir.path().join("new"), &series(3)).unwrap();
        let bytes = fs::read(&path).unwrap();
        assert_eq!(bytes.len(), HEAD + 3 * RECORD);
        for length in 0..bytes.len() {
            let parsed = parse(&bytes[..length]);
            match length.checked_sub(HEAD) {
                None => assert_eq!(parsed, None),
                Some(rest) => assert_eq!(parsed.unwrap(), series((rest / RECORD) as u64)),
            }
        }
        let mut other = bytes.clone();
        other[7] = b'2';
        assert_eq!(parse(&other), None);
        let mut never = bytes;
        never[16..20].fill(0);
        assert_eq!(parse(&never), None);
        fs::write(&path, vec![b'r'; 10 << 20]).unwrap();
        assert_eq!(read(&path).unwrap(), None);
    }
}

//! Which kind a file is: by the end of its name, else by its first bytes.

use super::Kind;
use super::archive;
use super::csv::Csv;
use super::hdf5::{self, Hdf5};
use super::hex::Hex;
use super::lines::JsonLines;
use super::npy::{self, Npy};
use super::parquet::{self, Parquet};
use super::safetensors::Safetensors;
use super::source::{BLOCK, Source, Stop};
use super::tar::{self, Tar};
use super::targz::{self, TarGz};
use super::tfrecord::{self, TfRecord};
use super::tree::Tree;
use super::zip::{Inside, Zip};

/// Bytes of the begin that tell what a file is.
const HEAD: u64 = BLOCK;

/// A kind of file.
struct Known {
    /// Ends of its names. What is called so is of this kind, or broken.
    ends: &'static [&'static str],
    /// Whether a file that begins so is of this kind, whatever it is called.
    begins: fn(&[u8]) -> bool,
    /// Begins to look into one.
    open: fn() -> Box<dyn Kind>,
}

/// Bytes that begin no kind of its own.
fn never(_: &[u8]) -> bool {
    false
}

fn is_zip(head: &[u8]) -> bool {
    head.starts_with(archive::MAGIC) || head.starts_with(archive::EMPTY)
}

/// All kinds. Of two that fit the first counts.
const KINDS: &[Known] = &[
    Known {
        ends: &[".csv"],
        begins: never,
        open: || Box::new(Csv::new(false)),
    },
    Known {
        ends: &[".tsv"],
        begins: never,
        open: || Box::new(Csv::new(true)),
    },
    Known {
        ends: &[".jsonl", ".ndjson"],
        begins: never,
        open: || Box::new(JsonLines::new()),
    },
    Known {
        ends: &[".json"],
        begins: never,
        open: || Box::new(Tree::new()),
    },
    Known {
        ends: &[".npy"],
        begins: |head| head.starts_with(npy::MAGIC),
        open: || Box::new(Npy::new()),
    },
    Known {
        ends: &[".npz"],
        begins: never,
        open: || Box::new(Zip::new(Inside::Arrays)),
    },
    Known {
        ends: &[".safetensors"],
        begins: never,
        open: || Box::new(Safetensors::new()),
    },
    // What PyTorch wrote before it wrote zip archives is shown as its bytes.
    Known {
        ends: &[],
        begins: is_zip,
        open: || Box::new(Zip::new(Inside::Checkpoint)),
    },
    Known {
        ends: &[".zip", ".whl", ".jar"],
        begins: never,
        open: || Box::new(Zip::new(Inside::Files)),
    },
    Known {
        ends: &[".tar"],
        begins: tar::is_header,
        open: || Box::new(Tar::new()),
    },
    Known {
        ends: &[".tar.gz", ".tgz"],
        begins: |head| head.starts_with(targz::MAGIC) && targz::is_tar(head),
        open: || Box::new(TarGz::new()),
    },
    Known {
        ends: &[".h5", ".hdf5"],
        begins: |head| head.starts_with(hdf5::MAGIC),
        open: || Box::new(Hdf5),
    },
    Known {
        ends: &[".parquet"],
        begins: |head| head.starts_with(parquet::MAGIC),
        open: || Box::new(Parquet::new()),
    },
    Known {
        ends: &[".tfrecord", ".tfrecords"],
        begins: tfrecord::begins,
        open: || Box::new(TfRecord::new()),
    },
];

/// The kind of a file; its bytes when it is none of the others.
pub(super) fn kind_of(name: &str, source: &Source) -> Result<Box<dyn Kind>, Stop> {
    let name = name.to_ascii_lowercase();
    let named = |kind: &&Known| kind.ends.iter().any(|end| name.ends_with(end));
    if let Some(kind) = KINDS.iter().find(named) {
        return Ok((kind.open)());
    }
    let head = source.read_some(0, HEAD)?;
    let begins = KINDS.iter().find(|kind| (kind.begins)(&head));
    Ok(begins.map_or_else(|| Box::new(Hex) as Box<dyn Kind>, |kind| (kind.open)()))
}

#[cfg(test)]
mod tests {
    use super::super::describe::has_preview;
    use super::*;

    #[test]
    fn pages_know_the_ends_of_all_names() {
        for end in KINDS.iter().flat_map(|kind| kind.ends) {
            let text = matches!(*end, ".csv" | ".tsv" | ".jsonl" | ".ndjson" | ".json");
            let name = format!("A{}", end.to_uppercase());
            assert_eq!(has_preview(&name), Some(text), "{end}");
        }
        for name in ["a.txt", "csv", "a.csv.txt", "", "zip."] {
            assert_eq!(has_preview(name), None, "{name}");
        }
    }
}

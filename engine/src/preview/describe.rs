//! What is asked of a preview and what it answers. This stands outside of the feature `preview`: a page needs no more of it.

use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Anything, shown as its bytes.
    Bytes,
    /// Values between commas, or another separator.
    Csv,
    /// A JSON value in each line.
    JsonLines,
    /// One JSON value.
    Json,
    /// An array of NumPy.
    Npy,
    /// Several of them.
    Npz,
    /// Tensors as safetensors writes them.
    Safetensors,
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// A tar archive, compressed with gzip.
    TarGz,
    /// A checkpoint of PyTorch.
    Torch,
    /// Records as TensorFlow writes them.
    TfRecord,
    /// A file of HDF5.
    Hdf5,
    /// A table as Parquet stores it.
    Parquet,
}

/// What a fact or a column tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Label {
    /// Where something begins, in bytes from the file's begin.
    Offset,
    /// Bytes as hexadecimal numbers.
    Bytes,
    /// The same as characters.
    Characters,
    /// A name or path.
    Name,
    /// The type of values.
    Type,
    /// How many there are along each axis.
    Shape,
    /// A size in bytes.
    Size,
    /// The same, compressed.
    Packed,
    /// How it is compressed.
    Method,
    /// When it was changed last.
    Modified,
    /// A value.
    Value,
    /// A number in a sequence, from 0.
    Index,
    /// What separates values.
    Separator,
    /// The order of an array's values in the file.
    Order,
    /// Rows of the whole file.
    Rows,
    /// Members of an archive.
    Members,
    /// Tensors.
    Tensors,
    /// Values that the file holds.
    Values,
    /// Values that were looked at for what comes next.
    Looked,
    /// The smallest of them.
    Smallest,
    /// The largest of them.
    Largest,
    /// Their mean.
    Mean,
    /// Those that are not a number.
    NotANumber,
    /// Columns.
    Columns,
    /// Version of the format.
    Version,
    /// What wrote the file.
    Writer,
    /// Groups of rows.
    RowGroups,
    /// Where a link leads.
    Target,
}

/// A fact's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A text of the file's or a name of the field's.
    Text(String),
    /// A number.
    Number(u64),
    /// A size in bytes.
    Bytes(u64),
}

/// How a fact or a column is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Head {
    /// As such things always are.
    Known(Label),
    /// As the file says.
    Named(String),
}

/// What a column's cells are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    /// Text.
    #[default]
    Text,
    /// Numbers.
    Number,
    /// Sizes, as their number of bytes; empty where there is none.
    Size,
}

/// What the values of a column seem to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Guess {
    /// Nothing stands in it.
    #[default]
    Empty,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Real,
    /// True or false.
    Boolean,
    /// Dates or times.
    Time,
    /// Something else.
    Text,
}

/// What is known of a column from the rows that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// What its values seem to be.
    pub guess: Guess,
    /// Rows in which something stands.
    pub filled: u64,
    /// Rows in which nothing does.
    pub empty: u64,
    /// The smallest of its numbers; empty without any.
    pub smallest: String,
    /// The largest of them.
    pub largest: String,
    /// Their mean.
    pub mean: String,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub head: Head,
    /// What its cells are.
    pub cell: Cell,
    /// What is known of its values, where they are a user's.
    pub statistics: Option<Statistics>,
}

/// What a file is and holds, as far as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// What it is.
    pub format: Format,
    /// What else is to be said.
    pub facts: Vec<(Head, Value)>,
    /// Columns of its rows; none when it has no rows to show.
    pub columns: Vec<Column>,
    /// Rows that are known.
    pub rows: u64,
    /// Bytes from the file's begin that these rows stand for, where the others have to be read on for.
    pub read: Option<u64>,
    /// Where it could not be understood any further: what comes before is shown.
    pub fault: Option<Fault>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Texts of its cells, one for each column or fewer.
    pub cells: Vec<String>,
    /// How deep it stands in a tree.
    pub depth: u8,
    /// Whether what is below it is shown; none when nothing is below.
    pub open: Option<bool>,
}

impl Row {
    /// A row of a table.
    pub fn of(cells: Vec<String>) -> Self {
        Self {
            cells,
            ..Self::default()
        }
    }
}

/// Why a file is not what it seemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{why} at byte {at}")]
pub struct Fault {
    /// What is wrong.
    pub why: Why,
    /// Where, in bytes from the begin of the file (of what is compressed in it, for [`Format::TarGz`]).
    pub at: u64,
}

/// What can be wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Why {
    /// It does not begin, or end, as its name says.
    #[error("not a file of this kind")]
    Magic,
    /// It ends before all is there that it promises.
    #[error("cut off")]
    Cut,
    /// It tells of something outside of itself, or of sizes that contradict one another.
    #[error("impossible size or place")]
    Range,
    /// Its header or text is written in a way that nobody reads.
    #[error("unreadable")]
    Syntax,
    /// It is larger, longer or deeper than what is looked at.
    #[error("too large to look at")]
    Bound,
    /// What is compressed in it is damaged.
    #[error("damaged compressed data")]
    Compressed,
    /// Its sum does not fit.
    #[error("wrong checksum")]
    Checksum,
    /// It is of a version or variant that is not known here.
    #[error("unknown version")]
    Version,
}

/// Bytes that are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The first of them.
    pub start: u64,
    /// How many, at least 1.
    pub length: u64,
}

/// What is asked of a preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// What the file is.
    Open,
    /// To read on.
    More,
    /// Some of its rows: the first, and how many at most.
    Rows(u64, u32),
    /// To show or hide what is below a row.
    Toggle(u64),
}

/// What a preview says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply {
    /// It cannot say before it has these bytes.
    Need(Need),
    /// What the file is: the answer to [`Question::Open`], [`Question::More`] and [`Question::Toggle`].
    Described(Description),
    /// Rows from the one of this number on.
    Rows(u64, Vec<Row>),
    /// It is nothing of the kind.
    Fault(Fault),
}

/// Ends of the names of texts that have a preview.
const TEXTS: [&str; 5] = ["csv", "tsv", "jsonl", "ndjson", "json"];
/// Ends of the names of other files that have one.
const OTHERS: [&str; 18] = [
    "npy",
    "npz",
    "safetensors",
    "zip",
    "whl",
    "jar",
    "tar",
    "tgz",
    "gz",
    "pt",
    "pth",
    "ckpt",
    "tfrecord",
    "tfrecords",
    "h5",
    "hdf5",
    "parquet",
    "bin",
];

/// Whether a file of this name has a preview; if so, whether it is a text all the same. Whatever else turns out to be no text
/// has one too.
pub fn has_preview(name: &str) -> Option<bool> {
    let (_, end) = name.rsplit_once('.')?;
    let is = |known: &&str| known.eq_ignore_ascii_case(end);
    let text = TEXTS.iter().any(&is);
    (text || OTHERS.iter().any(is)).then_some(text)
}

//! Looking into files without reading all of them, and without running anything that stands in them.
//!
//! A [`Preview`] is told a file's name and size. It is asked a [`Question`] and says which bytes it needs for the answer
//! ([`Reply::Need`]); it is handed them with [`Preview::put`] and answers, or needs others. It reads nothing itself.
//!
//! Each kind of file is a module with a [`Kind`]: code that reads from what is there of the file ([`source`]) as if all of it were.
//! What is missing is an error on its way out; with the bytes there the question is asked anew. So a kind has no states of its
//! own for what it waits for. Which kind a file is, `kinds` says.
//!
//! Whatever a file says of its sizes, one piece of it is 16 MiB at most, 32 MiB of it are kept, lists and depths have bounds, and
//! a question is given up after some dozens of requests.

mod describe;

#[cfg(feature = "preview")]
mod archive;
#[cfg(feature = "preview")]
mod columns;
#[cfg(feature = "preview")]
mod csv;
#[cfg(feature = "preview")]
mod element;
#[cfg(feature = "preview")]
mod hdf5;
#[cfg(feature = "preview")]
mod hex;
#[cfg(feature = "preview")]
mod inflate;
#[cfg(feature = "preview")]
mod json;
#[cfg(feature = "preview")]
mod kinds;
#[cfg(feature = "preview")]
mod lines;
#[cfg(feature = "preview")]
mod literal;
#[cfg(feature = "preview")]
mod npy;
#[cfg(feature = "preview")]
mod parquet;
#[cfg(feature = "preview")]
mod pickle;
#[cfg(feature = "preview")]
mod reader;
#[cfg(feature = "preview")]
mod safetensors;
#[cfg(feature = "preview")]
mod sequence;
#[cfg(feature = "preview")]
mod source;
#[cfg(feature = "preview")]
mod tar;
#[cfg(feature = "preview")]
mod targz;
#[cfg(feature = "preview")]
mod tfrecord;
#[cfg(feature = "preview")]
mod thrift;
#[cfg(feature = "preview")]
mod tree;
#[cfg(feature = "preview")]
mod zip;

#[cfg(all(test, feature = "preview"))]
mod tests;

pub use describe::{
    Cell, Column, Description, Fault, Format, Guess, Head, Label, Need, Question, Reply, Row,
    Statistics, Value, Why, has_preview,
};
#[cfg(feature = "preview")]
pub use reader::Preview;
#[cfg(feature = "preview")]
use reader::{Kind, clip, column, description};

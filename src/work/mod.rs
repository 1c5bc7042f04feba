//! Work that is done in the Web Worker, and the messages between it and the page.
//!
//! A worker owns a log's socket and all of its bytes; the page says what is on screen and gets just that back. Another
//! one compares chosen files with a version's.
//! Everything that decides something is pure and tested natively; `worker.rs` and [`spawn`] only plug it in.

mod compare;
mod comparer;
mod follow;
mod message;
mod serve;
mod socket;
pub mod spawn;

pub use compare::{FromComparer, ToComparer, Verdict};
pub use comparer::{Comparer, serve_comparison};
pub use follow::{Follower, Step};
pub use message::{Anchor, FromWorker, Link, Refusal, Snapshot, TicketError, ToWorker, View};
pub use serve::{Frame, Transport, serve};
pub use socket::{Browser, LogWorker, connect};

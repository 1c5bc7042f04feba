//! Work that is done in the Web Worker, and the messages between it and the page.
//!
//! The worker owns a log's socket and all of its bytes; the page says what is on screen and gets just that back.
//! Everything that decides something is pure and tested natively; `worker.rs` and [`spawn`] only plug it in.

mod follow;
mod message;
mod serve;
mod socket;
pub mod spawn;

pub use follow::{Follower, Step};
pub use message::{Anchor, FromWorker, Link, Refusal, Snapshot, TicketError, ToWorker, View};
pub use serve::{Frame, Transport, serve};
pub use socket::{Browser, LogWorker, connect};

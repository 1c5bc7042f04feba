//! Work that is done in the Web Worker, and the messages between it and the page.
//!
//! A worker owns a log's socket and all of its bytes; the page says what is on screen and gets just that back. Others
//! compare chosen files with a version's, send small files, and hash those that are sent.
//! Everything that decides something is pure and tested natively; `worker.rs` and [`spawn`] only plug it in.

mod against;
mod compare;
mod comparer;
mod digest;
mod find;
mod fold;
mod follow;
mod message;
mod outbox;
mod plot;
mod preview;
mod sender;
mod serve;
mod side;
mod socket;
pub mod spawn;
mod times;
mod trial;

pub use compare::{FromComparer, ToComparer, Verdict};
pub use comparer::{COMPARER, serve_comparison};
pub use follow::{Follower, Step};
pub use message::{
    Across, Against, Anchor, Apart, Asked, Curve, Drawn, Found, FromWorker, Heads, Link, Refusal,
    Sample, Seek, Snapshot, Sought, Spot, Tally, TicketError, Times, ToWorker, Trial, View,
};
pub use outbox::{Check, FromSender, ToSender};
pub use sender::{SENDER, serve_sending};
pub use serve::{Frame, Transport, serve};
pub use side::{Said, Side};
pub use socket::{Browser, LogWorker, connect};

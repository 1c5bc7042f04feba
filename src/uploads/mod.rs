//! Uploads from the browser: what was chosen, what of it is sent, and a queue that survives navigation.
//!
//! Bytes never pass through the program: the browser is handed its own `File`s. A worker sends the small ones, and compares what the
//! server stored with the files.
//! What is needed to go on after a reload or a closed browser is kept there.
//! What an older version has already stays there: a worker compares before, and only the rest is sent.

mod browser;
pub mod compare;
pub mod comparing;
pub mod kept;
mod outbox;
pub mod pick;
mod queue;
pub mod rate;
mod run;
pub mod selection;

pub use queue::{State, Target, Upload, Uploads, provide_uploads, use_uploads};
pub use run::{Made, Trouble};

//! Uploads from the browser: what was chosen, what of it is sent, and a queue that survives navigation.
//!
//! Bytes never pass through the program: the browser is handed its own `File`s, or `Blob`s put together from them.
//! What an older version has already stays there: a worker compares before, and only the rest is sent.

mod browser;
pub mod compare;
pub mod comparing;
pub mod pick;
mod queue;
pub mod rate;
mod run;
pub mod selection;

pub use queue::{State, Target, Upload, Uploads, provide_uploads, use_uploads};
pub use run::{Made, Trouble};

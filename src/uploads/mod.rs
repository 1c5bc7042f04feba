//! Uploads from the browser: what was chosen, what of it is sent, and a queue that survives navigation.
//!
//! Bytes never pass through the program: the browser is handed its own `File`s, or `Blob`s put together from them.
//! Empty folders are not sent; a version is its files.

mod browser;
pub mod pick;
mod queue;
pub mod rate;
mod run;
pub mod selection;

pub use queue::{State, Target, Upload, Uploads, provide_uploads, use_uploads};
pub use run::Trouble;

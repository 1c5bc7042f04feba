//! A task's log: bytes as they came, and what of them is on screen.
//!
//! [`LogStore`] takes the bytes in pieces cut anywhere and gives [`Row`]s of a window back. Bytes are kept as they
//! are; decoding, carriage returns, colours and the dropping of other escapes happen when a line is shown.

mod escape;
mod line;
mod store;
mod style;
mod width;

pub use line::{LINE_BYTES, LineKind, Span};
pub use store::{LogStore, Row};
pub use style::{Colour, Style};

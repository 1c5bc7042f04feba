//! A task's log: bytes as they came, and what of them a terminal would show.
//!
//! [`LogStore`] takes the bytes in pieces cut anywhere and gives [`Row`]s of a window back. Bytes are kept as they
//! are; decoding, carriage returns, colours and the dropping of other escapes happen when a line is shown. Only
//! lines that the cursor came back to are kept as they look ([`screen`]).

mod bits;
mod cells;
#[cfg(feature = "search")]
pub mod diff;
mod earlier;
mod escape;
#[cfg(feature = "search")]
mod fold;
mod line;
#[cfg(feature = "search")]
mod myers;
#[cfg(feature = "search")]
mod numbers;
mod patches;
mod scan;
mod screen;
#[cfg(feature = "search")]
pub mod search;
mod store;
mod style;
mod view;
mod width;

pub use cells::Span;
pub use earlier::Earlier;
#[cfg(feature = "search")]
pub use fold::{Fold, Folded, Folds};
pub use line::{LINE_BYTES, LineKind};
pub use store::LogStore;
pub use style::{Colour, Style};
pub use view::Row;

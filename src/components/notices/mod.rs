//! Notifications: the bell in the top bar, and what it and the page of all of them show.

mod bell;
mod words;

pub use bell::Bell;
pub use words::{Says, kind, says};

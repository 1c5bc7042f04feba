//! The numbers behind a chart: which points are drawn, how they are smoothed, where the axes end and where their ticks are.
//!
//! Lists of x and y have the same length; of unequal ones what has no partner is not looked at.

mod decimate;
mod scale;
mod smooth;
mod ticks;

pub use decimate::{Mark, MarkKind, Points, decimate};
pub use scale::{Domain, domain};
pub use smooth::smooth;
pub use ticks::{Scale, ticks};

//! Metrics from any log: the values that programs print, as series.
//!
//! Recognised, see [`Metrics`]: FloydHub's `{"metric": "loss", "value": 0.3, "step": 10}`, other lines of JSON and of Python's dictionaries (`object`),
//! lines of Keras, bars of tqdm and Lightning, `name=0.31`, `name: 0.31` and `loss 0.31` (`pairs`), and the user's own
//! patterns, which come first. Names, the steps among them, and those that are no metrics stand in `keys`.
//!
//! An epoch is a series of its own, with a point for each change, and the step of what has no finer one. Percents are
//! taken as they are printed: `91.2%` is 91.2.

mod summary;

#[cfg(feature = "metrics")]
mod csv;
#[cfg(feature = "metrics")]
mod found;
#[cfg(feature = "metrics")]
mod keys;
#[cfg(feature = "metrics")]
mod names;
#[cfg(feature = "metrics")]
mod number;
#[cfg(feature = "metrics")]
mod object;
#[cfg(feature = "metrics")]
mod pairs;
#[cfg(feature = "metrics")]
mod pattern;
#[cfg(feature = "metrics")]
mod scan;
#[cfg(feature = "metrics")]
mod series;
#[cfg(feature = "metrics")]
mod text;
#[cfg(feature = "metrics")]
mod time;

pub use summary::{Summary, UserPattern, ValueAt};

#[cfg(feature = "metrics")]
pub use csv::{csv, push_number};
#[cfg(feature = "metrics")]
pub use pattern::{MetricPattern, PatternMatch};
#[cfg(feature = "metrics")]
pub use scan::{Metrics, READER};
#[cfg(feature = "metrics")]
pub use series::{ALL_POINTS_MAX, POINTS_MAX, SERIES_MAX, Series};
#[cfg(feature = "metrics")]
pub use time::leading as leading_time;

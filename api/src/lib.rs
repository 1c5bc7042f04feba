//! The wire between the app and its backend.
//!
//! Every request and answer of the JSON API as a type, the codes an answer can carry, the limits and name
//! rules both sides check, and the addresses ([`routes`]). The app (`src/`) and the embedded backend
//! (`backend/`) use the same definitions, so neither can drift from the other. The shapes that
//! `russell-cli` 0.7.8 reads are exact: see docs/api.md.
//!
//! Conventions: `snake_case` keys; ids are 32 lower-case hexadecimal digits; dates are UTC
//! ([`Time`]); unknown keys are ignored; a list is `{"list": [...], "total": n}`.

pub mod account;
pub mod billing;
pub mod canvas;
pub mod clone;
pub mod code;
pub mod dataset;
pub mod envelope;
pub mod environment;
pub mod event;
mod figure;
pub mod file;
pub mod limits;
pub mod log;
pub mod metric;
pub mod module;
pub mod monitor;
pub mod name;
pub mod notification;
pub mod page;
pub mod project;
mod queue;
pub mod routes;
pub mod search;
pub mod server;
pub mod settings;
pub mod social;
pub mod task;
mod task_list;
pub mod time;
pub mod trash;
pub mod triage;
pub mod upload;
pub mod zip;
pub mod zone;

pub use code::Code;
pub use envelope::{Envelope, Problem, Reason};
pub use page::{Page, Paging};
pub use time::Time;

/// Checks that `value` travels as exactly `text`, and comes back from it.
#[cfg(test)]
pub(crate) fn assert_wire<T>(value: &T, text: &str)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    assert_eq!(serde_json::to_string(value).unwrap(), text);
    assert_eq!(&serde_json::from_str::<T>(text).unwrap(), value);
}

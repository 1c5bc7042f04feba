//! Heavy work without a DOM: the log store, metrics and their charts, ignore rules, what changed, the upload plan, why a run
//! failed, and looks into files.
//!
//! Everything here is pure: bytes and lists in, values out. It compiles natively and to WebAssembly, so it is
//! tested natively and runs in the page or its worker. It knows nothing of the wire or of the app.

pub mod changes;
pub mod chart;
pub mod ignore;
pub mod log;
pub mod metrics;
pub mod plan;
pub mod preview;
#[cfg(feature = "triage")]
pub mod triage;

#[cfg(test)]
mod random;

//! Heavy work without a DOM: the log store, ignore rules, what changed, and the upload plan.
//!
//! Everything here is pure: bytes and lists in, values out. It compiles natively and to WebAssembly, so it is
//! tested natively and runs in the page or its worker. It knows nothing of the wire or of the app.

pub mod changes;
pub mod ignore;
pub mod log;
pub mod plan;

#[cfg(test)]
mod random;

//! The only place that talks HTTP: one request function ([`call`]), one error type ([`ClientError`]), then one
//! file a resource. What a peer sends is parsed into the types of `api` here; inside, nobody checks again.

pub mod auth;
mod basic;
pub mod billing;
mod credentials;
pub mod datasets;
pub mod environments;
pub mod error;
pub mod events;
pub mod files;
mod memory;
pub mod modules;
pub mod notifications;
pub mod projects;
pub mod query;
mod request;
pub mod search;
pub mod settings;
pub mod social;
pub mod tasks;
pub mod transfer;
pub mod trash;
pub mod uploads;
pub mod words;

pub use basic::{bearer_of, token_of};
pub use credentials::{Hooks, authorization, install, set_token};
pub use error::ClientError;
pub use memory::{ahead, recalled};
pub use request::{Request, call, send, socket_url};

//! Accounts, money and what tasks use of them.
//!
//! [`core`] has the rules, without a database and a clock. [`rows`] keeps accounts, [`ledger`] every change of a
//! balance, [`orders`] what is bought; each change is one transaction with its line in the ledger. [`meter`] charges the
//! tasks that run, [`limits`] says what a plan allows. Where [`crate::config::Config::billing`] is off, nothing is
//! counted and nothing is limited. Why it is so: docs/decisions/0020-billing.md.

pub mod core;
pub mod ledger;
pub mod limits;
pub mod meter;
pub mod operator;
pub mod orders;
pub mod provider;
mod routes;
pub mod rows;
mod usage;

pub use routes::router;

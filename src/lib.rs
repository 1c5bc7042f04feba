//! The web app of RussellCloud: what a browser tab runs.
//!
//! Arrows go one way: [`pages`] -> [`components`] -> [`ui`]; pages and components -> [`client`] -> `api`.
//! `ui` knows neither the address bar nor the client.

pub mod app;
pub mod backoff;
pub mod client;
pub mod components;
pub mod format;
pub mod json;
pub mod line;
pub mod pages;
pub mod paths;
pub mod place;
pub mod prefs;
pub mod session;
pub mod site;
mod title;
pub mod ui;
mod untyped;
pub mod uploads;
pub mod work;

include!(concat!(env!("OUT_DIR"), "/i18n.rs"));

#[cfg(test)]
mod texts;

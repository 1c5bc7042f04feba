//! The web app of RussellCloud.

pub mod work;

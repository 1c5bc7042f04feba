//! Pieces that know the domain.

pub mod connection;
pub mod load;
pub mod shell;
pub mod sign_in_form;
pub mod submit;

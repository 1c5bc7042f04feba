//! Pieces that know the domain.

pub mod connection;
pub mod drop_zone;
pub mod entity_list;
pub mod list_tools;
pub mod load;
pub mod log_viewer;
pub mod markdown;
pub mod shell;
pub mod sign_in_form;
pub mod submit;
pub mod upload_dock;

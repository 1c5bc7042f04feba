//! Pieces that know the domain.

pub mod connection;
pub mod download;
pub mod drop_zone;
pub mod entity;
pub mod entity_list;
pub mod file_browser;
pub mod file_name;
pub mod file_tree;
pub mod file_view;
pub mod list_tools;
pub mod load;
pub mod log_viewer;
pub mod markdown;
pub mod mount_picker;
pub mod pace;
pub mod shell;
pub mod sign_in_form;
pub mod submit;
pub mod task_badge;
pub mod task_table;
pub mod task_words;
pub mod timeline;
pub mod upload_dock;
pub mod user_tasks;
pub mod version_files;
pub mod visible_rows;

//! Projects and datasets: names for versions. They differ in their kind and in two fields, so one table and one
//! set of functions serve both.

mod change;
mod complete;
mod create;
mod delete;
mod list;
mod patterns;
mod routes;
mod rows;

pub use change::{search_key, take_name};
pub use complete::complete;
pub use create::{New, check_permission, checked_tags, create, insert, set_tags};
pub use patterns::{copy as copy_patterns, of as patterns_of};
pub use routes::router;
pub use rows::{Address, EntityRow, any, find, owned, touch, visible};

use api::module::ModuleType;

/// How the database spells a kind.
pub fn kind_key(kind: ModuleType) -> &'static str {
    match kind {
        ModuleType::Code => "code",
        ModuleType::Data => "data",
    }
}

/// A kind as the database spells it.
pub fn kind_of(key: &str) -> ModuleType {
    match key {
        "code" => ModuleType::Code,
        _ => ModuleType::Data,
    }
}

/// What to call a kind in messages.
pub fn thing(kind: ModuleType) -> &'static str {
    match kind {
        ModuleType::Code => "project",
        ModuleType::Data => "dataset",
    }
}

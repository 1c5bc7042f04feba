//! Modules: versions of projects and datasets.

mod change;
pub mod changes;
mod content;
mod routes;
mod rows;
pub mod share;

pub use change::{Announced, announce, fail, gone};
pub use content::{Completion, complete, times, tree};
pub use routes::router;
pub use rows::{ModuleRow, find, newest_valid, owned, visible};

use api::module::ModuleState;

/// How the database spells a state.
pub fn state_key(state: ModuleState) -> &'static str {
    match state {
        ModuleState::Pending => "pending",
        ModuleState::Uploading => "uploading",
        ModuleState::Valid => "valid",
        ModuleState::Failed => "failed",
    }
}

/// A state as the database spells it.
pub fn state_of(key: &str) -> ModuleState {
    match key {
        "pending" => ModuleState::Pending,
        "uploading" => ModuleState::Uploading,
        "valid" => ModuleState::Valid,
        _ => ModuleState::Failed,
    }
}

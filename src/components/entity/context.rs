//! The project or dataset that a page is about, for the pieces on it.

use super::Entity;
use leptos::prelude::*;

/// What the pieces of a page know of its project or dataset.
#[derive(Clone, Copy)]
pub struct EntityContext {
    /// The project or dataset, brought up to date when it is loaded again.
    pub entity: Signal<Entity>,
    /// Whether it belongs to the reader.
    pub mine: Signal<bool>,
    /// Loads it again, after something about it has changed.
    pub refresh: Callback<()>,
}

/// Tells the pieces below what the page is about.
pub fn provide_entity(context: EntityContext) {
    provide_context(context);
}

/// What the page is about.
///
/// # Panics
/// Outside a page of a project or dataset.
pub fn use_entity() -> EntityContext {
    expect_context()
}

//! What only the owner decides: name, description, visibility, environment, deletion.

mod delete;
mod general;

use delete::Delete;
use general::General;
use leptos::prelude::*;

/// The owner's settings.
#[component]
pub fn Settings() -> impl IntoView {
    view! {
        <div class="manage">
            <General/>
            <Delete/>
        </div>
    }
}

//! Create a project or dataset.

mod form;

use crate::components::entity::Kind;
use crate::paths::Route;
use form::NewForm;
use leptos::prelude::*;

/// The page.
pub fn page(route: Route) -> AnyView {
    let kind = match route {
        Route::NewDataset => Kind::Dataset,
        _ => Kind::Project,
    };
    view! {
        <div class="content content-narrow">
            <NewForm kind=kind/>
        </div>
    }
    .into_any()
}

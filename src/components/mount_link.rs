//! The dataset of a mount.

use crate::i18n::*;
use crate::paths::{DatasetTab, Route};
use api::task::Mount;
use leptos::prelude::*;

/// A link to the version of the dataset that was mounted; words where the dataset is gone.
#[component]
pub fn MountLink(
    /// The mount.
    mount: Mount,
) -> impl IntoView {
    let i18n = use_i18n();
    if mount.owner.is_empty() || mount.name.is_empty() {
        return view! { <span class="muted">{move || t_string!(i18n, task.fact_data_gone)}</span> }
            .into_any();
    }
    let words = format!("{}/{}/{}", mount.owner, mount.name, mount.version);
    let href = Route::Dataset {
        user: mount.owner,
        name: mount.name,
        tab: DatasetTab::Files {
            version: mount.version,
            path: String::new(),
        },
    }
    .href();
    view! { <a href=href>{words}</a> }.into_any()
}

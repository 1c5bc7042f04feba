//! A task.

use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::ui::PageHead;
use leptos::prelude::*;

/// The page.
pub fn page(_route: Route) -> AnyView {
    let i18n = use_i18n();
    view! {
        <div class="content">
            <PageHead title=move || t_string!(i18n, task.title)/>
        </div>
    }
    .into_any()
}

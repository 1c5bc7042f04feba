//! Names that others chose, shown so that they cannot pretend to be something else.

use crate::format;
use leptos::prelude::*;

/// A name, set apart from the direction of the text around it; characters that nobody would see are spelled out.
#[component]
pub fn FileName(
    /// The name as it is.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    view! { <bdi class="file-name">{format::visible(&name)}</bdi> }
}

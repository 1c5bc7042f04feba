//! The list of what will be sent.

use crate::format;
use crate::i18n::*;
use crate::ui::{Button, Look};
use crate::uploads::pick::Picked;
use crate::uploads::selection::Selection;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// Files listed by name; of more only the number is told.
const LISTED: usize = 200;

/// Paths and sizes, the largest lists cut short.
#[component]
pub fn Preview(
    /// What was chosen.
    picked: RwSignal<SendWrapper<Picked>>,
    /// What of it is sent.
    selection: Memo<Selection>,
    /// Chooses nothing any more.
    on_clear: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rows = move || {
        picked.with(|picked| {
            selection.with(|selection| {
                let mut files: Vec<(String, u64)> = selection
                    .files
                    .iter()
                    .map(|(at, path)| {
                        (
                            path.clone(),
                            picked.chosen.get(*at).map_or(0, |file| file.size),
                        )
                    })
                    .collect();
                files.sort();
                files.truncate(LISTED);
                files
            })
        })
    };
    let more = move || {
        let more = selection.with(|selection| selection.files.len().saturating_sub(LISTED));
        (more > 0).then(|| t_string!(i18n, upload.more_files, count = format::number(more as u64)))
    };
    view! {
        <div class="preview">
            <header class="preview-head">
                <h3>
                    {move || {
                        let (count, bytes) = selection.with(|s| (s.files.len(), s.bytes));
                        t_string!(i18n, upload.chosen, count = format::number(count as u64), bytes = format::bytes(bytes))
                    }}
                </h3>
                <Button look=Look::Quiet on_click=on_clear>
                    {t!(i18n, upload.clear)}
                </Button>
            </header>
            <ul class="preview-list" tabindex="0" aria-label=move || t_string!(i18n, upload.files).to_owned()>
                <For each=rows key=|file| file.clone() let:file>
                    <li>
                        <bdi class="preview-path">{format::visible(&file.0)}</bdi>
                        <span class="preview-size">{format::bytes(file.1)}</span>
                    </li>
                </For>
                {move || more().map(|text| view! { <li class="preview-more">{text}</li> })}
            </ul>
        </div>
    }
}

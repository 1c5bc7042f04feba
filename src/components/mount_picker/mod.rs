//! Up to five datasets for a task: searched among one's own and the public ones, each with a version and the name it
//! is mounted under.

mod chosen;
mod row;
mod search;

pub use chosen::{Chosen, add, fault, has_room};

use crate::i18n::*;
use crate::ui::{Icon, icons};
use api::limits;
use leptos::prelude::*;
use row::ChosenRow;
use search::DatasetSearch;

/// The datasets of a form.
#[component]
pub fn MountPicker(
    /// What is chosen.
    chosen: RwSignal<Vec<Chosen>>,
    /// Beside the label.
    #[prop(into)]
    note: TextProp,
    /// What the backend found wrong with them.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let room = Memo::new(move |_| chosen.with(|chosen| has_room(chosen)));
    let keys = move || chosen.with(|chosen| chosen.iter().map(|one| one.key).collect::<Vec<_>>());
    view! {
        <fieldset class="field mounts">
            <legend class="field-label">
                {move || t_string!(i18n, run.data)}
                <span class="field-optional">
                    {move || t_string!(i18n, run.data_hint, max = limits::MOUNTS_MAX)}
                </span>
                <span class="field-optional">{move || note.get()}</span>
            </legend>
            <ul class="mounts-list">
                <For each=keys key=|key| *key let:key>
                    <ChosenRow chosen key_of=key/>
                </For>
            </ul>
            <Show
                when=move || room.get()
                fallback=move || {
                    view! {
                        <p class="field-hint">
                            {move || t_string!(i18n, run.data_full, max = limits::MOUNTS_MAX)}
                        </p>
                    }
                }
            >
                <DatasetSearch chosen/>
            </Show>
            <div class="field-error" aria-live="polite">
                {move || {
                    error.get().map(|text| view! { <Icon icon=icons::LuCircleAlert/> <span>{text}</span> })
                }}
            </div>
        </fieldset>
    }
}

//! A labelled field of a form: hint and error belong to it for everybody, also for screen readers.

use super::icon::{Icon, icons};
use leptos::prelude::*;

/// What the input inside a [`Field`] has to carry.
#[derive(Clone)]
pub struct FieldIds {
    /// Its `id`.
    pub id: String,
    /// Its `aria-describedby`.
    pub described_by: String,
    /// Its `aria-invalid`.
    pub invalid: Signal<bool>,
}

/// Label, input, hint and error. The error stands at the field and is announced.
#[component]
pub fn Field(
    /// Name of the field in its form: the input's id, and what a form focuses when the backend names it.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: TextProp,
    /// Beside the label, for example "optional".
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// How it is to be filled in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Makes the input.
    input: impl FnOnce(FieldIds) -> AnyView + 'static,
) -> impl IntoView {
    let id = name;
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let ids = FieldIds {
        id: id.clone(),
        described_by: format!("{hint_id} {error_id}"),
        invalid: Signal::derive(move || error.with(Option::is_some)),
    };
    view! {
        <div class="field" class:field-bad=move || error.with(Option::is_some)>
            <label class="field-label" for=id>
                {move || label.get()}
                {note.map(|note| view! { <span class="field-optional">{move || note.get()}</span> })}
            </label>
            {input(ids)}
            <div class="field-note">
                <div id=hint_id hidden=move || error.with(Option::is_some)>
                    {move || hint.get()}
                </div>
                <div class="field-error" id=error_id aria-live="polite">
                    {move || {
                        error.get().map(|text| view! { <Icon icon=icons::LuCircleAlert/> <span>{text}</span> })
                    }}
                </div>
            </div>
        </div>
    }
}

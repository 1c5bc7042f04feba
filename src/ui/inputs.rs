//! Inputs of forms, each a whole [`Field`].

use super::button::IconButton;
use super::field::Field;
use super::icon::icons;
use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;

/// A line of text.
#[component]
pub fn TextInput(
    /// Name in its form.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: TextProp,
    /// The text.
    value: RwSignal<String>,
    /// Beside the label.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// How it is to be filled in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// `type` of the input: `text`, `email`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Shown while it is empty: an example, never the label.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// For ids, names and commands.
    #[prop(optional)]
    monospace: bool,
    /// The cursor stands here when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// When the field is left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Input>::new();
    focus_first(node, autofocus);
    let input = move |ids: super::field::FieldIds| {
        view! {
            <input
                class="input"
                class:mono=monospace
                node_ref=node
                id=ids.id.clone()
                name=ids.id
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                placeholder=move || placeholder.get()
                aria-describedby=ids.described_by
                aria-invalid=move || ids.invalid.get().then_some("true")
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
                on:blur=move |_| {
                    if let Some(on_blur) = on_blur {
                        // The input may be leaving because its page is.
                        on_blur.try_run(());
                    }
                }
            />
        }
        .into_any()
    };
    view! { <Field name label nostrip:note=note hint error input/> }
}

/// Several lines of text; `limit` shows how many characters are left.
#[component]
pub fn TextArea(
    /// Name in its form.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: TextProp,
    /// The text.
    value: RwSignal<String>,
    /// Beside the label.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Lines shown.
    #[prop(default = 3)]
    rows: u32,
    /// Most characters it may have.
    #[prop(optional)]
    limit: Option<usize>,
    /// For commands.
    #[prop(optional)]
    monospace: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    // Only near the limit: until then the figure would be noise.
    let hint = Signal::derive(move || {
        let limit = limit?;
        let used = value.with(|text| text.chars().count());
        if used > limit {
            Some(t_string!(
                i18n,
                common.characters_over,
                count = used - limit
            ))
        } else if used * 4 >= limit * 3 {
            Some(t_string!(
                i18n,
                common.characters_left,
                count = limit - used
            ))
        } else {
            None
        }
    });
    let input = move |ids: super::field::FieldIds| {
        view! {
            <textarea
                class="input"
                class:mono=monospace
                id=ids.id.clone()
                name=ids.id
                rows=rows
                spellcheck=if monospace { "false" } else { "true" }
                aria-describedby=ids.described_by
                aria-invalid=move || ids.invalid.get().then_some("true")
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
        }
        .into_any()
    };
    view! { <Field name label nostrip:note=note hint error input/> }
}

/// A password, hidden until it is asked for. Pasting and password managers work.
#[component]
pub fn PasswordInput(
    /// Name in its form.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: TextProp,
    /// The password.
    value: RwSignal<String>,
    /// How it is to be filled in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// `current-password` or `new-password`.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    /// When the field is left.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shown = RwSignal::new(false);
    let toggle_label = move || match shown.get() {
        true => t_string!(i18n, common.hide_password),
        false => t_string!(i18n, common.show_password),
    };
    let toggle_icon = Signal::derive(move || {
        if shown.get() {
            icons::LuEyeOff
        } else {
            icons::LuEye
        }
    });
    let input = move |ids: super::field::FieldIds| {
        view! {
            <div class="input-group">
                <input
                    class="input"
                    id=ids.id.clone()
                    name=ids.id
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=ids.described_by
                    aria-invalid=move || ids.invalid.get().then_some("true")
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                    on:blur=move |_| {
                        if let Some(on_blur) = on_blur {
                            // The input may be leaving because its page is.
                        on_blur.try_run(());
                        }
                    }
                />
                <IconButton label=toggle_label icon=toggle_icon on_click=move |()| shown.update(|shown| *shown = !*shown)/>
            </div>
        }
        .into_any()
    };
    view! { <Field name label hint error input/> }
}

/// One of the things to choose from.
#[derive(Clone)]
pub struct Choice {
    /// What the choice stands for in the program and the URL.
    pub value: String,
    /// What it is called.
    pub label: TextProp,
    /// It cannot be chosen now.
    pub disabled: bool,
}

impl Choice {
    /// A choice that can be made.
    pub fn new(value: impl Into<String>, label: impl Into<TextProp>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            disabled: false,
        }
    }
}

/// A native list of choices.
#[component]
pub fn Select(
    /// Name in its form.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: TextProp,
    /// Beside the label.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// The choices.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the new value.
    #[prop(into)]
    on_change: Callback<String>,
    /// How to choose.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let input = move |ids: super::field::FieldIds| {
        view! {
            <select
                class="input"
                id=ids.id.clone()
                name=ids.id
                aria-describedby=ids.described_by
                aria-invalid=move || ids.invalid.get().then_some("true")
                on:change=move |event| on_change.run(event_target_value(&event))
            >
                {move || {
                    choices
                        .get()
                        .into_iter()
                        .map(|Choice { value: own, label, disabled }| {
                            let is_own = own.clone();
                            view! {
                                <option
                                    value=own
                                    disabled=disabled
                                    prop:selected=move || value.with(|value| *value == is_own)
                                >
                                    {move || label.get()}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        }
        .into_any()
    };
    view! { <Field name label nostrip:note=note hint error input/> }
}

/// A few choices side by side, of which one holds: radio buttons.
#[component]
pub fn Segmented(
    /// Name of the group.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: TextProp,
    /// The choices.
    choices: Vec<Choice>,
    /// The value chosen.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the new value.
    #[prop(into)]
    on_change: Callback<String>,
) -> impl IntoView {
    let buttons = choices.into_iter().map(
        |Choice {
             value: own,
             label,
             disabled,
         }| {
            let (is_own, chosen) = (own.clone(), own.clone());
            view! {
                <label class="segment">
                    <input
                        type="radio"
                        class="sr-only"
                        name=name.clone()
                        value=own
                        disabled=disabled
                        prop:checked=move || value.with(|value| *value == is_own)
                        on:change=move |_| on_change.run(chosen.clone())
                    />
                    <span>{move || label.get()}</span>
                </label>
            }
        },
    );
    let buttons = buttons.collect_view();
    view! {
        <fieldset class="field segmented">
            <legend class="field-label">{move || label.get()}</legend>
            <div class="segments">{buttons}</div>
        </fieldset>
    }
}

/// A box to tick.
#[component]
pub fn Checkbox(
    /// Name in its form.
    #[prop(into)]
    name: String,
    /// Whether it is ticked.
    value: RwSignal<bool>,
    /// It cannot be ticked now; the words say why.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What it stands for.
    children: Children,
) -> impl IntoView {
    view! {
        <label class="checkbox">
            <input
                type="checkbox"
                name=name
                disabled=move || disabled.get()
                prop:checked=move || value.get()
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <span>{children()}</span>
        </label>
    }
}

/// Puts the cursor into an input once it is on the page, unless somebody has just come from another page: then the
/// heading has the focus.
pub(super) fn focus_first(node: NodeRef<leptos::html::Input>, wanted: bool) {
    if wanted {
        Effect::new(move |_| {
            if let Some(input) = node.get() {
                let arrived = document()
                    .active_element()
                    .is_some_and(|active| active.tag_name() == "H1");
                let in_dialog = matches!(input.closest("dialog"), Ok(Some(_)));
                if in_dialog || !arrived {
                    // An input that cannot be focused is not worth an error.
                    let _ = input.focus();
                }
            }
        });
    }
}

//! A line of text with suggestions: the combobox pattern, with a list that the focus never enters.

use super::icon::{Icon, icons};
use super::inputs::focus_first;
use super::keys::is_composing;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlElement, Node};

/// A suggestion.
#[derive(Clone, Debug, PartialEq)]
pub struct ComboOption {
    /// Tells it from the others; what `on_choose` is called with.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// The group it stands in. Options of a group follow each other.
    pub group: Option<String>,
    /// Before its name.
    pub icon: Option<icons::Icon>,
    /// At the right of its name.
    pub aside: Option<String>,
    /// A second line.
    pub detail: Option<String>,
    /// It is shown, but cannot be chosen.
    pub disabled: bool,
}

impl ComboOption {
    /// A suggestion of one word.
    pub fn new(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            group: None,
            icon: None,
            aside: None,
            detail: None,
            disabled: false,
        }
    }

    /// It stands in this group.
    pub fn group(self, name: impl Into<String>) -> Self {
        Self {
            group: Some(name.into()),
            ..self
        }
    }

    /// With an icon before it.
    pub fn icon(self, icon: icons::Icon) -> Self {
        Self {
            icon: Some(icon),
            ..self
        }
    }

    /// With a short text at the right of its name.
    pub fn aside(self, text: impl Into<String>) -> Self {
        Self {
            aside: Some(text.into()),
            ..self
        }
    }

    /// With a second line; none when the text is empty.
    pub fn detail(self, text: impl Into<String>) -> Self {
        Self {
            detail: Some(text.into()).filter(|text| !text.is_empty()),
            ..self
        }
    }

    /// It cannot be chosen.
    pub fn disabled(self, disabled: bool) -> Self {
        Self { disabled, ..self }
    }
}

/// A line of text with suggestions below it. They open by typing, by a click and by the arrow keys; arrows go through
/// them, Enter chooses, Esc closes them. What is suggested the caller decides: from `value`, at once or after a pause.
///
/// With `on_submit`, Enter without a suggestion picked by the arrows calls that: a search. Without it the first suggestion is
/// picked by itself: a choice. While the suggestions are `busy` and may be those of an older text, that choice waits for the
/// newer ones; typing, an arrow, Esc and leaving call it off.
#[component]
pub fn Combobox(
    /// Its name in its form: the input's id; its list and options are named after it.
    #[prop(into)]
    name: String,
    /// What is asked for, read out.
    #[prop(into)]
    label: TextProp,
    /// What is typed. The caller empties it after a choice.
    value: RwSignal<String>,
    /// The suggestions.
    #[prop(into)]
    options: Signal<Vec<ComboOption>>,
    /// Called with the key of the suggestion chosen.
    #[prop(into)]
    on_choose: Callback<String>,
    /// Called at Enter when no suggestion is picked.
    #[prop(optional, into)]
    on_submit: Option<Callback<()>>,
    /// Newer suggestions are on their way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Said below the suggestions, or in their place: that there are none, or why.
    #[prop(optional, into)]
    note: Signal<Option<String>>,
    /// Shown while nothing is typed.
    #[prop(optional, into)]
    placeholder: Option<TextProp>,
    /// `type` of the input: `text` or `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// The input, for those who put the focus there.
    #[prop(optional)]
    input: NodeRef<html::Input>,
    /// Whether the suggestions are open: nothing has to be asked for before.
    #[prop(optional)]
    open: RwSignal<bool>,
    /// The cursor is put there when it comes, unless somebody has just come from another page.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    focus_first(input, autofocus);
    let root = NodeRef::<html::Div>::new();
    let popup = NodeRef::<html::Div>::new();
    let list_id = format!("{name}-options");
    let ids = StoredValue::new(name.clone());
    let option_id = move |at: usize| ids.with_value(|name| format!("{name}-option-{at}"));
    let picks_first = on_submit.is_none();
    // By key: newer suggestions must not move the pick to another one. None is what Enter does by itself.
    let picked = RwSignal::new(None::<String>);
    // Enter has been pressed for suggestions that are still on their way.
    let waits = RwSignal::new(false);
    let at = Memo::new(move |_| {
        options.with(|options| {
            let by_key = picked.with(|key| {
                options
                    .iter()
                    .position(|one| Some(&one.key) == key.as_ref())
            });
            by_key.or_else(|| options.iter().position(|one| picks_first && !one.disabled))
        })
    });
    let shown = Memo::new(move |_| {
        open.get() && (options.with(|options| !options.is_empty()) || note.with(Option::is_some))
    });
    let show = move || {
        waits.set(false);
        if !open.get_untracked() {
            picked.set(None);
            open.set(true);
        }
    };
    // The choice may end the page the box is on, and the browser still reports the focus leaving.
    let close = move || {
        waits.try_set(false);
        open.try_set(false);
    };
    let choose = move |option: ComboOption| {
        if !option.disabled {
            close();
            picked.try_set(None);
            on_choose.run(option.key);
        }
    };
    // Over those that can be chosen, round the ends; a search also stops at its own text.
    let step = move |forward: bool| {
        waits.set(false);
        let able: Vec<usize> = options.with_untracked(|options| {
            let able = options.iter().enumerate().filter(|(_, one)| !one.disabled);
            able.map(|(at, _)| at).collect()
        });
        let here = at
            .get_untracked()
            .and_then(|at| able.iter().position(|one| *one == at));
        let next = super::keys::step(here, able.len(), forward, !picks_first);
        picked.set(next.and_then(|next| {
            options.with_untracked(|options| Some(options.get(able[next])?.key.clone()))
        }));
    };
    let keys = move |event: KeyboardEvent| {
        if is_composing(&event) {
            return;
        }
        let opened = shown.get_untracked();
        match event.key().as_str() {
            "ArrowUp" if event.alt_key() => close(),
            "ArrowDown" | "ArrowUp" if !opened => show(),
            "ArrowDown" => step(true),
            "ArrowUp" => step(false),
            "Escape" if opened => {
                // Left to itself the browser empties a search field.
                event.prevent_default();
                event.stop_propagation();
                close();
            }
            // Ctrl+Enter belongs to the form.
            "Enter" if !event.ctrl_key() && !event.meta_key() => {
                let asked = picked.with_untracked(Option::is_some);
                let option = at
                    .get_untracked()
                    .filter(|_| opened && (asked || !busy.get_untracked()));
                let option = option
                    .and_then(|at| options.with_untracked(|options| options.get(at).cloned()));
                match (option, on_submit) {
                    (Some(option), _) => choose(option),
                    (None, Some(on_submit)) => {
                        close();
                        on_submit.run(());
                    }
                    // Enter alone must not send the form.
                    (None, None) => waits.set(open.get_untracked() && busy.get_untracked()),
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    Effect::new(move |_| {
        if waits.get() && !busy.get() {
            waits.set(false);
            let first = at.get_untracked();
            let option = options.with_untracked(|options| options.get(first?).cloned());
            if let Some(option) = option {
                choose(option);
            }
        }
    });
    let left = move |event: FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        let root = root.try_get_untracked().flatten();
        if !root.is_some_and(|root| root.contains(to.as_ref())) {
            close();
        }
    };
    // The picked one is always in sight.
    Effect::new(move |_| {
        let Some((at, popup)) = at.get().filter(|_| shown.get()).zip(popup.get()) else {
            return;
        };
        let option = document().get_element_by_id(&option_id(at));
        if let Some(option) = option.and_then(|option| option.dyn_into::<HtmlElement>().ok()) {
            let (top, bottom) = (
                option.offset_top(),
                option.offset_top() + option.offset_height(),
            );
            if top < popup.scroll_top() {
                popup.set_scroll_top(top);
            } else if bottom > popup.scroll_top() + popup.client_height() {
                popup.set_scroll_top(bottom - popup.client_height());
            }
        }
    });
    let view_of = move |at_of: usize, option: ComboOption| {
        let selected = Memo::new(move |_| at.get() == Some(at_of));
        let (key, chosen) = (option.key.clone(), option.clone());
        let disabled = option.disabled;
        view! {
            <div
                id=option_id(at_of)
                class="combo-option"
                role="option"
                aria-selected=move || selected.get().to_string()
                aria-disabled=disabled.then_some("true")
                on:pointermove=move |_| {
                    if !disabled && picked.with_untracked(|now| now.as_ref() != Some(&key)) {
                        picked.set(Some(key.clone()));
                    }
                }
                on:click=move |_| choose(chosen.clone())
            >
                {option.icon.map(|icon| view! { <Icon icon/> })}
                <span class="combo-label">{option.label}</span>
                {option.aside.map(|aside| view! { <span class="combo-aside">{aside}</span> })}
                {option.detail.map(|detail| view! { <span class="combo-detail">{detail}</span> })}
            </div>
        }
    };
    let rows = move || {
        let mut rest = options.get().into_iter().enumerate().peekable();
        let mut groups = Vec::new();
        while let Some((first, option)) = rest.next() {
            let group = option.group.clone();
            let mut members = vec![view_of(first, option)];
            while let Some((at, option)) = rest.next_if(|(_, next)| next.group == group) {
                members.push(view_of(at, option));
            }
            groups.push(match group {
                None => members.into_any(),
                Some(name) => {
                    let heading = name.clone();
                    view! {
                        <div role="group" aria-label=name>
                            <div class="combo-group" aria-hidden="true">
                                {heading}
                            </div>
                            {members}
                        </div>
                    }
                    .into_any()
                }
            });
        }
        groups
    };
    let list_label = label.clone();
    view! {
        <div class="combo" class:combo-busy=move || busy.get() node_ref=root on:focusout=left>
            <input
                id=name.clone()
                name=name
                class="input"
                type=kind
                node_ref=input
                role="combobox"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-label=move || label.get()
                placeholder=move || placeholder.as_ref().map(TextProp::get)
                aria-autocomplete="list"
                aria-controls=list_id.clone()
                aria-expanded=move || shown.get().to_string()
                aria-activedescendant=move || at.get().filter(|_| shown.get()).map(option_id)
                prop:value=move || value.get()
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    picked.set(None);
                    show();
                }
                on:click=move |_| show()
                on:keydown=keys
            />
            <div
                class="combo-popup"
                class:is-open=move || shown.get()
                node_ref=popup
                // The input keeps the focus.
                on:mousedown=move |event| event.prevent_default()
            >
                <div
                    id=list_id
                    role="listbox"
                    aria-label=move || list_label.get()
                    hidden=move || options.with(Vec::is_empty)
                >
                    {move || shown.get().then(rows)}
                </div>
                <p class="combo-note" role="status">
                    {move || shown.get().then(|| note.get()).flatten()}
                </p>
            </div>
        </div>
    }
}

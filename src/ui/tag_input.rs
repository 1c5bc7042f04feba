//! A few words of one's own: tags.

use super::chip::Chip;
use super::field::{Field, FieldIds};
use super::keys::is_composing;
use crate::i18n::{t_string, use_i18n};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// Why a word is no tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// A character that none may have.
    Illegal,
    TooLong,
    TooMany,
    Twice,
}

/// Whether a tag may have this character: a small letter, a digit, `-`, `+`, `.`, or a Chinese, Japanese or Korean one.
fn is_legal(c: char) -> bool {
    matches!(c, 'a'..='z' | '0'..='9' | '-' | '+' | '.')
        || matches!(c,
            '\u{3005}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
            | '\u{AC00}'..='\u{D7A3}' | '\u{20000}'..='\u{3134F}')
}

/// Whether a character ends a tag: a comma of either language or a blank.
fn ends_tag(c: char) -> bool {
    matches!(c, ',' | '，' | '、' | ';' | '；') || c.is_whitespace()
}

/// Adds a word in small letters. It is taken as it stands or not at all.
fn add(tags: &mut Vec<String>, word: &str, most: usize, longest: usize) -> Result<(), Fault> {
    let word = word.to_lowercase();
    if !word.chars().all(is_legal) {
        Err(Fault::Illegal)
    } else if word.chars().count() > longest {
        Err(Fault::TooLong)
    } else if tags.contains(&word) {
        Err(Fault::Twice)
    } else if tags.len() >= most {
        Err(Fault::TooMany)
    } else {
        tags.push(word);
        Ok(())
    }
}

/// Adds the words of a text up to the first that cannot be one; gives what was not taken, and why.
fn add_all(
    tags: &mut Vec<String>,
    text: &str,
    most: usize,
    longest: usize,
) -> (String, Option<Fault>) {
    let mut words = text.split(ends_tag).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if let Err(fault) = add(tags, word, most, longest) {
            let left: Vec<&str> = std::iter::once(word).chain(words).collect();
            return (left.join(" "), Some(fault));
        }
    }
    (String::new(), None)
}

/// Words of one's own. Enter, a comma or a blank adds what is typed, as does leaving the field; a pasted list becomes
/// several; Backspace in the empty field takes the last one off, and each has a button for that.
#[component]
pub fn TagInput(
    /// Name in its form.
    #[prop(into)]
    name: String,
    /// What is asked for.
    #[prop(into)]
    label: TextProp,
    /// The words.
    tags: RwSignal<Vec<String>>,
    /// Beside the label.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// How it is to be filled in; in its place, what it takes.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with them.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Most words.
    #[prop(default = 10)]
    most: usize,
    /// Most characters of a word.
    #[prop(default = 30)]
    longest: usize,
) -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    let fault = RwSignal::new(None::<Fault>);
    let said = RwSignal::new(String::new());
    let node = NodeRef::<html::Input>::new();
    let take = move |text: &str| {
        let mut list = tags.get_untracked();
        let before = list.len();
        let (left, why) = add_all(&mut list, text, most, longest);
        if list.len() > before {
            let new = list[before..].join(", ");
            tags.set(list);
            said.set(t_string!(i18n, ui.tag_added, name = new));
        }
        // What was typed after the last change of the signal, a comma, goes too.
        if let Some(input) = node.get_untracked() {
            input.set_value(&left);
        }
        typed.set(left);
        fault.set(why);
    };
    // An input method shows blanks of its own while it composes.
    let composing = StoredValue::new(false);
    let typing = move |text: String| {
        fault.set(None);
        if text.contains(ends_tag) && !composing.get_value() {
            take(&text);
        } else {
            typed.set(text);
        }
    };
    let remove = move |word: &str| {
        tags.update(|tags| tags.retain(|tag| tag != word));
        fault.set(None);
        said.set(t_string!(i18n, ui.tag_removed, name = word.to_owned()));
        if let Some(input) = node.get_untracked() {
            // The button that had the focus is gone.
            let _ = input.focus();
        }
    };
    let keys = move |event: KeyboardEvent| {
        if is_composing(&event) || event.ctrl_key() || event.meta_key() {
            return;
        }
        let empty = typed.with_untracked(String::is_empty);
        match event.key().as_str() {
            "Enter" if !empty => take(&typed.get_untracked()),
            "Backspace" if empty => {
                let last = tags.with_untracked(|tags| tags.last().cloned());
                last.iter().for_each(|last| remove(last));
            }
            _ => return,
        }
        event.prevent_default();
    };
    let own_fault = move || {
        Some(match fault.get()? {
            Fault::Illegal => t_string!(i18n, ui.tag_illegal).to_owned(),
            Fault::TooLong => t_string!(i18n, ui.tag_long, count = longest),
            Fault::TooMany => t_string!(i18n, ui.tag_many, count = most),
            Fault::Twice => t_string!(i18n, ui.tag_twice).to_owned(),
        })
    };
    let error = Signal::derive(move || own_fault().or_else(|| error.get()));
    let hint = Signal::derive(move || {
        let own = hint.get();
        own.or_else(|| Some(t_string!(i18n, ui.tag_hint, most = most, longest = longest)))
    });
    let input = move |ids: FieldIds| {
        view! {
            <div class="tag-input">
                <For each=move || tags.get() key=String::clone let:tag>
                    {
                        let own = tag.clone();
                        view! { <Chip label=tag on_remove=move |()| remove(&own)/> }
                    }
                </For>
                <input
                    id=ids.id.clone()
                    name=ids.id
                    type="text"
                    node_ref=node
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=ids.described_by
                    aria-invalid=move || ids.invalid.get().then_some("true")
                    prop:value=move || typed.get()
                    on:input=move |event| typing(event_target_value(&event))
                    on:compositionstart=move |_| composing.set_value(true)
                    on:compositionend=move |event| {
                        composing.set_value(false);
                        typing(event_target_value(&event));
                    }
                    // The field may be leaving because its page is.
                    on:blur=move |_| {
                        if let Some(text) = typed.try_get_untracked().filter(|text| !text.is_empty()) {
                            take(&text);
                        }
                    }
                    on:keydown=keys
                />
                <span class="sr-only" aria-live="polite">
                    {move || said.get()}
                </span>
            </div>
        }
        .into_any()
    };
    view! { <Field name label nostrip:note=note hint error input/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str) -> (Vec<String>, String, Option<Fault>) {
        let mut tags = vec!["iris".to_owned()];
        let (left, fault) = add_all(&mut tags, text, 3, 8);
        (tags, left, fault)
    }

    #[test]
    fn a_list_becomes_several_words_in_small_letters() {
        let (tags, left, fault) = added(" C++，图像分类 ");
        assert_eq!(tags, ["iris", "c++", "图像分类"]);
        assert_eq!((left.as_str(), fault), ("", None));
    }

    #[test]
    fn what_is_no_tag_stays_in_the_field() {
        for (text, left, fault) in [
            ("a/b", "a/b", Fault::Illegal),
            ("ab, a_b c", "a_b c", Fault::Illegal),
            ("ninechars", "ninechars", Fault::TooLong),
            ("Iris", "Iris", Fault::Twice),
            ("a b c", "c", Fault::TooMany),
        ] {
            let (_, rest, why) = added(text);
            assert_eq!((rest.as_str(), why), (left, Some(fault)), "{text}");
        }
    }
}

//! Pieces of forms.

use super::Part;
use crate::i18n::{t_string, use_i18n};
use crate::ui::{
    Checkbox, Choice, ComboOption, Combobox, InlineEdit, PasswordInput, Segmented, Select,
    TagInput, TextArea, TextInput, icons,
};
use leptos::prelude::*;

#[component]
pub(super) fn Fields() -> impl IntoView {
    let i18n = use_i18n();
    let error = Signal::derive(move || Some(t_string!(i18n, pieces.field_error).to_owned()));
    let hint = Signal::derive(move || t_string!(i18n, pieces.field_hint).to_owned());
    let long = RwSignal::new("experiment/".repeat(20));
    view! {
        <Part id="fields" title=move || t_string!(i18n, pieces.fields)>
            // Browsers want passwords to stand in a form.
            <form class="piece-grid" on:submit=|event| event.prevent_default()>
                <TextInput
                    name="piece-text"
                    label=move || t_string!(i18n, pieces.field)
                    note=move || t_string!(i18n, common.optional)
                    value=RwSignal::new(String::new())
                    placeholder="iris-flowers"
                    hint
                />
                <TextInput
                    name="piece-wrong"
                    label=move || t_string!(i18n, pieces.field)
                    value=RwSignal::new("iris flowers".to_owned())
                    error
                />
                <TextInput name="piece-long" label=move || t_string!(i18n, pieces.long) value=long monospace=true/>
                <PasswordInput
                    name="piece-secret"
                    label=move || t_string!(i18n, pieces.secret)
                    value=RwSignal::new("correct horse".to_owned())
                    autocomplete="off"
                />
                <TextArea
                    name="piece-lines"
                    label=move || t_string!(i18n, pieces.text)
                    value=RwSignal::new("python train.py".to_owned())
                    limit=20
                    monospace=true
                />
                <TextArea
                    name="piece-lines-wrong"
                    label=move || t_string!(i18n, pieces.text)
                    value=RwSignal::new(String::new())
                    error
                />
            </form>
        </Part>
    }
}

#[component]
pub(super) fn Choices() -> impl IntoView {
    let i18n = use_i18n();
    let error = Signal::derive(move || Some(t_string!(i18n, pieces.field_error).to_owned()));
    let value = RwSignal::new("1".to_owned());
    let choices = move || {
        vec![
            Choice::new("1", move || t_string!(i18n, pieces.first)),
            Choice::new("2", move || t_string!(i18n, pieces.second)),
            Choice {
                disabled: true,
                ..Choice::new("3", move || t_string!(i18n, pieces.third))
            },
        ]
    };
    let change = move |new| value.set(new);
    let remark = RwSignal::new("learning rate 0.05".to_owned());
    let editing = RwSignal::new(false);
    let fine = Signal::stored(None::<String>);
    view! {
        <Part id="choices" title=move || t_string!(i18n, pieces.choices)>
            <div class="piece-grid">
                <Select
                    name="piece-select"
                    label=move || t_string!(i18n, pieces.choice)
                    choices=choices()
                    value
                    on_change=change
                />
                <Select
                    name="piece-select-wrong"
                    label=move || t_string!(i18n, pieces.choice)
                    choices=choices()
                    value
                    on_change=change
                    error
                />
            </div>
            <Segmented
                name="piece-segments"
                label=move || t_string!(i18n, pieces.one_of)
                choices=choices()
                value
                on_change=change
            />
            <span class="inline-edit">
                <span hidden=move || editing.get()>{move || remark.get()}</span>
                <InlineEdit
                    value=remark
                    label=move || t_string!(i18n, pieces.field)
                    action=move || t_string!(i18n, pieces.edit)
                    open=editing
                    busy=Signal::stored(false)
                    error=fine
                    on_save=move |text| {
                        remark.set(text);
                        editing.set(false);
                    }
                />
            </span>
            <div class="row">
                <Checkbox name="piece-tick" value=RwSignal::new(false)>
                    {move || t_string!(i18n, pieces.tick)}
                </Checkbox>
                <Checkbox name="piece-ticked" value=RwSignal::new(true)>
                    {move || t_string!(i18n, pieces.ticked)}
                </Checkbox>
                <Checkbox name="piece-tick-off" value=RwSignal::new(false) disabled=true>
                    {move || t_string!(i18n, pieces.tick_off)}
                </Checkbox>
            </div>
        </Part>
    }
}

#[component]
pub(super) fn Tags() -> impl IntoView {
    let i18n = use_i18n();
    let tags = RwSignal::new(vec!["iris".to_owned(), "c++".to_owned()]);
    let error = Signal::derive(move || Some(t_string!(i18n, pieces.field_error).to_owned()));
    view! {
        <Part id="tags" title=move || t_string!(i18n, pieces.tags)>
            <div class="piece-grid">
                <TagInput name="piece-tags" label=move || t_string!(i18n, pieces.tags) tags most=4 longest=12/>
                <TagInput
                    name="piece-tags-wrong"
                    label=move || t_string!(i18n, pieces.tags)
                    tags=RwSignal::new(Vec::new())
                    error
                />
            </div>
        </Part>
    }
}

#[component]
pub(super) fn Suggestions() -> impl IntoView {
    let i18n = use_i18n();
    let said = RwSignal::new(None::<(bool, String)>);
    let result = move || match said.get() {
        None => t_string!(i18n, pieces.nothing_chosen).to_owned(),
        Some((true, name)) => t_string!(i18n, pieces.chosen, name = name),
        Some((false, name)) => t_string!(i18n, pieces.searched, name = name),
    };
    let all = move || {
        let fruit = t_string!(i18n, pieces.group_first);
        let vegetables = t_string!(i18n, pieces.group_second);
        [
            ComboOption::new("apple", t_string!(i18n, pieces.apple))
                .group(fruit)
                .icon(icons::LuApple)
                .detail(t_string!(i18n, pieces.a_detail)),
            ComboOption::new("pear", t_string!(i18n, pieces.pear))
                .group(fruit)
                .aside("12"),
            ComboOption::new("plum", t_string!(i18n, pieces.plum)).group(fruit),
            ComboOption::new("carrot", t_string!(i18n, pieces.carrot))
                .group(vegetables)
                .icon(icons::LuCarrot)
                .aside("3"),
            ComboOption::new("leek", t_string!(i18n, pieces.leek))
                .group(vegetables)
                .disabled(true),
            ComboOption::new("long", t_string!(i18n, pieces.long))
                .detail(t_string!(i18n, pieces.long)),
        ]
    };
    let matching = move |typed: RwSignal<String>| {
        Signal::derive(move || {
            let typed = typed.get().to_lowercase();
            let fits = |option: &ComboOption| option.label.to_lowercase().contains(typed.trim());
            all().into_iter().filter(fits).collect::<Vec<_>>()
        })
    };
    let (sought, picked) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (found, choices) = (matching(sought), matching(picked));
    let none = move |list: Signal<Vec<ComboOption>>| {
        Signal::derive(move || {
            let empty = list.with(Vec::is_empty);
            empty.then(|| t_string!(i18n, pieces.no_match).to_owned())
        })
    };
    view! {
        <Part id="suggestions" title=move || t_string!(i18n, pieces.suggestions)>
            <div class="piece-grid">
                <Combobox
                    name="piece-search"
                    kind="search"
                    label=move || t_string!(i18n, pieces.search)
                    placeholder=move || t_string!(i18n, pieces.search)
                    value=sought
                    options=found
                    note=none(found)
                    on_choose=move |key| said.set(Some((true, key)))
                    on_submit=move |()| said.set(Some((false, sought.get_untracked())))
                />
                <Combobox
                    name="piece-pick"
                    label=move || t_string!(i18n, pieces.pick)
                    placeholder=move || t_string!(i18n, pieces.pick)
                    value=picked
                    options=choices
                    note=none(choices)
                    on_choose=move |key| {
                        picked.set(String::new());
                        said.set(Some((true, key)));
                    }
                />
            </div>
            <p role="status">{result}</p>
        </Part>
    }
}

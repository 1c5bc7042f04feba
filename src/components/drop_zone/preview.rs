//! The list of what will be sent, or of what has changed where there is a version to compare with.

use super::compared::use_comparison;
use crate::client::words::reason_words;
use crate::components::version_changes::changes_words;
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, Icon, Look, Progress, icons};
use crate::uploads::Target;
use crate::uploads::compare::{Comparison, Fate, Sum};
use crate::uploads::comparing::Compared;
use crate::uploads::pick::Picked;
use crate::uploads::selection::{Chosen, Selection};
use api::Reason;
use engine::changes::{LISTED, first};
use leptos::prelude::*;
use leptos::text_prop::TextProp;
use send_wrapper::SendWrapper;

/// A file's path, and what is said of it: its bytes, or why it is not sent.
type File = (String, String);

/// What was chosen, and how it stands to the newest version.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub(super) target: Signal<Target>,
    pub(super) picked: RwSignal<SendWrapper<Picked>>,
    pub(super) selection: Memo<Selection>,
    /// Kept true by [`choice`].
    pub(super) compared: RwSignal<Compared>,
    /// Chooses nothing any more.
    pub(super) on_clear: Callback<()>,
}

/// What was chosen, by the context; compares it with the newest version.
pub fn choice() -> AnyView {
    let choice: Choice = expect_context();
    use_comparison(choice);
    view! { <Preview choice=choice/> }.into_any()
}

impl Choice {
    /// The first files by path among these, given as numbers in the order in which they are sent.
    fn files(self, numbers: impl Iterator<Item = usize>) -> Vec<File> {
        self.picked.with(|picked| {
            self.selection.with(|selection| {
                let all = numbers
                    .filter_map(|number| selection.files.get(number))
                    .collect();
                let listed = first(all, LISTED, |(_, path)| path.as_str());
                let file =
                    |(at, path): &(usize, String)| (path.clone(), format::bytes(picked.size(*at)));
                listed.into_iter().map(file).collect()
            })
        })
    }

    /// The first files by path that the ignore rules leave out.
    fn ignored(self) -> Vec<File> {
        self.picked.with(|picked| {
            self.selection.with(|selection| {
                let all = selection
                    .ignored
                    .iter()
                    .filter_map(|at| picked.chosen.get(*at));
                let listed = first(all.collect(), LISTED, |file| file.path.as_str());
                let file = |file: &Chosen| {
                    let path = file.path[selection.skip..].to_owned();
                    (path, format::bytes(file.size))
                };
                listed.into_iter().map(file).collect()
            })
        })
    }

    /// The first paths that cannot be stored, and why.
    fn refused(self, locale: Locale) -> Vec<File> {
        self.selection.with(|selection| {
            let file =
                |(path, reason): &(String, Reason)| (path.clone(), reason_words(*reason, locale));
            selection.refused.iter().take(LISTED).map(file).collect()
        })
    }
}

/// Paths and sizes, the largest lists cut short.
#[component]
fn Preview(choice: Choice) -> impl IntoView {
    let i18n = use_i18n();
    let Choice {
        selection,
        compared,
        on_clear,
        ..
    } = choice;
    let known = Memo::new(move |_| compared.with(|compared| compared.known().is_some()));
    let all =
        Signal::derive(move || choice.files(0..selection.with(|selection| selection.files.len())));
    let count = Signal::derive(move || selection.with(|selection| selection.files.len()));
    let folders = move || {
        let count = selection.with(|selection| selection.folders.len());
        let count = (count > 0).then(|| format::number(count as u64))?;
        Some(t_string!(i18n, upload.empty_folders, count = count))
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
            <div class="preview-groups">
                <Folded
                    icon=icons::LuTriangleAlert
                    words=move || {
                        let count = selection.with(|selection| selection.refused.len());
                        t_string!(i18n, upload.refused, count = format::number(count as u64))
                    }
                    count=Signal::derive(move || selection.with(|selection| selection.refused.len()))
                    files=Signal::derive(move || choice.refused(i18n.get_locale()))
                />
                <Folded
                    icon=icons::LuEyeOff
                    words=move || {
                        let count = selection.with(|selection| selection.ignored.len());
                        t_string!(i18n, upload.left_out, count = format::number(count as u64))
                    }
                    count=Signal::derive(move || selection.with(|selection| selection.ignored.len()))
                    files=Signal::derive(move || choice.ignored())
                />
            </div>
            {move || folders().map(|text| view! { <p class="preview-note">{text}</p> })}
            {move || {
                (compared.with(|compared| *compared == Compared::Failed))
                    .then(|| view! { <p class="preview-note">{t!(i18n, upload.compare_failed)}</p> })
            }}
            <Told compared=compared/>
            {move || match known.get() {
                true => view! { <Changes choice=choice/> }.into_any(),
                false => view! { <Files files=all count=count label=move || t_string!(i18n, upload.files)/> }.into_any(),
            }}
        </div>
    }
}

/// Tells screen readers when the comparison begins, and what came of it.
#[component]
fn Told(compared: RwSignal<Compared>) -> impl IntoView {
    let i18n = use_i18n();
    let told = Memo::new(move |_| {
        let locale = i18n.get_locale();
        compared.with(|compared| match compared {
            Compared::Nothing | Compared::Asking => String::new(),
            Compared::Failed => td_string!(locale, upload.compare_failed).to_owned(),
            Compared::Known(comparison) if comparison.is_complete() => words(comparison, locale),
            Compared::Known(_) => td_string!(locale, upload.comparing).to_owned(),
        })
    });
    view! { <p class="sr-only" role="status">{told}</p> }
}

/// What came of a comparison that is complete.
fn words(comparison: &Comparison, locale: Locale) -> String {
    if comparison.is_unchanged() {
        return td_string!(locale, upload.unchanged).to_owned();
    }
    let [added, changed, removed] =
        [comparison.added, comparison.changed, comparison.removed].map(|sum: Sum| sum.files as u64);
    let changes = changes_words(added, changed, removed, locale);
    td_string!(locale, upload.compared, changes = changes)
}

/// What has changed: a line for each kind, with its files below it.
#[component]
fn Changes(choice: Choice) -> impl IntoView {
    let i18n = use_i18n();
    let compared = choice.compared;
    let line = move || {
        let locale = i18n.get_locale();
        compared.with(|compared| {
            let comparison = compared.known()?;
            if comparison.is_complete() {
                return Some(words(comparison, locale));
            }
            let (read, all) = (comparison.read, comparison.to_read);
            let (read, all) = (format::bytes(read.min(all)), format::bytes(all));
            Some(td_string!(
                locale,
                upload.comparing_amounts,
                read = read,
                all = all
            ))
        })
    };
    let under_way = Memo::new(move |_| {
        compared.with(|compared| compared.known().is_some_and(|known| !known.is_complete()))
    });
    let part = Signal::derive(move || {
        compared.with(|compared| {
            let comparison = compared.known()?;
            let begun = comparison.is_listed() && comparison.to_read > 0;
            begun.then(|| comparison.read as f64 / comparison.to_read as f64)
        })
    });
    let group = move |icon: icons::Icon,
                      label: Label,
                      sum: fn(&Comparison) -> Sum,
                      fate: Option<fn(Fate) -> bool>| {
        view! { <Group choice=choice icon=icon label=label sum=sum fate=fate/> }
    };
    view! {
        <p class="preview-note">{line}</p>
        <Show when=move || under_way.get()>
            <Progress value=part label=move || t_string!(i18n, upload.comparing)/>
        </Show>
        <div class="preview-groups">
            {group(icons::LuPlus, |locale, count| td_string!(locale, upload.added, count = count), |c| c.added, Some(|fate| fate == Fate::Added))}
            {group(icons::LuPencil, |locale, count| td_string!(locale, upload.changed, count = count), |c| c.changed, Some(|fate| fate == Fate::Changed))}
            {group(icons::LuTrash2, |locale, count| td_string!(locale, upload.removed, count = count), |c| c.removed, None)}
            {group(icons::LuClock, |locale, count| td_string!(locale, upload.unknown, count = count), |c| c.unknown, Some(|fate| fate == Fate::Unknown))}
            {group(icons::LuCheck, |locale, count| td_string!(locale, upload.same, count = count), |c| c.same, Some(|fate| matches!(fate, Fate::Same(_))))}
        </div>
    }
}

/// What a kind of change is called, with the number of its files.
type Label = fn(Locale, String) -> String;

/// One kind of change; nothing where there is none.
#[component]
fn Group(
    choice: Choice,
    icon: icons::Icon,
    label: Label,
    sum: fn(&Comparison) -> Sum,
    /// Which of the chosen files; none: those of the version that were not chosen.
    fate: Option<fn(Fate) -> bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let compared = choice.compared;
    let sum =
        Memo::new(move |_| compared.with(|compared| compared.known().map_or(Sum::default(), sum)));
    let files = Signal::derive(move || {
        compared.with(|compared| match (compared.known(), fate) {
            (None, _) => Vec::new(),
            (Some(comparison), None) => {
                let list = comparison.removed_list.iter();
                list.map(|(path, size)| (path.clone(), format::bytes(*size)))
                    .collect()
            }
            (Some(comparison), Some(fate)) => choice.files(comparison.with(fate)),
        })
    });
    let words = move || label(i18n.get_locale(), format::number(sum.get().files as u64));
    view! {
        <Folded icon words count=Signal::derive(move || sum.get().files) files>
            <span class="preview-size">{move || format::bytes(sum.get().bytes)}</span>
        </Folded>
    }
}

/// Files of a kind behind a line that tells how many there are; nothing where there are none.
#[component]
fn Folded(
    icon: icons::Icon,
    #[prop(into)] words: TextProp,
    count: Signal<usize>,
    /// The first of them; asked for when they are shown.
    files: Signal<Vec<File>>,
    /// At the end of the line.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let some = Memo::new(move |_| count.get() > 0);
    let chevron = Signal::derive(move || match open.get() {
        true => icons::LuChevronDown,
        false => icons::LuChevronRight,
    });
    let (words, children) = (StoredValue::new(words), StoredValue::new(children));
    view! {
        <Show when=move || some.get()>
            <details class="preview-group" on:toggle=move |_| open.update(|open| *open = !*open)>
                <summary>
                    <Icon icon=chevron/>
                    <Icon icon=icon/>
                    <span>{move || words.with_value(TextProp::get)}</span>
                    {children.with_value(|children| children.as_ref().map(|children| children()))}
                </summary>
                <Show when=move || open.get()>
                    <Files files=files count=count label=words.get_value()/>
                </Show>
            </details>
        </Show>
    }
}

/// Files by name, and how many more there are.
#[component]
fn Files(
    files: Signal<Vec<File>>,
    /// How many there are in all.
    count: Signal<usize>,
    #[prop(into)] label: TextProp,
) -> impl IntoView {
    let i18n = use_i18n();
    let more = move || {
        let more = count.get().saturating_sub(LISTED);
        (more > 0).then(|| t_string!(i18n, upload.more_files, count = format::number(more as u64)))
    };
    view! {
        <ul class="preview-list" tabindex="0" aria-label=move || label.get()>
            <For each=move || files.get() key=|file| file.clone() let:file>
                <li>
                    <bdi class="preview-path">{format::visible(&file.0)}</bdi>
                    <span class="preview-size">{file.1}</span>
                </li>
            </For>
            {move || more().map(|text| view! { <li class="preview-more">{text}</li> })}
        </ul>
    }
}

//! The README of a folder: what introduces it to who opens it.

use super::content::Kind;
use super::document::{Cut, Head, file_href, load_head, place_of};
use super::{Plain, What};
use crate::components::file_name::FileName;
use crate::components::file_tree::Tree;
use crate::components::load::Async;
use crate::components::markdown::Markdown;
use crate::i18n::*;
use crate::place::use_place;
use api::file::{Entry, EntryKind};
use leptos::prelude::*;

/// Bytes of a README that are shown.
const SHOWN: u64 = 256 * 1024;

/// The names a README may have, whatever their case, the best first: Markdown before plain text.
const NAMES: [&str; 4] = ["readme.md", "readme.markdown", "readme.txt", "readme"];

/// The README among a folder's entries.
pub fn find_readme(entries: &[Entry]) -> Option<&Entry> {
    let is = |entry: &Entry, name: &str| {
        entry.kind == EntryKind::File && entry.name.eq_ignore_ascii_case(name)
    };
    NAMES
        .iter()
        .find_map(|name| entries.iter().find(|entry| is(entry, name)))
}

/// A README, rendered when it is Markdown.
#[component]
pub fn Readme(
    /// What the file is in.
    tree: Tree,
    /// Its path there.
    path: String,
    /// Its facts.
    entry: Signal<Entry>,
    /// Beside its name.
    #[prop(optional, into)]
    note: Option<TextProp>,
) -> impl IntoView {
    let i18n = use_i18n();
    let here = use_place();
    let name = entry.with_untracked(|entry| entry.name.clone());
    let markdown = Kind::of(&name) == Kind::Markdown;
    let place = place_of(tree, &path);
    let file_href = file_href(tree);
    let head = load_head(tree.id, path.clone(), entry, SHOWN);
    let shown = move |head: Signal<Head>| {
        let content = move || match head.get().text {
            None => view! { <Plain what=What::Binary/> }.into_any(),
            Some(text) if markdown => {
                view! { <Markdown text=Signal::stored(text) place=place.get() file_href/> }
                    .into_any()
            }
            Some(text) => view! { <pre class="readme-plain">{text}</pre> }.into_any(),
        };
        view! {
            <Cut head entry/>
            {content}
        }
        .into_any()
    };
    view! {
        <section class="card readme" aria-label=move || t_string!(i18n, files.readme)>
            <div class="card-head">
                <h2 class="readme-name">
                    <a href=move || tree.href(here, path.clone())>
                        <FileName name/>
                    </a>
                </h2>
                {note.map(|note| view! { <span class="muted">{move || note.get()}</span> })}
            </div>
            <div class="card-body">
                <Async load=head lines=4 view=shown/>
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Time;

    fn found(names: &[(&str, EntryKind)]) -> Option<String> {
        let entry = |(name, kind): &(&str, EntryKind)| Entry {
            name: (*name).to_owned(),
            kind: *kind,
            size: 1,
            modified: Time(0),
        };
        let entries: Vec<Entry> = names.iter().map(entry).collect();
        find_readme(&entries).map(|entry| entry.name.clone())
    }

    #[test]
    fn markdown_comes_before_plain_text() {
        use EntryKind::{Dir, File};
        let names = ["README", "a.py", "ReadMe.MD", "readme.txt"].map(|name| (name, File));
        assert_eq!(found(&names).as_deref(), Some("ReadMe.MD"));
        assert_eq!(found(&names[..2]).as_deref(), Some("README"));
        let others = [
            ("README.md.bak", File),
            ("my-readme.md", File),
            ("readme", Dir),
        ];
        assert_eq!(found(&others), None);
    }
}

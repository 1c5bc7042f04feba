//! The README of the newest version.

use super::{Entity, EntityContext, use_entity};
use crate::client::{ClientError, files};
use crate::components::file_tree::Tree;
use crate::components::file_view::{Readme, find_readme};
use crate::components::lazy::{self, Part};
use crate::components::load::{Async, load};
use crate::i18n::*;
use crate::ui::{EmptyState, LinkButton, icons};
use api::file::{Entry, ListQuery};
use leptos::prelude::*;

/// Looks for the README at the top of a version.
async fn find(id: String) -> Result<Option<Entry>, ClientError> {
    let mut query = ListQuery {
        limit: 1000,
        ..ListQuery::default()
    };
    // In a very long folder the README may stand behind the first thousand names.
    while query.offset < ListQuery::MAX {
        let listing = files::list(&id, &query).await?;
        if let Some(entry) = find_readme(&listing.list) {
            return Ok(Some(entry.clone()));
        }
        query.offset += listing.list.len() as u64;
        if listing.list.is_empty() || query.offset >= listing.total {
            break;
        }
    }
    Ok(None)
}

/// The README of a version, or how to add one.
#[component]
pub(super) fn ReadmeView(
    /// Number of the version.
    version: i64,
    /// Its id.
    id: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let id = Signal::stored(id);
    // Most READMEs are Markdown.
    lazy::ahead(Part::Markdown);
    let asked = load(move || find(id.get())).recall();
    let note = move || t_string!(i18n, files.version_number, number = version);
    let tree = Tree {
        id,
        top: Signal::derive(note),
        route: Callback::new(move |path: String| {
            entity.with_untracked(|entity| entity.file(version, &path))
        }),
    };
    let shown = move |found: Signal<Option<Entry>>| {
        (move || match found.get() {
            Some(entry) => {
                let path = entry.name.clone();
                view! { <Readme tree path entry=Signal::stored(entry) note/> }.into_any()
            }
            None => view! { <NoReadme version=version entity=entity/> }.into_any(),
        })
        .into_any()
    };
    view! { <Async load=asked lines=8 view=shown/> }
}

#[component]
fn NoReadme(version: i64, entity: Signal<Entity>) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { mine, .. } = use_entity();
    let title = move || t_string!(i18n, entity.readme.none, version = version).to_string();
    let text = move || match mine.get() {
        true => t_string!(i18n, entity.readme.none_owner).to_string(),
        false => t_string!(i18n, entity.readme.none_other).to_string(),
    };
    view! {
        <EmptyState icon=icons::LuBookOpen title=title text=text>
            <LinkButton
                icon=icons::LuFolder
                href=move || entity.with(|entity| entity.files(version).href())
            >
                {t!(i18n, entity.readme.browse)}
            </LinkButton>
        </EmptyState>
    }
}

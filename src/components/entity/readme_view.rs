//! The README of the newest version.

use super::readme::{self, Form};
use super::{Entity, EntityContext, use_entity};
use crate::client::files::Part;
use crate::client::{ClientError, files};
use crate::components::load::{Async, load};
use crate::components::markdown::{FileHref, Markdown, Place};
use crate::format;
use crate::i18n::*;
use crate::ui::{EmptyState, LinkButton, icons};
use api::file::ListQuery;
use leptos::prelude::*;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Readme {
    name: String,
    form: Form,
    text: String,
    /// Whether the file is longer than what is shown.
    cut: bool,
}

/// Loads the README at the top of a version: its list of files, then at most [`readme::SHOWN`] bytes.
async fn find(id: String) -> Result<Option<Readme>, ClientError> {
    let mut query = ListQuery {
        limit: 1000,
        ..ListQuery::default()
    };
    // In a very long folder the README may stand behind the first thousand names.
    while query.offset < ListQuery::MAX {
        let listing = files::list(&id, &query).await?;
        if let Some((entry, form)) = readme::find(&listing.list) {
            let part = Part::Range {
                start: 0,
                length: readme::SHOWN,
            };
            let found = files::read(&id, &entry.name, part).await?;
            return Ok(Some(Readme {
                name: entry.name.clone(),
                form,
                text: readme::text(&found.bytes),
                cut: found.total > readme::SHOWN,
            }));
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
    let EntityContext { entity, .. } = use_entity();
    let key = Signal::stored(id);
    let asked = load(move || find(key.get()));
    let shown = move |found: Signal<Option<Readme>>| {
        (move || match found.get() {
            Some(found) => {
                view! { <Shown version=version id=key.get_untracked() found=found/> }.into_any()
            }
            None => view! { <NoReadme version=version entity=entity/> }.into_any(),
        })
        .into_any()
    };
    view! { <Async load=asked lines=8 view=shown/> }
}

#[component]
fn Shown(version: i64, id: String, found: Readme) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let label = move || t_string!(i18n, entity.readme.label, version = version).to_string();
    let Readme {
        name,
        form,
        text,
        cut,
    } = found;
    let whole = {
        let name = name.clone();
        move || entity.with(|entity| entity.file(version, &name).href())
    };
    view! {
        <article class="entity-readme" aria-label=label>
            <p class="entity-readme-head">
                <a href=whole.clone()><bdi>{name}</bdi></a>
                <span class="muted">{t!(i18n, entity.readme.of, version = version)}</span>
            </p>
            {match form {
                Form::Markdown => {
                    let href: FileHref = Callback::new(move |path: String| {
                        entity.with_untracked(|entity| entity.file(version, &path).href())
                    });
                    let place = Place { id, folder: String::new() };
                    view! { <Markdown text=text place=place file_href=href/> }.into_any()
                }
                Form::Plain => view! { <pre class="entity-readme-plain">{text}</pre> }.into_any(),
            }}
            {cut
                .then(|| {
                    view! {
                        <p class="muted">
                            {t!(i18n, entity.readme.cut, size = format::bytes(readme::SHOWN))} " "
                            <a href=whole>{t!(i18n, entity.readme.whole)}</a>
                        </p>
                    }
                })}
        </article>
    }
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

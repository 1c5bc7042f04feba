//! The page of a project or dataset: loads it, tells the pieces below what they are about, and shows its head.

use super::{Entity, EntityContext, EntityHead, Kind, Tab, provide_entity};
use crate::client::{ClientError, datasets, projects};
use crate::components::live::Concerns as _;
use crate::components::load::{Async, Load, load};
use crate::components::missing::Missing;
use crate::i18n::*;
use crate::paths::{DatasetTab, ProjectTab, Route};
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::PageHead;
use crate::uploads::use_uploads;
use api::event::Action;
use leptos::prelude::*;

/// The page: head and tabs of a project or dataset, and below them the part on screen.
#[component]
pub fn EntityPage(
    /// Which of the two.
    kind: Kind,
    /// The owner's name.
    user: String,
    /// Its name.
    name: String,
    /// The part on screen.
    #[prop(into)]
    tab: Signal<Tab>,
    /// Makes the part on screen; it finds what it is about by [`super::use_entity`].
    #[prop(into)]
    part: ViewFn,
) -> impl IntoView {
    let session = use_session();
    let name_asked = name.clone();
    let path = Signal::stored(format!("{user}/{name}"));
    let owner = user.clone();
    let asked = load(move || {
        let (user, name) = (user.clone(), name.clone());
        async move { get(kind, &user, &name).await }
    });
    // Its id is known once it is there; until then it may be the one that its owner just made.
    asked.live(move |change| {
        asked.data.with(|entity| match entity {
            Some(entity) => change.is_of(&entity.id),
            None => change.action == Action::Created && change.is_by(&owner),
        })
    });
    let failed = Memo::new(move |_| {
        let nothing = asked.data.with(Option::is_none);
        let found = |error: &ClientError| !error.is_not_found();
        nothing
            .then(|| asked.error.with(|error| error.as_ref().map(found)))
            .flatten()
    });
    let refresh = Callback::new(move |()| asked.reload());
    lead_on(asked, name_asked, tab);
    let content = move |entity: Signal<Entity>| {
        let owner = Memo::new(move |_| entity.with(|entity| entity.owner.clone()));
        let mine = Memo::new(move |_| owner.with(|owner| session.is(owner)));
        provide_entity(EntityContext {
            entity,
            mine: mine.into(),
            refresh,
        });
        follow_uploads(entity, refresh);
        let part = part.clone();
        view! {
            <EntityHead current=tab/>
            <div class="entity-part">{move || part.run()}</div>
        }
        .into_any()
    };
    let content = StoredValue::new(content);
    view! {
        <div class="content">
            {move || match failed.get() {
                Some(false) => view! { <NoEntity kind=kind path=path/> }.into_any(),
                failed => {
                    let view = move |entity| content.with_value(|content| content(entity));
                    // The head comes with the answer; an error has one of its own.
                    view! {
                        {failed.map(|_| view! { <PageHead title=move || path.get()/> })}
                        <Async load=asked lines=8 view=view/>
                    }
                    .into_any()
                }
            }}
        </div>
    }
}

/// There is no such project or dataset, or none that the reader may know of.
#[component]
fn NoEntity(kind: Kind, path: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || match kind {
        Kind::Project => t_string!(i18n, entity.missing.project, path = path.get()),
        Kind::Dataset => t_string!(i18n, entity.missing.dataset, path = path.get()),
    };
    view! {
        <PageHead title/>
        <Missing
            title=move || t_string!(i18n, entity.missing.title)
            text=move || t_string!(i18n, entity.missing.text)
        />
    }
}

async fn get(kind: Kind, user: &str, name: &str) -> Result<Entity, ClientError> {
    match kind {
        Kind::Project => projects::get(user, name).await.map(Entity::from),
        Kind::Dataset => datasets::get(user, name).await.map(Entity::from),
    }
}

/// A name that it had before leads to its address of today.
fn lead_on(asked: Load<Entity>, name: String, tab: Signal<Tab>) {
    let place = use_place();
    let moved = Memo::new(move |_| {
        asked
            .data
            .with(|entity| entity.clone().filter(|entity| entity.name != name))
    });
    Effect::new(move |_| {
        let Some(entity) = moved.get() else { return };
        untrack(|| {
            let route = match place.route.get() {
                Some(Route::Project {
                    tab: ProjectTab::Files { version, path },
                    ..
                })
                | Some(Route::Dataset {
                    tab: DatasetTab::Files { version, path },
                    ..
                }) => entity.file(version, &path),
                _ => entity.route(tab.get()),
            };
            let query = place.query.get();
            let pairs: Vec<(&str, &str)> = query.pairs().collect();
            place.replace(&route.with(&pairs));
        });
    });
}

/// An upload that ends while the page is open brings a new version.
fn follow_uploads(entity: Signal<Entity>, refresh: Callback<()>) {
    let uploads = use_uploads();
    let id = entity.with_untracked(|entity| entity.id.clone());
    Effect::watch(
        move || uploads.finished(&id),
        move |now, before, _| {
            if before.is_some_and(|before| now > before) {
                refresh.run(());
            }
        },
        false,
    );
}

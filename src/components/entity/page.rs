//! The page of a project or dataset: loads it, tells the pieces below what they are about, and shows its head.

use super::{Entity, EntityContext, EntityHead, Kind, Missing, Tab, provide_entity};
use crate::client::{ClientError, datasets, projects};
use crate::components::load::{Async, load};
use crate::session::use_session;
use crate::uploads::use_uploads;
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
    let path = Signal::stored(format!("{user}/{name}"));
    let asked = load(move || {
        let (user, name) = (user.clone(), name.clone());
        async move { get(kind, &user, &name).await }
    });
    let missing = Memo::new(move |_| {
        let nothing = asked.data.with(Option::is_none);
        nothing
            && asked
                .error
                .with(|error| error.as_ref().is_some_and(ClientError::is_not_found))
    });
    let refresh = Callback::new(move |()| asked.reload());
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
            {move || match missing.get() {
                true => view! { <Missing kind=kind path=path/> }.into_any(),
                false => {
                    let view = move |entity| content.with_value(|content| content(entity));
                    view! { <Async load=asked lines=8 view=view/> }.into_any()
                }
            }}
        </div>
    }
}

async fn get(kind: Kind, user: &str, name: &str) -> Result<Entity, ClientError> {
    match kind {
        Kind::Project => projects::get(user, name).await.map(Entity::from),
        Kind::Dataset => datasets::get(user, name).await.map(Entity::from),
    }
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

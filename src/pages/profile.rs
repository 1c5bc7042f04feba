//! What everybody may see of a user: projects, datasets, tasks, favourites.

mod calendar;
mod favourites;
mod heat_map;
mod overview;

use crate::client::auth;
use crate::components::entity_list::{EntityList, Listed, Whose};
use crate::components::load::{Async, load};
use crate::components::user_tasks::UserTasks;
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::pages::not_found;
use crate::paths::Route;
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::{PageHead, Tab, Tabs};
use api::account::Profile;
use favourites::Favourites;
use leptos::prelude::*;
use overview::Overview;

/// The lists of a profile, as the query's `tab` names them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Overview,
    Projects,
    Datasets,
    Tasks,
    Favourites,
}

fn part_of(text: &str) -> Part {
    match text {
        "projects" => Part::Projects,
        "datasets" => Part::Datasets,
        "tasks" => Part::Tasks,
        "favourites" => Part::Favourites,
        _ => Part::Overview,
    }
}

/// The page.
pub fn page(route: Route) -> AnyView {
    let Route::User { user } = route else {
        return not_found::page();
    };
    let asked = user.clone();
    let profile = load(move || {
        let user = asked.clone();
        async move { auth::profile(&user).await }
    });
    let unknown = Memo::new(move |_| {
        profile
            .error
            .with(|error| error.as_ref().is_some_and(|error| error.is_not_found()))
    });
    (move || match unknown.get() {
        true => not_found::page(),
        false => {
            let shown = move |profile: Signal<Profile>| view! { <Lists profile/> }.into_any();
            view! {
                <div class="content">
                    <Heading user=user.clone() since=Signal::derive(move || profile.data.get())/>
                    <Async load=profile view=shown/>
                </div>
            }
            .into_any()
        }
    })
    .into_any()
}

#[component]
fn Heading(user: String, since: Signal<Option<Profile>>) -> impl IntoView {
    let i18n = use_i18n();
    let subtitle = move || {
        since.get().map(|profile| {
            let date = format::date(profile.date_created, i18n.get_locale());
            t_string!(i18n, lists.since, date = date)
        })
    };
    view! { <PageHead title=user subtitle=subtitle.into_any()/> }
}

#[component]
fn Lists(profile: Signal<Profile>) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let session = use_session();
    let user = Memo::new(move |_| profile.with(|profile| profile.username.clone()));
    let part = Memo::new(move |_| part_of(&place.value("tab")));
    let name = user.get_untracked();
    let href = |tab: &str| Route::user(&name).with(&[("tab", tab)]);
    let tabs = vec![
        Tab::new(
            move || t_string!(i18n, social.overview),
            href(""),
            move || part.get() == Part::Overview,
        ),
        Tab::new(
            move || t_string!(i18n, lists.projects),
            href("projects"),
            move || part.get() == Part::Projects,
        )
        .counted(move || profile.with(|profile| Some(profile.projects))),
        Tab::new(
            move || t_string!(i18n, lists.datasets),
            href("datasets"),
            move || part.get() == Part::Datasets,
        )
        .counted(move || profile.with(|profile| Some(profile.datasets))),
        Tab::new(
            move || t_string!(i18n, lists.tasks),
            href("tasks"),
            move || part.get() == Part::Tasks,
        )
        .counted(move || profile.with(|profile| Some(profile.tasks))),
        Tab::new(
            move || t_string!(i18n, social.favourites),
            href("favourites"),
            move || part.get() == Part::Favourites,
        )
        .counted(move || profile.with(|profile| Some(profile.favourites))),
    ];
    let whose = Signal::derive(move || match session.is(&user.get()) {
        true => Whose::Own(user.get()),
        false => Whose::Of(user.get()),
    });
    view! {
        <Tabs tabs/>
        {move || match part.get() {
            Part::Projects => view! { <EntityList listed=Listed::Projects whose/> }.into_any(),
            Part::Datasets => view! { <EntityList listed=Listed::Datasets whose/> }.into_any(),
            Part::Tasks => view! { <UserTasks whose/> }.into_any(),
            Part::Favourites => view! { <Favourites user/> }.into_any(),
            Part::Overview => view! { <Overview user/> }.into_any(),
        }}
    }
}

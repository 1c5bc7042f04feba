//! What everybody may see of a user: projects, datasets, tasks, favourites.

mod calendar;
mod favourites;
mod heat_map;
mod overview;

use crate::client::{auth, settings};
use crate::components::entity_list::{EntityList, Listed, Whose};
use crate::components::lazy;
use crate::components::live::Concerns as _;
use crate::components::load::{Async, load};
use crate::components::user_tasks::UserTasks;
use crate::components::vip_badge::VipBadge;
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::pages::not_found;
use crate::paths::Route;
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::{Avatar, AvatarSize, Icon, LinkButton, PageHead, Tab, Tabs, icons};
use api::account::Profile;
use api::event::{Action, Kind};
use api::name::check_website;
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

/// What the lists, which are in chunks of their own, find in the context.
#[derive(Clone, Copy)]
struct ProfileContext {
    user: Memo<String>,
    whose: Signal<Whose>,
    part: Memo<Part>,
}

/// The page.
pub fn page(route: Route) -> AnyView {
    let Route::User { user } = route else {
        return not_found::page();
    };
    let session = use_session();
    let asked = user.clone();
    let profile = load(move || {
        let user = asked.clone();
        async move { auth::profile(&user).await }
    })
    .live({
        let user = user.clone();
        move |change| match change.kind {
            Kind::Account => session.is(&user),
            _ => change.action != Action::Changed && change.is_by(&user),
        }
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
                    <Heading user=user.clone() profile=Signal::derive(move || profile.data.get())/>
                    <Async load=profile view=shown/>
                </div>
            }
            .into_any()
        }
    })
    .into_any()
}

/// Who it is: the picture, both names, what they say of themselves, and since when they are here.
#[component]
fn Heading(user: String, profile: Signal<Option<Profile>>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let own = {
        let user = user.clone();
        Memo::new(move |_| session.is(&user))
    };
    let name = user.clone();
    let picture = Memo::new(move |_| {
        profile.with(|profile| settings::picture(&name, profile.as_ref()?.avatar.as_deref()))
    });
    let text = move |part: fn(&Profile) -> &String| {
        profile
            .with(|profile| profile.as_ref().map(|profile| part(profile).clone()))
            .filter(|text| !text.is_empty())
    };
    let vip = Memo::new(move |_| profile.with(|profile| profile.as_ref().is_some_and(|p| p.vip)));
    let display_name = move || {
        text(|profile| &profile.display_name).map(|name| {
            view! { <bdi class="profile-name">{format::visible(&name)}</bdi> }
        })
    };
    let facts = view! {
        {display_name}
        <Show when=move || vip.get()>
            <VipBadge/>
        </Show>
    }
    .into_any();
    let since = move || {
        let created = profile.with(|profile| profile.as_ref().map(|p| p.date_created))?;
        let date = format::date(created, i18n.get_locale());
        Some(t_string!(i18n, lists.since, date = date))
    };
    let website = move || {
        // It was checked when it was written; whatever else it may be, it becomes no link.
        let address = text(|profile| &profile.website)?;
        check_website(&address).ok()?;
        let shown = address
            .split_once("://")?
            .1
            .trim_end_matches('/')
            .to_owned();
        Some(view! {
            <span class="profile-fact">
                <Icon icon=icons::LuLink/>
                <a href=address rel="nofollow noopener noreferrer" target="_blank">
                    <bdi>{format::visible(&shown)}</bdi>
                </a>
            </span>
        })
    };
    let place = move || {
        text(|profile| &profile.place).map(|place| {
            view! {
                <span class="profile-fact">
                    <Icon icon=icons::LuMapPin/>
                    <bdi>{format::visible(&place)}</bdi>
                </span>
            }
        })
    };
    let joined = move || {
        since().map(|since| {
            view! {
                <span class="profile-fact">
                    <Icon icon=icons::LuCalendar/>
                    {since}
                </span>
            }
        })
    };
    let bio = move || {
        text(|profile| &profile.bio)
            .map(|bio| view! { <p class="profile-bio"><bdi>{bio}</bdi></p> })
    };
    let subtitle = view! {
        {bio}
        <div class="profile-facts">{place} {website} {joined}</div>
    }
    .into_any();
    let actions = (move || {
        own.get().then(|| {
            view! {
                <LinkButton href=Route::settings().href() icon=icons::LuPencil>
                    {move || t_string!(i18n, settings.edit_profile)}
                </LinkButton>
            }
        })
    })
    .into_any();
    let name = user.clone();
    view! {
        <div class="profile-head">
            <Avatar name=Signal::stored(name) picture size=AvatarSize::Large/>
            <PageHead title=user facts subtitle actions/>
        </div>
    }
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
    provide_context(ProfileContext { user, whose, part });
    view! {
        <Tabs tabs/>
        {move || match part.get() {
            Part::Projects | Part::Datasets | Part::Favourites => lazy::part(lazy::Part::UserLists),
            Part::Tasks => lazy::part(lazy::Part::UserTasks),
            Part::Overview => view! { <Overview user/> }.into_any(),
        }}
    }
}

/// The list on screen, in a chunk of its own.
pub fn lists() -> AnyView {
    let ProfileContext { user, whose, part } = expect_context();
    // Another list is another view: the page makes it anew.
    match part.get_untracked() {
        Part::Datasets => view! { <EntityList listed=Listed::Datasets whose/> }.into_any(),
        Part::Favourites => view! { <Favourites user/> }.into_any(),
        _ => view! { <EntityList listed=Listed::Projects whose/> }.into_any(),
    }
}

/// The tasks, in a chunk of their own.
pub fn tasks() -> AnyView {
    let ProfileContext { whose, .. } = expect_context();
    view! { <UserTasks whose/> }.into_any()
}

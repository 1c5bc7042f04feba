//! Stars and forks of a project or dataset, as buttons in its head.

use super::fork::ForkDialog;
use super::{EntityContext, use_entity};
use crate::client::social;
use crate::components::submit::Submit;
use crate::format;
use crate::i18n::*;
use crate::paths;
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::{Button, LinkButton, icons};
use api::social::Star;
use leptos::prelude::*;

/// Both buttons. Strangers are led to the sign-in and back.
#[component]
pub(super) fn StarAndFork(
    /// Keeps what goes wrong with a star.
    submit: Submit,
) -> impl IntoView {
    let session = use_session();
    let known = Memo::new(move |_| session.name().is_some());
    move || match known.get() {
        true => view! {
            <StarButton submit/>
            <ForkButton/>
        }
        .into_any(),
        false => view! { <ForStrangers/> }.into_any(),
    }
}

#[component]
fn StarButton(submit: Submit) -> impl IntoView {
    let EntityContext {
        entity, refresh, ..
    } = use_entity();
    let known = Memo::new(move |_| {
        entity.with(|entity| Star {
            starred: entity.starred,
            stars: entity.stars,
        })
    });
    // What it will be, until it is known.
    let hoped = RwSignal::new(None::<Star>);
    Effect::watch(move || known.get(), move |_, _, _| hoped.set(None), false);
    let shown = Memo::new(move |_| hoped.get().unwrap_or(known.get()));
    Effect::new(move |_| {
        if submit.error.with(Option::is_some) {
            hoped.set(None);
        }
    });
    let toggle = move |()| {
        if submit.pending.get_untracked() {
            return;
        }
        let now = shown.get_untracked();
        let on = !now.starred;
        hoped.set(Some(Star {
            starred: on,
            stars: match on {
                true => now.stars + 1,
                false => now.stars.saturating_sub(1),
            },
        }));
        let id = entity.with_untracked(|entity| entity.id.clone());
        submit.run(async move { social::star(&id, on).await }, move |star| {
            hoped.set(Some(star));
            refresh.run(());
        });
    };
    let pressed = Signal::derive(move || shown.get().starred);
    view! {
        <Button icon=icons::LuStar pressed on_click=toggle>
            <StarWords count=Signal::derive(move || shown.get().stars)/>
        </Button>
    }
}

#[component]
fn ForkButton() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let open = RwSignal::new(false);
    let nothing = Memo::new(move |_| entity.with(|entity| entity.latest.is_none()));
    let why = move || {
        nothing
            .get()
            .then(|| t_string!(i18n, social.fork_later).to_owned())
    };
    view! {
        <Button icon=icons::LuGitFork disabled=nothing title=Signal::derive(why) on_click=move |()| open.set(true)>
            <ForkWords/>
        </Button>
        <ForkDialog open/>
    }
}

#[component]
fn ForStrangers() -> impl IntoView {
    let place = use_place();
    let EntityContext { entity, .. } = use_entity();
    let href = Signal::derive(move || {
        place.path.track();
        place.query.track();
        paths::login_then(&place.here())
    });
    view! {
        <LinkButton icon=icons::LuStar href>
            <StarWords count=Signal::derive(move || entity.with(|entity| entity.stars))/>
        </LinkButton>
        <LinkButton icon=icons::LuGitFork href>
            <ForkWords/>
        </LinkButton>
    }
}

#[component]
fn StarWords(count: Signal<u64>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        {move || t_string!(i18n, social.star)}
        <span class="button-count">{move || format::number(count.get())}</span>
    }
}

#[component]
fn ForkWords() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    view! {
        {move || t_string!(i18n, social.fork)}
        <span class="button-count">
            {move || format::number(entity.with(|entity| entity.forks))}
        </span>
    }
}

//! What one says of oneself.

use super::picture::PicturePart;
use crate::client::{auth, settings};
use crate::components::entry::{Entry, complete};
use crate::components::load::{Async, load};
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::session::use_session;
use crate::ui::{Button, LinkButton, Look, TextArea, TextInput, use_toasts};
use api::account::Profile;
use api::settings::ProfileChange;
use api::{limits, name};
use leptos::html;
use leptos::prelude::*;

/// The part.
#[component]
pub(super) fn ProfilePart() -> impl IntoView {
    let session = use_session();
    let profile = load(move || {
        let user = session.name().unwrap_or_default();
        async move { auth::profile(&user).await }
    });
    let shown = move |profile: Signal<Profile>| view! { <Form profile/> }.into_any();
    view! {
        <div class="settings-part stack">
            <PicturePart/>
            <Async load=profile view=shown/>
        </div>
    }
}

#[component]
fn Form(profile: Signal<Profile>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let submit = Submit::new(&["display_name", "bio", "place", "website"]);
    let before = profile.get_untracked();
    let display_name =
        Entry::new("display_name", name::check_display_name).holding(before.display_name);
    let bio = Entry::new("bio", name::check_bio).holding(before.bio);
    let place = Entry::new("place", name::check_place).holding(before.place);
    let website = Entry::new("website", name::check_website).holding(before.website);
    let entries = [display_name, bio, place, website];
    let form = NodeRef::<html::Form>::new();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !complete(&entries) {
            return focus_first_fault(form);
        }
        let change = ProfileChange {
            display_name: display_name.value.get_untracked(),
            bio: bio.value.get_untracked(),
            place: place.value.get_untracked(),
            website: website.value.get_untracked(),
        };
        let sent = async move { settings::change_profile(&change).await };
        submit.run(sent, move |kept| {
            display_name.value.set(kept.display_name);
            bio.value.set(kept.bio);
            place.value.set(kept.place);
            website.value.set(kept.website);
            toasts.say(untrack(|| t_string!(i18n, settings.profile_saved)));
        });
    };
    Effect::new(move |_| {
        if submit.error.with(Option::is_some) {
            focus_first_fault(form);
        }
    });
    let optional = move || t_string!(i18n, common.optional);
    let own = move || profile.with(|profile| Route::user(&profile.username).href());
    view! {
        <form class="form" novalidate node_ref=form on:submit=send>
            <SubmitError submit/>
            <TextInput
                name=display_name.name
                label=move || t_string!(i18n, settings.display_name)
                note=optional
                value=display_name.value
                hint=Signal::derive(move || Some(t_string!(i18n, settings.display_name_hint).to_owned()))
                error=display_name.error(submit)
                autocomplete="name"
                on_blur=display_name.on_blur()
            />
            <TextArea
                name=bio.name
                label=move || t_string!(i18n, settings.bio)
                note=optional
                value=bio.value
                error=bio.error(submit)
                limit=limits::BIO_MAX
            />
            <TextInput
                name=place.name
                label=move || t_string!(i18n, settings.place)
                note=optional
                value=place.value
                error=place.error(submit)
                autocomplete="address-level2"
                on_blur=place.on_blur()
            />
            <TextInput
                name=website.name
                label=move || t_string!(i18n, settings.website)
                note=optional
                value=website.value
                kind="url"
                placeholder="https://"
                error=website.error(submit)
                autocomplete="url"
                on_blur=website.on_blur()
            />
            <div class="form-actions">
                <Button submit=true look=Look::Main busy=submit.pending>
                    {move || t_string!(i18n, common.save)}
                </Button>
                <LinkButton href=Signal::derive(own) look=Look::Quiet>
                    {move || t_string!(i18n, settings.see_profile)}
                </LinkButton>
            </div>
        </form>
    }
}

//! Below the description: what it was forked from, and its tags, which the owner edits in place.

use super::{Entity, EntityContext, Kind, use_entity};
use crate::client::social;
use crate::components::submit::{Submit, SubmitError};
use crate::i18n::*;
use crate::paths::Route;
use crate::ui::{Button, Chip, Look, TagInput, icons, use_toasts};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// Origin and tags.
#[component]
pub(super) fn Marks() -> impl IntoView {
    let EntityContext { entity, mine, .. } = use_entity();
    let editing = RwSignal::new(false);
    let line = NodeRef::<html::Div>::new();
    let focus = move |selector: &'static str| {
        request_animation_frame(move || {
            let found = line
                .try_get_untracked()
                .flatten()
                .and_then(|line| line.query_selector(selector).ok().flatten())
                .and_then(|found| found.dyn_into::<HtmlElement>().ok());
            if let Some(element) = found {
                // An element that has left the page meanwhile does not take the focus.
                let _ = element.focus();
            }
        });
    };
    let begin = Callback::new(move |()| {
        editing.set(true);
        focus("input");
    });
    let end = Callback::new(move |()| {
        editing.set(false);
        focus("button");
    });
    // An empty line would take up room.
    let some = Memo::new(move |_| {
        mine.get() || entity.with(|entity| entity.origin.is_some() || !entity.tags.is_empty())
    });
    view! {
        <div class="entity-marks" node_ref=line hidden=move || !some.get()>
            <OriginLink/>
            {move || match editing.get() {
                true => view! { <TagForm end/> }.into_any(),
                false => view! { <TagLine begin/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn OriginLink() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let origin = Memo::new(move |_| {
        entity.with(|entity| {
            let origin = entity.origin.as_ref()?;
            let href = entity.origin_route()?.href();
            Some((href, format!("{} / {}", origin.owner, origin.name)))
        })
    });
    move || {
        origin.get().map(|(href, words)| {
            view! {
                <span class="entity-origin">
                    {move || t_string!(i18n, social.forked_from)} " " <a href=href>{words}</a>
                </span>
            }
        })
    }
}

/// Where a tag leads: to what else has it.
fn explore(entity: &Entity, tag: &str) -> String {
    let tab = match entity.kind {
        Kind::Project => "",
        Kind::Dataset => "datasets",
    };
    Route::Explore.with(&[("tab", tab), ("tags", tag)])
}

#[component]
fn TagLine(begin: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, mine, .. } = use_entity();
    let tags = Memo::new(move |_| entity.with(|entity| entity.tags.clone()));
    let chips = move || {
        let tags = tags.get();
        if tags.is_empty() {
            return None;
        }
        let chips = tags.into_iter().map(|tag| {
            let href = entity.with_untracked(|entity| explore(entity, &tag));
            view! { <li><Chip label=tag href=Signal::stored(href)/></li> }
        });
        Some(view! {
            <ul class="entity-tags" aria-label=move || t_string!(i18n, social.tags)>
                {chips.collect_view()}
            </ul>
        })
    };
    let words = move || match tags.with(Vec::is_empty) {
        true => t_string!(i18n, social.tags_add),
        false => t_string!(i18n, social.tags_edit),
    };
    view! {
        {chips}
        <Show when=move || mine.get()>
            <Button look=Look::Quiet icon=icons::LuTag on_click=move |()| begin.run(())>
                {words}
            </Button>
        </Show>
    }
}

#[component]
fn TagForm(end: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let EntityContext {
        entity, refresh, ..
    } = use_entity();
    let tags = RwSignal::new(entity.with_untracked(|entity| entity.tags.clone()));
    let submit = Submit::new(&["tags"]);
    Effect::watch(move || tags.get(), move |_, _, _| submit.mend(), false);
    let save = move || {
        let id = entity.with_untracked(|entity| entity.id.clone());
        let wanted = tags.get_untracked();
        submit.run(
            async move { social::set_tags(&id, wanted).await },
            move |_| {
                toasts.say(untrack(|| t_string!(i18n, social.tags_saved)));
                refresh.run(());
                end.run(());
            },
        );
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            end.run(());
        }
    };
    view! {
        <form
            class="entity-tag-form"
            novalidate
            on:keydown=keys
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <TagInput
                name="entity-tags"
                label=move || t_string!(i18n, social.tags)
                tags
                error=submit.at("tags", move || i18n.get_locale())
            />
            <SubmitError submit/>
            <div class="row">
                <Button look=Look::Main submit=true busy=submit.pending>
                    {move || t_string!(i18n, common.save)}
                </Button>
                <Button on_click=move |()| end.run(())>{move || t_string!(i18n, common.cancel)}</Button>
            </div>
        </form>
    }
}

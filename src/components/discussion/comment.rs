//! One comment.

use super::editor::Editor;
use crate::client::{settings, social};
use crate::components::entity::{EntityContext, use_entity};
use crate::components::markdown::Markdown;
use crate::components::rows::follow;
use crate::components::submit::{Submit, SubmitError};
use crate::format;
use crate::i18n::*;
use crate::paths::Route;
use crate::session::use_session;
use crate::ui::{Avatar, ConfirmDialog, IconButton, TimeAgo, icons, use_toasts};
use api::social::Comment;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;

/// A comment; its author changes and deletes it, the owner of what it is about deletes it.
#[component]
pub(super) fn CommentView(
    /// The list it is in, to be followed.
    list: Signal<Vec<Comment>>,
    /// It, as the list had it first.
    first: Comment,
    /// After something has changed.
    changed: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let session = use_session();
    let EntityContext { entity, mine, .. } = use_entity();
    let id = StoredValue::new(first.id.clone());
    let author = StoredValue::new(first.author.clone());
    let written = first.date_created;
    let comment = follow(list, first, |comment| &comment.id);
    let body = Memo::new(move |_| comment.with(|comment| comment.body.clone()));
    let picture = Signal::derive(move || {
        comment.with(|comment| settings::picture(&comment.author, comment.avatar.as_deref()))
    });
    let own = Memo::new(move |_| author.with_value(|author| session.is(author)));
    let by_owner =
        Memo::new(move |_| author.with_value(|author| entity.with(|e| e.owner == *author)));
    let editing = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let delete = Submit::new(&[]);
    let node = NodeRef::<html::Article>::new();
    let focus = move |selector: &'static str| {
        request_animation_frame(move || {
            let found = node
                .try_get_untracked()
                .flatten()
                .and_then(|node| node.query_selector(selector).ok().flatten())
                .and_then(|found| found.dyn_into::<HtmlElement>().ok());
            if let Some(element) = found {
                // An element that has left the page meanwhile does not take the focus.
                let _ = element.focus();
            }
        });
    };
    let begin = move |()| {
        editing.set(true);
        focus("textarea");
    };
    let end = Callback::new(move |()| {
        editing.set(false);
        focus("button");
    });
    let confirm = move |()| {
        let id = id.get_value();
        delete.run(
            async move { social::delete_comment(&id).await },
            move |()| {
                asking.set(false);
                toasts.say(untrack(|| t_string!(i18n, social.deleted)));
                changed.run(());
            },
        );
    };
    let warning = move || match own.get() {
        true => t_string!(i18n, social.delete_own).to_owned(),
        false => t_string!(i18n, social.delete_other, author = author.get_value()),
    };
    let edited = move || {
        let time = comment.with(|comment| comment.date_edited)?;
        let title = move || format::absolute(time, i18n.get_locale());
        Some(view! {
            <span class="muted" title=title>{move || t_string!(i18n, social.edited)}</span>
        })
    };
    let content = move || match editing.get() {
        true => {
            view! { <Change id=id.get_value() body=body.get_untracked() changed end/> }.into_any()
        }
        false => view! { <Markdown text=body/> }.into_any(),
    };
    view! {
        <article
            class="comment"
            node_ref=node
            aria-label=move || t_string!(i18n, social.by, author = author.get_value())
        >
            <Avatar name=Signal::derive(move || author.get_value()) picture/>
            <div class="comment-body">
                <div class="comment-head">
                    <a class="comment-author" href=Route::user(&author.get_value()).href()>
                        {author.get_value()}
                    </a>
                    <Show when=move || by_owner.get()>
                        <span class="comment-owner">{move || t_string!(i18n, social.owner)}</span>
                    </Show>
                    <span class="muted"><TimeAgo time=Signal::stored(written)/></span>
                    {edited}
                    <span class="comment-actions">
                        <Show when=move || own.get() && !editing.get()>
                            <IconButton icon=icons::LuPencil label=move || t_string!(i18n, social.edit) on_click=begin/>
                        </Show>
                        <Show when=move || own.get() || mine.get()>
                            <IconButton
                                icon=icons::LuTrash2
                                label=move || t_string!(i18n, social.delete)
                                on_click=move |()| {
                                    delete.mend();
                                    asking.set(true);
                                }
                            />
                        </Show>
                    </span>
                </div>
                {content}
            </div>
            <ConfirmDialog
                open=asking
                title=move || t_string!(i18n, social.delete_title)
                action=move || t_string!(i18n, social.delete_verb)
                danger=true
                busy=delete.pending
                on_confirm=confirm
            >
                <p>{warning}</p>
                <SubmitError submit=delete/>
            </ConfirmDialog>
        </article>
    }
}

/// A comment being changed.
#[component]
fn Change(id: String, body: String, changed: Callback<()>, end: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let typed = RwSignal::new(body);
    let submit = Submit::new(&["body"]);
    let name = format!("comment-{id}");
    let send = move |text: String| {
        let id = id.clone();
        submit.run(
            async move { social::change_comment(&id, text).await },
            move |_| {
                toasts.say(untrack(|| t_string!(i18n, social.saved)));
                changed.run(());
                end.run(());
            },
        );
    };
    view! {
        <Editor
            name
            label=move || t_string!(i18n, social.comment)
            verb=move || t_string!(i18n, social.save)
            body=typed
            submit
            on_send=send
            on_cancel=end
        />
    }
}

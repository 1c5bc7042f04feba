//! Comments on a project or dataset. Uses Markdown, so only lazily loaded pages may use it.

mod comment;
mod draft;
mod editor;

use crate::client::social;
use crate::components::entity::{EntityContext, Tab, use_entity};
use crate::components::list_tools::NothingFound;
use crate::components::live::Concerns as _;
use crate::components::load::{Async, load};
use crate::components::submit::Submit;
use crate::i18n::*;
use crate::paths;
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::{EmptyState, LinkButton, Look, Pagination, icons, use_toasts};
use api::event::Kind;
use api::social::Comment;
use api::{Page, Paging};
use comment::CommentView;
use draft::use_draft;
use editor::Editor;
use leptos::prelude::*;

/// The page of the discussion on which the last of so many comments stands.
fn last_page(total: u64) -> u32 {
    let size = u64::from(Paging::default().page_size);
    u32::try_from(total.div_ceil(size).max(1)).unwrap_or(u32::MAX)
}

/// The comments, the oldest first, and a field for a new one.
#[component]
pub fn Discussion(
    /// The page, from 1.
    page: Signal<u32>,
) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext {
        entity, refresh, ..
    } = use_entity();
    let session = use_session();
    let place = use_place();
    let id = Memo::new(move |_| entity.with(|entity| entity.id.clone()));
    let asked = load(move || {
        let (id, page) = (id.get(), page.get());
        async move { social::comments(&id, page).await }
    })
    .live(move |change| change.kind == Kind::Comment && id.with(|id| change.is_of(id)));
    let href = move |page: u32| {
        let page = if page == 1 {
            String::new()
        } else {
            page.to_string()
        };
        entity.with(|entity| entity.route(Tab::Discussion).with(&[("page", &page)]))
    };
    let changed = Callback::new(move |()| {
        asked.reload();
        refresh.run(());
    });
    let shown = move |answer: Signal<Page<Comment>>| {
        let list = Signal::derive(move || answer.with(|page| page.list.clone()));
        let total = Memo::new(move |_| answer.with(|page| page.total));
        let pages = Signal::derive(move || last_page(total.get()));
        let none = Memo::new(move |_| list.with(Vec::is_empty));
        (move || match (none.get(), total.get()) {
            (true, 0) => view! {
                <EmptyState
                    icon=icons::LuMessageSquare
                    title=move || t_string!(i18n, social.no_comments)
                    text=move || t_string!(i18n, social.no_comments_text)
                />
            }
            .into_any(),
            (true, total) => view! { <NothingFound total filters=&[]/> }.into_any(),
            (false, _) => view! {
                <div class="comments">
                    <For each=move || list.get() key=|comment| comment.id.clone() let:comment>
                        <CommentView list first=comment changed/>
                    </For>
                </div>
                <Pagination page pages href/>
            }
            .into_any(),
        })
        .into_any()
    };
    let sent = Callback::new(move |()| {
        refresh.run(());
        // The list may be older than what others have written meanwhile.
        let total = asked
            .data
            .with_untracked(|page| page.as_ref().map(|page| page.total));
        let last = last_page(total.unwrap_or(0) + 1);
        match last == page.get_untracked() {
            true => asked.reload(),
            false => place.go(&untrack(|| href(last))),
        }
    });
    let known = Memo::new(move |_| session.name().is_some());
    view! {
        <section class="discussion" aria-label=move || t_string!(i18n, social.discussion)>
            <Async load=asked lines=6 view=shown/>
            {move || match known.get() {
                true => view! { <NewComment sent/> }.into_any(),
                false => view! { <ForStrangers/> }.into_any(),
            }}
        </section>
    }
}

/// The field for a new comment. What is typed survives a reload and a way elsewhere.
#[component]
fn NewComment(sent: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let EntityContext { entity, .. } = use_entity();
    let id = entity.with_untracked(|entity| entity.id.clone());
    let body = use_draft(&id);
    let submit = Submit::new(&["body"]);
    let send = move |text: String| {
        let id = id.clone();
        submit.run(async move { social::comment(&id, text).await }, move |_| {
            body.set(String::new());
            toasts.say(untrack(|| t_string!(i18n, social.sent)));
            sent.run(());
        });
    };
    view! {
        <Editor name="comment" label=move || t_string!(i18n, social.comment) verb=move || t_string!(i18n, social.send) body submit on_send=send/>
    }
}

#[component]
fn ForStrangers() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let href = Signal::derive(move || {
        place.path.track();
        place.query.track();
        paths::login_then(&place.here())
    });
    view! {
        <div class="discussion-strangers">
            <p>{move || t_string!(i18n, social.sign_in_to_comment)}</p>
            <LinkButton look=Look::Main href>
                {move || t_string!(i18n, common.sign_in)}
            </LinkButton>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::last_page;

    #[test]
    fn the_last_page_holds_the_last_comment() {
        let pages: Vec<u32> = [0, 1, 20, 21, 40, 41].map(last_page).to_vec();
        assert_eq!(pages, [1, 1, 1, 2, 2, 3]);
    }
}

//! The bell: how many notifications are not read, and the newest of them.

use super::words::{Says, says};
use crate::client::notifications;
use crate::components::load::{Load, load};
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::session::use_session;
use crate::ui::{Icon, Menu, MenuButton, MenuHeading, MenuLink, TimeAgo, icons, use_toasts};
use api::Page;
use api::event::Kind;
use api::notification::{Notification, NotificationQuery};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Most notifications in the menu.
const NEWEST: u32 = 10;
/// From here on the badge tells no figure.
const MANY: u64 = 99;

/// The bell with its menu.
#[component]
pub fn Bell() -> impl IntoView {
    let i18n = use_i18n();
    let unread = load(notifications::unread).live(|change| change.kind == Kind::Notification);
    let newest = load(|| async {
        let query = NotificationQuery {
            page_size: Some(NEWEST),
            ..NotificationQuery::default()
        };
        notifications::list(&query).await
    })
    .live(|change| change.kind == Kind::Notification);
    let count = Memo::new(move |_| unread.data.get().unwrap_or(0));
    let label = move || match count.get() {
        0 => t_string!(i18n, notices.bell).to_owned(),
        count => t_string!(i18n, notices.bell_unread, count = count),
    };
    let trigger = view! {
        <span class="bell">
            <Icon icon=icons::LuBell/>
            {move || {
                let count = count.get();
                (count > 0).then(|| view! { <span class="bell-badge" aria-hidden="true">{figure(count)}</span> })
            }}
        </span>
    }
    .into_any();
    view! {
        <Menu label trigger>
            <Newest newest count/>
        </Menu>
        <Announcer count/>
    }
}

fn figure(count: u64) -> String {
    match count {
        0..=MANY => count.to_string(),
        _ => format!("{MANY}+"),
    }
}

/// Tells screen readers of each one that comes.
#[component]
fn Announcer(count: Memo<u64>) -> impl IntoView {
    let i18n = use_i18n();
    let said = RwSignal::new(String::new());
    Effect::new(move |before: Option<u64>| {
        let count = count.get();
        if before.is_some_and(|before| count > before) {
            said.set(t_string!(i18n, notices.bell_unread, count = count));
        }
        count
    });
    view! {
        <div class="sr-only" aria-live="polite">
            {move || said.get()}
        </div>
    }
}

#[component]
fn Newest(newest: Load<Page<Notification>>, count: Memo<u64>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let mark_all = move |()| {
        spawn_local(async move {
            // The stream tells the bell; without one it asks by itself.
            match notifications::mark(None).await {
                Ok(()) => newest.reload(),
                Err(_) if session.get_untracked().account().is_none() => {}
                Err(_) => toasts.fail(t_string!(i18n, notices.mark_failed)),
            }
        });
    };
    let each = move || newest.data.get().map(|page| page.list).unwrap_or_default();
    let none = Memo::new(move |_| {
        newest
            .data
            .with(|page| page.as_ref().is_some_and(|page| page.list.is_empty()))
    });
    let key = |entry: &Notification| (entry.id.clone(), entry.read, entry.date_created);
    view! {
        <div class="bell-list" role="group" aria-label=move || t_string!(i18n, notices.title)>
            <MenuHeading>{move || t_string!(i18n, notices.title)}</MenuHeading>
            <For each key let:entry>
                <Entry entry/>
            </For>
            <Show when=move || none.get()>
                <p class="bell-none" role="presentation">{move || t_string!(i18n, notices.none)}</p>
            </Show>
            <hr role="presentation"/>
            <Show when=move || { count.get() > 0 }>
                <MenuButton icon=icons::LuCheckCheck on_click=mark_all>
                    {move || t_string!(i18n, notices.mark_all)}
                </MenuButton>
            </Show>
            <MenuLink href=Signal::stored(Route::Notifications.href()) icon=icons::LuInbox>
                {move || t_string!(i18n, notices.all)}
            </MenuLink>
        </div>
    }
}

#[component]
fn Entry(entry: Notification) -> impl IntoView {
    let i18n = use_i18n();
    let (id, read) = (entry.id.clone(), entry.read);
    let time = Signal::stored(entry.date_created);
    let Says { icon, href, .. } = untrack(|| says(i18n, &entry));
    let tone = untrack(|| says(i18n, &entry).tone);
    let text = move || says(i18n, &entry).text;
    // Whoever looks at it has read of it.
    let looked = move |()| {
        let id = id.clone();
        if !read {
            // When this fails it stays unread, which says so.
            spawn_local(async move { drop(notifications::mark(Some(vec![id])).await) });
        }
    };
    view! {
        <MenuLink href=Signal::stored(href) icon tone on_click=looked>
            <span class="bell-entry">
                <span class="bell-text">{text}</span>
                <span class="bell-time">
                    {(!read)
                        .then(|| {
                            view! {
                                <span class="unread-dot"></span>
                                <span class="sr-only">{move || t_string!(i18n, notices.unread)}</span>
                            }
                        })}
                    <TimeAgo time/>
                </span>
            </span>
        </MenuLink>
    }
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn a_badge_has_two_digits_at_most() {
        assert_eq!([1, 99, 100, 5000].map(figure), ["1", "99", "99+", "99+"]);
    }
}

//! All notifications of the user: filters and pages in the address.

mod settings;

use crate::client::notifications;
use crate::components::list_tools::{CountTold, NothingFound};
use crate::components::load::{Async, Load, load};
use crate::components::notices::{Says, kind, says};
use crate::components::rows::follow;
use crate::components::submit::{Submit, SubmitError};
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{
    Button, Choice, EmptyState, Icon, IconButton, PageHead, Pagination, Segmented, Select, TimeAgo,
    icons,
};
use api::Page;
use api::event::Kind;
use api::notification::{NoticeKind, Notification, NotificationQuery};
use leptos::html;
use leptos::prelude::*;

/// The page.
pub fn page(_: Route) -> AnyView {
    let i18n = use_i18n();
    let place = use_place();
    let query = Memo::new(move |_| NotificationQuery {
        unread: place.value("show") == "unread",
        kind: NoticeKind::parse(&place.value("kind")),
        page: Some(place.page()).filter(|page| *page > 1),
        page_size: None,
    });
    let list = load(move || {
        let query = query.get();
        async move { notifications::list(&query).await }
    })
    .live(|change| change.kind == Kind::Notification);
    let marking = Submit::new(&[]);
    let mark_all = move |()| {
        marking.run(notifications::mark(None), move |()| list.reload());
    };
    let settings = RwSignal::new(false);
    let actions = view! {
        <Button icon=icons::LuSettings on_click=move |()| settings.set(true)>
            {move || t_string!(i18n, notices.settings)}
        </Button>
        <Button icon=icons::LuCheckCheck busy=marking.pending on_click=mark_all>
            {move || t_string!(i18n, notices.mark_all)}
        </Button>
    }
    .into_any();
    let shown = move |answer: Signal<Page<Notification>>| {
        let entries = Signal::derive(move || answer.with(|page| page.list.clone()));
        let none = Memo::new(move |_| entries.with(Vec::is_empty));
        let pages = Signal::derive(move || {
            let size = u64::from(query.with(|query| query.paging().limit()));
            u32::try_from(answer.with(|page| page.total).div_ceil(size)).unwrap_or(u32::MAX)
        });
        let page = Signal::derive(move || place.page());
        let href = move |page: u32| untrack(|| place.with(&[("page", &page.to_string())]));
        (move || match none.get() {
            true => {
                let total = answer.with_untracked(|page| page.total);
                view! { <Nothing total query/> }.into_any()
            }
            false => view! {
                <Entries entries list/>
                <Pagination page pages href/>
            }
            .into_any(),
        })
        .into_any()
    };
    view! {
        <div class="content content-narrow">
            <PageHead title=move || t_string!(i18n, notices.title) actions/>
            <SubmitError submit=marking/>
            <Filters/>
            <CountTold
                loading=list.loading
                total=Signal::derive(move || list.data.with(|page| page.as_ref().map(|page| page.total)))
            />
            <Async load=list lines=8 view=shown/>
            <settings::Settings open=settings/>
        </div>
    }
    .into_any()
}

#[component]
fn Filters() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let choose = move |key: &'static str| {
        move |value: String| untrack(|| place.go(&place.with(&[(key, &value), ("page", "")])))
    };
    let show = vec![
        Choice::new("", move || t_string!(i18n, notices.show_all)),
        Choice::new("unread", move || t_string!(i18n, notices.show_unread)),
    ];
    let kinds = Signal::derive(move || {
        let all = Choice::new("", t_string!(i18n, notices.all_kinds));
        let kinds = NoticeKind::ALL.map(|one| Choice::new(one.as_str(), kind(i18n, one)));
        std::iter::once(all).chain(kinds).collect::<Vec<_>>()
    });
    view! {
        <div class="toolbar notices-tools" role="group" aria-label=move || t_string!(i18n, notices.filters)>
            <Segmented
                name="show"
                label=move || t_string!(i18n, notices.show)
                choices=show
                value=Signal::derive(move || place.value("show"))
                on_change=choose("show")
            />
            <Select
                name="kind"
                label=move || t_string!(i18n, notices.kind)
                choices=kinds
                value=Signal::derive(move || place.value("kind"))
                on_change=choose("kind")
            />
        </div>
    }
}

#[component]
fn Nothing(total: u64, query: Memo<NotificationQuery>) -> impl IntoView {
    let i18n = use_i18n();
    let filtered = query.with_untracked(|query| query.unread || query.kind.is_some());
    if filtered || total > 0 {
        return view! { <NothingFound total filters=&["show", "kind"]/> }.into_any();
    }
    view! {
        <EmptyState
            icon=icons::LuBell
            title=move || t_string!(i18n, notices.none)
            text=move || t_string!(i18n, notices.none_text)
        />
    }
    .into_any()
}

#[component]
fn Entries(entries: Signal<Vec<Notification>>, list: Load<Page<Notification>>) -> impl IntoView {
    let i18n = use_i18n();
    let root = NodeRef::<html::Ul>::new();
    let failed = Submit::new(&[]);
    // The row goes, and with it the button that has the focus.
    let leave = move || {
        list.reload();
        if let Some(root) = root.try_get_untracked().flatten() {
            // It can take the focus as long as it is on the page.
            let _ = root.focus();
        }
    };
    view! {
        <SubmitError submit=failed/>
        <ul class="notices" tabindex="-1" node_ref=root aria-label=move || t_string!(i18n, notices.title)>
            <For each=move || entries.get() key=|entry| entry.id.clone() let:entry>
                <Entry entry=follow(entries, entry, |entry| &entry.id) list submit=failed on_gone=leave/>
            </For>
        </ul>
    }
}

#[component]
fn Entry(
    entry: Signal<Notification>,
    list: Load<Page<Notification>>,
    submit: Submit,
    #[prop(into)] on_gone: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let said = Signal::derive(move || entry.with(|entry| says(i18n, entry)));
    let part = move |part: fn(Says) -> String| Signal::derive(move || part(said.get()));
    let (text, more, href) = (
        part(|says| says.text),
        part(|says| says.more),
        part(|says| says.href),
    );
    let icon = Signal::derive(move || said.get().icon);
    let read = Memo::new(move |_| entry.with(|entry| entry.read));
    let id = entry.with_untracked(|entry| entry.id.clone());
    let marked = id.clone();
    let mark = move || {
        let ids = vec![marked.clone()];
        submit.run(notifications::mark(Some(ids)), move |()| list.reload());
    };
    let looked = {
        let mark = mark.clone();
        move |_| {
            if !read.get_untracked() {
                mark();
            }
        }
    };
    let delete = move |()| {
        let id = id.clone();
        submit.run(async move { notifications::delete(&id).await }, move |()| {
            on_gone.run(())
        });
    };
    let mark = StoredValue::new(mark);
    view! {
        <li class="notice" class:notice-unread=move || !read.get()>
            <span class=move || said.get().tone.class_of("notice-icon")>
                <Icon icon/>
            </span>
            <div class="notice-text">
                <a href=href on:click=looked>
                    {text}
                </a>
                {move || (!read.get()).then(|| view! { <span class="sr-only">{t_string!(i18n, notices.unread)}</span> })}
                <p class="notice-more">
                    <TimeAgo time=Signal::derive(move || entry.with(|entry| entry.date_created))/>
                    {move || {
                        let more = more.get();
                        (!more.is_empty()).then(|| view! { <bdi>{more}</bdi> })
                    }}
                </p>
            </div>
            <div class="notice-tools">
                {move || {
                    (!read.get())
                        .then(|| {
                            view! {
                                <IconButton
                                    label=move || t_string!(i18n, notices.mark_one, text = text.get())
                                    icon=icons::LuCheck
                                    on_click=move |()| mark.with_value(|mark| mark())
                                />
                            }
                        })
                }}
                <IconButton
                    label=move || t_string!(i18n, notices.delete, text = text.get())
                    icon=icons::LuTrash2
                    on_click=delete
                />
            </div>
        </li>
    }
}

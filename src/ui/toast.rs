//! Short messages at the lower left: results, and failures of what has no other place, which stay until they are
//! dismissed.

use super::button::IconButton;
use super::icon::{Icon, icons};
use crate::i18n::{t_string, use_i18n};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

/// Milliseconds a message stays.
const STAY: u32 = 8000;
/// Most messages at once.
const MOST: usize = 4;

/// What a button in a message does: it may outlive the page that told the message.
pub type Press = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    link: Option<(String, String)>,
    action: Option<(String, Press)>,
    failure: bool,
}

/// Where messages are told. `Copy`; [`use_toasts`] hands it out.
#[derive(Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Tells a result.
    pub fn say(self, text: impl Into<String>) {
        self.push(text.into(), None, None, false);
    }

    /// Tells a failure that has no place of its own on the page. It stays until it is dismissed.
    pub fn fail(self, text: impl Into<String>) {
        self.push(text.into(), None, None, true);
    }

    /// Tells a result with a way on: what the link is called and where it leads.
    pub fn say_with_link(
        self,
        text: impl Into<String>,
        label: impl Into<String>,
        href: impl Into<String>,
    ) {
        self.push(text.into(), Some((label.into(), href.into())), None, false);
    }

    /// Tells a result that can be taken back: what the button is called and what it does, and a link as in
    /// [`Toasts::say_with_link`]. The button takes the message away.
    pub fn say_with_undo(
        self,
        text: impl Into<String>,
        (label, undo): (String, Press),
        link: (String, String),
    ) {
        self.push(text.into(), Some(link), Some((label, undo)), false);
    }

    fn push(
        self,
        text: String,
        link: Option<(String, String)>,
        action: Option<(String, Press)>,
        failure: bool,
    ) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.list.update(|list| {
            list.push(Toast {
                id,
                text,
                link,
                action,
                failure,
            });
            if list.len() > MOST {
                // Results go before failures.
                let first = list.iter().position(|toast| !toast.failure);
                list.remove(first.unwrap_or(0));
            }
        });
        if failure {
            return;
        }
        spawn_local(async move {
            TimeoutFuture::new(STAY).await;
            self.drop_one(id);
        });
    }

    fn drop_one(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }
}

/// Provides [`Toasts`].
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        list: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
    };
    provide_context(toasts);
    toasts
}

/// Where messages are told.
pub fn use_toasts() -> Toasts {
    expect_context()
}

/// Shows the messages; stands once in the shell.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let label = move || t_string!(i18n, common.dismiss);
    let lines = move |failures: bool, tone: &'static str, icon: icons::Icon| {
        let each = move || {
            let mut list = toasts.list.get();
            list.retain(|toast| toast.failure == failures);
            list
        };
        view! {
            <For each key=|toast| toast.id let:toast>
                <div class=tone>
                    <Icon icon/>
                    <span>{toast.text}</span>
                    {toast.action.map(|(label, undo)| {
                        let press = move |_| {
                            toasts.drop_one(toast.id);
                            undo();
                        };
                        view! { <button type="button" class="toast-action" on:click=press>{label}</button> }
                    })}
                    {toast.link.map(|(label, href)| view! { <a href=href>{label}</a> })}
                    <IconButton label icon=icons::LuX on_click=move |()| toasts.drop_one(toast.id)/>
                </div>
            </For>
        }
    };
    view! {
        <section class="toasts" aria-label=move || t_string!(i18n, common.notifications)>
            <div role="alert">{lines(true, "toast tone-bad", icons::LuCircleX)}</div>
            <div role="status">{lines(false, "toast tone-ok", icons::LuCircleCheck)}</div>
        </section>
    }
}

//! Whether the server answers. The client tells; the shell's banner shows it and asks again; whatever was loading asks
//! again once it is back.

use crate::client::auth;
use crate::i18n::{t_string, use_i18n};
use crate::ui::{Button, Icon, icons, use_toasts};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// Seconds between two tries: grows, so that a server that comes up is not overrun.
const PAUSES: [u32; 5] = [2, 4, 8, 15, 30];

/// Fires when the server answers again.
#[derive(Clone, Copy)]
pub struct Reconnected(Trigger);

impl Reconnected {
    /// Runs what reads this again once the server is back.
    pub fn track(self) {
        self.0.track();
    }
}

/// Whether the server answers.
#[derive(Clone, Copy)]
pub struct Connection {
    reachable: RwSignal<bool>,
    reconnected: Reconnected,
}

/// Provides [`Connection`] and [`Reconnected`].
pub fn provide_connection() -> Connection {
    let reconnected = Reconnected(Trigger::new());
    let connection = Connection {
        reachable: RwSignal::new(true),
        reconnected,
    };
    provide_context(reconnected);
    provide_context(connection);
    connection
}

impl Connection {
    /// What the client calls.
    pub fn hook(self) -> Rc<dyn Fn(bool)> {
        Rc::new(move |reachable| {
            if self.reachable.get_untracked() != reachable {
                self.reachable.set(reachable);
                if reachable {
                    self.reconnected.0.notify();
                }
            }
        })
    }
}

/// Says that the server does not answer, and asks it again and again.
#[component]
pub fn OfflineBanner() -> impl IntoView {
    let i18n = use_i18n();
    let connection = expect_context::<Connection>();
    let toasts = use_toasts();
    let left = RwSignal::new(0_u32);
    let round = StoredValue::new(0_u32);
    let asking = RwSignal::new(false);
    let ask = move || async move {
        asking.set(true);
        // The client tells the connection what comes of it.
        let _ = auth::service_status().await;
        asking.set(false);
    };
    Effect::new(move |before: Option<bool>| {
        let reachable = connection.reachable.get();
        let own = round.get_value() + 1;
        round.set_value(own);
        if reachable && before == Some(false) {
            toasts.say(t_string!(i18n, shell.back_online));
        }
        if !reachable {
            spawn_local(async move {
                for pause in PAUSES.into_iter().chain(std::iter::repeat(PAUSES[4])) {
                    for seconds in (1..=pause).rev() {
                        left.set(seconds);
                        TimeoutFuture::new(1000).await;
                        if round.get_value() != own {
                            return;
                        }
                    }
                    left.set(0);
                    ask().await;
                    if round.get_value() != own {
                        return;
                    }
                }
            });
        }
        reachable
    });
    view! {
        <div role="status">
            {move || {
                (!connection.reachable.get())
                    .then(|| {
                        view! {
                            <div class="offline">
                                <Icon icon=icons::LuCloudOff/>
                                <span>
                                    <strong>{move || t_string!(i18n, shell.offline_title)}</strong>
                                    " "
                                    {move || t_string!(i18n, shell.offline_text)}
                                </span>
                                // Not read out every second.
                                <span class="offline-wait" aria-hidden="true">
                                    {move || match left.get() {
                                        0 => String::new(),
                                        seconds => t_string!(i18n, shell.offline_retrying, seconds = seconds),
                                    }}
                                </span>
                                <Button busy=asking on_click=move |()| spawn_local(ask())>
                                    {move || t_string!(i18n, common.retry)}
                                </Button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}

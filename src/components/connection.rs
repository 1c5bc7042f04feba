//! Whether the server answers. The client tells; the live stream tries again; whatever was loading asks again once it is
//! back. What the reader sees of it floats above the page and stands in its foot: nothing moves.

use crate::client::auth;
use crate::client::events::Link;
use crate::components::live::Live;
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, Icon, icons, now_coarse, now_fine, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// From so many tries on, a stream that cannot be had is told although the server answers.
const TRIES_UNTOLD: u32 = 2;

/// Fires when everything on screen has to be asked for again.
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
                    self.ask_everything_anew();
                }
            }
        })
    }

    /// Whether the server answers, tracked.
    pub fn is_reachable(self) -> bool {
        self.reachable.get()
    }

    /// What is on screen may be old: all of it is asked for again.
    pub fn ask_everything_anew(self) {
        self.reconnected.0.notify();
    }
}

/// What is wrong with the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// The server does not answer.
    Offline,
    /// It answers, but tells no changes.
    NotLive,
}

fn trouble(reachable: bool, link: Link) -> Option<Trouble> {
    match (reachable, link) {
        (false, _) => Some(Trouble::Offline),
        (true, Link::Waiting { tries, .. }) if tries >= TRIES_UNTOLD => Some(Trouble::NotLive),
        _ => None,
    }
}

/// Seconds until the next try, tracked, every second.
fn seconds_left(live: Live) -> Option<u32> {
    match live.link() {
        Link::Waiting { until, .. } => {
            now_fine().track();
            let now = window().performance().map_or(until, |clock| clock.now());
            Some(((until - now) / 1000.0).ceil().max(0.0) as u32)
        }
        _ => None,
    }
}

/// Says that the server does not answer, or does not tell of changes; it is tried again and again.
#[component]
pub fn ConnectionBanner() -> impl IntoView {
    let i18n = use_i18n();
    let connection = expect_context::<Connection>();
    let live = expect_context::<Live>();
    let toasts = use_toasts();
    let asking = RwSignal::new(false);
    let ask = move || async move {
        asking.set(true);
        live.retry();
        // The client tells the connection what comes of it.
        let _ = auth::service_status().await;
        asking.set(false);
    };
    let shown = Memo::new(move |_| trouble(connection.is_reachable(), live.link()));
    Effect::new(move |before: Option<bool>| {
        let reachable = connection.is_reachable();
        if reachable && before == Some(false) {
            toasts.say(t_string!(i18n, live.back_online));
        }
        reachable
    });
    let banner = move |trouble| {
        let icon = match trouble {
            Trouble::Offline => icons::LuCloudOff,
            Trouble::NotLive => icons::LuUnplug,
        };
        let title = move || match trouble {
            Trouble::Offline => t_string!(i18n, live.offline_title),
            Trouble::NotLive => t_string!(i18n, live.interrupted_title),
        };
        let text = move || match trouble {
            Trouble::Offline => t_string!(i18n, live.offline_text),
            Trouble::NotLive => t_string!(i18n, live.interrupted_text),
        };
        view! {
            <div class="offline">
                <Icon icon/>
                <span class="offline-words">
                    <strong>{title}</strong>
                    " "
                    {text}
                </span>
                // Not read out every second.
                <span class="offline-wait" aria-hidden="true">
                    {move || match seconds_left(live) {
                        None | Some(0) => t_string!(i18n, live.trying).to_owned(),
                        Some(seconds) => t_string!(i18n, live.retrying, seconds = seconds),
                    }}
                </span>
                <Button busy=asking on_click=move |()| spawn_local(ask())>
                    {move || t_string!(i18n, common.retry)}
                </Button>
            </div>
        }
    };
    view! {
        <div role="status" class="offline-place">
            {move || shown.get().map(banner)}
        </div>
    }
}

/// One line for the foot of the page: whether changes are told, and when something changed last. Not read out: what
/// matters of it the banner says.
#[component]
pub fn ConnectionState() -> impl IntoView {
    let i18n = use_i18n();
    let connection = expect_context::<Connection>();
    let live = expect_context::<Live>();
    let now = now_coarse();
    let is_up = Memo::new(move |_| live.is_up() && connection.is_reachable());
    let words = move || {
        if is_up.get() {
            let Some(heard) = live.heard() else {
                return t_string!(i18n, live.connected).to_owned();
            };
            let ago = format::relative(heard, now.get().max(heard), i18n.get_locale());
            return t_string!(i18n, live.connected_since, ago = ago);
        }
        match (live.link(), connection.is_reachable()) {
            (Link::Waiting { .. }, reachable) => {
                let seconds = seconds_left(live).unwrap_or(0);
                match reachable {
                    true => t_string!(i18n, live.state_waiting, seconds = seconds),
                    false => t_string!(i18n, live.state_offline, seconds = seconds),
                }
            }
            // Nobody listens yet, or a sign-in is being renewed: there is nothing to tell.
            (Link::Off, true) => String::new(),
            (Link::Off, false) => t_string!(i18n, live.offline_title).to_owned(),
            (Link::Connecting | Link::Live, _) => t_string!(i18n, live.state_connecting).to_owned(),
        }
    };
    view! {
        <span class="live-state" class:live-up=move || is_up.get() class:live-off=move || live.link() == Link::Off>
            {words}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_loss_is_not_told_and_a_server_that_is_gone_is() {
        let waiting = |tries| Link::Waiting { until: 0.0, tries };
        assert_eq!(trouble(true, Link::Live), None);
        assert_eq!(trouble(true, Link::Connecting), None);
        assert_eq!(trouble(true, waiting(1)), None);
        assert_eq!(trouble(true, waiting(2)), Some(Trouble::NotLive));
        for link in [Link::Live, Link::Off, waiting(1)] {
            assert_eq!(trouble(false, link), Some(Trouble::Offline));
        }
    }
}

//! The line that says how the log stands.

use crate::client::ClientError;
use crate::client::words::{waiting_words, words};
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, Icon, Look, icons};
use crate::work::{Link, Refusal, Snapshot};
use leptos::prelude::*;

/// Connection, lines and bytes; changes of the connection are told to assistive technology.
#[component]
pub fn LogStatus(
    /// How the log stands.
    #[prop(into)]
    snapshot: Signal<Option<Snapshot>>,
    /// Tries to connect at once.
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let link = Memo::new(move |_| {
        snapshot.with(|snapshot| {
            snapshot
                .as_ref()
                .map_or(Link::Connecting, |snapshot| snapshot.link.clone())
        })
    });
    // Seconds count down on screen, but they are not news.
    let kind = Memo::new(move |_| match link.get() {
        Link::Waiting { why, .. } => Link::Waiting { seconds: 0, why },
        other => other,
    });
    let icon = Signal::derive(move || match kind.get() {
        Link::Connecting => icons::LuLoader,
        Link::Live => icons::LuRadio,
        Link::Waiting { why: None, .. } => icons::LuWifiOff,
        Link::Waiting { why: Some(_), .. } => icons::LuClock,
        Link::SignIn => icons::LuLock,
        Link::Ended => icons::LuCircleCheck,
        Link::Refused(_) => icons::LuCircleX,
    });
    let tone = move || match kind.get() {
        Link::Live => "log-link tone-ok",
        Link::Waiting { .. } | Link::SignIn => "log-link tone-warn",
        Link::Refused(_) => "log-link tone-bad",
        Link::Connecting | Link::Ended => "log-link tone-neutral",
    };
    let text = move || match link.get() {
        Link::Connecting => t_string!(i18n, log.connecting).to_owned(),
        Link::Live => t_string!(i18n, log.live).to_owned(),
        Link::Waiting { seconds, why } => {
            let why = why.map_or(ClientError::Offline, error);
            waiting_words(&why, seconds, i18n.get_locale())
        }
        Link::SignIn => t_string!(i18n, log.sign_in).to_owned(),
        Link::Ended => t_string!(i18n, log.ended).to_owned(),
        Link::Refused(refusal) => words(&error(refusal), i18n.get_locale()),
    };
    let told = move || match kind.get() {
        Link::Waiting { why: None, .. } => t_string!(i18n, log.lost).to_owned(),
        Link::Waiting { why: Some(why), .. } | Link::Refused(why) => {
            words(&error(why), i18n.get_locale())
        }
        Link::SignIn => t_string!(i18n, log.sign_in).to_owned(),
        Link::Live => t_string!(i18n, log.live).to_owned(),
        Link::Ended => t_string!(i18n, log.ended).to_owned(),
        Link::Connecting => String::new(),
    };
    let size = move || {
        snapshot.with(|snapshot| {
            let snapshot = snapshot.as_ref()?;
            if !snapshot.caught_up {
                let (part, all) = (snapshot.bytes, snapshot.promised);
                let (part, all) = (format::bytes(part), format::bytes(all));
                return Some(t_string!(i18n, log.reading, part = part, all = all));
            }
            let lines = format::number(snapshot.lines);
            let bytes = format::bytes(snapshot.bytes);
            Some(t_string!(i18n, log.size, lines = lines, bytes = bytes))
        })
    };
    view! {
        <p class="log-status">
            <span class=tone>
                <Icon icon=icon/>
                <span>{text}</span>
            </span>
            {move || {
                matches!(kind.get(), Link::Waiting { .. } | Link::Refused(_))
                    .then(|| {
                        view! {
                            <Button look=Look::Quiet on_click=on_retry>
                                {t!(i18n, common.retry_now)}
                            </Button>
                        }
                    })
            }}
            <span class="log-size">{size}</span>
            <span class="sr-only" role="status">{told}</span>
        </p>
    }
}

fn error(refusal: Refusal) -> ClientError {
    ClientError::Api {
        code: refusal.code,
        problem: refusal.into(),
    }
}

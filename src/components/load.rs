//! The one way to load: [`load`] asks, [`Async`] shows.
//!
//! What is shown stays while it is asked for anew and while a sign-in is renewed, and changes only where the answer
//! differs; another reader begins with nothing. An answer that comes too
//! late (the page asks for something else by now) is dropped, and its request is aborted.

use crate::client::words::words;
use crate::client::{self, ClientError};
use crate::components::connection::{Connection, Reconnected};
use crate::components::live::Live;
use crate::i18n::use_i18n;
use crate::session::{self, use_session};
use crate::ui::{ErrorNote, Skeleton};
use api::event::Change;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;
use std::future::Future;

/// Least milliseconds between two questions because of changes.
const EVERY: f64 = 1000.0;
/// Milliseconds after a change until it is asked for: what changes together comes together, and a page that asks by itself
/// after what its reader did is not asked to do so again.
const SOON: f64 = 150.0;
/// Milliseconds between two questions while nobody tells of changes.
const WITHOUT_STREAM: u32 = 10_000;

/// Something that is loaded. `Copy`.
pub struct Load<T: Send + Sync + 'static> {
    /// The newest answer.
    pub data: RwSignal<Option<T>>,
    /// Why there is no newer one.
    pub error: RwSignal<Option<ClientError>>,
    /// Whether it is being asked for.
    pub loading: RwSignal<bool>,
    again: Trigger,
    /// Something has changed since it was asked for.
    stale: RwSignal<bool>,
    /// When it was asked for last, in milliseconds since 1970.
    asked: StoredValue<f64>,
    /// Whether what was answered lately is shown until the new answer comes.
    recalls: StoredValue<bool>,
}

impl<T: Send + Sync + 'static> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Load<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Load<T> {
    /// Asks again.
    pub fn reload(self) {
        self.again.notify();
    }

    /// Shows what was answered to the same question lately until the first answer comes. For what is looked at: a form must
    /// not begin with what may have been changed elsewhere.
    pub fn recall(self) -> Self {
        self.recalls.set_value(true);
        self
    }

    /// Asks again when something changes that concerns it: soon, but not twice for what comes together, and at most once a
    /// second however much changes. Waits while the tab is hidden. While changes are not told, it asks again now and then.
    /// What was answered to the same question lately is shown until the first answer comes.
    ///
    /// `concerns` is asked of every change, outside of any tracking.
    pub fn live(self, concerns: impl Fn(&Change) -> bool + 'static) -> Self {
        self.recall();
        // Pieces that are tested alone have no stream.
        let (Some(live), Some(connection)) = (use_context::<Live>(), use_context::<Connection>())
        else {
            return self;
        };
        live.listen(move |changes| {
            if untrack(|| changes.iter().any(&concerns)) {
                self.stale.try_set(true);
            }
        });
        let timer = StoredValue::new_local(None::<Timeout>);
        Effect::new(move |_| {
            // One that is on its way when something changes may be too old, but is let through: under a hail of changes
            // none would ever arrive.
            let wanted = self.stale.get() || !live.is_up();
            let possible = !self.loading.get() && live.is_seen() && connection.is_reachable();
            let pause = (wanted && possible).then(|| match self.stale.get_untracked() {
                true => pause(self.asked.get_value(), js_sys::Date::now()),
                false => WITHOUT_STREAM,
            });
            timer.set_value(pause.map(|pause| Timeout::new(pause, move || self.again.notify())));
        });
        on_cleanup(move || {
            timer.try_set_value(None);
        });
        self
    }

    /// Asks again as often as `every` says, in milliseconds, for the newest answer; none stops. Waits while the tab is
    /// hidden.
    pub fn poll(self, every: impl Fn(&T) -> Option<u32> + 'static) -> Self {
        let timer = StoredValue::new_local(None::<Timeout>);
        Effect::new(move |_| {
            if self.loading.get() {
                return;
            }
            self.error.track();
            let pause = self.data.with(|data| data.as_ref().and_then(&every));
            timer.set_value(pause.map(|pause| {
                Timeout::new(pause, move || poll_when_seen(self.again, timer, pause))
            }));
        });
        on_cleanup(move || {
            timer.try_set_value(None);
        });
        self
    }
}

/// Milliseconds until something is asked for again that was asked for at `asked`.
fn pause(asked: f64, now: f64) -> u32 {
    // A clock that was set back must not stop it.
    let since = (now - asked).max(0.0);
    (EVERY - since).max(SOON) as u32
}

fn poll_when_seen(again: Trigger, timer: StoredValue<Option<Timeout>, LocalStorage>, pause: u32) {
    if document().hidden() {
        timer.try_set_value(Some(Timeout::new(pause, move || {
            poll_when_seen(again, timer, pause)
        })));
    } else {
        again.notify();
    }
}

/// Loads what `fetch` asks for, and again whenever a signal that `fetch` reads before its first `await` changes, another
/// user signs in, or the server is back. Waits until it is known who is signed in, and while a sign-in is renewed.
pub fn load<T, Answer>(fetch: impl Fn() -> Answer + 'static) -> Load<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    Answer: Future<Output = Result<T, ClientError>> + 'static,
{
    let load = Load {
        data: RwSignal::new(None),
        error: RwSignal::new(None),
        loading: RwSignal::new(true),
        again: Trigger::new(),
        stale: RwSignal::new(false),
        asked: StoredValue::new(0.0),
        recalls: StoredValue::new(false),
    };
    let session = use_session();
    let settled = Memo::new(move |_| session.is_settled());
    let reader = Memo::new(move |_| session.uid());
    let reconnected = use_context::<Reconnected>();
    let newest = StoredValue::new(0_u64);
    Effect::new(move |before: Option<Option<String>>| {
        load.again.track();
        let reader = reader.get();
        if let Some(reconnected) = reconnected {
            reconnected.track();
        }
        let number = newest.get_value() + 1;
        newest.set_value(number);
        if session::is_another(before.flatten().as_deref(), reader.as_deref()) {
            load.data.set(None);
            load.error.set(None);
        }
        if !settled.get() {
            return reader;
        }
        if load.recalls.get_value() && load.data.with_untracked(Option::is_none) {
            let question = fetch();
            if let Some(data) = untrack(|| client::recalled(question)) {
                load.data.set(Some(data));
            }
        }
        load.loading.set(true);
        load.stale.set(false);
        load.asked.set_value(js_sys::Date::now());
        // Scoped: the request is aborted when this effect runs again or goes.
        let answer = ScopedFuture::new(fetch());
        spawn_local(async move {
            let answer = answer.await;
            // The answer to a token that has just expired is none: it is asked again with the next one.
            if newest.try_get_value() != Some(number) || settled.try_get_untracked() != Some(true) {
                return;
            }
            match answer {
                Ok(data) => {
                    if load.data.with_untracked(|old| old.as_ref() != Some(&data)) {
                        load.data.set(Some(data));
                    }
                    load.error.set(None);
                }
                Err(error) => {
                    // What was deleted, or has become somebody else's alone, is not shown any longer.
                    if error.is_not_found() {
                        load.data.set(None);
                    }
                    load.error.set(Some(error));
                }
            }
            load.loading.set(false);
        });
        reader
    });
    load
}

/// Shows what is loaded: lines while there is nothing, the error with a way to try again, and `view` once there is an
/// answer. `view` gets a signal: a newer answer changes what it shows without building it anew.
#[component]
pub fn Async<T>(
    /// What is loaded.
    load: Load<T>,
    /// Lines shown before the first answer.
    #[prop(default = 5)]
    lines: usize,
    /// Shows the answer.
    view: impl Fn(Signal<T>) -> AnyView + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let i18n = use_i18n();
    let has_data = Memo::new(move |_| load.data.with(Option::is_some));
    let error = move || {
        load.error.get().map(|error| {
            let message = move || words(&error, i18n.get_locale());
            view! { <ErrorNote message retry=move |()| load.reload()/> }
        })
    };
    let content = move || {
        if has_data.get() {
            // The answer may go before the view that shows it does.
            let last = Memo::new(move |last: Option<&Option<T>>| {
                load.data.get().or_else(|| last.cloned().flatten())
            });
            last.with_untracked(|_| ());
            Some(view(Signal::derive(move || last.get().expect("an answer"))))
        } else {
            load.error
                .with(Option::is_none)
                .then(|| view! { <Skeleton lines/> }.into_any())
        }
    };
    view! {
        {error}
        {content}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hail_of_changes_asks_once_a_second() {
        assert_eq!(pause(0.0, 5000.0), 150, "the last question was long ago");
        assert_eq!(pause(5000.0, 5200.0), 800);
        assert_eq!(pause(5000.0, 5990.0), 150);
        assert_eq!(pause(5000.0, 100.0), 1000, "the clock was set back");
    }
}

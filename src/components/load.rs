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
use std::pin::Pin;
use std::rc::Rc;

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
    asking: Asking,
}

/// What of a [`Load`] does not depend on the answer's type. The work is done here, so that a further type adds little to
/// the page.
#[derive(Clone, Copy)]
struct Asking {
    error: RwSignal<Option<ClientError>>,
    loading: RwSignal<bool>,
    again: Trigger,
    /// Something has changed since it was asked for.
    stale: RwSignal<bool>,
    /// When it was asked for last, in milliseconds since 1970.
    asked: StoredValue<f64>,
    /// Whether what was answered lately is shown until the new answer comes.
    recalls: StoredValue<bool>,
}

/// An answer on its way, as what is done with it.
pub(super) type Coming = Pin<Box<dyn Future<Output = Result<Box<dyn FnOnce()>, ClientError>>>>;

/// What [`Asking`] cannot do without the answer's type.
struct Answers {
    /// Asks.
    ask: Box<dyn Fn() -> Coming>,
    /// Whether there is none.
    none: Box<dyn Fn() -> bool>,
    /// Forgets it.
    forget: Box<dyn Fn()>,
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
        self.asking.again.notify();
    }

    /// Shows what was answered to the same question lately until the first answer comes. For what is looked at: a form must
    /// not begin with what may have been changed elsewhere.
    pub fn recall(self) -> Self {
        self.asking.recalls.set_value(true);
        self
    }

    /// Asks again when something changes that concerns it: soon, but not twice for what comes together, and at most once a
    /// second however much changes. Waits while the tab is hidden. While changes are not told, it asks again now and then.
    /// What was answered to the same question lately is shown until the first answer comes.
    ///
    /// `concerns` is asked of every change, outside of any tracking.
    pub fn live(self, concerns: impl Fn(&Change) -> bool + 'static) -> Self {
        self.recall();
        self.asking.follow(Box::new(concerns));
        self
    }

    /// Asks again as often as `every` says, in milliseconds, for the newest answer; none stops. Waits while the tab is
    /// hidden.
    pub fn poll(self, every: impl Fn(&T) -> Option<u32> + 'static) -> Self {
        let pause = move || self.data.with(|data| data.as_ref().and_then(&every));
        self.asking.poll(Box::new(pause));
        self
    }
}

impl Asking {
    /// [`Load::live`].
    fn follow(self, concerns: Box<dyn Fn(&Change) -> bool>) {
        // Pieces that are tested alone have no stream.
        let (Some(live), Some(connection)) = (use_context::<Live>(), use_context::<Connection>())
        else {
            return;
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
    }

    /// [`Load::poll`].
    fn poll(self, pause: Box<dyn Fn() -> Option<u32>>) {
        let timer = StoredValue::new_local(None::<Timeout>);
        Effect::new(move |_| {
            if self.loading.get() {
                return;
            }
            self.error.track();
            timer.set_value(pause().map(|pause| {
                Timeout::new(pause, move || poll_when_seen(self.again, timer, pause))
            }));
        });
        on_cleanup(move || {
            timer.try_set_value(None);
        });
    }

    /// [`load`].
    fn begin(self, answers: Answers) {
        let session = use_session();
        let settled = Memo::new(move |_| session.is_settled());
        let reader = Memo::new(move |_| session.uid());
        let reconnected = use_context::<Reconnected>();
        let newest = StoredValue::new(0_u64);
        let answers = Rc::new(answers);
        Effect::new(move |before: Option<Option<String>>| {
            self.again.track();
            let reader = reader.get();
            if let Some(reconnected) = reconnected {
                reconnected.track();
            }
            let number = newest.get_value() + 1;
            newest.set_value(number);
            if session::is_another(before.flatten().as_deref(), reader.as_deref()) {
                (answers.forget)();
                self.error.set(None);
            }
            if !settled.get() {
                return reader;
            }
            if self.recalls.get_value() && untrack(|| (answers.none)()) {
                let question = (answers.ask)();
                if let Some(show) = untrack(|| client::recalled(question)) {
                    show();
                }
            }
            self.loading.set(true);
            self.stale.set(false);
            self.asked.set_value(js_sys::Date::now());
            // Scoped: the request is aborted when this effect runs again or goes.
            let answer = ScopedFuture::new((answers.ask)());
            let answers = answers.clone();
            spawn_local(async move {
                let answer = answer.await;
                // The answer to a token that has just expired is none: it is asked again with the next one.
                if newest.try_get_value() != Some(number)
                    || settled.try_get_untracked() != Some(true)
                {
                    return;
                }
                match answer {
                    Ok(show) => {
                        show();
                        self.error.set(None);
                    }
                    Err(error) => {
                        // What was deleted, or has become somebody else's alone, is not shown any longer.
                        if error.is_not_found() {
                            (answers.forget)();
                        }
                        self.error.set(Some(error));
                    }
                }
                self.loading.set(false);
            });
            reader
        });
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
    let data = RwSignal::new(None);
    let asking = Asking {
        error: RwSignal::new(None),
        loading: RwSignal::new(true),
        again: Trigger::new(),
        stale: RwSignal::new(false),
        asked: StoredValue::new(0.0),
        recalls: StoredValue::new(false),
    };
    let show = move |answer: T| {
        if data.with_untracked(|old| old.as_ref() != Some(&answer)) {
            data.set(Some(answer));
        }
    };
    asking.begin(Answers {
        ask: Box::new(move || {
            let answer = fetch();
            Box::pin(async move {
                let answer = answer.await?;
                Ok(Box::new(move || show(answer)) as Box<dyn FnOnce()>)
            })
        }),
        none: Box::new(move || data.with_untracked(Option::is_none)),
        forget: Box::new(move || data.set(None)),
    });
    Load {
        data,
        error: asking.error,
        loading: asking.loading,
        asking,
    }
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
    let has_data = Memo::new(move |_| load.data.with(Option::is_some));
    let content = move || {
        // The answer may go before the view that shows it does.
        let last = Memo::new(move |last: Option<&Option<T>>| {
            load.data.get().or_else(|| last.cloned().flatten())
        });
        last.with_untracked(|_| ());
        view(Signal::derive(move || last.get().expect("an answer")))
    };
    around(load.asking, has_data, lines, Box::new(content))
}

/// What of [`Async`] does not depend on the answer's type.
fn around(
    asking: Asking,
    has_data: Memo<bool>,
    lines: usize,
    content: Box<dyn Fn() -> AnyView + Send + Sync>,
) -> AnyView {
    let i18n = use_i18n();
    let error = move || {
        asking.error.get().map(|error| {
            let message = move || words(&error, i18n.get_locale());
            view! { <ErrorNote message retry=move |()| asking.again.notify()/> }
        })
    };
    let content = move || {
        if has_data.get() {
            Some(content())
        } else {
            asking
                .error
                .with(Option::is_none)
                .then(|| view! { <Skeleton lines/> }.into_any())
        }
    };
    view! {
        {error}
        {content}
    }
    .into_any()
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

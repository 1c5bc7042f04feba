//! The one way to load: [`load`] asks, [`Async`] shows.
//!
//! What is shown stays while it is asked for anew and while a sign-in is renewed, and changes only where the answer
//! differs; another reader begins with nothing. An answer that comes too
//! late (the page asks for something else by now) is dropped, and its request is aborted.

use crate::client::ClientError;
use crate::client::words::words;
use crate::components::connection::Reconnected;
use crate::i18n::use_i18n;
use crate::session::{self, use_session};
use crate::ui::{ErrorNote, Skeleton};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::task::spawn_local;
use std::future::Future;

/// Something that is loaded. `Copy`.
pub struct Load<T: Send + Sync + 'static> {
    /// The newest answer.
    pub data: RwSignal<Option<T>>,
    /// Why there is no newer one.
    pub error: RwSignal<Option<ClientError>>,
    /// Whether it is being asked for.
    pub loading: RwSignal<bool>,
    again: Trigger,
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
        load.loading.set(true);
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
                Err(error) => load.error.set(Some(error)),
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

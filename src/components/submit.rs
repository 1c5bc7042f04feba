//! The one way to write: [`Submit`] sends a form or an action once, and keeps what went wrong.

use crate::client::ClientError;
use crate::client::words::words;
use crate::components::load::Coming;
use crate::i18n::{Locale, use_i18n};
use crate::ui::ErrorNote;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use std::future::Future;

/// Something that is sent. `Copy`.
#[derive(Clone, Copy)]
pub struct Submit {
    /// Whether it is on its way.
    pub pending: RwSignal<bool>,
    /// What went wrong the last time.
    pub error: RwSignal<Option<ClientError>>,
    fields: StoredValue<Vec<&'static str>>,
}

impl Submit {
    /// A form with these fields, as they are spelled in the request: an error at one of them is shown there
    /// ([`Submit::at`]), any other by [`SubmitError`].
    pub fn new(fields: &[&'static str]) -> Self {
        Self {
            pending: RwSignal::new(false),
            error: RwSignal::new(None),
            fields: StoredValue::new(fields.to_vec()),
        }
    }

    /// Sends, unless it is on its way already; `then` gets the answer.
    pub fn run<T: 'static>(
        self,
        sent: impl Future<Output = Result<T, ClientError>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        self.send(Box::pin(async move {
            let answer = sent.await?;
            Ok(Box::new(move || then(answer)) as Box<dyn FnOnce()>)
        }));
    }

    /// What of [`Submit::run`] does not depend on what is sent: each form would add it to the page.
    fn send(self, sent: Coming) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = sent.await;
            // The page may be gone by now.
            if self.pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(then) => then(),
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// The words for an error at the field `name`, tracked.
    pub fn at(
        self,
        name: &'static str,
        locale: impl Fn() -> Locale + Send + Sync + 'static,
    ) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.error.with(|error| {
                let error = error.as_ref().filter(|error| error.field() == Some(name))?;
                Some(words(error, locale()))
            })
        })
    }

    /// Forgets the error at a field: it is being mended.
    pub fn mend(self) {
        if self.error.with_untracked(Option::is_some) {
            self.error.set(None);
        }
    }

    fn elsewhere(self) -> Option<ClientError> {
        let error = self.error.get()?;
        let at_field = error
            .field()
            .is_some_and(|field| self.fields.with_value(|fields| fields.contains(&field)));
        (!at_field).then_some(error)
    }
}

/// Puts the cursor where something is to be mended, once the error is on the page.
pub fn focus_first_fault(form: NodeRef<html::Form>) {
    request_animation_frame(move || {
        let first = form
            .try_get_untracked()
            .flatten()
            .and_then(|form| form.query_selector("[aria-invalid=true]").ok().flatten())
            .and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(first) = first {
            // An element that cannot take the focus still shows its error.
            let _ = first.focus();
        }
    });
}

/// The error of a form that belongs to none of its fields.
#[component]
pub fn SubmitError(
    /// The form.
    submit: Submit,
) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        submit.elsewhere().map(|error| {
            let message = move || words(&error, i18n.get_locale());
            view! { <ErrorNote message/> }
        })
    }
}

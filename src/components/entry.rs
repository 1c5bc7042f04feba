//! A field of a form that is checked while somebody types, by the same rule that the backend asks.

use super::submit::Submit;
use crate::client::words::{problem_words, words};
use crate::i18n::use_i18n;
use api::{Problem, Reason};
use leptos::prelude::*;

/// A field: its text, and whether it was left once, so that nobody is corrected before they have finished.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its name in the request.
    pub name: &'static str,
    /// What is typed.
    pub value: RwSignal<String>,
    /// Whether it was left once, or the form was sent.
    pub left: RwSignal<bool>,
    check: fn(&str) -> Result<(), Reason>,
}

impl Entry {
    /// An empty field with its rule, one of [`api::name`].
    pub fn new(name: &'static str, check: fn(&str) -> Result<(), Reason>) -> Self {
        Self {
            name,
            value: RwSignal::new(String::new()),
            left: RwSignal::new(false),
            check,
        }
    }

    /// The same with a text in it.
    pub fn holding(self, text: String) -> Self {
        self.value.set(text);
        self
    }

    /// Nothing is in it, as in the beginning: what was typed is done with.
    pub fn empty(self) {
        self.value.set(String::new());
        self.left.set(false);
    }

    /// The rule that it breaks.
    pub fn fault(self) -> Option<Reason> {
        self.value.with(|value| (self.check)(value).err())
    }

    /// What the backend said of this field, as long as it was not changed since; else the rule it breaks.
    pub fn error(self, submit: Submit) -> Signal<Option<String>> {
        let i18n = use_i18n();
        Effect::new(move |before: Option<()>| {
            self.value.track();
            if before.is_some() {
                submit.mend();
            }
        });
        Signal::derive(move || {
            let told = submit.error.with(|error| {
                let error = error
                    .as_ref()
                    .filter(|error| error.field() == Some(self.name))?;
                Some(words(error, i18n.get_locale()))
            });
            told.or_else(|| {
                // An illegal character is told at once; what is only incomplete, when the field is left.
                let fault = self.fault()?;
                let typing = !self.left.get();
                let incomplete = matches!(
                    fault,
                    Reason::Missing
                        | Reason::PasswordTooShort
                        | Reason::IllegalEmail
                        | Reason::IllegalWebsite
                ) || self.value.with(|value| value.len() < 2);
                (!(typing && incomplete)).then(|| {
                    problem_words(&Problem::new(fault, "").at(self.name), i18n.get_locale())
                })
            })
        })
    }

    /// For the input: it was left.
    pub fn on_blur(self) -> Callback<()> {
        Callback::new(move |()| {
            if !self.value.with_untracked(String::is_empty) {
                self.left.set(true);
            }
        })
    }
}

/// Whether all fields are as they should be; the faults of those that are not are shown from now on.
pub fn complete(entries: &[Entry]) -> bool {
    entries.iter().for_each(|entry| entry.left.set(true));
    entries.iter().all(|entry| entry.fault().is_none())
}

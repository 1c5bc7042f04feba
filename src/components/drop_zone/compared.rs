//! What was chosen against the newest version: begun anew with each choice, given up with it.

use super::preview::Choice;
use crate::uploads::Target;
use crate::uploads::comparing::{Compared, Source, compare};
use futures::future::{AbortHandle, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::File;
use std::ops::Range;

/// Keeps true how what is chosen stands to the newest version of the target.
pub(super) fn use_comparison(choice: Choice) {
    let Choice {
        target,
        picked,
        selection,
        compared,
        ..
    } = choice;
    let running = StoredValue::new(None::<AbortHandle>);
    let stop = move || {
        if let Some(handle) = running.try_update_value(Option::take).flatten() {
            handle.abort();
        }
    };
    Effect::new(move |_| {
        let Target { kind, id, .. } = target.get();
        // A file may be replaced by one of the same name and size.
        picked.track();
        // What is in archives only the server can compare.
        let none = selection.with(|selection| selection.files.is_empty() || selection.unpack);
        stop();
        compared.set(Compared::Nothing);
        if none {
            return;
        }
        let (run, handle) = abortable(async move { compare(kind, &id, choice, compared).await });
        running.set_value(Some(handle));
        spawn_local(async move {
            // Given up: another one has taken its place, or nobody wants to know.
            let _ = run.await;
        });
    });
    on_cleanup(move || {
        stop();
        compared.try_set(Compared::Nothing);
    });
}

impl Source for Choice {
    fn count(&self) -> usize {
        self.selection
            .with_untracked(|selection| selection.files.len())
    }

    fn list(&self, range: Range<usize>) -> Vec<(String, u64)> {
        self.picked.with_untracked(|picked| {
            self.selection.with_untracked(|selection| {
                let files = selection.files.get(range).unwrap_or_default();
                let file = |(at, path): &(usize, String)| (path.clone(), picked.size(*at));
                files.iter().map(file).collect()
            })
        })
    }

    fn file(&self, at: usize) -> Option<File> {
        let at = self.selection.with_untracked(|selection| {
            let (at, _) = selection.files.get(at)?;
            Some(*at)
        })?;
        self.picked
            .with_untracked(|picked| picked.files.get(at).cloned())
    }
}

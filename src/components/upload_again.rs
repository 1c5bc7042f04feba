//! What is asked of the user when an upload outlived its page: the same files once more.

use super::pick_button::PickButton;
use crate::client::words::reason_words;
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, Look};
use crate::uploads::kept::{Again, Missing};
use crate::uploads::pick::{Offer, PickError, allowed};
use crate::uploads::{Upload, Uploads};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;

/// What to choose, and what is missing of it still.
#[component]
pub fn ChooseAgain(
    /// The upload.
    upload: Upload,
    /// Its files.
    again: Again,
    /// The queue it is in.
    uploads: Uploads,
) -> impl IntoView {
    let i18n = use_i18n();
    let folder = again.folder;
    let roots = SendWrapper::new(again.roots.clone());
    let has_roots = !roots.is_empty();
    let again = SendWrapper::new(again);
    let still = RwSignal::new(None::<Result<Missing, PickError>>);
    let label = move || match folder {
        true => t_string!(i18n, upload.choose_folder_again),
        false => t_string!(i18n, upload.choose_files_again),
    };
    let looked = RwSignal::new(None::<usize>);
    let take = move |offer: Offer| {
        let (again, upload) = (again.clone(), upload.clone());
        still.try_set(None);
        looked.try_set(Some(0));
        spawn_local(async move {
            // The upload may have been given up meanwhile.
            let tell = |files| {
                looked.try_set(Some(files));
            };
            let picked = offer.read(tell).await;
            looked.try_set(None);
            match picked.map(|picked| again.offer(&picked)).transpose() {
                None => uploads.resume(&upload),
                missing => drop(still.try_set(missing)),
            }
        });
    };
    let take = StoredValue::new_local(take);
    // The same files, if the user allows it.
    let ask = move |()| {
        let roots = roots.clone();
        spawn_local(async move {
            match allowed(&roots, true).await {
                true => drop(take.try_with_value(|take| take(Offer::of_handles(&roots)))),
                false => drop(still.try_set(Some(Err(PickError::NotAllowed)))),
            }
        });
    };
    view! {
        <div class="dock-again">
            {has_roots
                .then(|| {
                    view! {
                        <Button look=Look::Main on_click=ask>
                            {t!(i18n, upload.resume)}
                        </Button>
                    }
                })}
            <PickButton folder label on_pick=move |offer| take.with_value(|take| take(offer))/>
        </div>
        <p class="dock-missing" role="status">
            {move || still.get().map(|still| still_words(&still, i18n.get_locale()))}
        </p>
        {move || looked.get().map(|files| view! { <p class="dock-words">{reading_words(files, i18n.get_locale())}</p> })}
    }
}

/// How far the chosen files have been looked at.
pub fn reading_words(files: usize, locale: Locale) -> String {
    let count = format::number(files as u64);
    td_string!(locale, upload.reading_files, count = count)
}

/// Why what was chosen cannot be read.
pub fn pick_words(error: &PickError, locale: Locale) -> String {
    match error {
        PickError::TooMany => reason_words(api::Reason::TooManyFiles, locale),
        PickError::Unreadable(path) => {
            td_string!(locale, upload.unreadable, path = path.clone())
        }
        PickError::NotAllowed => td_string!(locale, upload.not_allowed).to_owned(),
    }
}

fn still_words(still: &Result<Missing, PickError>, locale: Locale) -> String {
    let missing = match still {
        Ok(missing) => missing,
        Err(error) => return pick_words(error, locale),
    };
    let count = format::number(missing.files as u64);
    let path = format::visible(&missing.first).to_string();
    match missing.changed {
        true => td_string!(locale, upload.still_changed, count = count, path = path),
        false => td_string!(locale, upload.still_missing, count = count, path = path),
    }
}

//! Whether the file that the command begins with is in the version of the code: told, and no hindrance.

use super::entry::entry_file;
use crate::client::files;
use crate::components::load::load;
use crate::format;
use crate::i18n::*;
use crate::ui::{Icon, icons};
use api::file::ListQuery;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

/// Milliseconds without a key until it is looked for.
const TYPING: u32 = 400;

/// A line when the file is not there.
#[component]
pub(super) fn EntryWarning(module: RwSignal<String>, command: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let entry = Memo::new(move |_| command.with(|command| entry_file(command)));
    let asked = RwSignal::new(entry.get_untracked());
    let timer = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |before: Option<()>| {
        let entry = entry.get();
        if before.is_some() {
            timer.set_value(Some(Timeout::new(TYPING, move || {
                asked.try_set(entry);
            })));
        }
    });
    on_cleanup(move || {
        timer.try_set_value(None);
    });
    let missing = load(move || {
        let (module, file) = (module.get(), asked.get());
        async move {
            let Some(path) = file else { return Ok(None) };
            let query = ListQuery {
                path: path.clone(),
                ..ListQuery::default()
            };
            match files::list(&module, &query).await {
                Err(error) if error.is_not_found() => Ok(Some((module, path))),
                // Whatever else goes wrong, nothing is known of the file.
                _ => Ok(None),
            }
        }
    });
    let words = move || {
        let (of, path) = missing.data.get().flatten()?;
        let is_now = of == module.get() && entry.get().as_ref() == Some(&path);
        is_now.then(|| t_string!(i18n, tasks.entry_missing, file = format::visible(&path)))
    };
    view! {
        <p class="run-warning" role="status">
            {move || words().map(|words| view! { <Icon icon=icons::LuTriangleAlert/> <span>{words}</span> })}
        </p>
    }
}

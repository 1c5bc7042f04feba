//! What can be done with a log as a whole.

use super::clock::Clock;
use super::viewer::Viewer;
use crate::client;
use crate::components::task_words::Texts;
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, IconButton, Toasts, copy_text, icons, save_blob, use_toasts};
use crate::untyped;
use crate::work::Sought;
use leptos::html::Section;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Buttons: from failure to failure, search, how lines are shown, copy, full screen, download.
#[component]
pub fn Tools(
    viewer: Viewer,
    /// Id of the task.
    task: String,
    /// The whole viewer.
    section: NodeRef<Section>,
    /// Begins to search.
    #[prop(into)]
    on_search: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let Viewer {
        link,
        wrap,
        times,
        raw,
        fold,
        ..
    } = viewer;
    let copy_all = move |()| copy(i18n, toasts, link.text(1..=u64::MAX));
    let busy = RwSignal::new(false);
    let id = StoredValue::new(task);
    let download = move |()| {
        busy.set(true);
        spawn_local(async move {
            let id = id.get_value();
            match client::tasks::log_blob(&id).await {
                Ok(blob) => save_blob(&blob, &format!("{id}.log")),
                Err(error) => {
                    let locale = i18n.get_locale_untracked();
                    toasts.fail(client::words::words(&error, locale));
                }
            }
            busy.try_set(false);
        });
    };
    let full_screen = move |()| {
        let document = document();
        if untyped::get(&document, "fullscreenElement").is_object() {
            untyped::call(&document, "exitFullscreen", &[]);
        } else if let Some(section) = section.get_untracked() {
            untyped::call(&section, "requestFullscreen", &[]);
        }
    };
    let failures = Memo::new(move |_| viewer.found(|found| found.failures.lines).unwrap_or(0));
    let to_failures = move || {
        let count = failures.get();
        (count > 0).then(|| {
            let words = t_string!(i18n, log.failures, count = format::number(count));
            view! {
                <span class="log-failures">
                    <span>{words}</span>
                    <Steps
                        viewer
                        what=Sought::Failure
                        previous=move || t_string!(i18n, log.previous_failure)
                        next=move || t_string!(i18n, log.next_failure)
                    />
                </span>
            }
        })
    };
    // What two logs have apart has none of these.
    let own = move || {
        (!viewer.is_apart()).then(|| {
            view! {
            <IconButton
                icon=icons::LuFoldVertical
                label=move || t_string!(i18n, log.fold)
                pressed=fold
                on_click=move |()| fold.update(|on| *on = !*on)
            />
            <IconButton
                icon=icons::LuClock
                label=move || match times.get() {
                    Clock::Off => t_string!(i18n, log.times_off),
                    Clock::Since => t_string!(i18n, log.times_since),
                    Clock::Here => t_string!(i18n, log.times_here),
                }
                pressed=Signal::derive(move || times.get() != Clock::Off)
                on_click=move |()| times.update(|clock| *clock = clock.next())
            />
            <IconButton
                icon=icons::LuCode
                label=move || t_string!(i18n, log.raw)
                pressed=raw
                on_click=move |()| raw.update(|on| *on = !*on)
            />
            }
        })
    };
    view! {
        <div class="log-tools">
            {to_failures}
            <IconButton
                icon=icons::LuSearch
                label=move || t_string!(i18n, log.search)
                expanded=viewer.searching
                on_click=on_search
            />
            <IconButton
                icon=icons::LuWrapText
                label=move || t_string!(i18n, log.wrap)
                pressed=wrap
                on_click=move |()| wrap.update(|on| *on = !*on)
            />
            {own}
            <IconButton
                icon=icons::LuGitCompare
                label=move || t_string!(i18n, log.compare)
                on_click=move |()| viewer.compared.choosing.set(true)
            />
            <IconButton
                icon=icons::LuCopy
                label=move || t_string!(i18n, log.copy)
                on_click=copy_all
            />
            <IconButton
                icon=icons::LuMaximize
                label=move || t_string!(i18n, log.full_screen)
                on_click=full_screen
            />
            <Button icon=icons::LuDownload busy=busy on_click=download>
                {t!(i18n, log.download)}
            </Button>
        </div>
    }
}

/// The way from one line that has something to the next.
#[component]
pub(super) fn Steps(
    viewer: Viewer,
    /// What the lines have.
    what: Sought,
    /// What the button upwards is called.
    #[prop(into)]
    previous: TextProp,
    /// What the button downwards is called.
    #[prop(into)]
    next: TextProp,
) -> impl IntoView {
    view! {
        <IconButton
            icon=icons::LuArrowUp
            label=previous
            on_click=move |()| viewer.step(what, false)
        />
        <IconButton icon=icons::LuArrowDown label=next on_click=move |()| viewer.step(what, true)/>
    }
}

/// Copies a text once it is there, and says so. `None`: it is too long.
pub(super) fn copy(
    i18n: Texts,
    toasts: Toasts,
    text: impl Future<Output = Option<String>> + 'static,
) {
    spawn_local(async move {
        let text = text.await;
        let copied = match &text {
            Some(text) => copy_text(text).await,
            None => false,
        };
        // The language of this moment.
        untrack(|| match (text, copied) {
            (_, true) => toasts.say(t_string!(i18n, common.copied)),
            (Some(_), false) => toasts.fail(t_string!(i18n, common.copy_failed)),
            (None, false) => toasts.fail(t_string!(i18n, log.too_long_to_copy)),
        });
    });
}

//! A button that downloads a file of a version or output.

use crate::client::files;
use crate::client::words::words;
use crate::format;
use crate::i18n::*;
use crate::ui::{Button, ConfirmDialog, IconButton, icons, save_blob, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// From so many bytes on it is asked first: the browser holds the whole file until it is saved.
const ASK_FROM: u64 = 256 * 1024 * 1024;

/// A file that can be downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Id of the version or output.
    pub id: String,
    /// Its path there.
    pub path: String,
    /// Bytes.
    pub size: u64,
}

impl Target {
    /// The name without the folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Downloads of one place in the app: what is under way, and the question before a large one. In context.
#[derive(Clone, Copy)]
struct Downloads {
    busy: RwSignal<Vec<Target>>,
    asked: RwSignal<Option<Target>>,
    asking: RwSignal<bool>,
}

/// Gives the [`DownloadButton`]s inside their common state and the question before a large download.
#[component]
pub fn DownloadScope(
    /// What has the buttons.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let downloads = Downloads {
        busy: RwSignal::new(Vec::new()),
        asked: RwSignal::new(None),
        asking: RwSignal::new(false),
    };
    provide_context(downloads);
    let start = use_start();
    let title = move || {
        let size = downloads
            .asked
            .with(|asked| asked.as_ref().map_or(0, |target| target.size));
        t_string!(i18n, files.download_big_title, size = format::bytes(size))
    };
    let go = move |()| {
        if let Some(target) = downloads.asked.get_untracked() {
            start(target);
        }
        downloads.asking.set(false);
    };
    view! {
        {children()}
        <ConfirmDialog
            open=downloads.asking
            title
            action=move || t_string!(i18n, files.download)
            on_confirm=go
        >
            <p>{move || t_string!(i18n, files.download_big_text)}</p>
        </ConfirmDialog>
    }
}

/// Downloads `target`, after a question when it is large. Needs a [`DownloadScope`] around it.
#[component]
pub fn DownloadButton(
    /// The file.
    target: Signal<Target>,
    /// Whether only its icon is shown, in a row of a table.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let downloads: Downloads = expect_context();
    let start = use_start();
    let press = move |()| {
        let target = target.get_untracked();
        if target.size >= ASK_FROM {
            downloads.asked.set(Some(target));
            downloads.asking.set(true);
        } else {
            start(target);
        }
    };
    let busy = Signal::derive(move || {
        target.with(|target| downloads.busy.with(|busy| busy.contains(target)))
    });
    if compact {
        let label = move || {
            let name = target.with(|target| format::visible(target.name()));
            t_string!(i18n, files.download_named, name = name)
        };
        view! { <IconButton label icon=icons::LuDownload disabled=busy on_click=press/> }.into_any()
    } else {
        view! {
            <Button icon=icons::LuDownload busy on_click=press>
                {move || match busy.get() {
                    true => t_string!(i18n, files.downloading),
                    false => t_string!(i18n, files.download),
                }}
            </Button>
        }
        .into_any()
    }
}

fn use_start() -> impl Fn(Target) + Copy + Send + Sync + 'static {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let Downloads { busy, .. } = expect_context();
    move |target: Target| {
        if busy.with_untracked(|busy| busy.contains(&target)) {
            return;
        }
        busy.update(|busy| busy.push(target.clone()));
        let locale = i18n.get_locale_untracked();
        spawn_local(async move {
            let outcome = files::blob(&target.id, &target.path).await;
            // The page may be gone by now; the file is still wanted.
            busy.try_update(|busy| busy.retain(|other| *other != target));
            match outcome {
                Ok(blob) => save_blob(&blob, target.name()),
                Err(error) => {
                    let (name, why) = (format::visible(target.name()), words(&error, locale));
                    toasts.fail(td_string!(
                        locale,
                        files.download_failed,
                        name = name,
                        why = why
                    ));
                }
            }
        });
    }
}

//! A version as a zip. A small one is fetched with its progress told; a large one is the browser's to fetch, straight to the
//! disk.

use crate::client::words::words;
use crate::client::{ClientError, modules};
use crate::format;
use crate::i18n::*;
use crate::site;
use crate::ui::{
    Button, Dialog, ErrorNote, IconButton, Progress, icons, save_blob, save_link, use_toasts,
};
use api::zip::ZipTicket;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// From so many bytes on the browser fetches it: until then the page holds it.
const LARGE: u64 = 64 * 1024 * 1024;

/// The download that is under way. `Copy`.
#[derive(Clone, Copy)]
pub struct ZipDownload {
    open: RwSignal<bool>,
    /// What is fetched; none until it is known.
    ticket: RwSignal<Option<ZipTicket>>,
    done: RwSignal<u64>,
    error: RwSignal<Option<ClientError>>,
    /// Number of the attempt: an older one that is still at it stops.
    attempt: RwSignal<u32>,
}

impl ZipDownload {
    /// Nothing is under way.
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            ticket: RwSignal::new(None),
            done: RwSignal::new(0),
            error: RwSignal::new(None),
            attempt: RwSignal::new(0),
        }
    }

    /// Whether the attempt with this number is still wanted.
    fn wanted(self, number: u32) -> bool {
        self.open.try_get_untracked() == Some(true)
            && self.attempt.try_get_untracked() == Some(number)
    }
}

impl Default for ZipDownload {
    fn default() -> Self {
        Self::new()
    }
}

/// Begins the download of a version.
#[component]
pub fn ZipButton(
    /// Id of the version.
    id: Signal<String>,
    /// Its number.
    version: i64,
    /// Where the progress is told.
    download: ZipDownload,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let label = move || t_string!(i18n, manage.zip, version = version);
    let press = move |()| {
        let id = id.get_untracked();
        let locale = i18n.get_locale_untracked();
        let number = download.attempt.get_untracked() + 1;
        download.attempt.set(number);
        download.ticket.set(None);
        download.error.set(None);
        download.done.set(0);
        download.open.set(true);
        spawn_local(async move {
            let outcome = async {
                let ticket = modules::zip_ticket(&id).await?;
                if !download.wanted(number) {
                    return Ok(None);
                }
                if ticket.bytes >= LARGE {
                    let address = site::address(&modules::zip_address(&ticket.ticket));
                    save_link(&address, &ticket.name);
                    let size = format::bytes(ticket.bytes);
                    let files = format::number(ticket.files);
                    let name = ticket.name;
                    return Ok(Some(td_string!(
                        locale,
                        manage.zip_browser,
                        name = name,
                        size = size,
                        files = files
                    )));
                }
                download.ticket.try_set(Some(ticket.clone()));
                let zip = modules::zip(&ticket.ticket, |bytes| {
                    download.done.try_set(bytes);
                    download.wanted(number)
                });
                Ok(zip.await?.map(|blob| {
                    save_blob(&blob, &ticket.name);
                    td_string!(locale, manage.zip_done, name = ticket.name)
                }))
            };
            let outcome: Result<Option<String>, ClientError> = outcome.await;
            if !download.wanted(number) {
                return;
            }
            match outcome {
                Ok(Some(said)) => {
                    download.open.set(false);
                    toasts.say(said);
                }
                Ok(None) => {}
                Err(error) => download.error.set(Some(error)),
            }
        });
    };
    view! { <IconButton label icon=icons::LuFileArchive on_click=press/> }
}

/// Tells the progress; closing it ends the download.
#[component]
pub fn ZipDialog(
    /// The download.
    download: ZipDownload,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || {
        download
            .ticket
            .with(|ticket| ticket.as_ref().map(|ticket| ticket.name.clone()))
            .unwrap_or_default()
    };
    let title = move || t_string!(i18n, manage.zip_title, name = name());
    let part = Signal::derive(move || {
        download.ticket.with(|ticket| {
            let ticket = ticket.as_ref()?;
            Some(download.done.get() as f64 / ticket.bytes.max(1) as f64)
        })
    });
    let words_of = move || {
        download.ticket.with(|ticket| match ticket {
            None => t_string!(i18n, manage.zip_preparing).to_owned(),
            Some(ticket) => {
                let bytes = download.done.get();
                let (done, total) = (format::bytes(bytes), format::bytes(ticket.bytes));
                let come = format::number(ticket.files_done(bytes));
                let files = format::number(ticket.files);
                t_string!(
                    i18n,
                    manage.zip_progress,
                    done = done,
                    total = total,
                    come = come,
                    files = files
                )
            }
        })
    };
    view! {
        <Dialog open=download.open title>
            {move || match download.error.get() {
                Some(error) => {
                    let message = move || words(&error, i18n.get_locale());
                    view! { <ErrorNote message/> }.into_any()
                }
                None => view! {
                    <Progress value=part label=move || t_string!(i18n, manage.zip_bar, name = name())/>
                    <p class="numeric">{words_of}</p>
                }
                .into_any(),
            }}
            <div class="dialog-actions">
                <Button on_click=move |()| download.open.set(false)>
                    {move || match download.error.with(Option::is_some) {
                        true => t_string!(i18n, common.close),
                        false => t_string!(i18n, manage.zip_cancel),
                    }}
                </Button>
            </div>
        </Dialog>
    }
}

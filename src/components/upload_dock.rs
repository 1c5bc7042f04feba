//! The uploads of this tab, at the lower right of every page.

use crate::client::ClientError;
use crate::client::words::{reason_words, waiting_words, words};
use crate::components::upload_again::ChooseAgain;
use crate::components::upload_tab::show_in_tab;
use crate::components::version_changes::changes_words;
use crate::format;
use crate::i18n::*;
use crate::paths::Route;
use crate::session::use_session;
use crate::ui::{Icon, IconButton, Progress, icons};
use crate::uploads::{Made, State, Trouble, Upload, Uploads, kept, use_uploads};
use api::module::ModuleType;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The dock.
pub fn view() -> AnyView {
    view! { <UploadDock/> }.into_any()
}

/// The upload in the context.
pub fn entry() -> AnyView {
    view! { <UploadEntry upload=expect_context() uploads=use_uploads()/> }.into_any()
}

/// Shows nothing while there are no uploads.
#[component]
fn UploadDock() -> impl IntoView {
    let i18n = use_i18n();
    let uploads = use_uploads();
    let list = uploads.list();
    let session = use_session();
    let uid = Memo::new(move |_| session.uid().filter(|_| session.is_settled()));
    Effect::new(move |_| {
        if let Some(uid) = uid.get() {
            spawn_local(async move { kept::restore(uploads, &uid).await });
        }
    });
    show_in_tab(list);
    let open = RwSignal::new(true);
    let fold = move || match open.get() {
        true => t_string!(i18n, upload.fold),
        false => t_string!(i18n, upload.unfold),
    };
    let arrow = Signal::derive(move || match open.get() {
        true => icons::LuChevronDown,
        false => icons::LuChevronUp,
    });
    view! {
        <Show when=move || list.with(|list| !list.is_empty())>
            <section class="dock" aria-label=move || t_string!(i18n, upload.title).to_owned()>
                <header class="dock-head">
                    <h2>{t!(i18n, upload.title)}</h2>
                    <IconButton icon=arrow label=fold on_click=move |()| open.update(|open| *open = !*open)/>
                </header>
                <ul class="dock-list" hidden=move || !open.get()>
                    <For each=move || list.get() key=|upload| upload.key let:upload>
                        <UploadEntry upload=upload uploads=uploads/>
                    </For>
                </ul>
                // Beside the list: what is folded is still told.
                <For each=move || list.get() key=|upload| upload.key let:upload>
                    <Announcer upload=upload/>
                </For>
            </section>
        </Show>
    }
}

/// Tells screen readers how an upload stands, in coarse steps only: each quarter, a pause, an end, a failure.
#[component]
fn Announcer(upload: Upload) -> impl IntoView {
    let i18n = use_i18n();
    let (state, sent) = (upload.state, upload.sent);
    let (bytes, name) = (
        upload.bytes,
        format!("{}/{}", upload.target.owner, upload.target.name),
    );
    let quarter = Memo::new(move |_| sent.get().saturating_mul(4) / bytes.get().max(1));
    let told = move || match state.get() {
        State::Sending => {
            let percent = quarter.get() * 25;
            t_string!(i18n, upload.step, name = name.clone(), percent = percent)
        }
        State::Paused => t_string!(i18n, upload.paused).to_owned(),
        State::Lost => t_string!(i18n, upload.lost).to_owned(),
        // What is wrong with it is told, not that all is well.
        State::Done(made) => match state.with(|state| check_words(state, i18n.get_locale())) {
            Some((false, words)) => words,
            _ => made_words(&made, i18n.get_locale()),
        },
        State::Failed(trouble) => trouble_words(&trouble, i18n.get_locale()),
        _ => String::new(),
    };
    view! { <span class="sr-only" role="status">{told}</span> }
}

/// An upload: how far it is, and what can be done about it.
#[component]
fn UploadEntry(
    /// The upload.
    upload: Upload,
    /// The queue it is in.
    uploads: Uploads,
) -> impl IntoView {
    let i18n = use_i18n();
    let upload = StoredValue::new(upload);
    let state: Signal<State> = upload.with_value(|upload| Signal::from(upload.state.clone()));
    let sent: Signal<u64> = upload.with_value(|upload| Signal::from(upload.sent.clone()));
    let bytes: Signal<u64> = upload.with_value(|upload| Signal::from(upload.bytes.clone()));
    let target = upload.with_value(|upload| upload.target.clone());
    let name = format!("{}/{}", target.owner, target.name);
    let href = match target.kind {
        ModuleType::Code => Route::project(&target.owner, &target.name),
        ModuleType::Data => Route::dataset(&target.owner, &target.name),
    }
    .href();

    let part = move || match state.get() {
        State::Done(_) => Some(1.0),
        State::Starting | State::Finishing => None,
        _ if bytes.get() == 0 => Some(0.0),
        _ => Some(sent.get() as f64 / bytes.get() as f64),
    };
    let amounts = move || {
        let (sent, all) = (format::bytes(sent.get()), format::bytes(bytes.get()));
        t_string!(i18n, upload.amounts, sent = sent, all = all)
    };
    let pace = move || {
        upload.with_value(|upload| {
            let speed = upload.rate.with(|rate| rate.speed())?;
            let speed = format::bytes(speed as u64);
            Some(match upload.seconds_left() {
                Some(seconds) => {
                    let left = format::duration(seconds, i18n.get_locale());
                    t_string!(i18n, upload.pace_left, speed = speed, left = left)
                }
                None => t_string!(i18n, upload.pace, speed = speed),
            })
        })
    };
    let line = move || match state.get() {
        State::Queued => t_string!(i18n, upload.queued).to_owned(),
        State::Starting => t_string!(i18n, upload.starting).to_owned(),
        State::Sending => match pace() {
            Some(pace) => format!("{} · {pace}", amounts()),
            None => amounts(),
        },
        State::Finishing => t_string!(i18n, upload.finishing).to_owned(),
        State::Waiting { seconds, error } => waiting_words(&error, seconds, i18n.get_locale()),
        State::Paused => format!("{} · {}", t_string!(i18n, upload.paused), amounts()),
        State::Lost => t_string!(i18n, upload.lost).to_owned(),
        State::Done(made) => made_words(&made, i18n.get_locale()),
        State::Failed(trouble) => trouble_words(&trouble, i18n.get_locale()),
    };
    let label = {
        let name = name.clone();
        move || t_string!(i18n, upload.of, name = name.clone())
    };
    let failed = move || matches!(state.get(), State::Failed(_));
    // What the files themselves are refused for is refused again.
    let can_retry = move || matches!(state.get(), State::Failed(trouble) if !is_of_files(&trouble));
    // Seconds count down: the button stays the same.
    let waiting = Memo::new(move |_| matches!(state.get(), State::Waiting { .. }));
    let lost = Memo::new(move |_| state.get() == State::Lost);
    let done = move || matches!(state.get(), State::Done(_));
    let button = move |icon: icons::Icon, label: TextProp, act: fn(Uploads, &Upload)| {
        view! {
            <IconButton
                icon
                label
                on_click=move |()| upload.with_value(|upload| act(uploads, upload))
            />
        }
    };
    view! {
        <li class="dock-entry" class:dock-failed=failed class:dock-done=done>
            <div class="dock-line">
                <span class="dock-state">
                    <Icon icon=Signal::derive(move || match state.get() {
                        State::Done(_) => icons::LuCircleCheck,
                        State::Failed(_) => icons::LuCircleX,
                        State::Paused | State::Lost => icons::LuCirclePause,
                        State::Waiting { error: ClientError::Offline | ClientError::Timeout, .. } => icons::LuWifiOff,
                        State::Waiting { .. } => icons::LuClock,
                        _ => icons::LuUpload,
                    })/>
                </span>
                <a class="dock-name" href=href>
                    <bdi>{name}</bdi>
                </a>
                <span class="dock-tools">
                    {move || {
                        state.with(State::can_pause).then(|| {
                            button(icons::LuPause, (move || t_string!(i18n, upload.pause)).into(), Uploads::pause)
                        })
                    }}
                    {move || {
                        (state.get() == State::Paused).then(|| {
                            button(icons::LuPlay, (move || t_string!(i18n, upload.resume)).into(), Uploads::resume)
                        })
                    }}
                    {move || {
                        waiting.get().then(|| {
                            button(icons::LuRotateCw, (move || t_string!(i18n, common.retry_now)).into(), Uploads::retry_now)
                        })
                    }}
                    {move || {
                        can_retry().then(|| {
                            button(icons::LuRotateCw, (move || t_string!(i18n, common.retry)).into(), Uploads::resume)
                        })
                    }}
                    {move || {
                        state.with(State::can_cancel).then(|| {
                            button(icons::LuX, (move || t_string!(i18n, upload.cancel)).into(), Uploads::cancel)
                        })
                    }}
                    {move || {
                        (done() || failed()).then(|| {
                            button(icons::LuX, (move || t_string!(i18n, upload.remove)).into(), Uploads::cancel)
                        })
                    }}
                </span>
            </div>
            <Progress value=Signal::derive(part) label=label/>
            <p class="dock-words">{line}</p>
            {move || {
                let (right, words) = state.with(|state| check_words(state, i18n.get_locale()))?;
                Some(view! { <p class="dock-words" class:dock-wrong=!right>{words}</p> })
            }}
            {move || lost.get().then(|| upload.with_value(|upload| {
                let upload = upload.clone();
                upload.again().map(|again| view! { <ChooseAgain upload again uploads/> })
            }))}
        </li>
    }
}

/// How what is stored stands to the files here, once they have been compared; whether it is as it should be.
fn check_words(state: &State, locale: Locale) -> Option<(bool, String)> {
    let State::Done(Made {
        check: Some(check), ..
    }) = state
    else {
        return None;
    };
    let number = |files: usize| format::number(files as u64);
    Some(match &check.first {
        Some(path) => {
            let (count, path) = (number(check.different), format::visible(path).to_string());
            let words = td_string!(locale, upload.check_failed, count = count, path = path);
            (false, words)
        }
        None => {
            let count = number(check.equal);
            (true, td_string!(locale, upload.checked, count = count))
        }
    })
}

/// The version that was made, and what changed with it where that is known.
fn made_words(made: &Made, locale: Locale) -> String {
    let version = made.created.version;
    match &made.changes {
        Some(changes) => {
            let changes = changes_words(changes.added, changes.changed, changes.removed, locale);
            td_string!(
                locale,
                upload.done_changes,
                version = version,
                changes = changes
            )
        }
        None => td_string!(locale, upload.done, version = version),
    }
}

/// Whether an upload was refused for its files: only other ones help.
fn is_of_files(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Client(error) => error.field() == Some("files"),
        Trouble::FileChanged(_) => true,
        Trouble::Failed(_) => false,
    }
}

/// Why an upload stands still, in the reader's language.
pub fn trouble_words(trouble: &Trouble, locale: Locale) -> String {
    match trouble {
        // What is wrong with a file, an archive's entry say, the server alone can tell.
        Trouble::Client(ClientError::Api { problem, .. }) if is_of_files(trouble) => {
            let (words, reason) = (
                reason_words(problem.reason, locale),
                problem.message.clone(),
            );
            td_string!(locale, upload.refused_why, words = words, reason = reason)
        }
        Trouble::Client(error) => words(error, locale),
        Trouble::FileChanged(path) => td_string!(locale, upload.file_changed, path = path.clone()),
        Trouble::Failed(Some(reason)) => {
            td_string!(locale, upload.version_failed_why, reason = reason.clone())
        }
        Trouble::Failed(None) => td_string!(locale, upload.version_failed).to_owned(),
    }
}

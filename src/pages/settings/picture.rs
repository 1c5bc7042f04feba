//! One's picture: chosen or dropped, cut to a square, sent.

use super::square::{KINDS, square};
use crate::client::words::problem_words;
use crate::client::{ClientError, settings};
use crate::components::submit::Submit;
use crate::i18n::{t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{Avatar, AvatarSize, Button, ErrorNote, Look, icons, use_toasts};
use api::{Code, Problem, Reason, limits};
use leptos::ev::DragEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::web_sys::File;

/// The picture with ways to change it.
#[component]
pub(super) fn PicturePart() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let submit = Submit::new(&[]);
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let name = Signal::derive(move || session.name().unwrap_or_default());
    let picture = Memo::new(move |_| {
        let user = session.user()?;
        settings::picture(&user.username, user.avatar.as_deref())
    });
    let there = move || picture.with(Option::is_some);
    let send = move |file: File| {
        submit.run(async move { set(&file).await }, move |hash| {
            session.update(|user| user.avatar = Some(hash));
            toasts.say(untrack(|| t_string!(i18n, settings.picture_saved)));
        });
    };
    let pick = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        let file = input.files().and_then(|files| files.get(0));
        // The same file can be chosen again after it changed.
        input.set_value("");
        file.into_iter().for_each(send);
    };
    let choose = move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let remove = move |()| {
        submit.run(settings::remove_picture(), move |()| {
            session.update(|user| user.avatar = None);
            toasts.say(untrack(|| t_string!(i18n, settings.picture_removed)));
        });
    };
    let drag = move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let drop_here = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        files
            .and_then(|files| files.get(0))
            .into_iter()
            .for_each(send);
    };
    let words = move || {
        let error = submit.error.get()?;
        let locale = i18n.get_locale();
        Some(match error {
            ClientError::Api { problem, .. } => problem_words(&problem, locale),
            error => crate::client::words::words(&error, locale),
        })
    };
    let verb = move || match there() {
        true => t_string!(i18n, settings.change_picture),
        false => t_string!(i18n, settings.choose_picture),
    };
    view! {
        <section
            class="picture"
            class:picture-over=move || over.get()
            aria-label=move || t_string!(i18n, settings.picture)
            on:dragover=drag
            on:dragleave=move |_| over.set(false)
            on:drop=drop_here
        >
            <Avatar name picture size=AvatarSize::Large/>
            <div class="stack-tight">
                <div class="row">
                    <Button icon=icons::LuImage busy=submit.pending on_click=choose>{verb}</Button>
                    <Show when=there>
                        <Button look=Look::Quiet on_click=remove>
                            {move || t_string!(i18n, settings.remove_picture)}
                        </Button>
                    </Show>
                    <input
                        type="file"
                        hidden
                        accept=KINDS.join(",")
                        node_ref=input
                        aria-label=move || t_string!(i18n, settings.choose_picture)
                        on:change=pick
                    />
                </div>
                <p class="muted">{move || t_string!(i18n, settings.picture_hint)}</p>
            </div>
            {move || words().map(|message| view! { <ErrorNote message/> })}
        </section>
    }
}

/// Cuts and sends; answers the hash.
async fn set(file: &File) -> Result<String, ClientError> {
    let refused = |reason| {
        let problem = Problem::new(reason, "the picture cannot be used").at("avatar");
        Err(ClientError::Api {
            code: Code::BadRequest,
            problem,
        })
    };
    if file.size() > limits::AVATAR_BYTES as f64 {
        return refused(Reason::TooLarge);
    }
    if !KINDS.contains(&file.type_().as_str()) {
        return refused(Reason::BadPicture);
    }
    match square(file, limits::AVATAR_PIXELS).await {
        Some(picture) => settings::set_picture(&picture).await,
        None => refused(Reason::BadPicture),
    }
}

//! A field for Markdown, with a preview.

use crate::components::markdown::Markdown;
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::i18n::*;
use crate::ui::{Button, Choice, Look, Segmented, TextArea};
use api::Reason;
use api::limits::COMMENT_MAX;
use api::name::check_comment;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// A form of one text. Ctrl+Enter sends it.
#[component]
pub(super) fn Editor(
    /// Tells its parts from those of other editors on the page.
    #[prop(into)]
    name: String,
    /// What is written.
    #[prop(into)]
    label: TextProp,
    /// What its button does.
    #[prop(into)]
    verb: TextProp,
    /// The text.
    body: RwSignal<String>,
    /// How it is sent.
    submit: Submit,
    /// Sends the text.
    #[prop(into)]
    on_send: Callback<String>,
    /// Leaves everything as it was; without it there is no button for that.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let form = NodeRef::<html::Form>::new();
    let preview = RwSignal::new(false);
    // It has been tried: from then on, that nothing is written is told too.
    let tried = RwSignal::new(false);
    Effect::watch(move || body.get(), move |_, _, _| submit.mend(), false);
    let said = submit.at("body", move || i18n.get_locale());
    let error = Signal::derive(move || match body.with(|body| check_comment(body)) {
        Err(Reason::Missing) => tried
            .get()
            .then(|| t_string!(i18n, social.comment_missing).to_owned()),
        Err(_) => {
            let over = body.with(|body| body.chars().count()) - COMMENT_MAX;
            Some(t_string!(
                i18n,
                social.comment_long,
                most = COMMENT_MAX,
                over = over
            ))
        }
        Ok(()) => said.get(),
    });
    let send = move || {
        tried.set(true);
        if body.with_untracked(|body| check_comment(body)).is_err() {
            preview.set(false);
            return focus_first_fault(form);
        }
        tried.set(false);
        on_send.run(body.get_untracked());
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send();
        } else if let ("Escape", Some(on_cancel)) = (event.key().as_str(), on_cancel) {
            event.prevent_default();
            on_cancel.run(());
        }
    };
    let choices = vec![
        Choice::new("write", move || t_string!(i18n, social.write)),
        Choice::new("preview", move || t_string!(i18n, social.preview)),
    ];
    let mode = Signal::derive(move || match preview.get() {
        true => "preview".to_owned(),
        false => "write".to_owned(),
    });
    let modes = format!("{name}-mode");
    let (name, label) = (StoredValue::new(name), StoredValue::new(label));
    let field = move || match preview.get() {
        false => view! {
            <TextArea
                name=name.get_value()
                label=label.get_value()
                value=body
                error
                rows=5
                limit=COMMENT_MAX
            />
        }
        .into_any(),
        true => view! { <Preview body/> }.into_any(),
    };
    view! {
        <form
            class="editor"
            node_ref=form
            novalidate
            on:keydown=keys
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <Segmented
                name=modes
                label=move || t_string!(i18n, social.mode)
                choices
                value=mode
                on_change=move |mode| preview.set(mode == "preview")
            />
            {field}
            <SubmitError submit/>
            <div class="row">
                <Button look=Look::Main submit=true busy=submit.pending>
                    {move || verb.get()}
                </Button>
                {on_cancel
                    .map(|on_cancel| {
                        view! {
                            <Button on_click=on_cancel>{move || t_string!(i18n, common.cancel)}</Button>
                        }
                    })}
                <span class="muted editor-hint">{move || t_string!(i18n, social.comment_hint)}</span>
            </div>
        </form>
    }
}

#[component]
fn Preview(body: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let empty = Memo::new(move |_| body.with(|body| body.trim().is_empty()));
    view! {
        <div class="editor-preview" role="group" aria-label=move || t_string!(i18n, social.preview)>
            {move || match empty.get() {
                true => view! { <p class="muted">{move || t_string!(i18n, social.nothing_to_preview)}</p> }.into_any(),
                false => view! { <Markdown text=body/> }.into_any(),
            }}
        </div>
    }
}

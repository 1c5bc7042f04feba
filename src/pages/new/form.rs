//! The form. Rules are told while typing; an error leaves everything as it was typed.

use crate::client::words::{reason_words, words};
use crate::client::{ClientError, datasets, projects};
use crate::components::entity::Kind;
use crate::components::environment_choice::EnvironmentChoice;
use crate::components::name_fault::{NameFault, name_fault};
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::session::use_session;
use crate::ui::{
    Button, Choice, LinkButton, Look, PageHead, Segmented, TagInput, TextArea, TextInput,
    use_toasts,
};
use api::Reason;
use api::dataset::NewDataset;
use api::limits::DESCRIPTION_MAX;
use api::name::check_description;
use api::project::NewProject;
use gloo_timers::future::TimeoutFuture;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_i18n::I18nContext;

/// Milliseconds without a keystroke after which it is asked whether the name is taken.
const PAUSE: u32 = 400;

/// What is being made up. `Copy`: signals.
#[derive(Clone, Copy)]
struct Draft {
    kind: Kind,
    name: RwSignal<String>,
    description: RwSignal<String>,
    /// `0` public, `1` private, as on the wire.
    permission: RwSignal<String>,
    environment: RwSignal<String>,
    tags: RwSignal<Vec<String>>,
    /// The name that is known to be taken.
    taken: RwSignal<Option<String>>,
    /// It has been tried: from then on, what is missing is told too.
    tried: RwSignal<bool>,
    submit: Submit,
}

impl Draft {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            name: RwSignal::new(String::new()),
            description: RwSignal::new(String::new()),
            permission: RwSignal::new("0".to_owned()),
            environment: RwSignal::new(String::new()),
            tags: RwSignal::new(Vec::new()),
            taken: RwSignal::new(None),
            tried: RwSignal::new(false),
            submit: Submit::new(&["name", "description", "default_env", "tags"]),
        }
    }

    /// What is wrong with the name, in words; tracked.
    fn name_error(self, i18n: I18nContext<Locale>) -> Option<String> {
        let name = self.name.get();
        let name = name.trim();
        match name_fault(name) {
            Some(NameFault::Missing) if !self.tried.get() => None,
            Some(NameFault::Missing) => Some(t_string!(i18n, new.name_missing).to_string()),
            Some(NameFault::TooLong(over)) => {
                Some(t_string!(i18n, new.name_long, over = over).to_string())
            }
            Some(NameFault::Illegal) => Some(t_string!(i18n, new.name_illegal).to_string()),
            None if self.taken.with(|taken| taken.as_deref() == Some(name)) => {
                let name = name.to_owned();
                Some(match self.kind {
                    Kind::Project => t_string!(i18n, new.project_taken, name = name).to_string(),
                    Kind::Dataset => t_string!(i18n, new.dataset_taken, name = name).to_string(),
                })
            }
            None => self.field_error("name", i18n),
        }
    }

    /// What the backend said of a field; tracked.
    fn field_error(self, field: &str, i18n: I18nContext<Locale>) -> Option<String> {
        let error = self.submit.error.get()?;
        (error.field() == Some(field) && error.reason() != Some(Reason::NameTaken))
            .then(|| words(&error, i18n.get_locale()))
    }

    fn description_error(self, i18n: I18nContext<Locale>) -> Option<String> {
        match self.description.with(|text| check_description(text)) {
            Err(reason) => Some(reason_words(reason, i18n.get_locale())),
            Ok(()) => self.field_error("description", i18n),
        }
    }

    async fn send(self, owner: String) -> Result<Route, ClientError> {
        let name = self.name.get_untracked().trim().to_owned();
        let description = self.description.get_untracked();
        let tags = self.tags.get_untracked();
        let permission = i64::from(self.permission.get_untracked() == "1");
        match self.kind {
            Kind::Project => {
                let default_env = self.environment.get_untracked();
                let new = NewProject {
                    description,
                    permission,
                    default_env,
                    tags,
                };
                let made = projects::create(&owner, &name, &new).await?;
                Ok(Route::project(&made.owner, &made.name))
            }
            Kind::Dataset => {
                let made = datasets::create(
                    &owner,
                    &name,
                    &NewDataset {
                        description,
                        permission,
                        tags,
                    },
                )
                .await?;
                Ok(Route::dataset(&made.owner, &made.name))
            }
        }
    }
}

/// The form of a new project or dataset.
#[component]
pub(super) fn NewForm(
    /// Which of the two.
    kind: Kind,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let session = use_session();
    let toasts = use_toasts();
    let draft = Draft::new(kind);
    let form = NodeRef::<html::Form>::new();
    look_for_the_name(draft);
    // What the backend said of a value does not hold for another one.
    Effect::watch(
        move || {
            (
                draft.name.get(),
                draft.description.get(),
                draft.environment.get(),
                draft.tags.get(),
            )
        },
        move |_, _, _| draft.submit.mend(),
        false,
    );

    let submit = move || {
        draft.tried.set(true);
        let Some(owner) = untrack(|| session.name()) else {
            return;
        };
        let faulty =
            untrack(|| draft.name_error(i18n).is_some() || draft.description_error(i18n).is_some());
        if faulty {
            return focus_first_fault(form);
        }
        draft.submit.run(draft.send(owner), move |route| {
            let name = draft.name.get_untracked().trim().to_owned();
            toasts.say(untrack(|| match kind {
                Kind::Project => t_string!(i18n, new.project.created, name = name).to_string(),
                Kind::Dataset => t_string!(i18n, new.dataset.created, name = name).to_string(),
            }));
            place.go(&route.href());
        });
    };
    Effect::new(move |_| {
        let refused = draft
            .submit
            .error
            .with(|error| error.as_ref().map(ClientError::reason));
        if refused == Some(Some(Reason::NameTaken)) {
            draft
                .taken
                .set(Some(draft.name.get_untracked().trim().to_owned()));
        }
        if refused.is_some() {
            focus_first_fault(form);
        }
    });
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            submit();
        }
    };
    let title = move || match kind {
        Kind::Project => t_string!(i18n, new.project_title),
        Kind::Dataset => t_string!(i18n, new.dataset_title),
    };
    let lead = move || match kind {
        Kind::Project => t_string!(i18n, new.project.lead),
        Kind::Dataset => t_string!(i18n, new.dataset.lead),
    };
    let verb = move || match kind {
        Kind::Project => t_string!(i18n, new.project.create),
        Kind::Dataset => t_string!(i18n, new.dataset.create),
    };
    let back = match kind {
        Kind::Project => Route::Projects,
        Kind::Dataset => Route::Datasets,
    };
    view! {
        <PageHead title=title/>
        <p class="muted new-lead">{lead}</p>
        <form
            class="form"
            node_ref=form
            novalidate
            on:keydown=on_key
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <TextInput
                name="name"
                label=move || t_string!(i18n, new.name)
                hint=Signal::derive(move || hint_of_name(draft, i18n))
                value=draft.name
                error=move || draft.name_error(i18n)
                monospace=true
                autofocus=true
            />
            <TextArea
                name="description"
                label=move || t_string!(i18n, new.description)
                note=move || t_string!(i18n, common.optional)
                value=draft.description
                error=move || draft.description_error(i18n)
                limit=DESCRIPTION_MAX
            />
            <TagInput
                name="tags"
                label=move || t_string!(i18n, social.tags)
                note=move || t_string!(i18n, common.optional)
                tags=draft.tags
                error=Signal::derive(move || draft.field_error("tags", i18n))
            />
            <Visibility draft=draft/>
            {(kind == Kind::Project)
                .then(|| {
                    view! {
                        <EnvironmentChoice
                            value=draft.environment
                            error=move || draft.field_error("default_env", i18n)
                        />
                    }
                })}
            <SubmitError submit=draft.submit/>
            <div class="form-actions">
                <Button look=Look::Main submit=true busy=draft.submit.pending title=Signal::derive(move || t_string!(i18n, new.keys).to_owned())>
                    {verb}
                </Button>
                <LinkButton href=back.href()>{t!(i18n, common.cancel)}</LinkButton>
            </div>
        </form>
    }
}

#[component]
fn Visibility(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let choices = vec![
        Choice::new("0", move || t_string!(i18n, common.public)),
        Choice::new("1", move || t_string!(i18n, common.private)),
    ];
    let meaning = move || match (draft.permission.get().as_str(), draft.kind) {
        ("1", _) => t_string!(i18n, new.private_hint),
        (_, Kind::Project) => t_string!(i18n, new.public_project),
        (_, Kind::Dataset) => t_string!(i18n, new.public_dataset),
    };
    view! {
        <div class="field-group">
            <Segmented
                name="permission"
                label=move || t_string!(i18n, new.visibility)
                choices=choices
                value=draft.permission
                on_change=move |value| draft.permission.set(value)
            />
            <p class="field-note" aria-live="polite">{meaning}</p>
        </div>
    }
}

/// The rule, and the address the name leads to.
fn hint_of_name(draft: Draft, i18n: I18nContext<Locale>) -> String {
    let rule = t_string!(i18n, new.name_hint);
    let name = draft.name.get();
    let owner = use_session().name();
    match (name_fault(name.trim()), owner) {
        (None, Some(owner)) => {
            let route = match draft.kind {
                Kind::Project => Route::project(&owner, name.trim()),
                Kind::Dataset => Route::dataset(&owner, name.trim()),
            };
            format!("{}: {}", t_string!(i18n, new.address), route.path())
        }
        _ => rule.to_string(),
    }
}

/// Asks whether a name is taken when nobody has typed for a moment, so that it is told before the form is sent.
fn look_for_the_name(draft: Draft) {
    let session = use_session();
    Effect::new(move |_| {
        let name = draft.name.with(|name| name.trim().to_owned());
        let Some(owner) = session.name() else { return };
        if name_fault(&name).is_some() {
            return;
        }
        spawn_local(async move {
            TimeoutFuture::new(PAUSE).await;
            let still = draft.name.try_with_untracked(|now| now.trim() == name);
            if still != Some(true) {
                return;
            }
            let found = match draft.kind {
                Kind::Project => {
                    let found = projects::get(&owner, &name).await;
                    found.is_ok_and(|found| found.name == name)
                }
                Kind::Dataset => {
                    let found = datasets::get(&owner, &name).await;
                    found.is_ok_and(|found| found.name == name)
                }
            };
            if found {
                // The form may be gone by now.
                draft.taken.try_set(Some(name));
            }
        });
    });
}

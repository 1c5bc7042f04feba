//! Name, description, visibility and environment. An error leaves everything as it was typed.

use super::super::{Entity, EntityContext, Kind, Tab, use_entity};
use crate::client::words::{reason_words, words};
use crate::client::{ClientError, datasets, projects, trash};
use crate::components::environment_choice::EnvironmentChoice;
use crate::components::load::load;
use crate::components::name_fault::{NameFault, name_fault};
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::format;
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::{Button, Choice, Look, Segmented, TextArea, TextInput, use_toasts};
use api::limits::DESCRIPTION_MAX;
use api::name::check_description;
use api::project::EntityChange;
use leptos::html;
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// What is filled in. `Copy`: signals.
#[derive(Clone, Copy)]
struct Draft {
    entity: Signal<Entity>,
    name: RwSignal<String>,
    description: RwSignal<String>,
    /// `0` public, `1` private, as on the wire.
    permission: RwSignal<String>,
    environment: RwSignal<String>,
    submit: Submit,
}

impl Draft {
    fn new(entity: Signal<Entity>) -> Self {
        let now = entity.get_untracked();
        Self {
            entity,
            name: RwSignal::new(now.name),
            description: RwSignal::new(now.description),
            permission: RwSignal::new(if now.private { "1" } else { "0" }.to_owned()),
            environment: RwSignal::new(now.environment.unwrap_or_default()),
            submit: Submit::new(&["name", "description", "permission", "default_env"]),
        }
    }

    /// What differs from what is saved; tracked.
    fn change(self) -> EntityChange {
        self.entity.with(|saved| {
            let differs = |now: String, saved: &str| (now != saved).then_some(now);
            let private = self.permission.get() == "1";
            let environment = saved.environment.as_deref();
            EntityChange {
                name: differs(self.name.get().trim().to_owned(), &saved.name),
                description: differs(self.description.get(), &saved.description),
                permission: (private != saved.private).then_some(i64::from(private)),
                default_env: environment.and_then(|saved| differs(self.environment.get(), saved)),
            }
        })
    }

    /// What is wrong with the name, in words; tracked.
    fn name_error(self, i18n: I18nContext<Locale>) -> Option<String> {
        match self.name.with(|name| name_fault(name.trim())) {
            Some(NameFault::Missing) => Some(t_string!(i18n, new.name_missing).to_owned()),
            Some(NameFault::TooLong(over)) => Some(t_string!(i18n, new.name_long, over = over)),
            Some(NameFault::Illegal) => Some(t_string!(i18n, new.name_illegal).to_owned()),
            None => self.field_error("name", i18n),
        }
    }

    /// What the backend said of a field; tracked.
    fn field_error(self, field: &str, i18n: I18nContext<Locale>) -> Option<String> {
        let error = self.submit.error.get()?;
        (error.field() == Some(field)).then(|| words(&error, i18n.get_locale()))
    }

    fn description_error(self, i18n: I18nContext<Locale>) -> Option<String> {
        match self.description.with(|text| check_description(text)) {
            Err(reason) => Some(reason_words(reason, i18n.get_locale())),
            Ok(()) => self.field_error("description", i18n),
        }
    }
}

async fn send(saved: Entity, change: EntityChange) -> Result<Entity, ClientError> {
    let (owner, name) = (saved.owner.as_str(), saved.name.as_str());
    match saved.kind {
        Kind::Project => projects::change(owner, name, &change)
            .await
            .map(Entity::from),
        Kind::Dataset => datasets::change(owner, name, &change)
            .await
            .map(Entity::from),
    }
}

/// The form.
#[component]
pub(super) fn General() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let toasts = use_toasts();
    let EntityContext {
        entity, refresh, ..
    } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    let draft = Draft::new(entity);
    let form = NodeRef::<html::Form>::new();
    let change = Memo::new(move |_| draft.change());
    let same = Memo::new(move |_| change.with(|change| *change == EntityChange::default()));
    // What the backend said of a value does not hold for another one.
    Effect::watch(
        move || change.with(|_| ()),
        move |(), _, _| draft.submit.mend(),
        false,
    );
    Effect::new(move |_| {
        if draft.submit.error.with(Option::is_some) {
            focus_first_fault(form);
        }
    });
    let save = move || {
        let faulty =
            untrack(|| draft.name_error(i18n).is_some() || draft.description_error(i18n).is_some());
        if faulty {
            return focus_first_fault(form);
        }
        if same.get_untracked() {
            return;
        }
        let sent = send(entity.get_untracked(), change.get_untracked());
        draft.submit.run(sent, move |saved| {
            toasts.say(untrack(|| t_string!(i18n, manage.saved)));
            match entity.with_untracked(|entity| entity.name == saved.name) {
                true => refresh.run(()),
                false => place.replace(&saved.route(Tab::Settings).href()),
            }
        });
    };
    let nothing = Signal::derive(move || {
        same.get()
            .then(|| t_string!(i18n, manage.nothing_changed).to_owned())
    });
    let renamed = Signal::derive(move || {
        change
            .with(|change| change.name.is_some())
            .then(|| t_string!(i18n, manage.rename_hint).to_owned())
    });
    let hint = Signal::derive(move || {
        Some(
            renamed
                .get()
                .unwrap_or_else(|| t_string!(i18n, new.name_hint).to_owned()),
        )
    });
    view! {
        <section class="manage-part">
            <h2>{t!(i18n, manage.general)}</h2>
            <form
                class="form"
                node_ref=form
                novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    save();
                }
            >
                <TextInput
                    name="name"
                    label=move || t_string!(i18n, new.name)
                    hint=hint
                    value=draft.name
                    error=Signal::derive(move || draft.name_error(i18n))
                    monospace=true
                />
                <TextArea
                    name="description"
                    label=move || t_string!(i18n, new.description)
                    note=move || t_string!(i18n, common.optional)
                    value=draft.description
                    error=Signal::derive(move || draft.description_error(i18n))
                    limit=DESCRIPTION_MAX
                />
                <Visibility draft/>
                {(kind == Kind::Project)
                    .then(|| {
                        view! {
                            <EnvironmentChoice
                                value=draft.environment
                                error=Signal::derive(move || draft.field_error("default_env", i18n))
                            />
                        }
                    })}
                <SubmitError submit=draft.submit/>
                <div class="form-actions">
                    <Button look=Look::Main submit=true busy=draft.submit.pending disabled=same title=nothing>
                        {t!(i18n, manage.save)}
                    </Button>
                </div>
            </form>
        </section>
    }
}

#[component]
fn Visibility(draft: Draft) -> impl IntoView {
    let i18n = use_i18n();
    let kind = draft.entity.with_untracked(|entity| entity.kind);
    let choices = vec![
        Choice::new("0", move || t_string!(i18n, common.public)),
        Choice::new("1", move || t_string!(i18n, common.private)),
    ];
    let private = Memo::new(move |_| draft.permission.get() == "1");
    let was = Memo::new(move |_| draft.entity.with(|entity| entity.private));
    let meaning = move || match (private.get(), was.get(), kind) {
        (true, true, _) => t_string!(i18n, manage.private),
        (true, false, _) => t_string!(i18n, manage.closing),
        (false, true, Kind::Project) => t_string!(i18n, manage.opening_project),
        (false, true, Kind::Dataset) => t_string!(i18n, manage.opening_dataset),
        (false, false, Kind::Project) => t_string!(i18n, manage.public_project),
        (false, false, Kind::Dataset) => t_string!(i18n, manage.public_dataset),
    };
    let closing = Memo::new(move |_| private.get() && !was.get());
    view! {
        <div class="field-group">
            <Segmented
                name="permission"
                label=move || t_string!(i18n, new.visibility)
                choices=choices
                value=draft.permission
                on_change=move |value| draft.permission.set(value)
            />
            <div class="field-note" aria-live="polite">
                <p>{meaning}</p>
                <Show when=move || closing.get() && kind == Kind::Dataset>
                    <Mounts entity=draft.entity/>
                </Show>
            </div>
        </div>
    }
}

/// Whose tasks lose it.
#[component]
fn Mounts(entity: Signal<Entity>) -> impl IntoView {
    let i18n = use_i18n();
    let asked = load(move || {
        let id = entity.with_untracked(|entity| entity.id.clone());
        async move { trash::dependents(&id).await }
    });
    move || {
        let found = asked.data.get().filter(|found| found.foreign_mounts > 0)?;
        let count = format::number(found.foreign_mounts);
        let active = format::number(found.foreign_active);
        let words = t_string!(i18n, manage.closing_mounts, count = count, active = active);
        Some(view! { <p>{words}</p> })
    }
}

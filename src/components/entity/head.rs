//! The head of every page of a project or dataset: whose it is, how it stands, its parts and its main action.

use super::star::StarAndFork;
use super::tags::Marks as TagMarks;
use super::use_in_task::{Usage, UseInTask};
use super::{Entity, EntityContext, Kind, Tab, use_entity};
use crate::components::entity_list::Visibility;
use crate::components::submit::{Submit, SubmitError};
use crate::i18n::*;
use crate::paths::Route;
use crate::session::use_session;
use crate::ui::{self, Badge, Button, LinkButton, Look, PageHead, Tabs, Tone, icons};
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// `owner / name`, state, visibility, main action, description and tabs.
#[component]
pub fn EntityHead(
    /// The part on screen.
    #[prop(into)]
    current: Signal<Tab>,
) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, mine, .. } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    // The tab's own name comes first: that is what tells browser tabs and history entries apart.
    let title = move || {
        let path = entity.with(Entity::path);
        match current.get() {
            Tab::Overview => path,
            tab => format!("{} · {path}", tab_words(tab, i18n)),
        }
    };
    let star = Submit::new(&[]);
    // Which parts there are depends on the reader and on whether anything was uploaded.
    let parted = Memo::new(move |_| (mine.get(), entity.with(|entity| entity.latest.is_some())));
    let description = move || entity.with(|entity| entity.description.clone());
    view! {
        <PageHead
            title=title
            heading=view! { <Heading current=current/> }.into_any()
            facts=view! { <Marks/> }.into_any()
            actions=view! {
                <UseButton/>
                <StarAndFork submit=star/>
                <Show when=move || mine.get()>
                    <Actions/>
                </Show>
            }
                .into_any()
        />
        {move || {
            let text = description();
            (!text.is_empty()).then(|| view! { <p class="entity-description"><bdi>{text}</bdi></p> })
        }}
        <TagMarks/>
        <SubmitError submit=star/>
        {move || {
            let (mine, some) = parted.get();
            view! { <Tabs tabs=tabs(kind, mine, some, current)/> }
        }}
    }
}

#[component]
fn Heading(current: Signal<Tab>) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    // Whatever else of it changes, the links stay, and keep the focus.
    let called =
        Memo::new(move |_| entity.with(|entity| (entity.owner.clone(), entity.name.clone())));
    move || {
        let (owner, name) = called.get();
        let profile = Route::user(&owner).href();
        let overview = entity.with_untracked(|entity| entity.route(Tab::Overview).href());
        let part = move || {
            (current.get() != Tab::Overview)
                .then(|| format!(": {}", tab_words(current.get(), i18n)))
        };
        view! {
            <a class="entity-owner" href=profile>{owner}</a>
            <span class="entity-slash">" / "</span>
            <a class="entity-name" href=overview>{name}</a>
            <span class="sr-only">{part}</span>
        }
    }
}

#[component]
fn Marks() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let ready = Memo::new(move |_| entity.with(|entity| entity.latest.is_some()));
    let private = Memo::new(move |_| entity.with(|entity| entity.private));
    let state = move || match ready.get() {
        true => t_string!(i18n, entity.ready),
        false => t_string!(i18n, entity.waiting),
    };
    let state_icon = move || match ready.get() {
        true => icons::LuCircleCheck,
        false => icons::LuCloudUpload,
    };
    let tone = move || if ready.get() { Tone::Ok } else { Tone::Muted };
    view! {
        <Badge label=state icon=state_icon tone=tone/>
        <Visibility private=private/>
    }
}

/// Leads from a dataset into a task of the reader's.
#[component]
fn UseButton() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let EntityContext { entity, .. } = use_entity();
    let usage = Usage::new();
    let newest = Memo::new(move |_| entity.with(|entity| entity.newest()));
    let is_dataset = entity.with_untracked(|entity| entity.kind == Kind::Dataset);
    let offered =
        Memo::new(move |_| is_dataset && session.name().is_some() && newest.with(Option::is_some));
    let press = move |()| {
        if let Some((version, id)) = newest.get_untracked() {
            usage.ask(version, id);
        }
    };
    view! {
        <Show when=move || offered.get()>
            <Button icon=icons::LuPlay on_click=press>{t!(i18n, manage.use_it)}</Button>
            <UseInTask usage/>
        </Show>
    }
}

/// What the owner can do: upload, and run a project.
#[component]
fn Actions() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let href = move |tab| entity.with(|entity| entity.route(tab).href());
    let is_project = entity.with_untracked(|entity| entity.kind == Kind::Project);
    let ready = Memo::new(move |_| entity.with(|entity| entity.latest.is_some()));
    let later = Signal::derive(move || t_string!(i18n, entity.new_task_later).to_owned());
    let run = move || match ready.get() {
        true => view! {
            <LinkButton look=Look::Main icon=icons::LuPlay href=move || href(Tab::Run)>
                {t!(i18n, entity.new_task)}
            </LinkButton>
        }
        .into_any(),
        false => view! {
            <Button look=Look::Main icon=icons::LuPlay disabled=true title=later>
                {t!(i18n, entity.new_task)}
            </Button>
        }
        .into_any(),
    };
    view! {
        <LinkButton
            look=if is_project { Look::Plain } else { Look::Main }
            icon=icons::LuUpload
            href=move || href(Tab::Upload)
        >
            {t!(i18n, entity.upload)}
        </LinkButton>
        {is_project.then_some(run)}
    }
}

/// The parts that `kind` has for this reader.
fn parts(kind: Kind, mine: bool, some: bool) -> Vec<Tab> {
    let all = [
        Tab::Overview,
        Tab::Files,
        Tab::Preview,
        Tab::Versions,
        Tab::Tasks,
        Tab::Forks,
        Tab::Discussion,
        Tab::Guide,
        Tab::Settings,
    ];
    let fits = |tab: &Tab| match tab {
        // Without a version there is nothing to look into.
        Tab::Files => some,
        Tab::Preview => some && kind == Kind::Project,
        Tab::Settings => mine,
        _ => true,
    };
    all.into_iter().filter(fits).collect()
}

fn tabs(kind: Kind, mine: bool, some: bool, current: Signal<Tab>) -> Vec<ui::Tab> {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let tab = |tab: Tab| {
        let href = Signal::derive(move || entity.with(|entity| entity.route(tab).href()));
        let entry = ui::Tab::new(
            move || tab_words(tab, i18n),
            href,
            move || current.get() == tab,
        );
        match tab {
            Tab::Versions => entry.counted(move || Some(entity.with(|entity| entity.versions))),
            Tab::Tasks => entry.counted(move || entity.with(|entity| entity.tasks)),
            Tab::Forks => entry.counted(move || Some(entity.with(|entity| entity.forks))),
            Tab::Discussion => entry.counted(move || Some(entity.with(|entity| entity.comments))),
            _ => entry,
        }
    };
    parts(kind, mine, some).into_iter().map(tab).collect()
}

/// How a part is called.
pub(super) fn tab_words(tab: Tab, i18n: I18nContext<Locale>) -> String {
    match tab {
        Tab::Overview => t_string!(i18n, entity.tabs.overview),
        Tab::Files => t_string!(i18n, entity.tabs.files),
        Tab::Versions => t_string!(i18n, entity.tabs.versions),
        Tab::Tasks => t_string!(i18n, entity.tabs.tasks),
        Tab::Preview => t_string!(i18n, manage.preview),
        Tab::Forks => t_string!(i18n, social.forks),
        Tab::Discussion => t_string!(i18n, social.discussion),
        Tab::Guide => t_string!(i18n, entity.tabs.guide),
        Tab::Settings => t_string!(i18n, entity.tabs.settings),
        Tab::Upload => t_string!(i18n, entity.upload),
        Tab::Run => t_string!(i18n, entity.new_task),
    }
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_have_no_settings_and_datasets_no_preview() {
        let everything = [
            Tab::Overview,
            Tab::Files,
            Tab::Preview,
            Tab::Versions,
            Tab::Tasks,
            Tab::Forks,
            Tab::Discussion,
            Tab::Guide,
            Tab::Settings,
        ];
        assert_eq!(parts(Kind::Project, true, true), everything);
        assert_eq!(
            parts(Kind::Dataset, false, false),
            [
                Tab::Overview,
                Tab::Versions,
                Tab::Tasks,
                Tab::Forks,
                Tab::Discussion,
                Tab::Guide
            ]
        );
    }
}

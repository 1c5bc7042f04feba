//! What was deleted and can be restored.

use crate::client::trash;
use crate::components::file_name::FileName;
use crate::components::load::{Async, load};
use crate::components::submit::{Submit, SubmitError};
use crate::components::undo::restored_at;
use crate::format;
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{
    Badge, Column, ConfirmDialog, EmptyState, IconButton, LinkButton, PageHead, Pagination, Table,
    TextInput, TimeAgo, TimeAt, icons, use_toasts,
};
use api::trash::{TrashKind, Trashed};
use api::{Page, Paging, Reason};
use leptos::prelude::*;
use leptos_i18n::I18nContext;

/// The page.
pub fn page(_route: Route) -> AnyView {
    let i18n = use_i18n();
    let place = use_place();
    let page = Signal::derive(move || place.page());
    let asked = load(move || {
        let page = page.get();
        async move { trash::list(page).await }
    });
    let again = Callback::new(move |()| asked.reload());
    let shown = move |answer: Signal<Page<Trashed>>| {
        let none =
            Memo::new(move |_| answer.with(|page| page.list.is_empty().then_some(page.total)));
        (move || match none.get() {
            Some(0) => view! { <Empty/> }.into_any(),
            Some(_) => view! { <Beyond/> }.into_any(),
            None => view! { <List answer page again/> }.into_any(),
        })
        .into_any()
    };
    view! {
        <div class="content">
            <PageHead title=move || t_string!(i18n, trash.title)/>
            <p class="muted trash-lead">{t!(i18n, trash.lead)}</p>
            <Async load=asked lines=6 view=shown/>
        </div>
    }
    .into_any()
}

#[component]
fn Empty() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <EmptyState
            icon=icons::LuTrash2
            title=move || t_string!(i18n, trash.empty)
            text=move || t_string!(i18n, trash.empty_text)
        >
            <LinkButton href=Route::Projects.href()>{t!(i18n, trash.to_projects)}</LinkButton>
        </EmptyState>
    }
}

#[component]
fn Beyond() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <EmptyState
            icon=icons::LuListX
            title=move || t_string!(i18n, trash.page_empty)
            text=move || t_string!(i18n, trash.page_empty_text)
        >
            <LinkButton href=Route::Trash.href()>{t!(i18n, trash.first_page)}</LinkButton>
        </EmptyState>
    }
}

/// What it is called.
fn name_of(thing: &Trashed, i18n: I18nContext<Locale>) -> String {
    let path = format!("{}/{}", thing.owner, thing.name);
    match (thing.kind, thing.version) {
        (TrashKind::Version, Some(version)) => {
            t_string!(i18n, trash.version_name, path = path, version = version)
        }
        (TrashKind::Task, _) => t_string!(i18n, trash.task_of, path = path),
        _ => path,
    }
}

/// What is being asked about something. `Copy`.
#[derive(Clone, Copy)]
struct Asked {
    thing: RwSignal<Option<Trashed>>,
    open: RwSignal<bool>,
    submit: Submit,
}

impl Asked {
    fn new(fields: &[&'static str]) -> Self {
        Self {
            thing: RwSignal::new(None),
            open: RwSignal::new(false),
            submit: Submit::new(fields),
        }
    }

    fn ask(self, thing: Trashed) {
        self.submit.mend();
        self.thing.set(Some(thing));
        self.open.set(true);
    }

    fn name(self, i18n: I18nContext<Locale>) -> String {
        self.thing
            .with(|thing| thing.as_ref().map(|thing| name_of(thing, i18n)))
            .unwrap_or_default()
    }
}

#[component]
fn List(answer: Signal<Page<Trashed>>, page: Signal<u32>, again: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let (for_good, clash) = (Asked::new(&[]), Asked::new(&["name"]));
    let pages = Signal::derive(move || {
        let size = u64::from(Paging::default().limit());
        u32::try_from(answer.with(|page| page.total).div_ceil(size)).unwrap_or(u32::MAX)
    });
    let href = move |page: u32| {
        let page = if page == 1 {
            String::new()
        } else {
            page.to_string()
        };
        Route::Trash.with(&[("page", &page)])
    };
    let columns = vec![
        Column::new(move || t_string!(i18n, trash.what)),
        Column::new(move || t_string!(i18n, trash.deleted)),
        Column::new(move || t_string!(i18n, trash.until)),
        Column::numeric(move || t_string!(i18n, trash.size)),
        Column::actions(move || t_string!(i18n, trash.actions)),
    ];
    view! {
        <Table caption=move || t_string!(i18n, trash.label) columns>
            <For each=move || answer.get().list key=|thing| (thing.id.clone(), thing.date_deleted) let:thing>
                <Row thing for_good clash again/>
            </For>
        </Table>
        <Pagination page pages href=href/>
        <ForGood asked=for_good again/>
        <Clash asked=clash again/>
    }
}

#[component]
fn Row(thing: Trashed, for_good: Asked, clash: Asked, again: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let restore = use_restore();
    let thing = StoredValue::new(thing);
    let name = Signal::derive(move || thing.with_value(|thing| name_of(thing, i18n)));
    let kind = thing.with_value(|thing| thing.kind);
    let icon = match kind {
        TrashKind::Project => icons::LuFolderGit2,
        TrashKind::Dataset => icons::LuDatabase,
        TrashKind::Version => icons::LuPackage,
        TrashKind::Task => icons::LuListChecks,
    };
    let word = move || match kind {
        TrashKind::Project => t_string!(i18n, trash.project),
        TrashKind::Dataset => t_string!(i18n, trash.dataset),
        TrashKind::Version => t_string!(i18n, trash.version),
        TrashKind::Task => t_string!(i18n, trash.task),
    };
    let description = thing.with_value(|thing| thing.description.clone());
    let (deleted, until, size) =
        thing.with_value(|thing| (thing.date_deleted, thing.date_until, thing.size_bytes));
    let submit = Submit::new(&[]);
    let press = move |()| {
        let id = thing.with_value(|thing| thing.id.clone());
        submit.run(
            async move { trash::restore(&id, None).await },
            move |thing| {
                restore(thing);
                again.run(());
            },
        );
    };
    // A name that is taken is asked for.
    Effect::new(move |_| {
        let taken = submit.error.with(|error| {
            error.as_ref().and_then(|error| error.reason()) == Some(Reason::NameTaken)
        });
        if taken {
            submit.mend();
            clash.ask(thing.get_value());
        }
    });
    view! {
        <tr>
            <td class="cell-main">
                <div class="trash-what">
                    <Badge label=word icon=icon/>
                    <strong>{move || view! { <FileName name=name.get()/> }}</strong>
                </div>
                {(!description.is_empty()).then(|| view! { <div class="cell-sub trash-description"><bdi>{description}</bdi></div> })}
                <SubmitError submit/>
            </td>
            <td data-label=move || t_string!(i18n, trash.deleted)><TimeAgo time=deleted/></td>
            <td data-label=move || t_string!(i18n, trash.until)><TimeAt time=until/></td>
            <td class="num" data-label=move || t_string!(i18n, trash.size)>{format::bytes(size)}</td>
            <td class="cell-actions">
                <IconButton
                    icon=icons::LuUndo2
                    label=move || t_string!(i18n, trash.restore_this, name = name.get())
                    disabled=submit.pending
                    on_click=press
                />
                <IconButton
                    icon=icons::LuTrash2
                    label=move || t_string!(i18n, trash.for_good_this, name = name.get())
                    on_click=move |()| for_good.ask(thing.get_value())
                />
            </td>
        </tr>
    }
}

/// Tells that something is back, with the way there.
fn use_restore() -> impl Fn(Trashed) + Copy + 'static {
    let i18n = use_i18n();
    let toasts = use_toasts();
    move |thing: Trashed| {
        let said = untrack(|| t_string!(i18n, trash.restored, name = name_of(&thing, i18n)));
        let open = untrack(|| t_string!(i18n, trash.open));
        toasts.say_with_link(said, open, restored_at(&thing).href());
    }
}

#[component]
fn ForGood(asked: Asked, again: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let size = move || {
        let size = asked
            .thing
            .with(|thing| thing.as_ref().map_or(0, |thing| thing.size_bytes));
        format::bytes(size)
    };
    let confirm = move |()| {
        let Some(thing) = asked.thing.get_untracked() else {
            return;
        };
        let done = untrack(|| t_string!(i18n, trash.for_good_done, name = asked.name(i18n)));
        asked
            .submit
            .run(async move { trash::delete(&thing.id).await }, move |()| {
                asked.open.set(false);
                toasts.say(done);
                again.run(());
            });
    };
    view! {
        <ConfirmDialog
            open=asked.open
            title=move || t_string!(i18n, trash.for_good_title, name = asked.name(i18n))
            action=move || t_string!(i18n, trash.for_good)
            danger=true
            busy=asked.submit.pending
            on_confirm=confirm
        >
            <p>{move || t_string!(i18n, trash.for_good_text, size = size())}</p>
            <SubmitError submit=asked.submit/>
        </ConfirmDialog>
    }
}

/// Its name is taken by now.
#[component]
fn Clash(asked: Asked, again: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let restore = use_restore();
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if asked.open.get() {
            let name = asked
                .thing
                .with_untracked(|thing| thing.as_ref().map(|thing| thing.name.clone()));
            // Short enough for what is put behind it.
            let begin: String = name
                .unwrap_or_default()
                .chars()
                .take(api::limits::NAME_MAX - 2)
                .collect();
            typed.set(format!("{begin}-2"));
        }
    });
    Effect::watch(
        move || typed.get(),
        move |_, _, _| asked.submit.mend(),
        false,
    );
    let confirm = move |()| {
        let Some(thing) = asked.thing.get_untracked() else {
            return;
        };
        let name = typed.get_untracked().trim().to_owned();
        let sent = async move { trash::restore(&thing.id, Some(name)).await };
        asked.submit.run(sent, move |thing| {
            asked.open.set(false);
            restore(thing);
            again.run(());
        });
    };
    let error = asked.submit.at("name", move || i18n.get_locale());
    view! {
        <ConfirmDialog
            open=asked.open
            title=move || t_string!(i18n, trash.clash_title, name = asked.name(i18n))
            action=move || t_string!(i18n, trash.restore)
            busy=asked.submit.pending
            on_confirm=confirm
        >
            <p>{move || t_string!(i18n, trash.clash_text, name = asked.name(i18n))}</p>
            <TextInput
                name="restore-name"
                label=move || t_string!(i18n, trash.clash_name)
                value=typed
                error=error
                monospace=true
                autofocus=true
            />
            <SubmitError submit=asked.submit/>
        </ConfirmDialog>
    }
}

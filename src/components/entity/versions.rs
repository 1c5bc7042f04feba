//! All versions of a project or dataset. The list keeps itself up to date.

use super::delete_version::{DeleteVersion, Deletion};
use super::remark::Remark;
use super::use_in_task::{Usage, UseInTask};
use super::{EntityContext, Kind, Tab, use_entity};
use crate::client::modules;
use crate::components::live::Concerns as _;
use crate::components::load::{Async, load};
use crate::components::rows::follow;
use crate::components::version_changes::changes_words;
use crate::components::zip_download::{ZipButton, ZipDialog, ZipDownload};
use crate::format;
use crate::i18n::*;
use crate::paths::Route;
use crate::session::use_session;
use crate::ui::{
    Badge, Column, CopyButton, CopyField, EmptyState, IconButton, IconLink, LinkButton, Look,
    Pagination, Table, TimeAgo, Tone, icons,
};
use crate::uploads::use_uploads;
use api::Page;
use api::event::Kind as Change;
use api::module::{Module, ModuleState};
use leptos::html;
use leptos::prelude::*;

/// Versions on a page of the list.
const PAGE_SIZE: usize = 50;

/// The table of versions.
#[component]
pub fn Versions(
    /// The page of the list, from 1.
    #[prop(into)]
    page: Signal<u32>,
) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext {
        entity, refresh, ..
    } = use_entity();
    let kind = entity.with_untracked(|entity| entity.kind);
    let key = Memo::new(move |_| entity.with(|entity| entity.id.clone()));
    let uploads = use_uploads();
    // Each upload that ends from here changes the list; its other states do not.
    let finished = Memo::new(move |_| key.with(|id| uploads.finished(id)));
    let asked = load(move || {
        let id = key.get();
        finished.get();
        async move { modules::list(kind.module_type(), &id).await }
    })
    .live(move |change| change.kind == Change::Version && key.with(|id| change.is_of(id)));
    // What the head shows follows from the versions.
    let standing = Memo::new(move |_| asked.data.with(|page| page.as_ref().map(standing)));
    Effect::watch(
        move || standing.get(),
        move |now, before, _| {
            if before.is_some_and(|before| before.is_some() && before != now) {
                refresh.run(());
            }
        },
        false,
    );
    let on_change = Callback::new(move |()| {
        asked.reload();
        refresh.run(());
    });
    let frame = NodeRef::<html::Div>::new();
    let on_deleted = Callback::new(move |()| {
        on_change.run(());
        // The row goes, and the button in it that the closed dialog gave the focus back to.
        request_animation_frame(move || {
            if let Some(frame) = frame.try_get_untracked().flatten() {
                // It can take the focus as long as it is on the page.
                let _ = frame.focus();
            }
        });
    });
    let label = move || {
        let name = entity.with(|entity| entity.path());
        t_string!(i18n, entity.versions.label, name = name)
    };
    let shown = move |found: Signal<Page<Module>>| {
        let list = Signal::derive(move || found.with(|page| page.list.clone()));
        let empty = Memo::new(move |_| list.with(Vec::is_empty));
        (move || match empty.get() {
            true => view! { <NoVersion/> }.into_any(),
            false => view! { <VersionTable list=list page=page on_change=on_change on_deleted=on_deleted/> }.into_any(),
        })
        .into_any()
    };
    view! {
        <div class="versions" role="group" tabindex="-1" aria-label=label node_ref=frame>
            <Async load=asked lines=6 view=shown/>
        </div>
    }
}

/// How many versions there are, and which is the newest that can be used.
fn standing(page: &Page<Module>) -> (usize, Option<i64>) {
    let valid = page
        .list
        .iter()
        .filter(|module| module.state == ModuleState::Valid);
    (page.list.len(), valid.map(|module| module.version).max())
}

#[component]
fn VersionTable(
    list: Signal<Vec<Module>>,
    page: Signal<u32>,
    on_change: Callback<()>,
    on_deleted: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, .. } = use_entity();
    let deletion = Deletion::new();
    let (zip, usage) = (ZipDownload::new(), Usage::new());
    provide_context(zip);
    provide_context(usage);
    let caption = move || {
        let name = entity.with(|entity| entity.path());
        t_string!(i18n, entity.versions.label, name = name).to_string()
    };
    let columns = vec![
        Column::new(move || t_string!(i18n, entity.versions.number)),
        Column::new(move || t_string!(i18n, entity.versions.state)),
        Column::new(move || t_string!(i18n, entity.versions.date)),
        Column::numeric(move || t_string!(i18n, entity.versions.size)),
        Column::numeric(move || t_string!(i18n, entity.versions.files)),
        Column::new(move || t_string!(i18n, entity.versions.remark)),
        Column::numeric(move || t_string!(i18n, entity.versions.actions)),
    ];
    let pages = Signal::derive(move || list.with(|list| list.len().div_ceil(PAGE_SIZE) as u32));
    let shown = Memo::new(move |_| {
        let first = (page.get().max(1) - 1) as usize * PAGE_SIZE;
        list.with(|list| {
            list.iter()
                .skip(first)
                .take(PAGE_SIZE)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let newest = Memo::new(move |_| entity.with(|entity| entity.latest));
    let href = move |page: u32| {
        let page = if page == 1 {
            String::new()
        } else {
            page.to_string()
        };
        entity.with(|entity| entity.route(Tab::Versions).with(&[("page", &page)]))
    };
    let beyond = move || t_string!(i18n, entity.versions.page_empty);
    let beyond_text = move || t_string!(i18n, entity.versions.page_empty_text);
    view! {
        <Show
            when=move || shown.with(|shown| !shown.is_empty())
            fallback=move || {
                view! {
                    <EmptyState icon=icons::LuListX title=beyond text=beyond_text>
                        <LinkButton href=move || href(1)>{t!(i18n, entity.versions.first_page)}</LinkButton>
                    </EmptyState>
                }
            }
        >
            <Table caption=caption columns=columns.clone()>
                <For each=move || shown.get() key=|module| module.id.clone() let:module>
                    <Row module=follow(shown.into(), module, |module| &module.id) newest=newest.into() deletion=deletion on_change=on_change/>
                </For>
            </Table>
        </Show>
        <Pagination page=page pages=pages href=href/>
        <DeleteVersion deletion=deletion list=list on_done=on_deleted/>
        <ZipDialog download=zip/>
        <UseInTask usage/>
    }
}

#[component]
fn Row(
    module: Signal<Module>,
    newest: Signal<Option<i64>>,
    deletion: Deletion,
    on_change: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, mine, .. } = use_entity();
    let version = module.with_untracked(|module| module.version);
    let valid = Memo::new(move |_| module.with(|module| module.state == ModuleState::Valid));
    let is_dataset = entity.with_untracked(|entity| entity.kind == Kind::Dataset);
    let files = move || entity.with(|entity| entity.files(version).href());
    let mount = move || entity.with(|entity| entity.mount(version));
    let mount_label =
        move || t_string!(i18n, entity.versions.copy_mount, version = version).to_string();
    let open_label = move || t_string!(i18n, entity.versions.open, version = version).to_string();
    let known =
        move || module.with(|module| module.state == ModuleState::Valid || module.size_bytes > 0);
    let changes = move || {
        let changes = module.with(|module| module.changes)?;
        let (added, changed) = (changes.added, changes.changed);
        Some(changes_words(
            added,
            changed,
            changes.removed,
            i18n.get_locale(),
        ))
    };
    view! {
        <tr>
            <td class="cell-main">
                <div class="version-number">
                <Show when=move || valid.get() fallback=move || view! { <span class="numeric">{version}</span> }>
                    <a class="numeric" href=files aria-label=open_label>{version}</a>
                </Show>
                <Show when=move || newest.get() == Some(version)>
                    <Badge label=move || t_string!(i18n, entity.versions.newest) icon=icons::LuTag/>
                </Show>
                <Show when=move || valid.get() && is_dataset>
                    <CopyField text=mount label=mount_label/>
                </Show>
                </div>
            </td>
            <td><StateBadge module=module/></td>
            <td data-label=move || t_string!(i18n, entity.versions.date)><TimeAgo time=move || module.with(|module| module.date_created)/></td>
            <td class="num" data-label=move || t_string!(i18n, entity.versions.size)>
                {move || known().then(|| format::bytes(module.with(|module| module.size_bytes)))}
            </td>
            <td class="num" data-label=move || t_string!(i18n, entity.versions.files)>
                {move || known().then(|| format::number(module.with(|module| module.files)))}
            </td>
            <td class="version-remark">
                <Remark module=module mine=mine on_saved=on_change/>
                {move || changes().map(|text| view! { <p class="version-changes">{text}</p> })}
            </td>
            <td class="cell-actions"><RowActions module=module valid=valid.into() deletion=deletion/></td>
        </tr>
    }
}

#[component]
fn StateBadge(module: Signal<Module>) -> impl IntoView {
    let i18n = use_i18n();
    let state = Memo::new(move |_| module.with(|module| module.state));
    let tone = move || match state.get() {
        ModuleState::Pending => Tone::Muted,
        ModuleState::Uploading => Tone::Info,
        ModuleState::Valid => Tone::Ok,
        ModuleState::Failed => Tone::Bad,
    };
    let icon = Signal::derive(move || match state.get() {
        ModuleState::Pending => icons::LuCircle,
        ModuleState::Uploading => icons::LuUpload,
        ModuleState::Valid => icons::LuCircleCheck,
        ModuleState::Failed => icons::LuCircleX,
    });
    let words = move || match state.get() {
        ModuleState::Pending => t_string!(i18n, entity.versions.pending).to_string(),
        ModuleState::Uploading => t_string!(i18n, entity.versions.uploading).to_string(),
        ModuleState::Valid => t_string!(i18n, entity.versions.valid).to_string(),
        ModuleState::Failed => t_string!(i18n, entity.versions.failed).to_string(),
    };
    let reason = move || {
        module
            .with(|module| module.reason.clone())
            .filter(|_| state.get() == ModuleState::Failed)
    };
    view! {
        <Badge label=words tone=tone icon=icon/>
        {move || reason().map(|reason| view! { <p class="version-reason" lang="en">{reason}</p> })}
    }
}

#[component]
fn RowActions(module: Signal<Module>, valid: Signal<bool>, deletion: Deletion) -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, mine, .. } = use_entity();
    let (version, id) = module.with_untracked(|module| (module.version, module.id.clone()));
    let kind = entity.with_untracked(|entity| entity.kind);
    let id = Signal::stored(id);
    let files = move || entity.with(|entity| entity.files(version).href());
    let open_label = move || t_string!(i18n, entity.versions.open, version = version).to_string();
    let run = move || entity.with(|entity| entity.run_with(&id.get()));
    let run_label = move || t_string!(i18n, entity.versions.run, version = version).to_string();
    let (zip, usage): (ZipDownload, Usage) = (expect_context(), expect_context());
    let session = use_session();
    let use_label = move || t_string!(i18n, manage.use_row, version = version);
    let copy_label =
        move || t_string!(i18n, entity.versions.copy_id, version = version).to_string();
    let delete_label =
        move || t_string!(i18n, entity.versions.delete, version = version).to_string();
    view! {
        <Show when=move || valid.get()>
            <IconLink label=open_label icon=icons::LuFolder href=files/>
            <CopyButton text=id label=copy_label/>
            <ZipButton id=id version=version download=zip/>
            <Show when=move || kind == Kind::Dataset && session.name().is_some()>
                <IconButton
                    icon=icons::LuPlay
                    label=use_label
                    on_click=move |()| usage.ask(version, id.get_untracked())
                />
            </Show>
            <Show when=move || mine.get() && kind == Kind::Project>
                <IconLink label=run_label icon=icons::LuPlay href=run/>
            </Show>
        </Show>
        <Show when=move || mine.get()>
            <IconButton
                icon=icons::LuTrash2
                label=delete_label
                on_click=move |()| deletion.ask(module.get_untracked())
            />
        </Show>
    }
}

/// There is no version at all.
#[component]
fn NoVersion() -> impl IntoView {
    let i18n = use_i18n();
    let EntityContext { entity, mine, .. } = use_entity();
    let title = move || t_string!(i18n, entity.versions.empty);
    let text = move || t_string!(i18n, entity.versions.empty_text);
    let upload = move || entity.with(|entity| entity.route(Tab::Upload).href());
    view! {
        <EmptyState icon=icons::LuHistory title=title text=text>
            <Show
                when=move || mine.get()
                fallback=move || {
                    let href = Route::user(&entity.with_untracked(|entity| entity.owner.clone())).href();
                    view! { <LinkButton href=href>{t!(i18n, entity.versions.owner)}</LinkButton> }
                }
            >
                <LinkButton look=Look::Main icon=icons::LuUpload href=upload>
                    {t!(i18n, entity.versions.upload)}
                </LinkButton>
            </Show>
        </EmptyState>
    }
}

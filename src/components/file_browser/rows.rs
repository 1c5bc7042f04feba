//! The table of a folder's entries. However many there are, only the rows on screen exist.

use super::arrange::{Column as By, Order};
use crate::components::download::{DownloadButton, Target};
use crate::components::file_name::FileName;
use crate::components::file_tree::{Tree, join};
use crate::components::file_view::Kind;
use crate::components::visible_rows::use_visible_rows;
use crate::format;
use crate::i18n::*;
use crate::place::use_place;
use crate::ui::{Column, Icon, Sort, Table, TimeAgo, icons};
use api::file::{Entry, EntryKind};
use leptos::html;
use leptos::prelude::*;

/// The table of the entries in the given order.
#[component]
pub(super) fn FileTable(
    tree: Tree,
    path: StoredValue<String>,
    entries: Signal<Vec<Entry>>,
    order: Signal<Order>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let body = NodeRef::<html::Tbody>::new();
    let total = Memo::new(move |_| entries.with(Vec::len)).into();
    let window = use_visible_rows(total, body);
    let sort = move |by: By| Sort {
        href: Signal::derive(move || place.with(&[("sort", order.get().toggled(by).spell())])),
        ascending: Signal::derive(move || {
            let order = order.get();
            (order.by == by).then_some(!order.descending)
        }),
    };
    let columns = vec![
        Column::new(move || t_string!(i18n, files.col_name)).sorted(sort(By::Name)),
        Column::numeric(move || t_string!(i18n, files.col_size)).sorted(sort(By::Size)),
        Column::new(move || t_string!(i18n, files.col_modified)).sorted(sort(By::Modified)),
        Column::actions(move || t_string!(i18n, files.download)),
    ];
    let rows = move || {
        let window = window.get();
        entries.with(|entries| {
            let shown = entries.get(window.first..window.end).unwrap_or_default();
            let numbered = shown.iter().cloned().enumerate();
            numbered
                .map(|(at, entry)| (window.first + at, entry))
                .collect::<Vec<_>>()
        })
    };
    view! {
        <Table caption=move || t_string!(i18n, files.table_label) columns body rows=total>
            <Filler pixels=Signal::derive(move || window.get().before)/>
            <For each=rows key=|(at, entry)| (*at, entry.name.clone(), entry.size, entry.modified) let((at, entry))>
                <FileRow at entry tree path/>
            </For>
            <Filler pixels=Signal::derive(move || window.get().after)/>
        </Table>
    }
}

/// Takes the place of the rows that do not exist.
#[component]
fn Filler(pixels: Signal<f64>) -> impl IntoView {
    view! {
        <tr class="table-filler" aria-hidden="true" style:height=move || format!("{}px", pixels.get())>
            <td colspan="4"></td>
        </tr>
    }
}

#[component]
fn FileRow(at: usize, entry: Entry, tree: Tree, path: StoredValue<String>) -> impl IntoView {
    let place = use_place();
    let Entry {
        name,
        kind,
        size,
        modified,
    } = entry;
    let whole = join(&path.get_value(), &name);
    let is_file = kind == EntryKind::File;
    let icon = match (kind, Kind::of(&name)) {
        (EntryKind::Dir, _) => icons::LuFolder,
        (EntryKind::Other, _) => icons::LuFileQuestion,
        (EntryKind::File, Kind::Image(_)) => icons::LuImage,
        (EntryKind::File, _) => icons::LuFile,
    };
    let label = if kind == EntryKind::Other {
        view! { <FileName name/> }.into_any()
    } else {
        let whole = whole.clone();
        view! {
            // Another version may have the same file: then only the address changes.
            <a class="file-link" href=move || tree.href(place, whole.clone())>
                <FileName name/>
            </a>
        }
        .into_any()
    };
    let download = is_file.then(|| {
        let target = Signal::derive(move || Target {
            id: tree.id.get(),
            path: whole.clone(),
            size,
        });
        view! { <DownloadButton target compact=true/> }
    });
    view! {
        // Row 1 is the head.
        <tr aria-rowindex=(at + 2).to_string()>
            <td class="cell-main">
                <span class="file-cell">
                    <Icon icon/>
                    {label}
                </span>
            </td>
            <td class="num">
                {is_file.then(|| format::bytes(size))}
            </td>
            <td>
                <TimeAgo time=modified/>
            </td>
            <td class="cell-actions">{download}</td>
        </tr>
    }
}

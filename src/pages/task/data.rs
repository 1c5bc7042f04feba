//! The datasets a task mounted.

use crate::components::mount_link::MountLink;
use crate::i18n::*;
use crate::paths::Route;
use crate::ui::{Column, CopyField, EmptyState, Table, icons};
use api::task::{Mount, Task};
use leptos::prelude::*;

#[component]
pub(super) fn Data(task: Signal<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let mounts = task.with_untracked(|task| task.data.clone());
    if mounts.is_empty() {
        return view! {
            <EmptyState
                icon=icons::LuDatabase
                title=move || t_string!(i18n, task.data_none)
                text=move || t_string!(i18n, task.data_none_hint)
            />
        }
        .into_any();
    }
    let columns = vec![
        Column::new(move || t_string!(i18n, task.data_dataset)),
        Column::new(move || t_string!(i18n, task.data_mount)),
        Column::actions(move || t_string!(i18n, task.data_files)),
    ];
    view! {
        <Table caption=move || t_string!(i18n, task.data_title) columns>
            {mounts.into_iter().map(|mount| view! { <MountRow mount/> }).collect_view()}
        </Table>
    }
    .into_any()
}

#[component]
fn MountRow(mount: Mount) -> impl IntoView {
    let i18n = use_i18n();
    let gone = mount.owner.is_empty();
    let files = Route::Files {
        id: mount.module_id.clone(),
        path: String::new(),
    }
    .href();
    // What a mount of a private dataset is called, strangers are not told.
    let place =
        (!mount.mount.is_empty()).then(|| Signal::stored(format!("/input/{}", mount.mount)));
    view! {
        <tr>
            <td class="cell-main">
                <MountLink mount/>
            </td>
            <td>
                {place.map(|place| view! { <CopyField text=place/> })}
            </td>
            <td class="cell-actions">
                {(!gone).then(|| view! { <a href=files>{move || t_string!(i18n, task.data_files)}</a> })}
            </td>
        </tr>
    }
}

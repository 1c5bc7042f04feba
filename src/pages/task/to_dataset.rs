//! The output, or the folder of it on screen, as a version of a dataset.

use crate::client::{datasets, tasks};
use crate::components::load::load;
use crate::components::submit::{Submit, SubmitError};
use crate::i18n::*;
use crate::paths::{DatasetTab, Route};
use crate::session::use_session;
use crate::ui::{Button, Choice, ConfirmDialog, Segmented, Select, TextInput, icons, use_toasts};
use api::Paging;
use api::dataset::OutputToDataset;
use api::module::ModuleState;
use api::project::EntityQuery;
use api::task::Task;
use leptos::prelude::*;

/// The button, for the owner of a task that has ended.
#[component]
pub(super) fn ToDataset(
    /// The task.
    task: Signal<Task>,
    /// The folder on screen.
    path: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let open = RwSignal::new(false);
    let offered =
        Memo::new(move |_| task.with(|task| task.state.is_final() && session.is(&task.owner)));
    view! {
        <Show when=move || offered.get()>
            <div class="output-tools">
                <Button icon=icons::LuDatabase on_click=move |()| open.set(true)>
                    {t!(i18n, manage.output)}
                </Button>
            </div>
            <Ask open task path/>
        </Show>
    }
}

#[component]
fn Ask(open: RwSignal<bool>, task: Signal<Task>, path: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let submit = Submit::new(&["dataset_id", "name", "permission", "description"]);
    let into = RwSignal::new("new".to_owned());
    let dataset = RwSignal::new(String::new());
    let name = RwSignal::new(String::new());
    let permission = RwSignal::new("1".to_owned());
    let remark = RwSignal::new(String::new());
    Effect::new(move |_| {
        if open.get() {
            submit.mend();
        }
    });
    Effect::watch(
        move || {
            (
                into.get(),
                dataset.get(),
                name.get(),
                permission.get(),
                remark.get(),
            )
        },
        move |_, _, _| submit.mend(),
        false,
    );
    // Asked for when the dialog opens.
    let own = load(move || {
        let wanted = open.get();
        let query = EntityQuery {
            user: session.name(),
            page_size: Some(Paging::MAX),
            ..EntityQuery::default()
        };
        async move {
            match wanted {
                true => datasets::list(&query).await.map(|page| page.list),
                false => Ok(Vec::new()),
            }
        }
    });
    let choices = Signal::derive(move || {
        let list = own.data.get().unwrap_or_default();
        let first = match list.is_empty() && !own.loading.get() {
            true => t_string!(i18n, manage.output_no_dataset),
            false => t_string!(i18n, manage.output_choose),
        };
        let first = Choice::new("", first);
        let others = list.into_iter().map(|one| Choice::new(one.id, one.name));
        std::iter::once(first).chain(others).collect::<Vec<_>>()
    });
    let text = move || match path.get() {
        path if path.is_empty() => t_string!(i18n, manage.output_all).to_owned(),
        path => t_string!(i18n, manage.output_folder, path = path),
    };
    let is_new = Memo::new(move |_| into.get() == "new");
    let incomplete = Memo::new(move |_| match is_new.get() {
        true => name.with(|name| name.trim().is_empty()),
        false => dataset.with(String::is_empty),
    });
    let confirm = move |()| {
        let id = task.with_untracked(|task| task.id.clone());
        let is_new = is_new.get_untracked();
        let wanted = OutputToDataset {
            dataset_id: (!is_new).then(|| dataset.get_untracked()),
            name: is_new.then(|| name.get_untracked().trim().to_owned()),
            permission: i64::from(permission.get_untracked() == "1"),
            path: path.get_untracked(),
            description: remark.get_untracked().trim().to_owned(),
        };
        submit.run(
            async move { tasks::to_dataset(&id, &wanted).await },
            move |made| {
                open.set(false);
                name.set(String::new());
                let path = format!("{}/{}", made.owner, made.name);
                let version = made.version;
                let said = untrack(|| match made.state {
                    ModuleState::Valid => {
                        t_string!(i18n, manage.output_done, version = version, path = path)
                    }
                    _ => t_string!(i18n, manage.output_copying, version = version, path = path),
                });
                let versions = Route::Dataset {
                    user: made.owner,
                    name: made.name,
                    tab: DatasetTab::Versions,
                };
                let open = untrack(|| t_string!(i18n, manage.open));
                toasts.say_with_link(said, open, versions.href());
            },
        );
    };
    let at = move |field| submit.at(field, move || i18n.get_locale());
    view! {
        <ConfirmDialog
            open=open
            title=move || t_string!(i18n, manage.output_title)
            action=move || t_string!(i18n, manage.output_save)
            busy=submit.pending
            disabled=incomplete
            on_confirm=confirm
        >
            <p>{text} " " {t!(i18n, manage.output_links)}</p>
            <div class="form">
                <Segmented
                    name="into"
                    label=move || t_string!(i18n, manage.output_where)
                    choices=vec![
                        Choice::new("new", move || t_string!(i18n, manage.output_new)),
                        Choice::new("existing", move || t_string!(i18n, manage.output_existing)),
                    ]
                    value=into
                    on_change=move |value| into.set(value)
                />
                <Show
                    when=move || is_new.get()
                    fallback=move || {
                        view! {
                            <Select
                                name="dataset_id"
                                label=move || t_string!(i18n, manage.output_dataset)
                                choices=choices
                                value=dataset
                                on_change=move |id| dataset.set(id)
                                error=at("dataset_id")
                            />
                        }
                    }
                >
                    <TextInput
                        name="name"
                        label=move || t_string!(i18n, new.name)
                        hint=Signal::derive(move || Some(t_string!(i18n, new.name_hint).to_owned()))
                        value=name
                        error=at("name")
                        monospace=true
                    />
                    <Segmented
                        name="permission"
                        label=move || t_string!(i18n, new.visibility)
                        choices=vec![
                            Choice::new("1", move || t_string!(i18n, common.private)),
                            Choice::new("0", move || t_string!(i18n, common.public)),
                        ]
                        value=permission
                        on_change=move |value| permission.set(value)
                    />
                </Show>
                <TextInput
                    name="description"
                    label=move || t_string!(i18n, manage.output_remark)
                    note=move || t_string!(i18n, common.optional)
                    value=remark
                    error=at("description")
                />
            </div>
            <SubmitError submit=submit/>
        </ConfirmDialog>
    }
}

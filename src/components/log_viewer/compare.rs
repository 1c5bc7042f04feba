//! The log beside that of another run: which, and how much they have apart.

use super::viewer::Viewer;
use crate::client::files::Part;
use crate::client::words::words;
use crate::client::{ClientError, tasks};
use crate::components::load::load;
use crate::components::task_words;
use crate::format;
use crate::i18n::*;
use crate::paths::{Route, TaskTab};
use crate::place::Place;
use crate::session::use_session;
use crate::ui::{Checkbox, ComboOption, Combobox, Dialog, ErrorNote, IconButton, icons};
use crate::work::{Against, ToWorker};
use api::task::{Task, TaskQuery};
use leptos::prelude::*;

/// Bytes that are read of the other log at a time.
const PIECE: u64 = 1 << 20;
/// Runs to choose from that are shown at once.
const SHOWN: u32 = 20;
/// What the address calls the other run, and what counts for nothing.
const AGAINST: &str = "against";
const IGNORE: &str = "ignore";
/// The value of [`IGNORE`].
const NUMBERS: &str = "numbers";

/// The run that a log is compared with; `Copy`.
#[derive(Clone, Copy)]
pub struct Compared {
    /// It is about to be chosen.
    pub choosing: RwSignal<bool>,
    /// Its id, as the address says; empty where there is none.
    pub run: Memo<String>,
    /// Lines that differ in numbers alone are the same.
    ignore: RwSignal<bool>,
    place: Place,
}

impl Compared {
    /// As the address of the page says, in which it is kept.
    pub fn of_address(place: Place) -> Self {
        let compared = Self {
            choosing: RwSignal::new(false),
            run: Memo::new(move |_| place.value(AGAINST)),
            ignore: RwSignal::new(untrack(|| place.value(IGNORE)) == NUMBERS),
            place,
        };
        Effect::new(move |before: Option<bool>| {
            let ignore = compared.ignore.get();
            if before.is_some_and(|before| before != ignore) {
                compared.write(&[(IGNORE, if ignore { NUMBERS } else { "" })]);
            }
            ignore
        });
        compared
    }

    fn write(self, changes: &[(&str, &str)]) {
        self.place.replace(&untrack(|| self.place.with(changes)));
    }
}

/// Chooses among the other runs of a project.
#[component]
pub fn CompareDialog(
    viewer: Viewer,
    /// Id of the task whose log it is.
    task: String,
    /// Id of its project.
    project: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = viewer.compared.choosing;
    view! {
        <Dialog open title=move || t_string!(i18n, log.compare)>
            <Choose viewer task=task.clone() project=project.clone()/>
        </Dialog>
    }
}

#[component]
fn Choose(viewer: Viewer, task: String, project: String) -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    let found = load(move || {
        let query = TaskQuery {
            project: Some(project.clone()),
            q: Some(typed.get().trim().to_owned()).filter(|q| !q.is_empty()),
            page_size: Some(SHOWN),
            ..TaskQuery::default()
        };
        let task = task.clone();
        async move {
            let mut runs = tasks::list(&query).await?.list;
            runs.retain(|run| run.id != task);
            Ok(runs)
        }
    });
    let option = move |run: Task| {
        let short = task_words::named("", &run.id);
        let created = format::absolute(run.created, i18n.get_locale());
        ComboOption::new(run.id.clone(), task_words::title(i18n, &run))
            .aside(task_words::state(i18n, run.state))
            .detail(format!("{short} · {created}"))
    };
    let options = Signal::derive(move || {
        let runs = found.data.get().unwrap_or_default();
        runs.into_iter().map(option).collect::<Vec<_>>()
    });
    let note = Signal::derive(move || {
        if let Some(error) = found.error.get() {
            return Some(words(&error, i18n.get_locale()));
        }
        let none = !found.loading.get() && options.with(Vec::is_empty);
        none.then(|| t_string!(i18n, log.compare_none).to_owned())
    });
    let choose = move |run: String| {
        // The numbers of its lines are not those of what is shown then.
        viewer.picked.set(None);
        viewer.compared.choosing.set(false);
        viewer.compared.write(&[(AGAINST, &run)]);
    };
    view! {
        <div class="use-search">
            <Combobox
                name="compare-run"
                label=move || t_string!(i18n, log.compare_with)
                placeholder=move || t_string!(i18n, log.compare_with)
                value=typed
                options
                on_choose=choose
                busy=found.loading
                note
                // To choose is all there is to do here.
                open=RwSignal::new(true)
                autofocus=true
            />
        </div>
    }
}

/// With which run it is compared, how many lines only one of them has, and the way back.
#[component]
pub fn CompareBar(viewer: Viewer) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let compared = viewer.compared;
    let tell = move |message| viewer.link.tell(ToWorker::Against(message));
    let progress = RwSignal::new((0, 0));
    // Of which run the worker has the log, and who read it.
    let read = StoredValue::new(None);
    let reading = load(move || {
        let run = compared.run.get();
        let wanted = Some((run.clone(), session.uid()));
        let there = read.with_value(|read| *read == wanted);
        if !there {
            read.set_value(None);
            progress.set((0, 0));
            tell(Against::Begin);
        }
        async move {
            if there {
                return Ok(());
            }
            let mut start = 0;
            loop {
                let length = PIECE;
                let part = tasks::log(&run, Part::Range { start, length }).await?;
                start += part.bytes.len() as u64;
                progress.set((start, part.total));
                let end = part.bytes.is_empty() || start >= part.total;
                tell(Against::Piece(part.bytes));
                if end {
                    tell(Against::End);
                    read.set_value(wanted);
                    return Ok(());
                }
            }
        }
    });
    let named = load(move || {
        let run = compared.run.get();
        async move { tasks::get(&run).await }
    });
    Effect::new(move || tell(Against::IgnoreNumbers(compared.ignore.get())));
    on_cleanup(move || tell(Against::Stop));
    let end = move |()| {
        compared.write(&[(AGAINST, "")]);
        if let Some(lines) = viewer.frame.element.get_untracked() {
            // The button goes; the lines are there, and can have the focus.
            let _ = lines.focus();
        }
    };
    let name = move || {
        let run = compared.run.get();
        let task = named.data.get().filter(|task| task.id == run);
        match task {
            Some(task) => format!(
                "{} · {}",
                task_words::title(i18n, &task),
                format::absolute(task.created, i18n.get_locale())
            ),
            None => task_words::named("", &run),
        }
    };
    let href = move || {
        let (id, tab) = (compared.run.get(), TaskTab::Log);
        Route::Task { id, tab }.href()
    };
    let said = move || {
        if reading.error.with(Option::is_some) {
            return None;
        }
        let Some(apart) = viewer.apart.get() else {
            let (part, all) = progress.get();
            let (part, all) = (format::bytes(part), format::bytes(all));
            return Some(t_string!(i18n, log.reading, part = part, all = all));
        };
        Some(match (apart.there + apart.here, compared.ignore.get()) {
            (0, false) => t_string!(i18n, log.compare_same).to_owned(),
            (0, true) => t_string!(i18n, log.compare_same_but).to_owned(),
            _ => {
                let [there, here, both] = [apart.there, apart.here, apart.both].map(format::number);
                t_string!(
                    i18n,
                    log.compare_found,
                    there = there,
                    here = here,
                    both = both
                )
            }
        })
    };
    let error = move || {
        reading.error.get().map(|error: ClientError| {
            let message = move || words(&error, i18n.get_locale());
            view! { <ErrorNote message retry=move |()| reading.reload()/> }
        })
    };
    view! {
        <div class="log-bar" role="group" aria-label=move || t_string!(i18n, log.compared)>
            <div class="log-status">
                <span>{t!(i18n, log.compared)} " " <a href=href>{name}</a></span>
                <Checkbox name="ignore-numbers" value=compared.ignore>
                    {t!(i18n, log.compare_ignore)}
                </Checkbox>
                <span class="log-size" role="status">
                    {said}
                </span>
            </div>
            <IconButton icon=icons::LuX label=move || t_string!(i18n, log.compare_end) on_click=end/>
        </div>
        {error}
    }
}

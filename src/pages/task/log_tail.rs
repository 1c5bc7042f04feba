//! The last lines of a task's log, on its overview.

use crate::client::files::Part;
use crate::client::tasks;
use crate::components::load::{Async, load};
use crate::i18n::*;
use crate::paths::{Route, TaskTab};
use crate::ui::{LinkButton, icons};
use api::task::Task;
use engine::log::{LineKind, LogStore, Row};
use leptos::prelude::*;

/// Lines shown.
const LINES: u64 = 14;
/// Bytes asked for: enough for that many ordinary lines.
const BYTES: u64 = 16 * 1024;

/// The last rows of a log of which `bytes` are the end; `whole` says whether they are all of it.
fn last_rows(bytes: &[u8], whole: bool) -> Vec<Row> {
    // Cut anywhere, the first line is none.
    let begin = match whole {
        true => 0,
        false => bytes
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1),
    };
    let mut store = LogStore::default();
    store.append(&bytes[begin..]);
    let rows = store.rows(None);
    store.window(None, rows.saturating_sub(LINES), LINES as usize)
}

#[component]
pub(super) fn LogTail(task: Signal<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let id = task.with_untracked(|task| task.id.clone());
    let href = Route::Task {
        id: id.clone(),
        tab: TaskTab::Log,
    }
    .href();
    let length = Memo::new(move |_| task.with(|task| task.log_bytes));
    let ended = Memo::new(move |_| task.with(|task| task.state.is_final()));
    let tail = load(move || {
        let (id, length) = (id.clone(), length.get());
        async move {
            if length == 0 {
                return Ok(Vec::new());
            }
            let end = tasks::log(&id, Part::Last(BYTES)).await?;
            Ok(last_rows(&end.bytes, end.start == 0))
        }
    });
    let shown = move |rows: Signal<Vec<Row>>| {
        (move || match rows.with(Vec::is_empty) {
            true => view! { <Nothing ended=ended.into()/> }.into_any(),
            false => view! { <Lines rows=rows.get()/> }.into_any(),
        })
        .into_any()
    };
    view! {
        <section class="card log-tail">
            <div class="card-head">
                <h2>{move || t_string!(i18n, task.log_last)}</h2>
                <LinkButton icon=icons::LuTerminal href>
                    {move || t_string!(i18n, task.log_open)}
                </LinkButton>
            </div>
            <Async load=tail lines=4 view=shown/>
        </section>
    }
}

#[component]
fn Lines(rows: Vec<Row>) -> impl IntoView {
    let i18n = use_i18n();
    let lines = rows.into_iter().map(|row| {
        let text: String = row.spans.into_iter().map(|span| span.text).collect();
        let platform = row.kind == LineKind::Platform;
        view! { <div class="log-tail-line" class:log-tail-platform=platform>{text} "\n"</div> }
    });
    let lines = lines.collect_view();
    view! {
        <div class="log-tail-lines" role="region" tabindex="0" aria-label=move || t_string!(i18n, task.log_last)>
            {lines}
        </div>
    }
}

#[component]
fn Nothing(ended: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || match ended.get() {
        true => t_string!(i18n, task.log_none),
        false => t_string!(i18n, task.log_empty),
    };
    view! { <p class="log-tail-empty">{words}</p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8], whole: bool) -> Vec<String> {
        let text = |row: Row| row.spans.into_iter().map(|span| span.text).collect();
        last_rows(bytes, whole).into_iter().map(text).collect()
    }

    #[test]
    fn a_line_cut_at_its_beginning_is_left_out() {
        assert_eq!(texts(b"one\ntwo\n", true), ["one", "two"]);
        assert_eq!(texts(b"ne\ntwo\nthree", false), ["two", "three"]);
        assert_eq!(texts(b"no end of a line", false), ["no end of a line"]);
    }

    #[test]
    fn only_the_last_lines_are_shown() {
        let log: String = (1..=100).map(|n| format!("line {n}\n")).collect();
        let shown = texts(log.as_bytes(), true);
        assert_eq!(shown.len() as u64, LINES);
        assert_eq!(shown[shown.len() - 1], "line 100");
    }
}

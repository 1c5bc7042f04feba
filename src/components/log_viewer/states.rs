//! What a line showed before: the states of a progress bar.

use super::row;
use super::viewer::Viewer;
use crate::i18n::*;
use crate::ui::{Button, Dialog, Skeleton};
use engine::log::Row;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// States that are shown at once.
const PART: u32 = 500;

/// The states of the line that the reader asked for, the oldest first.
#[component]
pub fn States(viewer: Viewer) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    Effect::new(move || {
        if viewer.unfolded.get().is_some() {
            open.set(true);
        }
    });
    Effect::new(move || {
        if !open.get() && viewer.unfolded.get_untracked().is_some() {
            viewer.unfolded.set(None);
        }
    });
    let title = move || {
        let line = viewer.unfolded.get().unwrap_or(0);
        t_string!(i18n, log.earlier_title, line = line)
    };
    view! {
        <Dialog open title>
            {move || viewer.unfolded.get().map(|line| view! { <List viewer line/> })}
        </Dialog>
    }
}

#[component]
fn List(viewer: Viewer, line: u64) -> impl IntoView {
    let i18n = use_i18n();
    let rows = RwSignal::new(None::<Vec<Row>>);
    let states = RwSignal::new(0);
    let whole = RwSignal::new(true);
    let read = move |()| {
        spawn_local(async move {
            let from = rows.with_untracked(|rows| rows.as_ref().map_or(0, Vec::len));
            let earlier = viewer.link.earlier(line, from as u32, PART).await;
            // The dialog may be closed by now; a line that is dropped has no states left.
            let (more, count, all) =
                earlier.map_or((Vec::new(), 0, true), |e| (e.rows, e.states, e.whole));
            states.try_set(count);
            whole.try_set(all);
            rows.try_update(|rows| rows.get_or_insert_default().extend(more));
        });
    };
    read(());
    let list = move || {
        rows.with(|rows| {
            let rows = rows.as_ref()?;
            let rows: Vec<_> = rows.iter().map(row::state).collect();
            Some(view! {
                <div
                    class="log-states"
                    role="group"
                    tabindex="0"
                    aria-label=move || t_string!(i18n, log.earlier)
                >
                    {rows}
                </div>
            })
        })
    };
    let left = move || {
        let shown = rows.with(|rows| rows.as_ref().map(Vec::len));
        shown.map(|shown| states.get() as usize - shown.min(states.get() as usize))
    };
    view! {
        {move || rows.with(Option::is_none).then(|| view! { <Skeleton lines=4/> })}
        {list}
        {move || (!whole.get()).then(|| view! { <p class="muted">{t!(i18n, log.earlier_cut)}</p> })}
        {move || {
            left()
                .filter(|left| *left > 0)
                .map(|left| {
                    view! {
                        <Button on_click=read>
                            {move || t_string!(i18n, log.earlier_more, count = left)}
                        </Button>
                    }
                })
        }}
    }
}

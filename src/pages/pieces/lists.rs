//! Heads, tabs, tables and timelines.

use super::{MIXED, Part};
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::ui::{
    Badge, Column, IconButton, Pagination, Sort, Standing, Tab, Table, Tabs, TimeAgo, TimeAt,
    Timeline, TimelineStep, Tone, icons,
};
use api::Time;
use leptos::prelude::*;

/// A time that stays the same however often the page is looked at, in seconds since 1970.
const LONG_AGO: i64 = 1_750_000_000;

#[component]
pub(super) fn Heads() -> impl IntoView {
    let i18n = use_i18n();
    let here = || Route::Pieces.href();
    let tabs = vec![
        Tab::new(move || t_string!(i18n, pieces.part_one), here(), || true),
        Tab::new(move || t_string!(i18n, pieces.part_two), here(), || false).counted(|| Some(1204)),
        Tab::new(move || t_string!(i18n, pieces.part_three), here(), || false),
    ];
    view! {
        <Part id="heads" title=move || t_string!(i18n, pieces.heads)>
            <Tabs tabs/>
        </Part>
    }
}

#[component]
pub(super) fn Tables() -> impl IntoView {
    let i18n = use_i18n();
    let sort = |ascending: Option<bool>| Sort {
        ascending: Signal::stored(ascending),
        href: Signal::stored(Route::Pieces.href()),
    };
    let columns = vec![
        Column::new(move || t_string!(i18n, pieces.name)).sorted(sort(Some(true))),
        Column::new(move || t_string!(i18n, pieces.choice)),
        Column::numeric(move || t_string!(i18n, pieces.size)).sorted(sort(None)),
        Column::new(move || t_string!(i18n, pieces.changed)).sorted(sort(None)),
        Column::actions(move || t_string!(i18n, pieces.row_actions)),
    ];
    let names: [TextProp; 4] = [
        "train.py".into(),
        "data/iris.csv".into(),
        MIXED.into(),
        (move || t_string!(i18n, pieces.long)).into(),
    ];
    let row = move |(at, name): (usize, TextProp)| {
        let bytes = format::bytes(977 * 31_u64.pow(at as u32));
        view! {
            <tr>
                <td class="cell-main">
                    <a href=Route::Pieces.href()>{move || name.get()}</a>
                    {(at == 1).then(|| view! { <span class="cell-sub">{move || t_string!(i18n, pieces.a_detail)}</span> })}
                </td>
                <td>
                    <Badge label=move || t_string!(i18n, pieces.done) icon=icons::LuCircleCheck tone=Tone::Ok/>
                </td>
                <td class="num">{bytes}</td>
                <td>
                    {if at == 0 {
                        view! { <TimeAt time=Time::from_seconds(LONG_AGO)/> }.into_any()
                    } else {
                        view! { <TimeAgo time=Time::from_seconds(LONG_AGO)/> }.into_any()
                    }}
                </td>
                <td class="cell-actions">
                    <IconButton label=move || t_string!(i18n, pieces.delete) icon=icons::LuTrash2 on_click=|()| {}/>
                </td>
            </tr>
        }
    };
    view! {
        <Part id="tables" title=move || t_string!(i18n, pieces.tables)>
            <Table caption=move || t_string!(i18n, pieces.rows) columns>
                {names.into_iter().enumerate().map(row).collect_view()}
            </Table>
            <Pagination page=7_u32 pages=20_u32 href=|_| Route::Pieces.href()/>
        </Part>
    }
}

#[component]
pub(super) fn Timelines() -> impl IntoView {
    let i18n = use_i18n();
    let line = move |ways: [Standing; 3]| {
        let step = move |(at, standing): (usize, Standing)| {
            let name = move || match at {
                0 => t_string!(i18n, pieces.queued),
                1 => t_string!(i18n, pieces.running),
                _ => t_string!(i18n, pieces.ended),
            };
            let stands = move || match standing {
                Standing::Done => t_string!(i18n, task.step_done),
                Standing::Now => t_string!(i18n, task.step_now),
                Standing::Ahead => t_string!(i18n, task.step_ahead),
                Standing::Skipped => t_string!(i18n, task.step_skipped),
                Standing::Failed => t_string!(i18n, pieces.failed),
            };
            let took = move || {
                let seconds = 4_u64.pow(at as u32 + 2);
                format::duration(seconds, i18n.get_locale())
            };
            let known = !matches!(standing, Standing::Ahead | Standing::Skipped);
            view! {
                <TimelineStep name standing stands>
                    {known.then(|| view! { "12:05 " <span class="timeline-took">{took}</span> })}
                </TimelineStep>
            }
        };
        let steps = ways.into_iter().enumerate().map(step).collect_view();
        view! { <Timeline label=move || t_string!(i18n, pieces.timelines)>{steps}</Timeline> }
    };
    use Standing::{Ahead, Done, Failed, Now, Skipped};
    view! {
        <Part id="timelines" title=move || t_string!(i18n, pieces.timelines)>
            {line([Done, Now, Ahead])}
            {line([Done, Done, Done])}
            {line([Done, Skipped, Failed])}
        </Part>
    }
}

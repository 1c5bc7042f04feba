//! How much somebody ran, day by day: 53 weeks as squares, and the same as a table.

use super::calendar::{Calendar, Cell, WEEKS};
use crate::client::social;
use crate::components::load::{Async, load};
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::ui::{Column, Table};
use api::Time;
use api::social::Activity;
use api::zone::Zone;
use leptos::prelude::*;

/// Side of a square with the gap to the next one, in pixels.
const STEP: i64 = 13;
/// Side of a square.
const SIDE: i64 = 10;
/// Days looked at for changes of the clock.
const DAYS: i64 = WEEKS * 7 + 1;

/// Tasks of the last year by day.
#[component]
pub(super) fn HeatMap(
    /// Whose they are.
    user: Memo<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let now = format::now();
    let zone = StoredValue::new(format::zone(now, DAYS));
    let asked = load(move || {
        let (user, zone) = (user.get(), zone.get_value());
        async move { social::activity(&user, &zone).await }
    })
    .recall();
    let shown = move |activity: Signal<Activity>| {
        let calendar = Memo::new(move |_| {
            activity.with(|activity| zone.with_value(|zone| Calendar::new(activity, now, zone)))
        });
        view! { <Year calendar zone/> }.into_any()
    };
    view! {
        <section class="heat-map" aria-labelledby="activity-title">
            <h2 id="activity-title">{move || t_string!(i18n, social.activity)}</h2>
            <Async load=asked lines=4 view=shown/>
        </section>
    }
}

/// A day as the reader writes it.
fn written(day: i64, zone: &Zone, locale: crate::i18n::Locale) -> String {
    // Noon of that day where the reader is.
    let noon = Time::from_seconds(day * 86_400 + 43_200);
    let minutes = i64::from(zone.at(noon));
    format::date(Time(noon.0 - minutes * 60_000_000), locale)
}

#[component]
fn Year(calendar: Memo<Calendar>, zone: StoredValue<Zone>) -> impl IntoView {
    let i18n = use_i18n();
    let date = move |day: i64| zone.with_value(|zone| written(day, zone, i18n.get_locale()));
    let sum = move || match calendar.with(|calendar| calendar.total) {
        0 => t_string!(i18n, social.activity_none).to_owned(),
        1 => t_string!(i18n, social.activity_sum_one).to_owned(),
        total => t_string!(i18n, social.activity_sum, count = format::number(total)),
    };
    let busiest = move || {
        let cell = calendar.with(|calendar| calendar.busiest.clone())?;
        let (date, count) = (date(cell.day), format::number(cell.runs));
        Some(t_string!(
            i18n,
            social.activity_busiest,
            date = date,
            count = count
        ))
    };
    let words = Memo::new(move |_| match busiest() {
        Some(busiest) => format!("{}. {busiest}.", sum()),
        None => sum(),
    });
    let square = move |cell: &Cell| {
        let (date, count) = (date(cell.day), format::number(cell.runs));
        let title = t_string!(i18n, social.activity_day, date = date, count = count);
        view! {
            <rect
                class=format!("heat heat-{}", cell.level)
                x=(cell.week * STEP).to_string()
                y=(cell.weekday * STEP).to_string()
                width=SIDE.to_string()
                height=SIDE.to_string()
                rx="2"
            >
                <title>{title}</title>
            </rect>
        }
    };
    let squares =
        move || calendar.with(|calendar| calendar.cells.iter().map(square).collect::<Vec<_>>());
    let (width, height) = (WEEKS * STEP, 7 * STEP);
    let legend = (0..5).map(|level| {
        view! { <span class=format!("heat-key heat-key-{level}")></span> }
    });
    let open = RwSignal::new(false);
    let some = Memo::new(move |_| calendar.with(|calendar| calendar.total > 0));
    view! {
        <div class="heat-map-frame">
            <svg
                role="img"
                aria-label=move || words.get()
                width=width.to_string()
                height=height.to_string()
                viewBox=format!("0 0 {width} {height}")
            >
                {squares}
            </svg>
        </div>
        <div class="heat-map-note">
            <span>{move || words.get()}</span>
            <span class="heat-legend" aria-hidden="true">
                {move || t_string!(i18n, social.activity_less)}
                {legend.collect_view()}
                {move || t_string!(i18n, social.activity_more)}
            </span>
        </div>
        <Show when=move || some.get()>
            <details on:toggle=move |_| open.update(|open| *open = !*open)>
                <summary>{move || t_string!(i18n, social.activity_table)}</summary>
                <Show when=move || open.get()>
                    <Days calendar zone/>
                </Show>
            </details>
        </Show>
    }
}

/// The days with tasks, the newest first.
#[component]
fn Days(calendar: Memo<Calendar>, zone: StoredValue<Zone>) -> impl IntoView {
    let i18n = use_i18n();
    let columns = vec![
        Column::new(move || t_string!(i18n, social.day)),
        Column::numeric(move || t_string!(i18n, social.runs)),
    ];
    let rows = move || {
        let locale = i18n.get_locale();
        calendar.with(|calendar| {
            let days = calendar.cells.iter().rev().filter(|cell| cell.runs > 0);
            let row = |cell: &Cell| {
                let date = zone.with_value(|zone| written(cell.day, zone, locale));
                view! {
                    <tr>
                        <td class="cell-main">{date}</td>
                        <td class="num" data-label=move || t_string!(i18n, social.runs)>
                            {format::number(cell.runs)}
                        </td>
                    </tr>
                }
            };
            days.map(row).collect::<Vec<_>>()
        })
    };
    view! {
        <Table caption=move || t_string!(i18n, social.activity) columns>
            {rows}
        </Table>
    }
}

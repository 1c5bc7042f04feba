//! The metrics in a task's log as charts and a table, and what the task used of the machine.

mod group;
mod machine;
mod pattern_form;
mod patterns;
mod table;

pub use machine::Machine;
pub use pattern_form::pattern_drawer;

use crate::client;
use crate::components::chart::{Axis, Chart, Curve, Shared};
use crate::components::log_link::{LogLink, PLATFORM_ZONE};
use crate::components::log_viewer::LogStatus;
use crate::format;
use crate::i18n::*;
use crate::paths::{Route, TaskTab};
use crate::place::use_place;
use crate::ui::{
    Button, Choice, CopyField, EmptyState, ErrorNote, IconButton, Select, Skeleton, TextInput,
    icons, save_csv,
};
use crate::work::{Across, Asked, Drawn, ToWorker};
use api::routes;
use group::groups;
use leptos::prelude::*;
use leptos::task::spawn_local;
use patterns::{PatternDrawer, Patterns};
use std::sync::Arc;
use table::MetricTable;

/// Columns that curves are drawn in.
const PIXELS: u32 = 800;
/// What a program can print so that its value is a metric.
const EXAMPLE: &str = r#"print('{"metric": "loss", "value": 0.3, "step": 10}')"#;

/// Charts of all metrics in the log of a task, which is followed until it ends.
#[component]
pub fn Metrics(
    /// Id of the task.
    #[prop(into)]
    task: String,
    /// Id of its project, which may have patterns of its own.
    #[prop(into)]
    project: String,
    /// Who the project belongs to.
    #[prop(into)]
    owner: String,
) -> impl IntoView {
    let again = Trigger::new();
    let patterns = Patterns::of(project, owner);
    move || {
        again.track();
        view! {
            <Followed
                task=task.clone()
                patterns
                on_again=Callback::new(move |()| again.notify())
            />
        }
    }
}

/// The charts with a worker of their own.
#[component]
fn Followed(
    task: String,
    patterns: Patterns,
    /// Begins anew, with another worker.
    on_again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let link = LogLink::open(client::socket_url(&routes::fill(
        routes::TASK_LOG_STREAM,
        &[&task],
    )));
    let across = RwSignal::new(Across::Step);
    let smoothing = RwSignal::new(0.0);
    let log = RwSignal::new(false);
    let names = RwSignal::new(String::new());
    let zoom = RwSignal::new(None);
    let tabled = RwSignal::new(false);
    let looked_for = Memo::new(move |_| patterns.asked());
    let patterns_open = RwSignal::new(false);
    Effect::new(move || {
        // The log is read once, with all that is looked for.
        let Some(patterns) = looked_for.get() else {
            return;
        };
        link.tell(ToWorker::Draw(Some(Asked {
            across: across.get(),
            range: zoom.get(),
            pixels: PIXELS,
            smoothing: smoothing.get(),
            names: names.with(|names| names.trim().to_lowercase()),
            patterns,
            zone: PLATFORM_ZONE,
        })));
    });
    let drawn = link.drawn;
    let now = format::now();
    let zone = format::zone(now, 0).at(now);
    let shared = Shared {
        range: Signal::derive(move || drawn.with(|d| d.as_ref().map_or((0.0, 1.0), |d| d.range))),
        zoom,
        cursor: RwSignal::new(None),
        axis: Signal::derive(move || match across.get() {
            Across::Step => Axis::Number,
            Across::Relative => Axis::Duration,
            Across::Wall => Axis::Clock(zone),
        }),
        log: log.into(),
    };
    let id = StoredValue::new(task);
    let to_line = Callback::new(move |line: u64| {
        let log = Route::Task {
            id: id.get_value(),
            tab: TaskTab::Log,
        };
        place.go(&format!("{}#L{line}", log.href()));
    });
    // A chart stays the same while its curves grow.
    let charts = Memo::new(move |_| {
        drawn.with(|drawn| {
            let mut charts = drawn.as_ref().map_or_else(Vec::new, |drawn| {
                groups(drawn.curves.iter().map(|curve| curve.name.as_str()))
            });
            // What has one value, a setting say, and how far the run is, are of less interest.
            let moves = |at: &usize| {
                let curve = drawn.as_ref().and_then(|drawn| drawn.curves.get(*at));
                curve.is_some_and(|curve| curve.summary.count > 1)
            };
            charts.sort_by_key(|(name, places)| (!places.iter().any(moves), name == "epoch"));
            charts
        })
    });
    let chart = move |(title, places): (String, Vec<usize>)| {
        let curves = Signal::derive(move || {
            drawn.with(|drawn| {
                Arc::new(drawn.as_ref().map_or_else(Vec::new, |d| curves(d, &places)))
            })
        });
        view! { <Chart title curves shared on_line=to_line/> }
    };
    let state = move || {
        drawn.with(|d| {
            d.as_ref()
                .map(|d| (d.names, d.whole, d.left_out, d.all.is_some()))
        })
    };
    let csv = move |()| {
        spawn_local(async move {
            if let Some(text) = link.csv().await {
                save_csv(&text, &format!("{}-metrics.csv", id.get_value()));
            }
        });
    };
    let notes = move || {
        let (found, _, left_out, placed) = state()?;
        let words = match (found, left_out, placed) {
            (0, _, _) => return None,
            (_, _, false) => t_string!(i18n, metrics.no_times).to_owned(),
            (_, 0, true) => return None,
            (_, count, true) => t_string!(i18n, metrics.left_out, count = count),
        };
        Some(view! { <p class="muted">{words}</p> })
    };
    let body = move || {
        let known = Memo::new(move |_| state().map(|(found, whole, ..)| (found > 0, whole)));
        move || {
            match known.get() {
            None => view! { <Skeleton lines=6/> }.into_any(),
            Some((false, false)) => view! { <Skeleton lines=6/> }.into_any(),
            Some((false, true)) => view! {
                <EmptyState
                    icon=icons::LuChartLine
                    title=move || t_string!(i18n, metrics.none)
                    text=move || t_string!(i18n, metrics.none_hint)
                />
                <CopyField text=Signal::stored(EXAMPLE.to_owned()) label=move || t_string!(i18n, common.copy)/>
            }
            .into_any(),
            Some((true, _)) => view! {
                {notes}
                <div class="charts">
                    <For each=move || charts.get() key=Clone::clone children=chart/>
                </div>
                {move || tabled.get().then(|| view! { <MetricTable drawn on_line=to_line/> })}
            }
            .into_any(),
        }
        }
    };
    let choices = Signal::derive(move || {
        vec![
            Choice::new("step", t_string!(i18n, metrics.step)),
            Choice::new("relative", t_string!(i18n, metrics.relative)),
            Choice::new("wall", t_string!(i18n, metrics.wall)),
        ]
    });
    let chosen = Signal::derive(move || {
        let name = match across.get() {
            Across::Step => "step",
            Across::Relative => "relative",
            Across::Wall => "wall",
        };
        name.to_owned()
    });
    let choose = move |name: String| {
        zoom.set(None);
        across.set(match name.as_str() {
            "relative" => Across::Relative,
            "wall" => Across::Wall,
            _ => Across::Step,
        });
    };
    view! {
        <section class="metrics" aria-label=move || t_string!(i18n, metrics.title)>
            <div class="toolbar">
                <div class="grow">
                    <TextInput
                        name="metrics-names"
                        label=move || t_string!(i18n, metrics.names)
                        value=names
                        kind="search"
                        placeholder=Signal::derive(move || Some(t_string!(i18n, metrics.names).to_owned()))
                    />
                </div>
                <Select
                    name="metrics-across"
                    label=move || t_string!(i18n, metrics.across)
                    choices
                    value=chosen
                    on_change=choose
                />
                <label class="field">
                    <span class="field-label">{t!(i18n, metrics.smoothing)}</span>
                    <input
                        class="metrics-smoothing"
                        type="range"
                        min="0"
                        max="0.99"
                        step="0.01"
                        prop:value=move || smoothing.get().to_string()
                        on:input=move |event| {
                            smoothing.set(event_target_value(&event).parse().unwrap_or(0.0));
                        }
                    />
                </label>
                <div class="metrics-buttons">
                    <Button pressed=log on_click=move |()| log.update(|on| *on = !*on)>
                        {t!(i18n, metrics.log)}
                    </Button>
                    <IconButton
                        icon=icons::LuTable
                        label=move || t_string!(i18n, metrics.table)
                        pressed=tabled
                        on_click=move |()| tabled.update(|on| *on = !*on)
                    />
                    <Button
                        icon=icons::LuRegex
                        on_click=move |()| patterns_open.set(true)
                    >
                        {t!(i18n, metrics.patterns)}
                    </Button>
                    <Button icon=icons::LuDownload on_click=csv>
                        "CSV"
                    </Button>
                    {move || {
                        zoom.get()
                            .is_some()
                            .then(|| {
                                view! {
                                    <Button icon=icons::LuZoomOut on_click=move |()| zoom.set(None)>
                                        {t!(i18n, metrics.all)}
                                    </Button>
                                }
                            })
                    }}
                </div>
            </div>
            <LogStatus
                snapshot=link.snapshot
                on_retry=Callback::new(move |()| link.tell(ToWorker::Retry))
            />
            {move || {
                link.broken
                    .get()
                    .then(|| {
                        view! { <ErrorNote message=move || t_string!(i18n, log.worker_failed) retry=on_again/> }
                    })
            }}
            {body()}
            <PatternDrawer open=patterns_open patterns link/>
        </section>
    }
}

/// The curves of a chart.
fn curves(drawn: &Drawn, places: &[usize]) -> Vec<Curve> {
    let curves = places.iter().filter_map(|at| drawn.curves.get(*at));
    let curve = |curve: &crate::work::Curve| Curve {
        name: curve.name.clone(),
        points: curve.points.clone(),
        ghost: curve.ghost.clone(),
        lines: curve.lines.clone(),
    };
    curves.map(curve).collect()
}

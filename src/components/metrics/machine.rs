//! What a task used of the machine while it ran: measured by the server, drawn as it comes.

use crate::client::tasks;
use crate::components::chart::{Axis, Chart, Curve, Shared, Unit};
use crate::components::load::{Async, load};
use crate::components::task_words::{self, Texts};
use crate::i18n::*;
use api::monitor::{Monitor, MonitorColumn};
use api::task::{Stage, Task};
use engine::chart::decimate;
use leptos::prelude::*;
use std::sync::Arc;

/// Columns that curves are drawn in.
const PIXELS: usize = 800;
/// Milliseconds between two questions while the task runs.
const EVERY: u32 = 2_000;

/// Charts of processor, memory, disks, network and graphics cards, as far as they were measured.
#[component]
pub fn Machine(task: Signal<Task>) -> impl IntoView {
    let i18n = use_i18n();
    let id = task.with_untracked(|task| task.id.clone());
    // What is here already is not asked for again.
    let known = StoredValue::new(Monitor::default());
    let monitor = load(move || {
        let id = id.clone();
        async move {
            let query = known.with_value(Monitor::next);
            let newer = tasks::monitor(&id, &query).await?;
            known.update_value(|known| known.take(newer));
            Ok(known.get_value())
        }
    })
    .poll(|monitor: &Monitor| (!monitor.ended).then_some(EVERY));
    let stages = Memo::new(move |_| task.with(|task| task.timeline.clone()));
    let shown = move |monitor: Signal<Monitor>| {
        let flags = Signal::derive(move || {
            let Some(start) = monitor.with(|monitor| monitor.start) else {
                return Vec::new();
            };
            let stages = stages.get().into_iter();
            let flag = |stage: api::task::StageTime| {
                let at = stage.at.seconds_since(start) * 1000.0;
                (at, task_words::stage(i18n, stage.stage).to_owned())
            };
            // What was before the first measure has no place.
            stages
                .filter(|stage| matches!(stage.stage, Stage::Running | Stage::Finished))
                .map(flag)
                .map(|(at, words)| (at.max(0.0), words))
                .collect()
        });
        view! { <Shown monitor flags/> }.into_any()
    };
    view! {
        <section class="metrics" aria-label=move || t_string!(i18n, metrics.machine)>
            <h2>{move || t_string!(i18n, metrics.machine)}</h2>
            <Async load=monitor lines=6 view=shown/>
        </section>
    }
}

/// A column of what was measured.
type Column = fn(&Monitor) -> &Option<MonitorColumn>;

/// A chart: its name, what goes upwards, what values are multiplied by for that, and its curves.
type Measured = (TextProp, Unit, f64, Vec<(TextProp, Column)>);

/// Everything that is measured, in the order in which it is shown.
fn measures(i18n: Texts) -> Vec<Measured> {
    let (cpu, memory): (TextProp, TextProp) = (
        (move || t_string!(i18n, metrics.cpu)).into(),
        (move || t_string!(i18n, metrics.memory)).into(),
    );
    let (gpu, gpu_memory): (TextProp, TextProp) = (
        (move || t_string!(i18n, metrics.gpu)).into(),
        (move || t_string!(i18n, metrics.gpu_memory)).into(),
    );
    let read = (move || t_string!(i18n, metrics.read)).into();
    let written = (move || t_string!(i18n, metrics.written)).into();
    let received = (move || t_string!(i18n, metrics.received)).into();
    let sent = (move || t_string!(i18n, metrics.sent)).into();
    vec![
        // Thousandths of a processor are tenths of a percent.
        (cpu.clone(), Unit::Percent, 0.1, vec![(cpu, |m| &m.cpu)]),
        (
            memory.clone(),
            Unit::Bytes,
            1.0,
            vec![(memory, |m| &m.memory)],
        ),
        (
            (move || t_string!(i18n, metrics.disk)).into(),
            Unit::BytesPerSecond,
            1.0,
            vec![(read, |m| &m.disk_read), (written, |m| &m.disk_write)],
        ),
        (
            (move || t_string!(i18n, metrics.network)).into(),
            Unit::BytesPerSecond,
            1.0,
            vec![(received, |m| &m.net_in), (sent, |m| &m.net_out)],
        ),
        (gpu.clone(), Unit::Percent, 1.0, vec![(gpu, |m| &m.gpu)]),
        (
            gpu_memory.clone(),
            Unit::Bytes,
            1.0,
            vec![(gpu_memory, |m| &m.gpu_memory)],
        ),
    ]
}

#[component]
fn Shown(
    monitor: Signal<Monitor>,
    /// When the run came to its states.
    flags: Signal<Vec<(f64, String)>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let zoom = RwSignal::new(None);
    let length =
        move || monitor.with(|m| (m.from + m.count) as f64 * f64::from(m.interval) * 1000.0);
    let shared = Shared {
        range: Signal::derive(move || zoom.get().unwrap_or_else(|| (0.0, length().max(1000.0)))),
        zoom,
        cursor: RwSignal::new(None),
        axis: Signal::stored(Axis::Duration),
        log: Signal::stored(false),
    };
    let chart = move |(title, unit, factor, columns): Measured| {
        let columns = Arc::new(columns);
        let measured = {
            let columns = Arc::clone(&columns);
            Memo::new(move |_| {
                monitor.with(|monitor| columns.iter().any(|(_, column)| column(monitor).is_some()))
            })
        };
        let curves = Signal::derive(move || {
            let range = shared.range.get();
            let curves = monitor.with(|monitor| {
                let curve = |(name, column): &(TextProp, Column)| {
                    let column = column(monitor).as_ref()?;
                    Some(curve(
                        name.get().to_string(),
                        column,
                        monitor,
                        factor,
                        range,
                    ))
                };
                columns.iter().filter_map(curve).collect()
            });
            Arc::new(curves)
        });
        move || {
            measured.get().then(|| {
                view! { <Chart title=title.clone() curves shared unit zero=true flags/> }
            })
        }
    };
    let nothing = Memo::new(move |_| monitor.with(|monitor| monitor.count == 0));
    move || match nothing.get() {
        true => view! { <p class="muted">{t!(i18n, metrics.not_measured)}</p> }.into_any(),
        false => {
            let charts = measures(i18n).into_iter().map(chart).collect_view();
            view! { <div class="charts">{charts}</div> }.into_any()
        }
    }
}

/// A curve of the means, with the largest values behind it where they are others.
fn curve(
    name: String,
    column: &MonitorColumn,
    monitor: &Monitor,
    factor: f64,
    (from, to): (f64, f64),
) -> Curve {
    let step = f64::from(monitor.interval) * 1000.0;
    let x: Vec<f64> = (0..monitor.count)
        .map(|at| (at as f64 + 0.5) * step)
        .collect();
    let points = |values: &[Option<u64>]| {
        let y: Vec<f64> = values
            .iter()
            .map(|value| value.map_or(f64::NAN, |value| value as f64 * factor))
            .collect();
        let mut points = decimate(&x, &y, from, to, PIXELS);
        // What was not measured is a gap and no value.
        points.marks.clear();
        points
    };
    Curve {
        name,
        points: points(&column.mean),
        ghost: (!column.max.is_empty()).then(|| points(&column.max)),
        lines: Vec::new(),
    }
}

//! Curves over an axis: one cursor for all charts of a page, zoom by dragging, a click leads to a point's line.
//!
//! Curves come with few points (`engine::chart::decimate`), so that a chart is some paths of an SVG, coloured by the
//! theme, and no script of somebody else's.

mod plot;
mod words;

pub use words::{Axis, Unit};

use crate::i18n::*;
use crate::untyped;
use engine::chart::Points;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::web_sys::ResizeObserver;
use plot::{Plot, nearest};
use send_wrapper::SendWrapper;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Height of a chart in CSS pixels; the same number stands in the style sheet.
const HEIGHT: f64 = 200.0;
/// Shorter than this a drag is a click, in CSS pixels.
const CLICK: f64 = 4.0;
/// Curves that have colours of their own.
pub const COLOURS: usize = 8;

/// A curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Its points, few enough to be drawn.
    pub points: Points,
    /// What was smoothed, drawn faintly behind it.
    pub ghost: Option<Points>,
    /// The line of the log that each point stands on; none where there are no lines.
    pub lines: Vec<u64>,
}

/// What the charts of a page share. `Copy`.
#[derive(Clone, Copy)]
pub struct Shared {
    /// What is shown from left to right.
    pub range: Signal<(f64, f64)>,
    /// What the reader wants to see of it; `None`: all.
    pub zoom: RwSignal<Option<(f64, f64)>>,
    /// Where the reader points.
    pub cursor: RwSignal<Option<f64>>,
    /// What goes from left to right.
    pub axis: Signal<Axis>,
    /// Whether equal distances upwards are equal factors.
    pub log: Signal<bool>,
}

/// A chart with its name above, and below it the names of the curves with their values where the reader points.
#[component]
pub fn Chart(
    /// What it shows.
    #[prop(into)]
    title: TextProp,
    /// The curves.
    curves: Signal<Arc<Vec<Curve>>>,
    /// What it shares with others.
    shared: Shared,
    /// What goes upwards.
    #[prop(default = Unit::Number)]
    unit: Unit,
    /// The axis upwards begins at zero.
    #[prop(optional)]
    zero: bool,
    /// Moments that are marked, and what they are called.
    #[prop(optional, into)]
    flags: Signal<Vec<(f64, String)>>,
    /// Leads to a line of the log.
    #[prop(optional, into)]
    on_line: Option<Callback<u64>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Shared {
        range,
        zoom,
        cursor,
        axis,
        log,
    } = shared;
    let area = NodeRef::<Div>::new();
    let width = measured(area);
    let plot = Memo::new(move |_| {
        curves.with(|curves| {
            let shown = curves
                .iter()
                .flat_map(|curve| [Some(&curve.points), curve.ghost.as_ref()]);
            let size = (width.get(), HEIGHT);
            Plot::new(size, range.get(), shown.flatten(), log.get(), zero)
        })
    });
    // From where the reader drags, and whether that moves what is shown instead of choosing a part of it.
    let drag = RwSignal::new(None::<(f64, bool)>);
    let place = move |event: &PointerEvent| {
        let left = area
            .get_untracked()
            .map_or(0.0, |area| area.get_bounding_client_rect().left());
        let (from, _, to, _) = plot.get_untracked().frame();
        (f64::from(event.client_x()) - left).clamp(from, to)
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        if let Some(area) = area.get_untracked() {
            untyped::call(&area, "setPointerCapture", &[event.pointer_id().into()]);
        }
        drag.set(Some((place(&event), event.shift_key())));
    };
    let move_ = move |event: PointerEvent| {
        let (here, plot) = (place(&event), plot.get_untracked());
        if let Some((from, true)) = drag.get_untracked() {
            let way = plot.value_x(from) - plot.value_x(here);
            // What was asked for last may not be drawn yet.
            let (left, right) = zoom.get_untracked().unwrap_or(plot.x);
            zoom.set(Some((left + way, right + way)));
            drag.set(Some((here, true)));
        }
        cursor.set(Some(plot.value_x(here)));
    };
    let to_line = move |x: f64| {
        let line = curves.with_untracked(|curves| {
            let near = curves.iter().filter_map(|curve| {
                let at = nearest(&curve.points, x)?;
                Some(((curve.points.x[at] - x).abs(), *curve.lines.get(at)?))
            });
            near.min_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, line)| line)
        });
        if let (Some(on_line), Some(line)) = (on_line, line) {
            on_line.run(line);
        }
    };
    let up = move |event: PointerEvent| {
        let Some((from, moved)) = drag.get_untracked() else {
            return;
        };
        drag.set(None);
        let (here, plot) = (place(&event), plot.get_untracked());
        if moved {
            return;
        }
        if (here - from).abs() < CLICK {
            to_line(plot.value_x(here));
        } else {
            zoom.set(Some((
                plot.value_x(from.min(here)),
                plot.value_x(from.max(here)),
            )));
        }
    };
    let keys = move |event: KeyboardEvent| {
        let plot = plot.get_untracked();
        let step = (plot.x.1 - plot.x.0) / if event.shift_key() { 10.0 } else { 100.0 };
        let at = cursor.get_untracked().unwrap_or(plot.x.0);
        match event.key().as_str() {
            "ArrowLeft" => cursor.set(Some((at - step).max(plot.x.0))),
            "ArrowRight" => cursor.set(Some((at + step).min(plot.x.1))),
            "Enter" => to_line(at),
            "Escape" => zoom.set(None),
            "+" | "=" => {
                let half = (plot.x.1 - plot.x.0) / 4.0;
                zoom.set(Some((at - half, at + half)));
            }
            "-" => zoom.set(None),
            _ => return,
        }
        event.prevent_default();
    };
    let drawing = move || {
        draw(
            &plot.get(),
            &curves.get(),
            axis.get(),
            unit,
            i18n.get_locale(),
        )
    };
    let flagged = move || {
        let plot = plot.get();
        let (_, top, _, bottom) = plot.frame();
        flags
            .get()
            .into_iter()
            .filter(|(at, _)| (plot.x.0..=plot.x.1).contains(at))
            .map(|(at, words)| {
                let x = plot.place_x(at);
                view! {
                    <path class="chart-flag" d=format!("M{x:.1} {top}V{bottom}")></path>
                    <text class="chart-flag-name" x=x + 3.0 y=top + 9.0>
                        {words}
                    </text>
                }
            })
            .collect_view()
    };
    let pointed = move || {
        let plot = plot.get();
        let (left, top, right, bottom) = plot.frame();
        let line = cursor
            .get()
            .filter(|x| (plot.x.0..=plot.x.1).contains(x))
            .map(|x| {
                let x = plot.place_x(x);
                view! { <path class="chart-cursor" d=format!("M{x:.1} {top}V{bottom}")></path> }
            });
        let chosen = match (drag.get(), cursor.get()) {
            (Some((from, false)), Some(x)) => {
                let here = plot.place_x(x).clamp(left, right);
                let (from, to) = (from.min(here), from.max(here));
                let area = format!("M{from:.1} {top}H{to:.1}V{bottom}H{from:.1}z");
                Some(view! { <path class="chart-chosen" d=area></path> })
            }
            _ => None,
        };
        view! {
            {chosen}
            {line}
        }
    };
    let legend = move || {
        let curves = curves.get();
        let x = cursor.get();
        let names = curves.iter().enumerate().map(|(at, curve)| {
            let points = &curve.points;
            let last = || {
                (0..points.y.len())
                    .rev()
                    .find(|at| points.y[*at].is_finite())
            };
            let value = x.map_or_else(last, |x| nearest(points, x));
            let value = value.map(|at| unit.words(points.y[at]));
            view! {
                <li class=format!("chart-key chart-colour-{}", at % COLOURS)>
                    <span>{curve.name.clone()}</span>
                    <span class="chart-value">{value}</span>
                </li>
            }
        });
        names.collect_view()
    };
    let at = move || {
        let (axis, locale) = (axis.get(), i18n.get_locale());
        cursor.get().map(|x| axis.words(x, locale))
    };
    let hidden = move || {
        let hidden = plot.get().hidden;
        (hidden > 0).then(|| t_string!(i18n, metrics.hidden, count = hidden))
    };
    let name = title.clone();
    view! {
        <figure class="chart">
            <figcaption class="chart-head">
                <strong>{move || title.get()}</strong>
                <span class="chart-at">{at}</span>
            </figcaption>
            <div
                class="chart-area"
                node_ref=area
                tabindex="0"
                role="group"
                aria-label=move || name.get()
                on:pointerdown=down
                on:pointermove=move_
                on:pointerup=up
                on:pointercancel=move |_| drag.set(None)
                on:pointerleave=move |_| cursor.set(None)
                on:dblclick=move |_| zoom.set(None)
                on:keydown=keys
            >
                <svg aria-hidden="true" width=move || width.get() height=HEIGHT>
                    {drawing}
                    {flagged}
                    {pointed}
                </svg>
            </div>
            <ul class="chart-legend">{legend}</ul>
            {move || hidden().map(|words| view! { <p class="chart-note">{words}</p> })}
        </figure>
    }
}

/// The width of an element in CSS pixels, measured again whenever it changes.
fn measured(area: NodeRef<Div>) -> RwSignal<f64> {
    let width = RwSignal::new(400.0);
    Effect::new(move || {
        let Some(element) = area.get() else {
            return;
        };
        let measure = {
            let element = element.clone();
            move || {
                let now = f64::from(element.client_width());
                if now > 0.0
                    && width
                        .try_get_untracked()
                        .is_some_and(|before| before != now)
                {
                    width.set(now);
                }
            }
        };
        measure();
        let measure = Closure::<dyn Fn()>::new(measure);
        if let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
            observer.observe(&element);
            let kept = SendWrapper::new((observer, measure));
            on_cleanup(move || kept.0.disconnect());
        }
    });
    width
}

/// Axes and curves.
fn draw(
    plot: &Plot,
    curves: &[Curve],
    axis: Axis,
    unit: Unit,
    locale: Locale,
) -> impl IntoView + use<> {
    let (left, top, right, bottom) = plot.frame();
    let upwards = plot.ticks_y().into_iter().filter_map(|value| {
        let y = plot.place_y(value)?;
        Some(view! {
            <path class="chart-grid" d=format!("M{left} {y:.1}H{right}")></path>
            <text class="chart-tick chart-tick-y" x=left - 6.0 y=y + 4.0>
                {unit.words(value)}
            </text>
        })
    });
    let across = plot.ticks_x(axis.scale()).into_iter().map(|value| {
        let x = plot.place_x(value);
        view! {
            <path class="chart-grid" d=format!("M{x:.1} {bottom}v4")></path>
            <text class="chart-tick chart-tick-x" x=x y=bottom + 16.0>
                {axis.words(value, locale)}
            </text>
        }
    });
    let lines = curves.iter().enumerate().map(|(at, curve)| {
        let class = |more: &str| format!("chart-curve chart-colour-{}{more}", at % COLOURS);
        let drawn = |points: &Points, more: &str| {
            let (lines, dots) = plot.paths(points);
            let dots = (!dots.is_empty()).then(|| {
                view! { <path class=class(&format!("{more} chart-dots")) d=dots></path> }
            });
            view! {
                <path class=class(more) d=lines></path>
                {dots}
            }
        };
        let ghost = curve
            .ghost
            .as_ref()
            .map(|ghost| drawn(ghost, " chart-ghost"));
        let marks = curve.points.marks.iter().map(|mark| {
            // Above the upper edge, below the lower one, or between them.
            let y = match mark.kind {
                engine::chart::MarkKind::Infinite => top + 4.0,
                engine::chart::MarkKind::NegativeInfinite => bottom - 4.0,
                engine::chart::MarkKind::Nan => (top + bottom) / 2.0,
            };
            let x = plot.place_x(mark.x);
            view! {
                <text class=format!("chart-mark chart-colour-{}", at % COLOURS) x=x y=y + 4.0>
                    {words::mark(mark.kind)}
                </text>
            }
        });
        view! {
            {ghost}
            {drawn(&curve.points, "")}
            {marks.collect_view()}
        }
    });
    let (upwards, across) = (upwards.collect_view(), across.collect_view());
    let lines = lines.collect_view();
    // What reaches beyond the edges is cut off there.
    view! {
        {upwards}
        {across}
        <svg
            x=left
            y=top
            width=right - left
            height=bottom - top
            viewBox=format!("{left} {top} {} {}", right - left, bottom - top)
        >
            {lines}
        </svg>
    }
}

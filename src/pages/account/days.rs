//! The time used on each of the last days, as bars.

use crate::format;
use crate::i18n::*;
use api::billing::DayUse;
use leptos::prelude::*;

/// Height of the chart and width of a day in it.
const HEIGHT: f64 = 96.0;
const STEP: f64 = 20.0;

/// The chart: CPU below, GPU on top of it.
#[component]
pub(super) fn Days(days: Signal<Vec<DayUse>>) -> impl IntoView {
    let i18n = use_i18n();
    let days = Memo::new(move |_| days.get());
    let time = move |seconds: i64| format::paid_time(seconds, i18n.get_locale());
    let total = move || {
        days.with(|days| {
            days.iter()
                .fold((0, 0), |(cpu, gpu), day| (cpu + day.cpu, gpu + day.gpu))
        })
    };
    let label = move || {
        let (cpu, gpu) = total();
        t_string!(i18n, billing.days_label, cpu = time(cpu), gpu = time(gpu))
    };
    let bars = move || {
        days.with(|days| {
            let most = days.iter().map(|day| day.cpu + day.gpu).max();
            let scale = HEIGHT / most.unwrap_or(0).max(1) as f64;
            let numbered = days.iter().copied().enumerate();
            let bar = |(at, day): (usize, DayUse)| {
                let x = at as f64 * STEP;
                let (cpu, gpu) = (day.cpu as f64 * scale, day.gpu as f64 * scale);
                let words = move || {
                    let date = format::date(day.noon, i18n.get_locale());
                    t_string!(i18n, billing.day_use, day = date, cpu = time(day.cpu), gpu = time(day.gpu))
                };
                view! {
                    <g>
                        <title>{words}</title>
                        <rect class="days-ground" x=x y=0 width=STEP - 4.0 height=HEIGHT></rect>
                        <rect class="days-cpu" x=x y=HEIGHT - cpu width=STEP - 4.0 height=cpu></rect>
                        <rect class="days-gpu" x=x y=HEIGHT - cpu - gpu width=STEP - 4.0 height=gpu></rect>
                    </g>
                }
            };
            numbered.map(bar).collect_view()
        })
    };
    let ends = move || {
        days.with(|days| {
            let date =
                |day: Option<&DayUse>| day.map(|day| format::date(day.noon, i18n.get_locale()));
            view! {
                <span>{date(days.first())}</span>
                <span>{date(days.last())}</span>
            }
        })
    };
    let width = move || days.with(|days| days.len() as f64 * STEP - 4.0);
    view! {
        <section class="account-section">
            <h2>{move || t_string!(i18n, billing.days_title)}</h2>
            {move || match total() {
                (0, 0) => view! { <p class="muted">{t_string!(i18n, billing.days_none)}</p> }.into_any(),
                _ => {
                    view! {
                        <div class="days">
                            <svg
                                role="img"
                                aria-label=label
                                viewBox=move || format!("0 0 {} {HEIGHT}", width())
                                preserveAspectRatio="none"
                            >
                                {bars}
                            </svg>
                            <div class="days-ends muted">{ends}</div>
                            <div class="days-legend muted">
                                <span class="days-key days-key-cpu">{move || t_string!(i18n, billing.cpu)}</span>
                                <span class="days-key days-key-gpu">{move || t_string!(i18n, billing.gpu)}</span>
                                <span>{label}</span>
                            </div>
                        </div>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

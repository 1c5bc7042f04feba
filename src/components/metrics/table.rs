//! Metrics as numbers.

use crate::format;
use crate::i18n::*;
use crate::ui::{Button, Column, Look, Table};
use crate::work::Drawn;
use engine::metrics::ValueAt;
use leptos::prelude::*;

/// Last, smallest and largest value of each metric, each leading to its line.
#[component]
pub fn MetricTable(
    drawn: RwSignal<Option<Drawn>>,
    /// Leads to a line of the log.
    on_line: Callback<u64>,
) -> impl IntoView {
    let i18n = use_i18n();
    let columns = vec![
        Column::new(move || t_string!(i18n, metrics.name)),
        Column::numeric(move || t_string!(i18n, metrics.last)),
        Column::numeric(move || t_string!(i18n, metrics.min)),
        Column::numeric(move || t_string!(i18n, metrics.max)),
        Column::numeric(move || t_string!(i18n, metrics.count)),
    ];
    let value = move |label: &'static str, value: Option<ValueAt>| {
        let button = value.map(|value| {
            view! {
                <Button look=Look::Quiet on_click=move |()| on_line.run(value.line)>
                    {format::figure(value.value)}
                </Button>
            }
        });
        view! { <td class="num" data-label=label>{button}</td> }
    };
    let rows = move || {
        drawn.with(|drawn| {
            let curves = drawn.iter().flat_map(|drawn| &drawn.curves);
            let row = |curve: &crate::work::Curve| {
                let summary = curve.summary.clone();
                view! {
                    <tr>
                        <td class="cell-main mono">{curve.name.clone()}</td>
                        {value(t_string!(i18n, metrics.last), summary.last)}
                        {value(t_string!(i18n, metrics.min), summary.min)}
                        {value(t_string!(i18n, metrics.max), summary.max)}
                        <td class="num" data-label=t_string!(i18n, metrics.count)>
                            {format::number(summary.count)}
                        </td>
                    </tr>
                }
            };
            curves.map(row).collect_view()
        })
    };
    view! {
        <Table caption=move || t_string!(i18n, metrics.title) columns>
            {rows}
        </Table>
    }
}

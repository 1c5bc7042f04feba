//! What is said of the file, and figures of its columns.

use super::words;
use crate::format;
use crate::i18n::*;
use crate::ui::{Column, Table};
use engine::preview::{Description, Statistics};
use leptos::prelude::*;

/// The file's format and what else is to be said.
#[component]
pub fn Facts(described: Memo<Description>) -> impl IntoView {
    let i18n = use_i18n();
    let shown = Memo::new(move |_| described.with(|d| (d.format, d.facts.clone())));
    move || {
        let (format, facts) = shown.get();
        let fact = |(head, value)| {
            view! {
                <dt>{move || words::head(i18n, &head)}</dt>
                <dd>
                    <bdi>{words::value(&value)}</bdi>
                </dd>
            }
        };
        let facts = facts.into_iter().map(fact).collect_view();
        view! {
            <dl class="facts">
                <dt>{move || t_string!(i18n, preview.format)}</dt>
                <dd>{move || words::format_name(i18n, format)}</dd>
                {facts}
            </dl>
        }
    }
}

/// What is known of a table's columns from the rows that were read.
#[component]
pub fn Figures(described: Memo<Description>) -> impl IntoView {
    let i18n = use_i18n();
    let some = Memo::new(move |_| {
        described.with(|d| d.columns.iter().any(|column| column.statistics.is_some()))
    });
    let open = RwSignal::new(false);
    let toggled = move |event: leptos::ev::Event| {
        let details = event_target::<leptos::web_sys::Element>(&event);
        open.set(details.has_attribute("open"));
    };
    view! {
        <Show when=move || some.get()>
            <details on:toggle=toggled>
                <summary>{move || t_string!(i18n, preview.figures)}</summary>
                <Show when=move || open.get()>
                    <FiguresTable described/>
                </Show>
            </details>
        </Show>
    }
}

#[component]
fn FiguresTable(described: Memo<Description>) -> impl IntoView {
    let i18n = use_i18n();
    let columns = vec![
        Column::new(move || t_string!(i18n, preview.column)),
        Column::new(move || t_string!(i18n, preview.kind)),
        Column::numeric(move || t_string!(i18n, preview.filled)),
        Column::numeric(move || t_string!(i18n, preview.missing)),
        Column::numeric(move || t_string!(i18n, preview.smallest)),
        Column::numeric(move || t_string!(i18n, preview.largest)),
        Column::numeric(move || t_string!(i18n, preview.mean)),
    ];
    let row = move |(name, statistics): (String, Statistics)| {
        let Statistics {
            guess,
            filled,
            empty,
            smallest,
            largest,
            mean,
        } = statistics;
        let number = |label: &'static str, text: String| {
            view! { <td class="num" data-label=label>{text}</td> }
        };
        view! {
            <tr>
                <td class="cell-main">
                    <bdi>{name}</bdi>
                </td>
                <td>{words::guess(i18n, guess)}</td>
                {number(t_string!(i18n, preview.filled), format::number(filled))}
                {number(t_string!(i18n, preview.missing), format::number(empty))}
                {number(t_string!(i18n, preview.smallest), smallest)}
                {number(t_string!(i18n, preview.largest), largest)}
                {number(t_string!(i18n, preview.mean), mean)}
            </tr>
        }
    };
    let rows = move || {
        let list = described.with(|described| {
            let columns = described.columns.iter().filter_map(|column| {
                let name = words::head(i18n, &column.head);
                Some((name, column.statistics.clone()?))
            });
            columns.collect::<Vec<_>>()
        });
        list.into_iter().map(row).collect_view()
    };
    view! {
        <Table caption=move || t_string!(i18n, preview.figures) columns>
            {rows}
        </Table>
    }
}

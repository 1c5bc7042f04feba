//! Every change of the balance and every task that was counted, with filter, pages and CSV.

use super::words;
use crate::client::ClientError;
use crate::client::billing;
use crate::client::words::words as failure;
use crate::components::list_tools::{CountTold, NothingFound};
use crate::components::load::{Async, load};
use crate::components::rows::follow;
use crate::components::submit::Submit;
use crate::components::task_words::Texts;
use crate::format;
use crate::i18n::*;
use crate::paths::Route;
use crate::place::use_place;
use crate::ui::{
    Button, Choice, Column, EmptyState, Pagination, Select, Table, TimeAt, icons, save_csv,
    use_toasts,
};
use api::Page;
use api::billing::{Record, RecordKind, RecordQuery};
use leptos::prelude::*;

/// Entries that are asked for at a time for the file.
const PART: u32 = 100;

fn spelled(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Recharge => "recharge",
        RecordKind::Purchase => "purchase",
        RecordKind::Usage => "usage",
        RecordKind::Refund => "refund",
        RecordKind::Grant => "grant",
    }
}

fn kind_of(text: &str) -> Option<RecordKind> {
    RecordKind::ALL
        .into_iter()
        .find(|kind| spelled(*kind) == text)
}

/// The list. The URL holds filter and page.
#[component]
pub(super) fn Records() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let query = Memo::new(move |_| RecordQuery {
        kind: kind_of(&place.value("kind")),
        page: Some(place.page()).filter(|page| *page > 1),
        page_size: None,
    });
    let list = load(move || {
        let query = query.get();
        async move { billing::records(&query).await }
    })
    .live(super::concerns);
    let choices = Signal::derive(move || {
        let all = Choice::new("", t_string!(i18n, billing.all_kinds));
        let kinds = RecordKind::ALL.map(|kind| Choice::new(spelled(kind), words::kind(i18n, kind)));
        std::iter::once(all).chain(kinds).collect::<Vec<_>>()
    });
    let choose = move |kind: String| {
        untrack(|| place.go(&place.with(&[("kind", &kind), ("page", "")])));
    };
    let page = Signal::derive(move || place.page());
    let shown = move |answer: Signal<Page<Record>>| {
        let records = Signal::derive(move || answer.with(|page| page.list.clone()));
        let none =
            Memo::new(move |_| answer.with(|page| page.list.is_empty().then_some(page.total)));
        let pages = Signal::derive(move || {
            let size = u64::from(query.with(|query| query.paging().limit()));
            u32::try_from(answer.with(|page| page.total).div_ceil(size)).unwrap_or(u32::MAX)
        });
        let href = move |page: u32| untrack(|| place.with(&[("page", &page.to_string())]));
        (move || match (none.get(), query.with(|query| query.kind.is_some())) {
            (Some(0), false) => view! { <NothingYet/> }.into_any(),
            (Some(total), _) => view! { <NothingFound total filters=&["kind"]/> }.into_any(),
            (None, _) => view! {
                <RecordTable records/>
                <Pagination page pages href/>
            }
            .into_any(),
        })
        .into_any()
    };
    view! {
        <div class="toolbar">
            <Select
                name="kind"
                label=move || t_string!(i18n, billing.record_kind)
                choices
                value=Signal::derive(move || place.value("kind"))
                on_change=choose
            />
            <CsvButton query/>
        </div>
        <CountTold
            loading=list.loading
            total=Signal::derive(move || list.data.with(|page| page.as_ref().map(|page| page.total)))
        />
        <Async load=list lines=6 view=shown/>
    }
}

#[component]
fn NothingYet() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <EmptyState
            icon=icons::LuReceiptText
            title=move || t_string!(i18n, billing.no_records)
            text=move || t_string!(i18n, billing.no_records_text)
        />
    }
}

#[component]
fn RecordTable(records: Signal<Vec<Record>>) -> impl IntoView {
    let i18n = use_i18n();
    let columns = vec![
        Column::new(move || t_string!(i18n, billing.col_what)),
        Column::new(move || t_string!(i18n, billing.record_kind)),
        Column::new(move || t_string!(i18n, billing.col_time)),
        Column::numeric(move || t_string!(i18n, billing.col_seconds)),
        Column::numeric(move || t_string!(i18n, billing.col_amount)),
    ];
    view! {
        <Table caption=move || t_string!(i18n, billing.records) columns>
            <For each=move || records.get() key=|record| record.id.clone() let:record>
                <Line record=follow(records, record, |record| &record.id)/>
            </For>
        </Table>
    }
}

#[component]
fn Line(record: Signal<Record>) -> impl IntoView {
    let i18n = use_i18n();
    let what = move || {
        record.with(|record| {
            let about = words::about(i18n, record);
            match &record.task {
                Some(task) => {
                    let href = Route::task(&task.id).href();
                    view! { <a href=href>{about}</a> }.into_any()
                }
                None => view! { <span>{about}</span> }.into_any(),
            }
        })
    };
    let running = move || {
        let running = record.with(|record| record.task.as_ref().is_some_and(|task| task.running));
        running.then(|| t_string!(i18n, billing.still_runs))
    };
    let seconds = move || {
        record.with(|record| {
            record.task.as_ref().map_or("–".to_owned(), |task| {
                format::paid_time(task.seconds.total(), i18n.get_locale())
            })
        })
    };
    let amount = move || record.with(|record| format::change(record.amount, i18n.get_locale()));
    let paid = move || record.with(|record| words::paid(i18n, record));
    view! {
        <tr>
            <td class="cell-main">
                {what}
                <span class="cell-sub muted">{paid}</span>
            </td>
            <td data-label=move || t_string!(i18n, billing.record_kind)>
                {move || record.with(|record| words::kind(i18n, record.kind))}
                {move || running().map(|words| view! { <span class="muted">" · "{words}</span> })}
            </td>
            <td data-label=move || t_string!(i18n, billing.col_time)>
                <TimeAt time=Signal::derive(move || record.with(|record| record.at))/>
            </td>
            <td class="num" data-label=move || t_string!(i18n, billing.col_seconds)>{seconds}</td>
            <td class="num" data-label=move || t_string!(i18n, billing.col_amount)>{amount}</td>
        </tr>
    }
}

/// Saves all records that the filter leaves.
#[component]
fn CsvButton(query: Memo<RecordQuery>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let submit = Submit::new(&[]);
    let save = move |()| {
        let kind = query.get_untracked().kind;
        submit.run(all(kind), move |records| {
            let text = untrack(|| csv(i18n, &records));
            save_csv(&text, "russellcloud-records.csv");
        });
    };
    Effect::new(move |_| {
        if let Some(error) = submit.error.get() {
            let why = untrack(|| failure(&error, i18n.get_locale()));
            toasts.fail(untrack(|| t_string!(i18n, billing.csv_failed, why = why)));
        }
    });
    view! {
        <Button icon=icons::LuDownload busy=submit.pending on_click=save>
            {move || t_string!(i18n, billing.csv)}
        </Button>
    }
}

/// All records of a kind, or of all kinds.
async fn all(kind: Option<RecordKind>) -> Result<Vec<Record>, ClientError> {
    let mut found = Vec::new();
    for page in 1.. {
        let query = RecordQuery {
            kind,
            page: Some(page),
            page_size: Some(PART),
        };
        let part = billing::records(&query).await?;
        let last = part.list.len() < PART as usize;
        // A record that came meanwhile has pushed others to the next page.
        for record in part.list {
            if found
                .iter()
                .rev()
                .take(PART as usize)
                .all(|known: &Record| known.id != record.id)
            {
                found.push(record);
            }
        }
        if last {
            break;
        }
    }
    Ok(found)
}

/// Records as a file for a spreadsheet.
fn csv(i18n: Texts, records: &[Record]) -> String {
    let heads = [
        t_string!(i18n, billing.col_time),
        t_string!(i18n, billing.record_kind),
        t_string!(i18n, billing.col_what),
        t_string!(i18n, billing.csv_plan),
        t_string!(i18n, billing.csv_packs),
        t_string!(i18n, billing.csv_balance),
        t_string!(i18n, billing.csv_waived),
        t_string!(i18n, billing.csv_yuan),
    ];
    let rows = records.iter().map(|record| {
        let seconds = record.task.as_ref().map(|task| task.seconds);
        let count = |of: fn(api::billing::PaidSeconds) -> i64| {
            seconds.map_or(String::new(), |seconds| of(seconds).to_string())
        };
        [
            format!("{}Z", record.at),
            words::kind(i18n, record.kind).to_owned(),
            guarded(&words::about(i18n, record)),
            count(|seconds| seconds.plan),
            count(|seconds| seconds.packs),
            count(|seconds| seconds.balance),
            count(|seconds| seconds.waived),
            yuan(record.amount),
        ]
    });
    let heads = heads.map(str::to_owned);
    // The mark tells spreadsheets that it is UTF-8.
    let mut text = "\u{feff}".to_owned();
    for row in std::iter::once(heads).chain(rows) {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// Yuan as a number that every spreadsheet reads.
fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let fen = fen.unsigned_abs();
    format!("{sign}{}.{:02}", fen / 100, fen % 100)
}

/// A text that no spreadsheet takes for a formula.
fn guarded(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

fn quoted(cell: &str) -> String {
    match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_asked_for() {
        for kind in RecordKind::ALL {
            assert_eq!(kind_of(spelled(kind)), Some(kind));
        }
        assert_eq!(kind_of("moon"), None);
    }

    #[test]
    fn cells_are_numbers_and_texts_and_never_formulas() {
        assert_eq!(
            (yuan(-105), yuan(7), yuan(123_456)),
            ("-1.05".into(), "0.07".into(), "1234.56".into())
        );
        assert_eq!(quoted(&guarded("=1+1,\"x\"")), "\"'=1+1,\"\"x\"\"\"");
        assert_eq!(quoted("iris"), "iris");
    }
}

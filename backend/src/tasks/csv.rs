//! A list of tasks as a file for spreadsheets.
//!
//! The file is read in pieces, each from where the last one ended: a slow reader holds no connection to the database, and
//! what is added meanwhile neither doubles nor hides a row.

use super::filter::Filter;
use super::list;
use super::metrics;
use super::rows::TaskRow;
use crate::error::{ApiError, TransferError};
use crate::http::{Caller, Query, Transfer};
use crate::openapi::answers::{Binary, Refused};
use crate::state::Shared;
use api::metric::CsvQuery;
use api::task::{Task, TaskQuery, TaskSort};
use api::{Reason, limits, routes};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use engine::metrics::push_number;
use futures::stream;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

/// Tasks of one piece.
const PIECE: i64 = 500;
/// The same where logs may have to be read: then something comes soon.
const METRICS_PIECE: i64 = 20;
/// Excel takes a file without it for one of the machine's own code page.
const BOM: &str = "\u{feff}";

const COLUMNS: [&str; 21] = [
    "id",
    "state",
    "remark",
    "project",
    "code_version",
    "mode",
    "environment",
    "machine",
    "command",
    "parameters",
    "datasets",
    "created_utc",
    "started_utc",
    "finished_utc",
    "duration_seconds",
    "exit_code",
    "end_reason",
    "end_message",
    "tensorboard",
    "owner",
    "log_bytes",
];

/// Tasks that the caller may see as a CSV file in UTF-8, newest first: all that the list has, whatever its order and page.
///
/// A text that a spreadsheet would take for a formula has an apostrophe before it. Metrics stand behind the other columns,
/// as `metric.` and their names, with the last value of each task. Logs that were not read yet are read first.
#[utoipa::path(
    get, path = routes::TASKS_CSV, operation_id = "tasks_csv",
    params(TaskQuery, CsvQuery),
    responses(
        (status = 200, description = "the file", body = Binary, content_type = "text/csv; charset=utf-8"),
        Refused,
    )
)]
pub(super) async fn download(
    State(app): State<Shared>,
    Transfer(caller): Transfer<Caller>,
    Transfer(Query(query)): Transfer<Query<TaskQuery>>,
    Transfer(Query(CsvQuery { metrics })): Transfer<Query<CsvQuery>>,
) -> Result<Response, TransferError> {
    if metrics.0.len() > limits::METRIC_COLUMNS {
        return Err(ApiError::field("metrics", Reason::TooLong).into());
    }
    let metrics: Arc<[String]> = metrics.0.into();
    let filter = Filter::of(&app, &caller, &query).await?;
    let mut first = format!("{BOM}{}", COLUMNS.join(","));
    for name in metrics.iter() {
        first.push(',');
        cell(&format!("metric.{name}"), &mut first);
    }
    first.push_str("\r\n");
    let mut next = None;
    if let Some(filter) = filter {
        let filter = Filter {
            sort: TaskSort::Created,
            ascending: false,
            ..filter
        };
        // The first piece before the answer begins: what fails here can still be told.
        next = piece(&app, &caller, filter, &metrics, &mut first).await?;
    }
    let begin = Ok::<_, ApiError>(first);
    let rest = stream::try_unfold(next, move |next| {
        let (app, caller, metrics) = (app.clone(), caller.clone(), metrics.clone());
        async move {
            let Some(filter) = next else { return Ok(None) };
            let mut text = String::new();
            let next = piece(&app, &caller, filter, &metrics, &mut text).await?;
            Ok::<_, ApiError>(Some((text, next)))
        }
    });
    let body = futures::StreamExt::chain(stream::iter([begin]), rest);
    let body =
        futures::TryStreamExt::map_err(body, |error| std::io::Error::other(error.problem.message));
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"tasks.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// Appends the tasks that come next; answers what comes after them.
async fn piece(
    app: &Shared,
    caller: &Caller,
    mut filter: Filter,
    metrics: &[String],
    text: &mut String,
) -> Result<Option<Filter>, ApiError> {
    let most = match metrics.is_empty() {
        true => PIECE,
        false => METRICS_PIECE,
    };
    let mut page = filter.page(most, 0);
    let rows: Vec<TaskRow> = page.build_query_as().fetch_all(app.db.read()).await?;
    let last = rows.last().map(|row| (row.created_at, row.id.clone()));
    let more = rows.len() as i64 == most;
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let found = metrics::of_names(app, caller, &ids, metrics).await?;
    for task in list::to_wire(app, caller, rows).await? {
        line(&task, text);
        let found = found.get(&task.id).map_or(&[][..], Vec::as_slice);
        for name in metrics {
            text.push(',');
            if let Some(metric) = found.iter().find(|metric| metric.name == *name) {
                push_number(metric.last.value.0, text);
            }
        }
        text.push_str("\r\n");
    }
    Ok(last.filter(|_| more).map(|last| {
        filter.after = Some(last);
        filter
    }))
}

fn line(task: &Task, out: &mut String) {
    let datasets: Vec<String> = task
        .data
        .iter()
        .filter(|mount| !mount.owner.is_empty())
        .map(|mount| {
            let version = format!("{}/{}/{}", mount.owner, mount.name, mount.version);
            format!("{version}:{}", mount.mount)
        })
        .collect();
    let time = |time: Option<api::Time>| time.map(|time| time.to_string()).unwrap_or_default();
    let texts = [
        task.id.as_str(),
        task.state.as_ref(),
        &task.description,
        &format!("{}/{}", task.project_owner, task.name),
        &task.code_version.to_string(),
        &task.mode,
        &task.environment,
        &task.instance_type,
        &task.command,
        &task.params.join(" "),
        &datasets.join(" "),
        &task.created.to_string(),
        &time(task.started),
        &time(task.finished),
    ];
    for text in texts {
        cell(text, out);
        out.push(',');
    }
    if task.started.is_some() && task.finished.is_some() {
        // Writing into a String cannot fail, here and below.
        let _ = write!(out, "{}", task.duration);
    }
    out.push(',');
    if let Some(code) = task.exit_code {
        let _ = write!(out, "{code}");
    }
    out.push(',');
    let reason = task.end_reason.map(super::rows::key).unwrap_or_default();
    cell(&reason, out);
    out.push(',');
    cell(task.end_message.as_deref().unwrap_or_default(), out);
    let _ = write!(out, ",{},", u8::from(task.enable_tensorboard));
    cell(&task.owner, out);
    let _ = write!(out, ",{}", task.log_bytes);
}

/// Appends a text as a cell (RFC 4180) that no spreadsheet takes for a formula.
fn cell(text: &str, out: &mut String) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = match formula {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    };
    if text.contains(['"', ',', '\n', '\r']) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_text_whatever_it_says() {
        let made = |text: &str| {
            let mut out = String::new();
            cell(text, &mut out);
            out
        };
        for (text, wanted) in [
            ("", ""),
            ("学习率 0.1", "学习率 0.1"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"\nnow", "\"say \"\"hi\"\"\nnow\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-c x", "'-c x"),
            ("+1", "'+1"),
            ("\t=1", "'\t=1"),
            ("=a,b", "\"'=a,b\""),
            ("a=1", "a=1"),
        ] {
            assert_eq!(made(text), wanted);
        }
    }
}

//! Metrics as rows: what is known of which task, and whether it still holds.

use super::super::filter::among;
use super::super::rows::word;
use crate::http::Caller;
use crate::state::App;
use crate::{db, entities, ids};
use api::metric::{Figure, MetricPattern, MetricSummary, MetricValue};
use api::task::TaskState;
use engine::metrics::{READER, Series, ValueAt};
use sha2::{Digest as _, Sha256};
use sqlx::{QueryBuilder, Sqlite};
use std::collections::HashMap;

/// Rows that are written at a time.
const ROWS: usize = 100;

/// A task and how its metrics stand.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub id: String,
    pub project_id: String,
    /// Whether it can still print something.
    pub runs: bool,
    /// Bytes of its log.
    pub size: i64,
    /// Whether its log is to be read: it never was, or from another begin to another end.
    pub due: bool,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    id: String,
    project_id: String,
    state: String,
    log_bytes: i64,
    reader: Option<i64>,
    patterns: Option<String>,
    read_bytes: Option<i64>,
}

fn standings_of<'a>(
    caller: Option<&Caller>,
    tasks: impl IntoIterator<Item = &'a str>,
) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(
        "SELECT t.id, t.project_id, t.state, t.log_bytes, m.reader, m.patterns, m.log_bytes AS read_bytes
         FROM tasks t JOIN entities e ON e.id = t.project_id LEFT JOIN task_metrics m ON m.task_id = t.id
         WHERE t.deleted_at IS NULL AND e.deleted_at IS NULL",
    );
    if let Some(caller) = caller {
        sql.push(" AND (e.permission = 0 OR e.owner_id = ");
        sql.push_bind(caller.id_or_nobody().to_owned()).push(")");
    }
    sql.push(" AND t.id");
    among(&mut sql, tasks);
    sql
}

/// How the tasks stand that `caller` may see, in the order in which they are asked for; others are left out. The backend
/// itself is no caller and sees all.
///
/// # Errors
/// When the database fails.
pub(super) async fn standings(
    app: &App,
    caller: Option<&Caller>,
    tasks: &[String],
) -> sqlx::Result<Vec<Standing>> {
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = standings_of(caller, tasks.iter().map(String::as_str));
    let rows: Vec<StandingRow> = sql.build_query_as().fetch_all(app.db.read()).await?;
    let mut hashes = HashMap::<String, String>::new();
    let mut found = HashMap::new();
    for row in rows {
        if !hashes.contains_key(&row.project_id) {
            let patterns = entities::patterns_of(app, &row.project_id).await?;
            hashes.insert(row.project_id.clone(), hash(&patterns));
        }
        let live = app.logs.now(&row.id);
        let size = live.map_or(row.log_bytes, |live| db::bytes(live.size));
        let known = row.reader == Some(READER.into())
            && row.patterns.as_ref() == hashes.get(&row.project_id)
            && row.read_bytes == Some(size);
        let standing = Standing {
            id: row.id,
            project_id: row.project_id,
            runs: word(&row.state).is_some_and(|state: TaskState| !state.is_final()),
            size,
            due: !known,
        };
        found.insert(standing.id.clone(), standing);
    }
    Ok(tasks.iter().filter_map(|id| found.remove(id)).collect())
}

/// What tells patterns from others.
pub(super) fn hash(patterns: &[MetricPattern]) -> String {
    let mut hash = Sha256::new();
    for MetricPattern { name, pattern } in patterns {
        for text in [name, pattern] {
            hash.update(text.len().to_le_bytes());
            hash.update(text);
        }
    }
    ids::hex(&hash.finalize())
}

#[derive(sqlx::FromRow)]
struct SeriesRow {
    task_id: String,
    name: String,
    number: i64,
    last: Option<f64>,
    last_line: i64,
    min: Option<f64>,
    min_line: Option<i64>,
    max: Option<f64>,
    max_line: Option<i64>,
    last_step: Option<f64>,
}

impl SeriesRow {
    fn wire(self) -> MetricSummary {
        let at = |value: Option<f64>, line| MetricValue {
            value: Figure(value.unwrap_or(f64::NAN)),
            line: db::count(line),
        };
        MetricSummary {
            name: self.name,
            count: db::count(self.number),
            last: at(self.last, self.last_line),
            min: self.min_line.map(|line| at(self.min, line)),
            max: self.max_line.map(|line| at(self.max, line)),
            last_step: self.last_step,
        }
    }
}

fn series_of<'a>(tasks: impl IntoIterator<Item = &'a str>) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(
        "SELECT task_id, name, number, last, last_line, min, min_line, max, max_line, last_step
         FROM task_series WHERE task_id",
    );
    among(&mut sql, tasks);
    sql
}

/// The first `most` metrics of each of the tasks, as far as they are known.
///
/// # Errors
/// When the database fails.
pub(super) async fn first(
    app: &App,
    tasks: impl IntoIterator<Item = &str>,
    most: usize,
) -> sqlx::Result<HashMap<String, Vec<MetricSummary>>> {
    let mut sql = series_of(tasks);
    sql.push(" AND position < ").push_bind(most as i64);
    fetch(app, sql).await
}

/// The metrics of these names of each of the tasks, as far as they are known.
///
/// # Errors
/// When the database fails.
pub(super) async fn named(
    app: &App,
    tasks: impl IntoIterator<Item = &str>,
    names: &[String],
) -> sqlx::Result<HashMap<String, Vec<MetricSummary>>> {
    let mut sql = series_of(tasks);
    sql.push(" AND name");
    among(&mut sql, names.iter().map(String::as_str));
    fetch(app, sql).await
}

async fn fetch(
    app: &App,
    mut sql: QueryBuilder<Sqlite>,
) -> sqlx::Result<HashMap<String, Vec<MetricSummary>>> {
    sql.push(" ORDER BY task_id, position");
    let rows: Vec<SeriesRow> = sql.build_query_as().fetch_all(app.db.read()).await?;
    let mut found = HashMap::<String, Vec<MetricSummary>>::new();
    for row in rows {
        let list = found.entry(row.task_id.clone()).or_default();
        list.push(row.wire());
    }
    Ok(found)
}

/// Keeps what was found in the log of a task, instead of what was found before; nothing where it is gone for good.
///
/// # Errors
/// When the database fails.
pub(super) async fn keep(
    app: &App,
    task: &Standing,
    patterns: &str,
    series: &[Series],
) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    // Its series go with it.
    sqlx::query("DELETE FROM task_metrics WHERE task_id = $1")
        .bind(&task.id)
        .execute(&mut *tx)
        .await?;
    let kept = sqlx::query(
        "INSERT INTO task_metrics (task_id, reader, patterns, log_bytes)
         SELECT id, $2, $3, $4 FROM tasks WHERE id = $1 AND purged = 0",
    )
    .bind(&task.id)
    .bind(i64::from(READER))
    .bind(patterns)
    .bind(task.size)
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 0 {
        return Ok(());
    }
    for (at, part) in series.chunks(ROWS).enumerate() {
        let mut sql = QueryBuilder::<Sqlite>::new(
            "INSERT INTO task_series (task_id, position, name, number, last, last_line, min, min_line, max, max_line, last_step) ",
        );
        sql.push_values(part.iter().enumerate(), |mut row, (within, series)| {
            let summary = series.summary();
            let value = |at: Option<ValueAt>| at.map(|at| at.value).filter(|value| !value.is_nan());
            let line = |at: Option<ValueAt>| at.map(|at| db::bytes(at.line));
            row.push_bind(task.id.clone())
                .push_bind((at * ROWS + within) as i64)
                .push_bind(series.name().to_owned())
                .push_bind(db::bytes(summary.count))
                .push_bind(value(summary.last))
                .push_bind(line(summary.last).unwrap_or_default())
                .push_bind(value(summary.min))
                .push_bind(line(summary.min))
                .push_bind(value(summary.max))
                .push_bind(line(summary.max))
                .push_bind(summary.last_step);
        });
        sql.build().execute(&mut *tx).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[tokio::test]
    async fn metrics_are_looked_up() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let mut some = series_of(["a", "b"]);
        some.push(" ORDER BY task_id, position");
        let stranger = standings_of(Some(&Caller::Anonymous), ["a", "b"]);
        for statement in [standings_of(None, ["a", "b"]), stranger, some] {
            let steps = plan(&db, statement).await;
            assert!(steps.iter().all(|s| s.starts_with("SEARCH")), "{steps:#?}");
        }
    }

    #[test]
    fn patterns_are_told_apart() {
        let of = |name: &str, pattern: &str| MetricPattern {
            name: name.to_owned(),
            pattern: pattern.to_owned(),
        };
        let lists = [
            vec![],
            vec![of("a", "bc")],
            vec![of("ab", "c")],
            vec![of("a", "b"), of("c", "d")],
            vec![of("c", "d"), of("a", "b")],
        ];
        let hashes: std::collections::HashSet<_> = lists.iter().map(|list| hash(list)).collect();
        assert_eq!(hashes.len(), lists.len());
    }
}

//! What the database would do for a statement; for tests that a list does not read a whole table.

use super::Db;
use sqlx::{QueryBuilder, Row as _, Sqlite};

/// The steps of `EXPLAIN QUERY PLAN`.
///
/// # Panics
/// When the statement is wrong.
pub async fn plan(db: &Db, statement: QueryBuilder<Sqlite>) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql().as_str());
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(db.read());
    let steps = rows.await.expect("a plan");
    steps.iter().map(|row| row.get("detail")).collect()
}

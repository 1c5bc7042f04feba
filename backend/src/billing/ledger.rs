//! The ledger: every change of a balance as a line that stays.

use super::core::Charge;
use crate::db::{self, Tx};
use crate::error::ApiError;
use crate::state::App;
use crate::tasks::rows::{key, word};
use api::billing::{Compute, PaidSeconds, Product, Record, RecordKind, RecordQuery, TaskCharge};
use api::{Page, Time};
use sqlx::{QueryBuilder, Sqlite};

/// A line about money or goods, apart from those of tasks.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// The account.
    pub user: &'a str,
    /// What it is about.
    pub kind: RecordKind,
    /// The change of the balance, in fen.
    pub amount: i64,
    /// What was bought.
    pub product: Option<Product>,
    /// The order behind it.
    pub order: Option<&'a str>,
    /// The operator's words.
    pub note: Option<&'a str>,
}

/// Writes a line.
///
/// # Errors
/// When the database fails, or the order has a line of this kind.
pub async fn write(app: &App, tx: &mut Tx, entry: Entry<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO ledger (id, user_id, at, kind, amount, product, order_id, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(crate::ids::new_id())
    .bind(entry.user)
    .bind(app.clock.now().0)
    .bind(key(entry.kind))
    .bind(entry.amount)
    .bind(entry.product.map(key))
    .bind(entry.order)
    .bind(entry.note)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Seconds of a task that are in the ledger, and whether more may come.
///
/// # Errors
/// When the database fails.
pub async fn charged(tx: &mut Tx, task: &str) -> sqlx::Result<(i64, bool)> {
    let row: Option<(i64, i64)> = sqlx::query_as(
        "SELECT plan_seconds + pack_seconds + balance_seconds + waived_seconds, open FROM ledger WHERE id = $1",
    )
    .bind(task)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map_or((0, true), |(seconds, open)| (seconds, open != 0)))
}

/// Adds what was charged to the line of a task, which begins with it.
///
/// # Errors
/// When the database fails, or the line is closed.
pub async fn add(
    app: &App,
    tx: &mut Tx,
    (user, task, project): (&str, &str, &str),
    compute: Compute,
    charge: &Charge,
) -> sqlx::Result<()> {
    let now = app.clock.now();
    sqlx::query(
        "INSERT INTO ledger (id, user_id, at, kind, amount, compute, note, plan_seconds, pack_seconds, balance_seconds,
             waived_seconds, open)
         VALUES ($1, $2, $3, 'usage', $4, $5, $6, $7, $8, $9, $10, 1)
         ON CONFLICT (id) DO UPDATE SET amount = ledger.amount + excluded.amount,
             plan_seconds = ledger.plan_seconds + excluded.plan_seconds,
             pack_seconds = ledger.pack_seconds + excluded.pack_seconds,
             balance_seconds = ledger.balance_seconds + excluded.balance_seconds,
             waived_seconds = ledger.waived_seconds + excluded.waived_seconds",
    )
    .bind(task)
    .bind(user)
    .bind(now.0)
    .bind(-charge.fen)
    .bind(key(compute))
    .bind(project)
    .bind(charge.plan)
    .bind(charge.packs)
    .bind(charge.balance)
    .bind(charge.waived)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO usage_hours (user_id, hour, compute, seconds) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, hour, compute) DO UPDATE SET seconds = usage_hours.seconds + excluded.seconds",
    )
    .bind(user)
    .bind(now.0.div_euclid(3_600_000_000))
    .bind(key(compute))
    .bind(charge.seconds())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends the line of a task.
///
/// # Errors
/// When the database fails.
pub async fn close(tx: &mut Tx, task: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE ledger SET open = 0 WHERE id = $1 AND open = 1")
        .bind(task)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends the lines of all tasks: none of them runs any more.
///
/// # Errors
/// When the database fails.
pub async fn close_all(app: &App) -> sqlx::Result<()> {
    sqlx::query("UPDATE ledger SET open = 0 WHERE open = 1")
        .execute(app.db.write())
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    at: i64,
    kind: String,
    amount: i64,
    product: Option<String>,
    compute: Option<String>,
    plan_seconds: i64,
    pack_seconds: i64,
    balance_seconds: i64,
    waived_seconds: i64,
    note: Option<String>,
    open: i64,
}

impl Row {
    fn wire(self) -> Record {
        let (task, note) = match self.compute.as_deref().and_then(word) {
            Some(compute) => {
                let task = TaskCharge {
                    id: self.id.clone(),
                    name: self.note.unwrap_or_default(),
                    compute,
                    seconds: PaidSeconds {
                        plan: self.plan_seconds,
                        packs: self.pack_seconds,
                        balance: self.balance_seconds,
                        waived: self.waived_seconds,
                    },
                    running: self.open != 0,
                };
                (Some(task), None)
            }
            None => (None, self.note),
        };
        Record {
            id: self.id,
            at: Time(self.at),
            // The database allows no other words.
            kind: word(&self.kind).unwrap_or(RecordKind::Grant),
            amount: self.amount,
            product: self.product.as_deref().and_then(word),
            task,
            note,
        }
    }
}

fn matching(sql: &mut QueryBuilder<Sqlite>, user: &str, kind: Option<RecordKind>) {
    sql.push(" FROM ledger WHERE user_id = ")
        .push_bind(user.to_owned());
    if let Some(kind) = kind {
        sql.push(" AND kind = ").push_bind(key(kind));
    }
}

fn page(user: &str, kind: Option<RecordKind>, limit: i64, offset: i64) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(
        "SELECT id, at, kind, amount, product, compute, plan_seconds, pack_seconds, balance_seconds, waived_seconds, note, open",
    );
    matching(&mut sql, user, kind);
    sql.push(" ORDER BY at DESC, id DESC LIMIT ")
        .push_bind(limit);
    sql.push(" OFFSET ").push_bind(offset);
    sql
}

/// The lines of an account, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, user: &str, query: &RecordQuery) -> Result<Page<Record>, ApiError> {
    let paging = query.paging();
    let mut sql = page(
        user,
        query.kind,
        i64::from(paging.limit()),
        db::bytes(paging.offset()),
    );
    let rows: Vec<Row> = sql.build_query_as().fetch_all(app.db.read()).await?;
    let mut sql = QueryBuilder::new("SELECT count(*)");
    matching(&mut sql, user, query.kind);
    let total: i64 = sql.build_query_scalar().fetch_one(app.db.read()).await?;
    Ok(Page {
        list: rows.into_iter().map(Row::wire).collect(),
        total: db::count(total),
    })
}

/// Names of users whose ledger does not come to their balance; none, if all is well.
///
/// # Errors
/// When the database fails.
pub async fn unbalanced(app: &App) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT u.username FROM users u LEFT JOIN billing_accounts b ON b.user_id = u.id
         WHERE coalesce(b.balance, 0) <> (SELECT coalesce(sum(l.amount), 0) FROM ledger l WHERE l.user_id = u.id)
         ORDER BY u.username_key",
    )
    .fetch_all(app.db.read())
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[tokio::test]
    async fn a_page_of_records_reads_an_index() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        for (kind, index) in [
            (None, "ledger_by_user "),
            (Some(RecordKind::Usage), "ledger_by_user_kind "),
        ] {
            let steps = plan(&db, page("u", kind, 20, 0)).await;
            assert_eq!(steps.len(), 1, "{steps:?}");
            let wanted = format!("SEARCH ledger USING INDEX {index}");
            assert!(steps[0].starts_with(&wanted), "{steps:?}");
        }
    }
}

//! Accounts as rows.

use super::core::{Account, Pack};
use crate::db::Tx;
use crate::state::App;
use crate::tasks::rows::{key, word};
use api::Time;
use api::billing::Compute;
use sqlx::SqliteConnection;

#[derive(sqlx::FromRow)]
struct AccountRow {
    anchor: i64,
    vip_months: i64,
    period: i64,
    cpu_used: i64,
    gpu_used: i64,
    balance: i64,
    credit: i64,
}

#[derive(sqlx::FromRow)]
struct PackRow {
    id: String,
    compute: String,
    seconds: i64,
    left_over: i64,
    expires_at: i64,
}

/// The account of a user, as it was last written; a user who never used it has a new one.
///
/// # Errors
/// When the database fails, or there is no such user.
pub async fn load(db: &mut SqliteConnection, user: &str) -> sqlx::Result<Account> {
    let row: AccountRow = sqlx::query_as(
        "SELECT coalesce(b.anchor, u.created_at) AS anchor, coalesce(b.vip_months, 0) AS vip_months,
             coalesce(b.period, 0) AS period, coalesce(b.cpu_used, 0) AS cpu_used, coalesce(b.gpu_used, 0) AS gpu_used,
             coalesce(b.balance, 0) AS balance, coalesce(b.credit, 0) AS credit
         FROM users u LEFT JOIN billing_accounts b ON b.user_id = u.id WHERE u.id = $1",
    )
    .bind(user)
    .fetch_one(&mut *db)
    .await?;
    let packs: Vec<PackRow> = sqlx::query_as(
        "SELECT id, compute, seconds, left_over, expires_at FROM billing_packs
         WHERE user_id = $1 AND left_over > 0 ORDER BY expires_at, id",
    )
    .bind(user)
    .fetch_all(&mut *db)
    .await?;
    let pack = |row: PackRow| Pack {
        id: row.id,
        // The database allows no other words.
        compute: word(&row.compute).unwrap_or(Compute::Cpu),
        seconds: row.seconds,
        left: row.left_over,
        expires: Time(row.expires_at),
    };
    Ok(Account {
        anchor: Time(row.anchor),
        vip_months: row.vip_months,
        period: row.period,
        used: [row.cpu_used, row.gpu_used],
        balance: row.balance,
        credit: row.credit,
        packs: packs.into_iter().map(pack).collect(),
    })
}

/// The account of a user as it stands now, for reading.
///
/// # Errors
/// As [`load`].
pub async fn now(app: &App, user: &str) -> sqlx::Result<Account> {
    let mut account = load(&mut *app.db.read().acquire().await?, user).await?;
    account.reach(app.clock.now());
    Ok(account)
}

/// Writes an account that was `before` when it was loaded in the same transaction.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &mut Tx, user: &str, before: &Account, after: &Account) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO billing_accounts (user_id, anchor, vip_months, period, cpu_used, gpu_used, balance, credit, vip_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (user_id) DO UPDATE SET anchor = excluded.anchor, vip_months = excluded.vip_months,
             period = excluded.period, cpu_used = excluded.cpu_used, gpu_used = excluded.gpu_used,
             balance = excluded.balance, credit = excluded.credit, vip_until = excluded.vip_until",
    )
    .bind(user)
    .bind(after.anchor.0)
    .bind(after.vip_months)
    .bind(after.period)
    .bind(after.used[0])
    .bind(after.used[1])
    .bind(after.balance)
    .bind(after.credit)
    .bind(after.vip_until().map_or(0, |until| until.0))
    .execute(&mut **tx)
    .await?;
    for pack in &after.packs {
        if before.packs.contains(pack) {
            continue;
        }
        sqlx::query(
            "INSERT INTO billing_packs (id, user_id, compute, seconds, left_over, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET left_over = excluded.left_over",
        )
        .bind(&pack.id)
        .bind(user)
        .bind(key(pack.compute))
        .bind(pack.seconds)
        .bind(pack.left)
        .bind(pack.expires.0)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

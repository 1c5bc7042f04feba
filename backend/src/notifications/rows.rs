//! Notifications as rows.

use crate::db;
use crate::state::App;
use api::Time;
use api::notification::{NoticeKind, Notification, NotificationQuery, NotificationSettings};
use sqlx::{QueryBuilder, Sqlite};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    notice: String,
    times: i64,
    created_at: i64,
    read_at: Option<i64>,
}

impl Row {
    fn wire(self) -> Option<Notification> {
        Some(Notification {
            notice: serde_json::from_str(&self.notice).ok()?,
            id: self.id,
            date_created: Time(self.created_at),
            read: self.read_at.is_some(),
            count: db::count(self.times),
        })
    }
}

/// Those of `user` that `query` asks for, without those about something that has become private to others since.
fn filter(sql: &mut QueryBuilder<Sqlite>, user: &str, unread: bool, kind: Option<NoticeKind>) {
    sql.push(" FROM notifications n WHERE n.user_id = ");
    sql.push_bind(user.to_owned());
    if unread {
        sql.push(" AND n.read_at IS NULL");
    }
    if let Some(kind) = kind {
        sql.push(" AND n.kind = ").push_bind(kind.as_str());
    }
    sql.push(
        " AND (n.entity_id IS NULL OR EXISTS (SELECT 1 FROM entities e WHERE e.id = n.entity_id
             AND (e.permission = 0 OR e.owner_id = ",
    );
    sql.push_bind(user.to_owned()).push(")))");
}

fn page(user: &str, query: &NotificationQuery) -> QueryBuilder<Sqlite> {
    let paging = query.paging();
    let mut sql = QueryBuilder::new("SELECT n.id, n.notice, n.times, n.created_at, n.read_at");
    filter(&mut sql, user, query.unread, query.kind);
    sql.push(" ORDER BY n.created_at DESC, n.id DESC LIMIT ");
    sql.push_bind(i64::from(paging.limit())).push(" OFFSET ");
    sql.push_bind(db::bytes(paging.offset()));
    sql
}

fn length(user: &str, unread: bool, kind: Option<NoticeKind>) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new("SELECT count(*)");
    filter(&mut sql, user, unread, kind);
    sql
}

/// A part of the list, newest first, and how many there are in all.
pub(super) async fn list(
    app: &App,
    user: &str,
    query: &NotificationQuery,
) -> sqlx::Result<(Vec<Notification>, u64)> {
    let mut sql = page(user, query);
    let rows: Vec<Row> = sql.build_query_as().fetch_all(app.db.read()).await?;
    let mut sql = length(user, query.unread, query.kind);
    let total: i64 = sql.build_query_scalar().fetch_one(app.db.read()).await?;
    Ok((
        rows.into_iter().filter_map(Row::wire).collect(),
        db::count(total),
    ))
}

/// How many the user has not read.
///
/// # Errors
/// When the database fails.
pub async fn unread(app: &App, user: &str) -> sqlx::Result<u64> {
    let mut sql = length(user, true, None);
    let unread: i64 = sql.build_query_scalar().fetch_one(app.db.read()).await?;
    Ok(db::count(unread))
}

/// Marks these as read, or all; answers how many were not before.
pub(super) async fn mark(app: &App, user: &str, ids: Option<&[String]>) -> sqlx::Result<u64> {
    let mut sql = QueryBuilder::<Sqlite>::new("UPDATE notifications SET read_at = ");
    sql.push_bind(app.clock.now().0);
    sql.push(" WHERE read_at IS NULL AND user_id = ");
    sql.push_bind(user.to_owned());
    if let Some(ids) = ids {
        if ids.is_empty() {
            return Ok(0);
        }
        sql.push(" AND id IN (");
        let mut list = sql.separated(", ");
        for id in ids {
            list.push_bind(id.clone());
        }
        sql.push(")");
    }
    let done = sql.build().execute(app.db.write()).await?;
    Ok(done.rows_affected())
}

/// Forgets one; false when the user has none of this id.
pub(super) async fn delete(app: &App, user: &str, id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query("DELETE FROM notifications WHERE id = $1 AND user_id = $2")
        .bind(id)
        .bind(user)
        .execute(app.db.write())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Which kinds the user wants.
pub(super) async fn settings(app: &App, user: &str) -> sqlx::Result<NotificationSettings> {
    let refused: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM notification_refusals WHERE user_id = $1")
            .bind(user)
            .fetch_all(app.db.read())
            .await?;
    let refused = refused.iter().filter_map(|word| NoticeKind::parse(word));
    Ok(
        refused.fold(NotificationSettings::default(), |settings, kind| {
            settings.with(kind, false)
        }),
    )
}

/// Keeps which kinds the user wants.
pub(super) async fn keep(
    app: &App,
    user: &str,
    settings: NotificationSettings,
) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM notification_refusals WHERE user_id = $1")
        .bind(user)
        .execute(&mut *tx)
        .await?;
    for kind in NoticeKind::ALL {
        if !settings.wants(kind) {
            sqlx::query("INSERT INTO notification_refusals (user_id, kind) VALUES ($1, $2)")
                .bind(user)
                .bind(kind.as_str())
                .execute(&mut *tx)
                .await?;
        }
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[tokio::test]
    async fn no_list_reads_more_than_its_page() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let kind = Some(NoticeKind::Star);
        for (unread, kind, index) in [
            (false, None, "notifications_by_user"),
            (true, None, "notifications_unread"),
            (false, kind, "notifications_by_kind"),
        ] {
            let query = NotificationQuery {
                unread,
                kind,
                ..NotificationQuery::default()
            };
            for sql in [page("u", &query), length("u", unread, kind)] {
                let steps = plan(&db, sql).await;
                assert!(steps.iter().all(|s| !s.starts_with("SCAN")), "{steps:#?}");
                assert!(steps.iter().all(|s| !s.contains("B-TREE")), "{steps:#?}");
                let found = steps.iter().any(|s| s.contains("SEARCH n USING"));
                assert!(found, "{steps:#?}");
            }
            let steps = plan(&db, page("u", &query)).await;
            assert!(steps.iter().any(|s| s.contains(index)), "{steps:#?}");
        }
    }
}

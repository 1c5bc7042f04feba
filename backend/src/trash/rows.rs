//! What is in the trash, as rows.

use super::{cutoff, gone};
use crate::db;
use crate::entities::kind_of;
use crate::error::ApiError;
use crate::http::caller::User;
use crate::state::App;
use api::module::ModuleType;
use api::trash::{TrashKind, Trashed, until};
use api::{Page, Paging, Time};
use sqlx::{QueryBuilder, Sqlite};

/// Something in the trash.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: String,
    /// `entity`, `module` or `task`.
    kind: String,
    /// `code` or `data`: what a project or dataset is, or what a version or task belongs to.
    of: String,
    /// The project or dataset.
    pub(super) entity_id: String,
    pub(super) owner_id: String,
    owner: String,
    pub(super) name: String,
    version: Option<i64>,
    pub(super) description: String,
    deleted_at: i64,
    size_bytes: i64,
    /// Of a project or dataset: 0 is public, 1 private.
    permission: i64,
}

impl Row {
    pub(super) fn kind(&self) -> TrashKind {
        match (self.kind.as_str(), kind_of(&self.of)) {
            ("task", _) => TrashKind::Task,
            ("module", _) => TrashKind::Version,
            (_, ModuleType::Code) => TrashKind::Project,
            (_, ModuleType::Data) => TrashKind::Dataset,
        }
    }

    /// Which a project or dataset is; none for anything else.
    pub(super) fn entity_kind(&self) -> Option<ModuleType> {
        matches!(self.kind(), TrashKind::Project | TrashKind::Dataset).then(|| kind_of(&self.of))
    }

    /// Whether it is a project or dataset that only its owner sees.
    pub(super) fn is_private(&self) -> bool {
        self.permission == 1
    }

    /// What it takes up.
    pub(super) fn bytes(&self) -> u64 {
        db::count(self.size_bytes)
    }

    /// Where its row is.
    pub(super) fn table(&self) -> &'static str {
        match self.kind() {
            TrashKind::Project | TrashKind::Dataset => "entities",
            TrashKind::Version => "modules",
            TrashKind::Task => "tasks",
        }
    }

    pub(super) fn to_wire(&self) -> Trashed {
        let kind = self.kind();
        let deleted = Time(self.deleted_at);
        Trashed {
            kind,
            id: self.id.clone(),
            owner: self.owner.clone(),
            name: self.name.clone(),
            module_type: (kind == TrashKind::Version).then(|| kind_of(&self.of)),
            version: self.version,
            description: self.description.clone(),
            date_deleted: deleted,
            date_until: until(deleted),
            size_bytes: self.bytes(),
        }
    }
}

/// `SELECT ... FROM (` all that `owner` deleted after `since` `) f`. A version or task whose project or dataset was deleted
/// too is part of that.
fn within(select: &str, owner: &str, since: Time) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new(select);
    sql.push(
        "SELECT e.id, 'entity' AS kind, e.kind AS of, e.id AS entity_id, e.owner_id, u.username AS owner, e.name,
             CAST(NULL AS BIGINT) AS version, e.description, e.deleted_at,
             (SELECT CAST(coalesce(sum(m.size_bytes), 0) AS BIGINT) FROM modules m WHERE m.entity_id = e.id
                 AND m.state = 'valid' AND m.deleted_at IS NULL) AS size_bytes, e.permission
         FROM entities e JOIN users u ON u.id = e.owner_id
         WHERE e.deleted_at IS NOT NULL AND e.purged = 0 AND e.owner_id = ",
    );
    sql.push_bind(owner.to_owned());
    sql.push(" AND e.deleted_at > ").push_bind(since.0);
    sql.push(
        " UNION ALL
         SELECT m.id, 'module', e.kind, e.id, e.owner_id, u.username, e.name, m.version, m.description, m.deleted_at,
             m.size_bytes, 0
         FROM entities e CROSS JOIN modules m CROSS JOIN users u WHERE m.entity_id = e.id AND u.id = e.owner_id
             AND m.deleted_at IS NOT NULL AND m.purged = 0 AND m.state = 'valid' AND e.deleted_at IS NULL AND e.owner_id = ",
    );
    sql.push_bind(owner.to_owned());
    sql.push(" AND m.deleted_at > ").push_bind(since.0);
    sql.push(
        " UNION ALL
         SELECT t.id, 'task', e.kind, e.id, t.owner_id, u.username, e.name, NULL, CASE WHEN t.description = '' THEN
             t.command ELSE t.description END, t.deleted_at, t.output_bytes + t.log_bytes, 0
         FROM tasks t CROSS JOIN entities e CROSS JOIN users u WHERE e.id = t.project_id AND u.id = t.owner_id
             AND t.deleted_at IS NOT NULL AND t.purged = 0 AND e.deleted_at IS NULL AND t.owner_id = ",
    );
    sql.push_bind(owner.to_owned());
    sql.push(" AND t.deleted_at > ").push_bind(since.0);
    sql.push(") f");
    sql
}

fn page(owner: &str, since: Time, paging: Paging) -> QueryBuilder<Sqlite> {
    let mut sql = within("SELECT * FROM (", owner, since);
    sql.push(" ORDER BY deleted_at DESC, id LIMIT ");
    sql.push_bind(i64::from(paging.limit()));
    sql.push(" OFFSET ").push_bind(db::bytes(paging.offset()));
    sql
}

/// A part of what this user can restore, what was deleted last first.
///
/// # Errors
/// When the database fails.
pub(super) async fn list(app: &App, user: &User, paging: Paging) -> sqlx::Result<Page<Trashed>> {
    let since = cutoff(app.clock.now());
    let rows: Vec<Row> = page(&user.id, since, paging)
        .build_query_as()
        .fetch_all(app.db.read())
        .await?;
    let total: i64 = within("SELECT count(*) FROM (", &user.id, since)
        .build_query_scalar()
        .fetch_one(app.db.read())
        .await?;
    Ok(Page {
        list: rows.iter().map(Row::to_wire).collect(),
        total: db::count(total),
    })
}

/// What this user can restore under this id.
///
/// # Errors
/// 517 when there is nothing.
pub(super) async fn owned(app: &App, user: &User, id: &str) -> Result<Row, ApiError> {
    let mut sql = within("SELECT * FROM (", &user.id, cutoff(app.clock.now()));
    sql.push(" WHERE id = ").push_bind(id.to_owned());
    let found = sql.build_query_as().fetch_optional(app.db.read()).await?;
    found.ok_or_else(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[tokio::test]
    async fn the_trash_of_one_is_found_without_reading_that_of_all() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let steps = plan(&db, page("o", Time(0), Paging::default())).await;
        for index in ["entities_in_trash", "modules_in_trash", "tasks_in_trash"] {
            assert!(steps.iter().any(|s| s.contains(index)), "{steps:#?}");
        }
        let scans = steps.iter().filter(|s| s.starts_with("SCAN"));
        for scan in scans {
            assert_eq!(scan, "SCAN f", "{steps:#?}");
        }
    }
}

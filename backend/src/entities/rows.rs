//! One project or dataset: finding it, and whether the caller may.

use super::{kind_key, kind_of, thing};
use crate::db;
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::state::App;
use api::Time;
use api::dataset::Dataset;
use api::module::ModuleType;
use api::project::Project;
use api::social::Origin;

/// A project or dataset with its counts.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EntityRow {
    /// The id.
    pub id: String,
    /// `code` or `data`: see [`super::kind_of`].
    pub kind: String,
    /// The owner's id.
    pub owner_id: String,
    /// The owner's name.
    pub owner: String,
    /// The name.
    pub name: String,
    /// 0 is public, 1 private.
    pub permission: i64,
    /// The environment of a project; empty takes the service's first.
    pub default_env: String,
    /// What it is.
    pub description: String,
    /// When it was made, in microseconds since 1970.
    pub created_at: i64,
    /// When it, a version or a task of it last changed, in microseconds since 1970.
    pub updated_at: i64,
    /// Number of the newest valid version.
    pub latest_version: Option<i64>,
    /// Id of the newest valid version.
    pub latest_module_id: Option<String>,
    /// Versions that are not deleted.
    pub versions: i64,
    /// Tasks that are not deleted.
    pub tasks: i64,
    /// Bytes of all valid versions.
    pub size_bytes: i64,
    /// Stars.
    pub stars: i64,
    /// Public forks that are not deleted.
    pub forks: i64,
    /// Comments.
    pub comments: i64,
    /// Id of what it was forked from.
    pub forked_from: Option<String>,
    /// The tags; of [`super::complete`].
    #[sqlx(skip)]
    pub tags: Vec<String>,
    /// Whether the caller has starred it; of [`super::complete`].
    #[sqlx(skip)]
    pub starred: bool,
    /// What it was forked from, if the caller may see that; of [`super::complete`].
    #[sqlx(skip)]
    pub origin: Option<Origin>,
}

/// The columns of [`EntityRow`]; conditions on `e` and `u` follow.
pub(super) const SELECT: &str = "
    SELECT e.id, e.kind, e.owner_id, u.username AS owner, e.name, e.permission, e.default_env,
        e.description, e.created_at, e.updated_at, e.stars, e.forks, e.comments, e.forked_from,
        (SELECT m.version FROM modules m WHERE m.entity_id = e.id AND m.state = 'valid'
            AND m.deleted_at IS NULL ORDER BY m.version DESC LIMIT 1) AS latest_version,
        (SELECT m.id FROM modules m WHERE m.entity_id = e.id AND m.state = 'valid'
            AND m.deleted_at IS NULL ORDER BY m.version DESC LIMIT 1) AS latest_module_id,
        (SELECT count(*) FROM modules m WHERE m.entity_id = e.id AND m.deleted_at IS NULL) AS versions,
        (SELECT CAST(coalesce(sum(c.tasks), 0) AS BIGINT) FROM task_counts c WHERE c.project_id = e.id) AS tasks,
        (SELECT CAST(coalesce(sum(m.size_bytes), 0) AS BIGINT) FROM modules m WHERE m.entity_id = e.id
            AND m.state = 'valid' AND m.deleted_at IS NULL) AS size_bytes
    FROM entities e JOIN users u ON u.id = e.owner_id WHERE e.deleted_at IS NULL";

impl EntityRow {
    /// Whether `caller` may know of it.
    pub fn is_visible_to(&self, caller: &Caller) -> bool {
        self.permission == 0 || caller.id() == Some(&self.owner_id)
    }

    /// The same, if it is `user`'s.
    ///
    /// # Errors
    /// 522 when it is somebody else's.
    pub fn of_owner(self, user: &User) -> Result<Self, ApiError> {
        if self.owner_id != user.id {
            let message = format!("the {} belongs to somebody else", thing(self.module_type()));
            return Err(ApiError::not_allowed(&message));
        }
        Ok(self)
    }

    /// Which of the two it is.
    pub fn module_type(&self) -> ModuleType {
        kind_of(&self.kind)
    }

    /// As a project of the wire; `environment` is the service's first.
    pub fn project(self, environment: &str) -> Project {
        let default_env = match self.default_env {
            empty if empty.is_empty() => environment.to_owned(),
            chosen => chosen,
        };
        Project {
            id: self.id,
            name: self.name,
            owner_id: self.owner_id,
            owner: self.owner,
            latest_version: self.latest_version.unwrap_or(0),
            permission: self.permission,
            default_env,
            description: self.description,
            date_created: Time(self.created_at),
            date_updated: Time(self.updated_at),
            latest_module_id: self.latest_module_id,
            versions: db::count(self.versions),
            tasks: db::count(self.tasks),
            tags: self.tags,
            stars: db::count(self.stars),
            starred: self.starred,
            forks: db::count(self.forks),
            comments: db::count(self.comments),
            forked_from: self.origin,
        }
    }

    /// As a dataset of the wire.
    pub fn dataset(self) -> Dataset {
        Dataset {
            id: self.id,
            name: self.name,
            owner_id: self.owner_id,
            owner: self.owner,
            latest_version: self.latest_version.unwrap_or(0),
            permission: self.permission,
            description: self.description,
            date_created: Time(self.created_at),
            date_updated: Time(self.updated_at),
            latest_module_id: self.latest_module_id,
            versions: db::count(self.versions),
            size_bytes: db::count(self.size_bytes),
            tags: self.tags,
            stars: db::count(self.stars),
            starred: self.starred,
            forks: db::count(self.forks),
            comments: db::count(self.comments),
            forked_from: self.origin,
        }
    }
}

/// How a project or dataset is addressed.
#[derive(Clone, Copy, Debug)]
pub enum Address<'a> {
    /// By its id.
    Id(&'a str),
    /// By owner and name.
    Name {
        /// The owner's name, whatever its case.
        user: &'a str,
        /// The name.
        name: &'a str,
    },
}

/// The project or dataset at this address, whoever asks. A name that it had before leads to it too, as long as nothing
/// else has that name.
///
/// # Errors
/// When the database fails.
pub async fn find(
    app: &App,
    kind: ModuleType,
    address: Address<'_>,
) -> sqlx::Result<Option<EntityRow>> {
    let (user, name) = match address {
        Address::Id(id) => {
            let query = sqlx::AssertSqlSafe(format!("{SELECT} AND e.kind = $1 AND e.id = $2"));
            let query = sqlx::query_as(query).bind(kind_key(kind)).bind(id);
            return query.fetch_optional(app.db.read()).await;
        }
        Address::Name { user, name } => (user.to_lowercase(), name),
    };
    for condition in [
        "e.kind = $1 AND u.username_key = $2 AND e.name = $3",
        "e.id = (SELECT f.entity_id FROM former_names f JOIN users o ON o.id = f.owner_id
             WHERE f.kind = $1 AND o.username_key = $2 AND f.name = $3)",
    ] {
        let query = sqlx::AssertSqlSafe(format!("{SELECT} AND {condition}"));
        let query = sqlx::query_as(query).bind(kind_key(kind));
        let query = query.bind(&user).bind(name);
        let found = query.fetch_optional(app.db.read()).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The project or dataset at this address, for reading.
///
/// # Errors
/// 517 when there is none or it is somebody else's private one.
pub async fn visible(
    app: &App,
    caller: &Caller,
    kind: ModuleType,
    address: Address<'_>,
) -> Result<EntityRow, ApiError> {
    find(app, kind, address)
        .await?
        .filter(|entity| entity.is_visible_to(caller))
        .ok_or_else(|| caller.not_found(thing(kind)))
}

/// The project or dataset of this id, for reading.
///
/// # Errors
/// 517 when there is none or it is somebody else's private one.
pub async fn any(app: &App, caller: &Caller, id: &str) -> Result<EntityRow, ApiError> {
    let query = sqlx::AssertSqlSafe(format!("{SELECT} AND e.id = $1"));
    let found: Option<EntityRow> = sqlx::query_as(query)
        .bind(id)
        .fetch_optional(app.db.read())
        .await?;
    found
        .filter(|entity| entity.is_visible_to(caller))
        .ok_or_else(|| caller.not_found("project or dataset"))
}

/// The project or dataset at this address, for changing.
///
/// # Errors
/// As [`visible`], and 522 when it is somebody else's.
pub async fn owned(
    app: &App,
    user: &User,
    kind: ModuleType,
    address: Address<'_>,
) -> Result<EntityRow, ApiError> {
    let entity = visible(app, &Caller::User(user.clone()), kind, address).await?;
    entity.of_owner(user)
}

/// Notes that something of the project or dataset changed at `now`.
///
/// # Errors
/// When the database fails.
pub async fn touch(tx: &mut db::Tx, id: &str, now: Time) -> sqlx::Result<()> {
    sqlx::query("UPDATE entities SET updated_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

//! One version: finding it, and whether the caller may.

use super::state_of;
use crate::entities::{self, Address, kind_of};
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::state::App;
use crate::{db, ids};
use api::Time;
use api::module::{Module, ModuleState, ModuleType, VersionChanges};

/// A version with what is needed of its project or dataset.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ModuleRow {
    /// The id.
    pub id: String,
    /// Id of the project or dataset.
    pub entity_id: String,
    /// Name of the project or dataset.
    pub name: String,
    /// `code` or `data`.
    pub kind: String,
    /// The owner's id.
    pub owner_id: String,
    /// The owner's name.
    pub owner: String,
    /// 0 is public, 1 private.
    pub permission: i64,
    /// The number.
    pub version: i64,
    /// As [`super::state_key`] spells it.
    pub state: String,
    /// The remark.
    pub description: String,
    /// The CLI's id of the folder.
    pub family_id: Option<String>,
    /// The CLI's hash over the contents.
    pub codehash: Option<String>,
    /// Bytes of all files.
    pub size_bytes: i64,
    /// Number of files.
    pub files: i64,
    /// Why it failed.
    pub reason: Option<String>,
    /// When it was announced, in microseconds since 1970.
    pub created_at: i64,
    /// Number of the version that its upload built on; the others are none without it.
    pub base: Option<i64>,
    /// Files whose paths are new against it.
    pub added: Option<i64>,
    /// Files with another content.
    pub changed: Option<i64>,
    /// Files that are not there any more.
    pub removed: Option<i64>,
    /// Files that are as they were.
    pub unchanged: Option<i64>,
}

/// The columns of [`ModuleRow`], of what is not deleted; conditions on `m`, `e` and `u` follow.
pub(super) const SELECT: &str = "
    SELECT m.id, m.entity_id, e.name, e.kind, e.owner_id, u.username AS owner, e.permission, m.version,
        m.state, m.description, m.family_id, m.codehash, m.size_bytes, m.files, m.reason, m.created_at,
        c.base, c.added, c.changed, c.removed, c.unchanged
    FROM modules m JOIN entities e ON e.id = m.entity_id JOIN users u ON u.id = e.owner_id
        LEFT JOIN module_changes c ON c.module_id = m.id
    WHERE m.deleted_at IS NULL AND e.deleted_at IS NULL";

impl ModuleRow {
    /// Whether `caller` may know of it.
    pub fn is_visible_to(&self, caller: &Caller) -> bool {
        self.permission == 0 || caller.id() == Some(&self.owner_id)
    }

    /// What it holds.
    pub fn module_type(&self) -> ModuleType {
        kind_of(&self.kind)
    }

    /// How far it is.
    pub fn state(&self) -> ModuleState {
        state_of(&self.state)
    }

    /// What its upload changed; none until it is valid.
    fn changes(&self) -> Option<VersionChanges> {
        let count = |count: Option<i64>| db::count(count.unwrap_or_default());
        let base = self.base.filter(|_| self.state() == ModuleState::Valid)?;
        Some(VersionChanges {
            base,
            added: count(self.added),
            changed: count(self.changed),
            removed: count(self.removed),
            unchanged: count(self.unchanged),
        })
    }

    /// As the wire has it.
    pub fn to_wire(self) -> Module {
        let size_bytes = db::count(self.size_bytes);
        let changes = self.changes();
        Module {
            module_type: self.module_type(),
            state: self.state(),
            id: self.id,
            name: self.name,
            date_created: Time(self.created_at),
            size: size_bytes >> 20,
            version: self.version,
            description: self.description,
            family_id: self.family_id,
            entity_id: self.entity_id,
            codehash: self.codehash,
            enable_tensorboard: false,
            size_bytes,
            files: db::count(self.files),
            reason: self.reason,
            owner: self.owner,
            changes,
        }
    }
}

/// The version that `text` names: an id, or `<user>/<dataset>/<version>`; whoever asks.
///
/// # Errors
/// When the database fails.
pub async fn find(app: &App, text: &str) -> sqlx::Result<Option<ModuleRow>> {
    if ids::is_id(text) {
        let query = sqlx::AssertSqlSafe(format!("{SELECT} AND m.id = $1"));
        return sqlx::query_as(query)
            .bind(text)
            .fetch_optional(app.db.read())
            .await;
    }
    let mut parts = text.split('/');
    let (Some(user), Some(name), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Ok(None);
    };
    let Ok(version) = version.parse::<i64>() else {
        return Ok(None);
    };
    // A name that the dataset had before leads to it too.
    let address = Address::Name { user, name };
    let Some(dataset) = entities::find(app, ModuleType::Data, address).await? else {
        return Ok(None);
    };
    let query = sqlx::AssertSqlSafe(format!("{SELECT} AND m.entity_id = $1 AND m.version = $2"));
    sqlx::query_as(query)
        .bind(dataset.id)
        .bind(version)
        .fetch_optional(app.db.read())
        .await
}

/// The version that `text` names, for reading.
///
/// # Errors
/// 517 when there is none or it is somebody else's private one.
pub async fn visible(app: &App, caller: &Caller, text: &str) -> Result<ModuleRow, ApiError> {
    find(app, text)
        .await?
        .filter(|module| module.is_visible_to(caller))
        .ok_or_else(|| caller.not_found("version"))
}

/// The version that `text` names, for changing.
///
/// # Errors
/// As [`visible`], and 522 when it is somebody else's.
pub async fn owned(app: &App, user: &User, text: &str) -> Result<ModuleRow, ApiError> {
    let module = visible(app, &Caller::User(user.clone()), text).await?;
    if module.owner_id != user.id {
        return Err(ApiError::not_allowed(
            "the version belongs to somebody else",
        ));
    }
    Ok(module)
}

/// The newest valid version of a project or dataset.
///
/// # Errors
/// When the database fails.
pub async fn newest_valid(app: &App, entity: &str) -> sqlx::Result<Option<ModuleRow>> {
    let query = sqlx::AssertSqlSafe(format!(
        "{SELECT} AND m.entity_id = $1 AND m.state = 'valid' ORDER BY m.version DESC LIMIT 1"
    ));
    sqlx::query_as(query)
        .bind(entity)
        .fetch_optional(app.db.read())
        .await
}

//! The routes of versions.

use super::rows::{self, ModuleRow, SELECT};
use super::{Announced, change, content};
use crate::billing;
use crate::entities::{self, Address};
use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::caller::User;
use crate::http::{Body, Caller, Path, Query, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::{App, Shared};
use api::event::Action;
use api::file::{FindQuery, FoundFile};
use api::module::{
    FileHashes, Module, ModuleChange, ModuleCreated, ModuleState, ModulesQuery, NewModule,
};
use api::routes::{MODULE, MODULE_FILEHASH, MODULE_FIND, MODULES};
use api::{Code, Page, Reason, limits, name};
use axum::extract::State;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(module, create, update, delete))
        .routes(routes!(list))
        .routes(routes!(filehash))
        .routes(routes!(find))
}

/// Announces a version, whose content the CLI sends over a WebSocket then.
#[utoipa::path(
    put, path = MODULE, operation_id = "announce_module", security(("token" = [])),
    request_body = NewModule,
    responses((status = 200, description = "the version", body = Answered<ModuleCreated>))
)]
async fn create(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(new): Body<NewModule>,
) -> Answer<ModuleCreated> {
    let address = Address::Id(&new.entity_id);
    let entity = entities::owned(&app, &user, new.module_type, address).await?;
    let description = new.description.as_deref().unwrap_or("");
    name::check_description(description).map_err(|r| ApiError::field("description", r))?;
    check_codehash(new.codehash.as_deref())?;
    let family = new.family_id.as_deref();
    if family.is_some_and(|family| family.len() > limits::CLIENT_ID_MAX) {
        return Err(ApiError::field("family_id", Reason::TooLong));
    }
    if new.size.unwrap_or(0) > limits::module_bytes(new.module_type) {
        let message = "the version is larger than its kind may be";
        return Err(ApiError::new(Code::OverLimit, Reason::TooLarge, message).at("size"));
    }
    let mut tx = app.db.begin().await?;
    let size = new.size.unwrap_or(0);
    billing::limits::check_storage(&app, &mut tx, &user.id, size, "").await?;
    let announced = Announced {
        entity: &entity.id,
        state: ModuleState::Pending,
        description,
        family,
        codehash: new.codehash.as_deref(),
    };
    let (id, version) = change::announce(&app, &mut tx, announced).await?;
    tx.commit().await?;
    events::version(&app, &id, Action::Created).await;
    ok(ModuleCreated {
        id,
        version,
        entity_id: entity.id,
    })
}

fn check_codehash(hash: Option<&str>) -> Result<(), ApiError> {
    let fits = |hash: &str| hash.len() <= 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    match hash {
        Some(hash) if !fits(hash) => {
            let message = "codehash is not hexadecimal";
            Err(ApiError::bad(Reason::Malformed, message).at("codehash"))
        }
        _ => Ok(()),
    }
}

/// Tells the hash or the remark of a version later.
#[utoipa::path(
    post, path = MODULE, operation_id = "update_module", security(("token" = [])),
    request_body = ModuleChange,
    responses((status = 200, description = "the version", body = Answered<Module>))
)]
async fn update(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(new): Body<ModuleChange>,
) -> Answer<Module> {
    let module = rows::owned(&app, &user, &new.id).await?;
    check_codehash(new.codehash.as_deref())?;
    if let Some(text) = &new.description {
        name::check_description(text).map_err(|r| ApiError::field("description", r))?;
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    sqlx::query(
        "UPDATE modules SET codehash = coalesce($1, codehash),
             description = coalesce($2, description), updated_at = $3 WHERE id = $4",
    )
    .bind(&new.codehash)
    .bind(&new.description)
    .bind(now.0)
    .bind(&module.id)
    .execute(&mut *tx)
    .await?;
    entities::touch(&mut tx, &module.entity_id, now).await?;
    tx.commit().await?;
    events::version(&app, &module.id, Action::Changed).await;
    ok(rows::owned(&app, &user, &new.id).await?.to_wire())
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct OneQuery {
    /// Its id, or `<user>/<dataset>/<version>`.
    id: Option<String>,
    /// Without `id`: the project or dataset, with `codehash` or `version`.
    entity_id: Option<String>,
    /// The CLI's hash over the contents; finds valid versions only.
    codehash: Option<String>,
    /// The version's number.
    version: Option<i64>,
}

/// A version, by one of three ways to name it.
#[utoipa::path(
    get, path = MODULE,
    params(OneQuery),
    responses((status = 200, description = "the version", body = Answered<Module>))
)]
async fn module(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<OneQuery>,
) -> Answer<Module> {
    if let Some(id) = &query.id {
        return ok(rows::visible(&app, &caller, id).await?.to_wire());
    }
    let Some(entity) = &query.entity_id else {
        return Err(ApiError::missing("id"));
    };
    let found: Option<ModuleRow> = match (&query.codehash, query.version) {
        // Only a valid version may stand in for an upload.
        (Some(hash), _) => {
            let sql = format!(
                "{SELECT} AND m.entity_id = $1 AND m.codehash = $2 AND m.state = 'valid'
                 ORDER BY m.version DESC LIMIT 1"
            );
            let query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
            let query = query.bind(entity).bind(hash);
            query.fetch_optional(app.db.read()).await?
        }
        (None, Some(version)) => {
            let sql = format!("{SELECT} AND m.entity_id = $1 AND m.version = $2");
            let query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
            let query = query.bind(entity).bind(version);
            query.fetch_optional(app.db.read()).await?
        }
        (None, None) => return Err(ApiError::missing("version")),
    };
    let found = found.filter(|module| module.is_visible_to(&caller));
    ok(found.ok_or_else(|| caller.not_found("version"))?.to_wire())
}

/// Versions of a project or dataset, newest first.
#[utoipa::path(
    get, path = MODULES, operation_id = "modules",
    params(ModulesQuery),
    responses((status = 200, description = "all of them", body = Answered<Page<Module>>))
)]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<ModulesQuery>,
) -> Answer<Page<Module>> {
    let address = Address::Id(&query.entity_id);
    let entity = entities::visible(&app, &caller, query.module_type, address).await?;
    let sql = format!("{SELECT} AND m.entity_id = $1 ORDER BY m.version DESC");
    let list: Vec<ModuleRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(&entity.id)
        .fetch_all(app.db.read())
        .await?;
    ok(Page {
        total: list.len() as u64,
        list: list.into_iter().map(ModuleRow::to_wire).collect(),
    })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ById {
    /// The version.
    id: String,
}

/// Deletes a version that no task uses.
#[utoipa::path(
    delete, path = MODULE, operation_id = "delete_module", security(("token" = [])),
    params(ById),
    responses((status = 200, description = "deleted", body = Answered<Nothing>))
)]
async fn delete(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Query(query): Query<ById>,
) -> Answer<()> {
    let module = rows::owned(&app, &user, &query.id).await?;
    ok(delete_version(&app, &user, &module).await?)
}

async fn delete_version(app: &Shared, user: &User, module: &ModuleRow) -> Result<(), ApiError> {
    if matches!(
        module.state(),
        ModuleState::Pending | ModuleState::Uploading
    ) {
        crate::uploads::abandon(app, &module.id, "deleted before it was complete").await?;
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let busy = crate::tasks::rows::busy(&mut tx, &module.id).await?;
    if busy > 0 {
        let message = format!("{busy} running or waiting tasks use the version; stop them first");
        return Err(ApiError::new(
            Code::ResourceUnavailable,
            Reason::InUse,
            message,
        ));
    }
    sqlx::query("UPDATE modules SET deleted_at = $1, updated_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(&module.id)
        .execute(&mut *tx)
        .await?;
    entities::touch(&mut tx, &module.entity_id, now).await?;
    tx.commit().await?;
    events::version(app, &module.id, Action::Deleted).await;
    tracing::info!(module = %module.id, user = %user.name, "version deleted");
    Ok(())
}

/// Hashes of the newest valid version; null when there is none yet, which the CLI takes for "send everything".
#[utoipa::path(
    get, path = MODULE_FILEHASH,
    params(ModulesQuery),
    responses((status = 200, description = "the hashes", body = Answered<Option<FileHashes>>))
)]
async fn filehash(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<ModulesQuery>,
) -> Answer<Option<FileHashes>> {
    let address = Address::Id(&query.entity_id);
    let entity = entities::visible(&app, &caller, query.module_type, address).await?;
    match rows::newest_valid(&app, &entity.id).await? {
        Some(module) => ok(Some(hashes(&app, module.id).await?)),
        None => ok(None),
    }
}

/// Files of a version whose names end in something, such as its notebooks; by their paths, at most 500.
#[utoipa::path(
    get, path = MODULE_FIND, operation_id = "find_files",
    params(("id" = String, Path, description = "The version"), FindQuery),
    responses((status = 200, description = "the files", body = Answered<Page<FoundFile>>))
)]
async fn find(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    Query(FindQuery { end }): Query<FindQuery>,
) -> Answer<Page<FoundFile>> {
    let module = rows::visible(&app, &caller, &id).await?;
    match end.chars().count() {
        0 => return Err(ApiError::missing("end")),
        1..=FindQuery::END_MAX => {}
        _ => return Err(ApiError::field("end", Reason::TooLong)),
    }
    let (list, total) = content::ending_in(&app, &module.id, &end).await?;
    ok(Page { list, total })
}

async fn hashes(app: &App, module: String) -> sqlx::Result<FileHashes> {
    let rows: Vec<(String, Option<String>, i64)> = sqlx::query_as(
        "SELECT path, md5, size FROM module_files WHERE module_id = $1 ORDER BY path",
    )
    .bind(&module)
    .fetch_all(app.db.read())
    .await?;
    let (mut sized, mut dirs) = (BTreeMap::new(), Vec::new());
    for (path, md5, size) in rows {
        match md5 {
            Some(md5) => {
                sized.insert(path, (md5, size.unsigned_abs()));
            }
            None => dirs.push(path),
        }
    }
    let sizes = sized.values().map(|(_, size)| *size).collect();
    Ok(FileHashes {
        files: sized
            .into_iter()
            .map(|(path, (md5, _))| (path, md5))
            .collect(),
        dirs,
        old_module_id: module,
        sizes,
    })
}

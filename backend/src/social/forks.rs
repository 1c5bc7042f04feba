//! Forks: somebody's newest version as the first of a project or dataset of one's own.

use crate::beneath::Beneath;
use crate::billing::limits;
use crate::entities::{self, EntityRow, New, thing};
use crate::error::{Answer, ApiError, ok};
use crate::http::caller::User;
use crate::http::{Body, Caller, Path, SignedIn};
use crate::modules::{self, ModuleRow};
use crate::openapi::answers::Answered;
use crate::state::{App, Shared};
use crate::store::{self, sync_folder};
use crate::unpack::{Node, Tree};
use crate::{events, ids, notifications};
use api::event::Action;
use api::notification::Notice;
use api::routes::FORK;
use api::social::{Fork, NewFork};
use api::{Code, Reason, name};
use axum::extract::State;
use std::io;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(fork))
}

/// Forks a project or dataset: its newest version, not its tasks.
#[utoipa::path(
    post, path = FORK, security(("token" = [])),
    params(("id" = String, Path, description = "The project's or dataset's id")),
    request_body = NewFork,
    responses((status = 200, description = "the fork", body = Answered<Fork>))
)]
async fn fork(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Body(new): Body<NewFork>,
) -> Answer<Fork> {
    let origin = entities::any(&app, &Caller::User(user.clone()), &id).await?;
    let name = new.name.unwrap_or_else(|| origin.name.clone());
    name::check_name(&name).map_err(|r| ApiError::field("name", r))?;
    entities::check_permission(new.permission)?;
    let source = modules::newest_valid(&app, &origin.id).await?;
    let source = source.ok_or_else(|| nothing_yet(&origin))?;
    // Before anything is copied; the row's constraint has the last word.
    let address = entities::Address::Name {
        user: &user.name,
        name: &name,
    };
    let found = entities::find(&app, origin.module_type(), address).await?;
    // A former name of another thing is free.
    if found.is_some_and(|found| found.name == name) {
        let message = "the owner has one of this name";
        return Err(ApiError::new(Code::Duplicate, Reason::NameTaken, message).at("name"));
    }
    let module = ids::new_id();
    copy(&app, &source.id, &module).await?;
    let made = rows(
        &app,
        &user,
        &origin,
        &source,
        &module,
        (&name, new.permission),
    )
    .await;
    let (id, told) = match made {
        Ok(made) => made,
        Err(error) => {
            store::remove(app.store.module(&module)).await?;
            return Err(error);
        }
    };
    app.sharing.notify_one();
    events::entity(&app, &id, Action::Created).await;
    events::entity(&app, &origin.id, Action::Changed).await;
    notifications::told(&app, &origin.owner_id, told);
    tracing::info!(origin = %origin.id, fork = %id, user = %user.name, "forked");
    ok(Fork {
        id,
        module_type: origin.module_type(),
        owner: user.name,
        name,
    })
}

fn nothing_yet(origin: &EntityRow) -> ApiError {
    let message = format!(
        "the {} has no valid version yet",
        thing(origin.module_type())
    );
    ApiError::new(Code::ResourceUnavailable, Reason::VersionNotReady, message)
}

/// Gives the files of one version second names in the folder of another, so that nothing is stored twice.
async fn copy(app: &Shared, from: &str, to: &str) -> Result<(), ApiError> {
    let tree = modules::tree(app, from).await?;
    let (source, target) = (app.store.module(from), app.store.module(to));
    let modules = app.store.root().join("modules");
    let work = move || {
        let done = link(&tree, &source, &target).and_then(|()| sync_folder(&modules));
        if done.is_err() {
            // What went wrong first is what is told.
            let _ = store::remove_tree(&target);
        }
        done
    };
    let done = tokio::task::spawn_blocking(work);
    match done.await.map_err(ApiError::internal)? {
        // The version was deleted meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(ApiError::not_found("version"))
        }
        done => Ok(done?),
    }
}

fn link(tree: &Tree, source: &std::path::Path, target: &std::path::Path) -> io::Result<()> {
    let source = Beneath::at(source)?;
    std::fs::create_dir(target)?;
    let top = Beneath::at(target)?;
    // A folder comes before what is in it: paths are in order.
    for (path, node) in tree {
        match node {
            Node::Folder => top.make_folder(path)?,
            Node::File { .. } => top.link(&source, path, path)?,
        }
    }
    top.sync()
}

/// Writes the fork and its version in one transaction; answers the fork's id, and whether the origin's owner is told.
async fn rows(
    app: &App,
    user: &User,
    origin: &EntityRow,
    source: &ModuleRow,
    module: &str,
    (name, permission): (&str, i64),
) -> Result<(String, bool), ApiError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let found: Option<(String, String)> = sqlx::query_as(
        "SELECT e.description, e.default_env FROM modules m JOIN entities e ON e.id = m.entity_id
         WHERE m.id = $1 AND m.state = 'valid' AND m.deleted_at IS NULL AND e.deleted_at IS NULL
             AND (e.permission = 0 OR e.owner_id = $2)",
    )
    .bind(&source.id)
    .bind(&user.id)
    .fetch_optional(&mut *tx)
    .await?;
    let (description, default_env) =
        found.ok_or_else(|| ApiError::not_found(thing(origin.module_type())))?;
    let tags =
        sqlx::query_scalar("SELECT tag FROM entity_tags WHERE entity_id = $1 ORDER BY position");
    let new = New {
        kind: origin.module_type(),
        description,
        permission,
        default_env,
        tags: tags.bind(&origin.id).fetch_all(&mut *tx).await?,
        forked_from: Some(origin.id.clone()),
    };
    if permission == 1 {
        limits::check_private(app, &mut tx, &user.id, new.kind).await?;
    }
    let size = u64::try_from(source.size_bytes).unwrap_or(0);
    limits::check_storage(app, &mut tx, &user.id, size, "").await?;
    let id = entities::insert(&mut tx, now, &user.id, name, &new).await?;
    entities::copy_patterns(&mut tx, &origin.id, &id).await?;
    sqlx::query(
        "INSERT INTO modules (id, entity_id, version, state, description, codehash, size_bytes, files, created_at,
             updated_at)
         SELECT $1, $2, 1, 'valid', description, codehash, size_bytes, files, $3, $3 FROM modules WHERE id = $4",
    )
    .bind(module)
    .bind(&id)
    .bind(now.0)
    .bind(&source.id)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO module_files (module_id, path, kind, size, modified, md5)
         SELECT $1, path, kind, size, modified, md5 FROM module_files WHERE module_id = $2",
    )
    .bind(module)
    .bind(&source.id)
    .execute(&mut *tx)
    .await?;
    let mut told = false;
    // A private fork is nobody else's business.
    if permission == 0 {
        let fork = name.to_owned();
        let notice = |by, thing| Notice::Fork { by, thing, fork };
        told = super::tell_owner(app, &mut tx, origin, user, notice).await?;
    }
    tx.commit().await?;
    Ok((id, told))
}

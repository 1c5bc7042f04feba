//! The trash: what was deleted can be restored until the end of the next day, and is cleared away then.
//!
//! Deleting sets `deleted_at` and nothing else, so that restoring brings everything back as it was: all that belongs to
//! a project hangs on it and is out of sight with it. See docs/decisions/0018-trash.md.

pub mod purge;
mod rows;

use crate::billing::limits;
use crate::entities;
use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::{Body, Path, Query, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::{App, Shared};
use api::event::Action;
use api::module::ModuleType;
use api::routes::{TRASH, TRASHED};
use api::trash::{Restore, TrashKind, Trashed};
use api::{Page, Paging, Time, name};
use axum::extract::State;
use rows::Row;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(restore, delete))
}

const DAY: i64 = 86_400_000_000;

/// What was deleted at this time or before can no longer be restored at `now`: [`api::trash::until`] turned round.
fn cutoff(now: Time) -> Time {
    Time(now.0.div_euclid(DAY) * DAY - DAY)
}

/// What the caller deleted and can restore, the last first.
#[utoipa::path(
    get, path = TRASH, operation_id = "trash", security(("token" = [])),
    params(
        ("page" = Option<u32>, Query, description = "Page, from 1"),
        ("page_size" = Option<u32>, Query, description = "Entries a page")
    ),
    responses((status = 200, description = "a part of the list", body = Answered<Page<Trashed>>))
)]
async fn list(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Query(paging): Query<Paging>,
) -> Answer<Page<Trashed>> {
    ok(rows::list(&app, &user, paging).await?)
}

/// Restores something, with everything that belonged to it.
#[utoipa::path(
    post, path = TRASHED, security(("token" = [])),
    params(("id" = String, Path, description = "The project, dataset, version or task")),
    request_body = Restore,
    responses((status = 200, description = "what it is again", body = Answered<Trashed>))
)]
async fn restore(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Body(Restore { name }): Body<Restore>,
) -> Answer<Trashed> {
    let mut row = rows::owned(&app, &user, &id).await?;
    if let (Some(kind), Some(name)) = (row.entity_kind(), name) {
        name::check_name(&name).map_err(|reason| ApiError::field("name", reason))?;
        put_back(&app, &row, Some((kind, &name))).await?;
        row.name = name;
    } else {
        put_back(
            &app,
            &row,
            row.entity_kind().map(|kind| (kind, row.name.as_str())),
        )
        .await?;
    }
    tracing::info!(%id, user = user.name, "restored");
    ok(row.to_wire())
}

/// Takes a row out of the trash; of a project or dataset under this name.
async fn put_back(app: &App, row: &Row, named: Option<(ModuleType, &str)>) -> Result<(), ApiError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let cutoff = cutoff(now).0;
    limits::check_storage(app, &mut tx, &row.owner_id, row.bytes(), "").await?;
    let done = match named {
        Some((kind, name)) => {
            if row.is_private() {
                limits::check_private(app, &mut tx, &row.owner_id, kind).await?;
            }
            let done = sqlx::query(
                "UPDATE entities SET deleted_at = NULL, name = $1, name_key = $2, search_key = $3, updated_at = $4
                 WHERE id = $5 AND purged = 0 AND deleted_at > $6",
            )
            .bind(name)
            .bind(name.to_lowercase())
            .bind(entities::search_key(name, &row.description))
            .bind(now.0)
            .bind(&row.id)
            .bind(cutoff)
            .execute(&mut *tx)
            .await?;
            entities::take_name(&mut tx, &row.owner_id, kind, name).await?;
            done
        }
        None => {
            let table = match row.kind() {
                TrashKind::Task => "tasks",
                _ => "modules",
            };
            let sql = format!(
                "UPDATE {table} SET deleted_at = NULL WHERE id = $1 AND purged = 0 AND deleted_at > $2"
            );
            let done = sqlx::query(sqlx::AssertSqlSafe(sql))
                .bind(&row.id)
                .bind(cutoff)
                .execute(&mut *tx)
                .await?;
            entities::touch(&mut tx, &row.entity_id, now).await?;
            done
        }
    };
    if done.rows_affected() == 0 {
        return Err(gone());
    }
    tx.commit().await?;
    match row.kind() {
        TrashKind::Project | TrashKind::Dataset => {
            events::entity(app, &row.id, Action::Created).await;
        }
        TrashKind::Version => {
            events::version(app, &row.id, Action::Created).await;
            // It may have been deleted before its files were looked for in other versions.
            app.sharing.notify_one();
        }
        TrashKind::Task => events::task(app, &row.id, Action::Created).await,
    }
    match row.kind() {
        TrashKind::Task => events::task(app, &row.id, Action::Created).await,
        TrashKind::Version => events::version(app, &row.id, Action::Created).await,
        TrashKind::Project | TrashKind::Dataset => {
            events::entity(app, &row.id, Action::Created).await
        }
    }
    Ok(())
}

/// Clears something in the trash away for good, now.
#[utoipa::path(
    delete, path = TRASHED, operation_id = "delete_for_good", security(("token" = [])),
    params(("id" = String, Path, description = "The project, dataset, version or task")),
    responses((status = 200, description = "gone", body = Answered<Nothing>))
)]
async fn delete(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<()> {
    let row = rows::owned(&app, &user, &id).await?;
    purge::condemn(&app, row.table(), &row.id).await?;
    tracing::info!(%id, user = user.name, "deleted for good");
    // The rest may take its time, and what fails is tried again.
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = purge::clear(&app).await {
            tracing::warn!(%error, "what is gone for good is not cleared away yet");
        }
    });
    ok(())
}

/// 517: it is not there, or it is too late.
fn gone() -> ApiError {
    ApiError::not_found("such thing in the trash")
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::trash::until;

    #[test]
    fn a_day_at_least_and_two_at_most() {
        let at = |text: &str| -> Time { text.parse().unwrap() };
        for (deleted, end) in [
            ("2026-03-01T12:00:00", "2026-03-03T00:00:00"),
            ("2026-03-01T00:00:00", "2026-03-02T00:00:00"),
            ("2026-03-01T00:00:00.000001", "2026-03-03T00:00:00"),
            ("2026-03-01T23:59:59", "2026-03-03T00:00:00"),
        ] {
            let (deleted, end) = (at(deleted), at(end));
            assert_eq!(until(deleted), end, "{deleted}");
            let can = |now: i64| deleted > cutoff(Time(now));
            assert!(can(end.0 - 1) && !can(end.0), "{deleted}");
        }
    }
}

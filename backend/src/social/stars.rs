//! Stars: what somebody likes to find again.

use crate::db::{self, Tx};
use crate::entities;
use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::{Caller, Path, SignedIn};
use crate::notifications;
use crate::openapi::answers::Answered;
use crate::state::Shared;
use api::event::Action;
use api::notification::Notice;
use api::routes::STAR;
use api::social::Star;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(star, unstar))
}

/// Stars a project or dataset. That it has the caller's star already is fine.
#[utoipa::path(
    put, path = STAR, security(("token" = [])),
    params(("id" = String, Path, description = "The project's or dataset's id")),
    responses((status = 200, description = "how many there are now", body = Answered<Star>))
)]
async fn star(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<Star> {
    let row = entities::any(&app, &Caller::User(user.clone()), &id).await?;
    let mut tx = app.db.begin().await?;
    // It may have been deleted or closed since it was looked at.
    let given = sqlx::query(
        "INSERT INTO stars (user_id, entity_id, created_at)
         SELECT $1, id, $2 FROM entities WHERE id = $3 AND deleted_at IS NULL AND (permission = 0 OR owner_id = $1)
         ON CONFLICT DO NOTHING",
    )
    .bind(&user.id)
    .bind(app.clock.now().0)
    .bind(&row.id)
    .execute(&mut *tx)
    .await?;
    let answer = count(&mut tx, &user.id, &row.id).await?;
    let mut new = false;
    if given.rows_affected() > 0 {
        let notice = |by, thing| Notice::Star { by, thing };
        new = super::tell_owner(&app, &mut tx, &row, &user, notice).await?;
    }
    tx.commit().await?;
    events::entity(&app, &row.id, Action::Changed).await;
    notifications::told(&app, &row.owner_id, new);
    ok(answer)
}

/// Takes the caller's star away. That there is none is fine.
#[utoipa::path(
    delete, path = STAR, security(("token" = [])),
    params(("id" = String, Path, description = "The project's or dataset's id")),
    responses((status = 200, description = "how many there are now", body = Answered<Star>))
)]
async fn unstar(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<Star> {
    let row = entities::any(&app, &Caller::User(user.clone()), &id).await?;
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM stars WHERE user_id = $1 AND entity_id = $2")
        .bind(&user.id)
        .bind(&row.id)
        .execute(&mut *tx)
        .await?;
    let answer = count(&mut tx, &user.id, &row.id).await?;
    tx.commit().await?;
    events::entity(&app, &row.id, Action::Changed).await;
    ok(answer)
}

async fn count(tx: &mut Tx, user: &str, entity: &str) -> Result<Star, ApiError> {
    let (stars, starred): (i64, bool) = sqlx::query_as(
        "SELECT stars, EXISTS (SELECT 1 FROM stars WHERE user_id = $1 AND entity_id = $2)
         FROM entities WHERE id = $2",
    )
    .bind(user)
    .bind(entity)
    .fetch_one(&mut **tx)
    .await?;
    Ok(Star {
        starred,
        stars: db::count(stars),
    })
}

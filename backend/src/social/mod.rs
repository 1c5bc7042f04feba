//! What people do with each other's projects and datasets: tags, stars, forks, comments; and how much they run.
//!
//! Counts of these stand at the project or dataset itself. Triggers keep them (`migrations/0004_social.sql`), in the
//! transaction of the change, so that they are exact whoever changes what, also by deletion and restoring.

mod activity;
mod comments;
mod forks;
mod stars;
mod tags;

use crate::db::Tx;
use crate::entities::EntityRow;
use crate::http::caller::User;
use crate::notifications::{To, notify};
use crate::state::{App, Shared};
use api::notification::{Notice, Thing};
use utoipa_axum::router::OpenApiRouter;

/// Writes to the owner of `row` what `by` has done with it; true when there is something to tell of.
async fn tell_owner(
    app: &App,
    tx: &mut Tx,
    row: &EntityRow,
    by: &User,
    notice: impl FnOnce(String, Thing) -> Notice,
) -> sqlx::Result<bool> {
    let thing = Thing {
        id: row.id.clone(),
        module_type: row.module_type(),
        owner: row.owner.clone(),
        name: row.name.clone(),
    };
    let to = To {
        user: &row.owner_id,
        by: Some(&by.id),
    };
    notify(tx, app.clock.now(), to, &notice(by.name.clone(), thing)).await
}

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(tags::router())
        .merge(stars::router())
        .merge(forks::router())
        .merge(comments::router())
        .merge(activity::router())
}

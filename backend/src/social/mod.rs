//! What people do with each other's projects and datasets: tags, stars, forks, comments; and how much they run.
//!
//! Counts of these stand at the project or dataset itself. Triggers keep them (`migrations/0004_social.sql`), in the
//! transaction of the change, so that they are exact whoever changes what, also by deletion and restoring.

mod activity;
mod comments;
mod forks;
mod stars;
mod tags;

use crate::state::Shared;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(tags::router())
        .merge(stars::router())
        .merge(forks::router())
        .merge(comments::router())
        .merge(activity::router())
}

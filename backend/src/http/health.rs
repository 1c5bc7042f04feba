//! `/healthz`: whether the backend is fit to serve.

use crate::state::{App, Shared};
use axum::extract::State;
use axum::http::StatusCode;
use std::io;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

const PATIENCE: Duration = Duration::from_secs(5);

/// The route of this module.
pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(health))
}

/// Whether database and disk answer.
#[utoipa::path(
    get, path = api::routes::HEALTH, security(()),
    responses(
        (status = 200, description = "the service works", body = String, content_type = "text/plain; charset=utf-8"),
        (status = 503, description = "what does not answer", body = String, content_type = "text/plain; charset=utf-8"),
    )
)]
async fn health(State(app): State<Shared>) -> (StatusCode, &'static str) {
    match tokio::time::timeout(PATIENCE, look(&app)).await {
        Ok(Ok(())) => (StatusCode::OK, "ok\n"),
        Ok(Err(problem)) => (StatusCode::SERVICE_UNAVAILABLE, problem),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database or the disk does not answer\n",
        ),
    }
}

async fn look(app: &App) -> Result<(), &'static str> {
    let one: Result<i64, _> = sqlx::query_scalar("SELECT CAST(1 AS BIGINT)")
        .fetch_one(app.db.read())
        .await;
    if let Err(error) = one {
        tracing::error!(%error, "the database does not answer");
        return Err("the database does not answer\n");
    }
    let root = app.store.root().to_owned();
    let written = tokio::task::spawn_blocking(move || {
        let mut file = tempfile::tempfile_in(root)?;
        io::Write::write_all(&mut file, b"x")
    });
    match written.await.map_err(io::Error::other).flatten() {
        Ok(()) => Ok(()),
        Err(error) => {
            tracing::error!(%error, "the data directory cannot be written");
            Err("the data directory cannot be written\n")
        }
    }
}

//! Patterns of a project's own: metrics that are looked for in the logs of its tasks, beside those that are known.

use super::rows::{self, Address};
use crate::db;
use crate::error::{Answer, ApiError, ok};
use crate::http::{Body, Caller, Path, SignedIn};
use crate::openapi::answers::Answered;
use crate::state::{App, Shared};
use api::metric::{MetricPattern, MetricPatterns};
use api::module::ModuleType;
use api::routes::METRIC_PATTERNS;
use api::{Code, Reason, limits, name};
use axum::extract::State;
use engine::metrics::UserPattern;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(show, set))
}

/// The patterns of metrics that a project has of its own.
#[utoipa::path(
    get, path = METRIC_PATTERNS, operation_id = "metric_patterns",
    params(("id" = String, Path, description = "The project's id")),
    responses((status = 200, description = "the patterns", body = Answered<MetricPatterns>))
)]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<MetricPatterns> {
    let row = rows::visible(&app, &caller, ModuleType::Code, Address::Id(&id)).await?;
    let patterns = of(&app, &row.id).await?;
    ok(MetricPatterns { patterns })
}

/// Gives a project of one's own these patterns of metrics and no others.
///
/// Where one is wrong, none is kept: the field at fault is `patterns.1.pattern` for the second one's regular expression,
/// and the message says what is wrong with it.
#[utoipa::path(
    put, path = METRIC_PATTERNS, operation_id = "set_metric_patterns", security(("token" = [])),
    params(("id" = String, Path, description = "The project's id")),
    request_body = MetricPatterns,
    responses((status = 200, description = "the patterns as they are kept", body = Answered<MetricPatterns>))
)]
async fn set(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Body(new): Body<MetricPatterns>,
) -> Answer<MetricPatterns> {
    let row = rows::owned(&app, &user, ModuleType::Code, Address::Id(&id)).await?;
    // Compiling takes its time.
    let work = tokio::task::spawn_blocking(move || checked(new.patterns));
    let patterns = work.await.map_err(ApiError::internal)??;
    let mut tx = app.db.begin().await?;
    sqlx::query("DELETE FROM metric_patterns WHERE entity_id = $1")
        .bind(&row.id)
        .execute(&mut *tx)
        .await?;
    for (position, pattern) in (0_i64..).zip(&patterns) {
        sqlx::query(
            "INSERT INTO metric_patterns (entity_id, position, name, pattern) VALUES ($1, $2, $3, $4)",
        )
        .bind(&row.id)
        .bind(position)
        .bind(&pattern.name)
        .bind(&pattern.pattern)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    ok(MetricPatterns { patterns })
}

/// The patterns of a project, in its owner's order.
///
/// # Errors
/// When the database fails.
pub async fn of(app: &App, project: &str) -> sqlx::Result<Vec<MetricPattern>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, pattern FROM metric_patterns WHERE entity_id = $1 ORDER BY position",
    )
    .bind(project)
    .fetch_all(app.db.read())
    .await?;
    let pattern = |(name, pattern)| MetricPattern { name, pattern };
    Ok(rows.into_iter().map(pattern).collect())
}

/// Gives a new fork the patterns of its origin.
///
/// # Errors
/// When the database fails.
pub async fn copy(tx: &mut db::Tx, origin: &str, fork: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO metric_patterns (entity_id, position, name, pattern)
         SELECT $1, position, name, pattern FROM metric_patterns WHERE entity_id = $2",
    )
    .bind(fork)
    .bind(origin)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The patterns as they are kept: names without blanks around them.
fn checked(patterns: Vec<MetricPattern>) -> Result<Vec<MetricPattern>, ApiError> {
    if patterns.len() > limits::PATTERNS_MAX {
        let message = format!("a project has at most {} patterns", limits::PATTERNS_MAX);
        return Err(ApiError::new(Code::OverLimit, Reason::TooLong, message).at("patterns"));
    }
    let checked = patterns.into_iter().enumerate().map(|(at, wanted)| {
        let field = |part: &str| format!("patterns.{at}.{part}");
        let MetricPattern { name, pattern } = wanted;
        name::check_metric_name(&name).map_err(|reason| ApiError::field(&field("name"), reason))?;
        name::check_pattern(&pattern)
            .map_err(|reason| ApiError::field(&field("pattern"), reason))?;
        let name = name.trim().to_owned();
        let pattern = UserPattern { name, pattern };
        if let Err(error) = engine::metrics::MetricPattern::new(&pattern) {
            let message = format!("pattern {} ({}): {error}", at + 1, pattern.name);
            return Err(ApiError::bad(Reason::Malformed, message).at(&field("pattern")));
        }
        let UserPattern { name, pattern } = pattern;
        Ok(MetricPattern { name, pattern })
    });
    checked.collect()
}

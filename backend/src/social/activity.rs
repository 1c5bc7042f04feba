//! How much somebody ran, day by day.

use crate::accounts::users;
use crate::db;
use crate::error::{Answer, ApiError, ok};
use crate::http::{Caller, Path, Query};
use crate::openapi::answers::Answered;
use crate::state::Shared;
use api::routes::ACTIVITY;
use api::social::{Activity, ActivityQuery, Day};
use api::zone::Zone;
use api::{Reason, Time};
use axum::extract::State;
use sqlx::{QueryBuilder, Sqlite};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Days looked back on: 53 weeks, and one for the zone.
const DAYS: i64 = 53 * 7 + 1;
const DAY: i64 = 86_400 * 1_000_000;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(activity))
}

/// Tasks that a user started, by day: one's own, and those in public projects of others.
#[utoipa::path(
    get, path = ACTIVITY,
    params(("user" = String, Path, description = "The user's name"), ActivityQuery),
    responses((status = 200, description = "the last 53 weeks", body = Answered<Activity>))
)]
async fn activity(
    State(app): State<Shared>,
    caller: Caller,
    Path(name): Path<String>,
    Query(query): Query<ActivityQuery>,
) -> Answer<Activity> {
    let user = users::by_name(&app, &name).await?;
    let user = user.ok_or_else(|| caller.not_found("user"))?;
    let zone: Zone = query.zone.as_deref().unwrap_or("0").parse().map_err(|_| {
        let message = "zone is minutes east of UTC, or those and its changes";
        ApiError::bad(Reason::Malformed, message).at("zone")
    })?;
    let since = Time(app.clock.now().0 - DAYS * DAY);
    let mut sql = by_day(&user.id, caller.id_or_nobody(), &zone, since);
    let found: Vec<(i64, i64)> = sql.build_query_as().fetch_all(app.db.read()).await?;
    let days: Vec<Day> = found
        .into_iter()
        .map(|(day, runs)| Day {
            date: Time(day * DAY).to_string()[..10].to_owned(),
            runs: db::count(runs),
        })
        .collect();
    ok(Activity {
        total: days.iter().map(|day| day.runs).sum(),
        days,
    })
}

/// Day since 1970 in the zone, and how many tasks were made on it.
fn by_day(user: &str, caller: &str, zone: &Zone, since: Time) -> QueryBuilder<Sqlite> {
    let micros = |minutes: i32| i64::from(minutes) * 60_000_000;
    let mut sql = QueryBuilder::new("SELECT (t.created_at + ");
    match zone.changes.is_empty() {
        true => {
            sql.push_bind(micros(zone.minutes));
        }
        false => {
            sql.push("CASE");
            for (from, minutes) in zone.changes.iter().rev() {
                sql.push(" WHEN t.created_at >= ");
                sql.push_bind(from.saturating_mul(1_000_000));
                sql.push(" THEN ").push_bind(micros(*minutes));
            }
            sql.push(" ELSE ")
                .push_bind(micros(zone.minutes))
                .push(" END");
        }
    }
    sql.push(") / ").push_bind(DAY);
    sql.push(
        " AS day, count(*) FROM tasks t JOIN entities e ON e.id = t.project_id
         WHERE t.deleted_at IS NULL AND e.deleted_at IS NULL AND t.owner_id = ",
    );
    sql.push_bind(user.to_owned());
    sql.push(" AND t.created_at >= ").push_bind(since.0);
    sql.push(" AND (e.permission = 0 OR e.owner_id = ");
    sql.push_bind(caller.to_owned());
    sql.push(") GROUP BY day ORDER BY day");
    sql
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[tokio::test]
    async fn one_year_of_one_user_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let steps = plan(&db, by_day("u", "u", &Zone::default(), Time(0))).await;
        let tasks = steps.iter().find(|s| s.contains(" t ")).unwrap();
        let index = "INDEX tasks_by_owner (owner_id=? AND created_at>?)";
        assert!(tasks.contains(index), "{steps:#?}");
        assert!(steps.iter().all(|s| !s.starts_with("SCAN")), "{steps:#?}");
    }
}

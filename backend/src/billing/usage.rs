//! What was used: storage, and time by day.

use super::limits;
use super::rows;
use crate::error::ApiError;
use crate::state::App;
use crate::tasks::rows::word;
use api::Time;
use api::billing::{Compute, DayUse, Usage};

/// Days that are told.
const DAYS: i64 = 30;
const DAY: i64 = 86_400;
/// No place on earth is further from UTC, in minutes.
const ZONE_MAX: i32 = 15 * 60;

/// The storage, and the last 30 days where it is `zone` minutes later than UTC.
///
/// # Errors
/// 519 when there is no such zone.
pub(super) async fn of(app: &App, user: &str, zone: i32) -> Result<Usage, ApiError> {
    if zone.abs() > ZONE_MAX {
        let message = format!("zone is -{ZONE_MAX} to {ZONE_MAX} minutes");
        return Err(ApiError::bad(api::Reason::Malformed, message).at("zone"));
    }
    let ahead = i64::from(zone) * 60;
    let today = (app.clock.now().0.div_euclid(1_000_000) + ahead).div_euclid(DAY);
    let first = today - (DAYS - 1);
    let mut days: Vec<DayUse> = (first..=today)
        .map(|day| DayUse {
            noon: Time::from_seconds(day * DAY + DAY / 2 - ahead),
            cpu: 0,
            gpu: 0,
        })
        .collect();
    let hours: Vec<(i64, String, i64)> = sqlx::query_as(
        "SELECT hour, compute, seconds FROM usage_hours WHERE user_id = $1 AND hour >= $2 ORDER BY hour",
    )
    .bind(user)
    .bind((first * DAY - ahead).div_euclid(3600))
    .fetch_all(app.db.read())
    .await?;
    for (hour, compute, seconds) in hours {
        let day = (hour * 3600 + ahead).div_euclid(DAY) - first;
        let day = usize::try_from(day).ok().and_then(|day| days.get_mut(day));
        match (day, word(&compute)) {
            (Some(day), Some(Compute::Gpu)) => day.gpu += seconds,
            (Some(day), _) => day.cpu += seconds,
            (None, _) => {}
        }
    }
    let stored = limits::stored(&mut *app.db.read().acquire().await?, user, "").await?;
    let account = rows::now(app, user).await?;
    Ok(Usage {
        versions_bytes: stored.versions,
        outputs_bytes: stored.outputs,
        storage_bytes: app.config.billing.then_some(account.limits().storage_bytes),
        days,
    })
}

//! The routes of notifications: a user's own, and nobody else's.

use super::{rows, told};
use crate::error::{Answer, ApiError, ok};
use crate::http::{Body, Path, Query, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::Shared;
use api::notification::{MarkRead, Notification, NotificationQuery, NotificationSettings, Unread};
use api::{Page, Paging, Reason, routes};
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(unread, mark))
        .routes(routes!(settings, keep_settings))
        .routes(routes!(delete))
}

/// The caller's notifications, newest first.
#[utoipa::path(
    get, path = routes::NOTIFICATIONS, operation_id = "notifications", security(("token" = [])),
    params(NotificationQuery),
    responses((status = 200, description = "a part of the list", body = Answered<Page<Notification>>))
)]
async fn list(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Query(query): Query<NotificationQuery>,
) -> Answer<Page<Notification>> {
    let (list, total) = rows::list(&app, &user.id, &query).await?;
    ok(Page { list, total })
}

/// How many the caller has not read.
#[utoipa::path(
    get, path = routes::NOTIFICATIONS_UNREAD, operation_id = "unread_notifications", security(("token" = [])),
    responses((status = 200, description = "the number", body = Answered<Unread>))
)]
async fn unread(State(app): State<Shared>, SignedIn(user): SignedIn) -> Answer<Unread> {
    let unread = rows::unread(&app, &user.id).await?;
    ok(Unread { unread })
}

/// Marks some or all as read. Ids of others count for nothing.
#[utoipa::path(
    post, path = routes::NOTIFICATIONS_UNREAD, operation_id = "mark_notifications", security(("token" = [])),
    request_body = MarkRead,
    responses((status = 200, description = "how many are left", body = Answered<Unread>))
)]
async fn mark(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(MarkRead { ids }): Body<MarkRead>,
) -> Answer<Unread> {
    if ids
        .as_ref()
        .is_some_and(|ids| ids.len() > Paging::MAX as usize)
    {
        let message = format!("at most {} at once", Paging::MAX);
        return Err(ApiError::bad(Reason::TooLong, message).at("ids"));
    }
    let marked = rows::mark(&app, &user.id, ids.as_deref()).await?;
    told(&app, &user.id, marked > 0);
    let unread = rows::unread(&app, &user.id).await?;
    ok(Unread { unread })
}

/// Forgets a notification.
#[utoipa::path(
    delete, path = routes::NOTIFICATION, operation_id = "delete_notification", security(("token" = [])),
    params(("id" = String, Path, description = "The notification")),
    responses((status = 200, description = "deleted", body = Answered<Nothing>))
)]
async fn delete(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<()> {
    if !rows::delete(&app, &user.id, &id).await? {
        return Err(ApiError::not_found("notification"));
    }
    told(&app, &user.id, true);
    ok(())
}

/// Which kinds the caller wants.
#[utoipa::path(
    get, path = routes::NOTIFICATION_SETTINGS, operation_id = "notification_settings", security(("token" = [])),
    responses((status = 200, description = "the kinds", body = Answered<NotificationSettings>))
)]
async fn settings(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
) -> Answer<NotificationSettings> {
    ok(rows::settings(&app, &user.id).await?)
}

/// Keeps which kinds the caller wants. What was told before stays.
#[utoipa::path(
    put, path = routes::NOTIFICATION_SETTINGS, operation_id = "keep_notification_settings", security(("token" = [])),
    request_body = NotificationSettings,
    responses((status = 200, description = "the kinds", body = Answered<NotificationSettings>))
)]
async fn keep_settings(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(settings): Body<NotificationSettings>,
) -> Answer<NotificationSettings> {
    rows::keep(&app, &user.id, settings).await?;
    ok(settings)
}

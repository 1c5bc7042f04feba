//! The user's notifications.

use super::{ClientError, Request, call};
use api::notification::{MarkRead, Notification, NotificationQuery, NotificationSettings, Unread};
use api::{Page, routes};
use serde::de::IgnoredAny;

/// A part of the list, newest first.
///
/// # Errors
/// What every request can meet.
pub async fn list(query: &NotificationQuery) -> Result<Page<Notification>, ClientError> {
    call(Request::get(routes::NOTIFICATIONS).query(query)).await
}

/// How many are not read.
///
/// # Errors
/// What every request can meet.
pub async fn unread() -> Result<u64, ClientError> {
    let unread: Unread = call(Request::get(routes::NOTIFICATIONS_UNREAD)).await?;
    Ok(unread.unread)
}

/// Marks these as read; none marks all.
///
/// # Errors
/// What every request can meet.
pub async fn mark(ids: Option<Vec<String>>) -> Result<(), ClientError> {
    let request = Request::post(routes::NOTIFICATIONS_UNREAD).json(&MarkRead { ids });
    call::<Unread>(request).await.map(drop)
}

/// Forgets one.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn delete(id: &str) -> Result<(), ClientError> {
    let address = routes::fill(routes::NOTIFICATION, &[id]);
    call::<IgnoredAny>(Request::delete(address)).await.map(drop)
}

/// Which kinds the user wants.
///
/// # Errors
/// What every request can meet.
pub async fn settings() -> Result<NotificationSettings, ClientError> {
    call(Request::get(routes::NOTIFICATION_SETTINGS)).await
}

/// Keeps which kinds the user wants.
///
/// # Errors
/// What every request can meet.
pub async fn keep_settings(
    settings: NotificationSettings,
) -> Result<NotificationSettings, ClientError> {
    call(Request::put(routes::NOTIFICATION_SETTINGS).json(&settings)).await
}

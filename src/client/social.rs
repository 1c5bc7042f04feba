//! Tags, stars, forks, comments and activity.

use super::{ClientError, Request, call};
use api::module::ModuleType;
use api::social::{
    Activity, ActivityQuery, Comment, Fork, NewComment, NewFork, Star, TagCount, Tags, TagsQuery,
};
use api::zone::Zone;
use api::{Page, routes};
use serde::de::IgnoredAny;

/// Gives a project or dataset the reader's star, or takes it away.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn star(id: &str, on: bool) -> Result<Star, ClientError> {
    let address = routes::fill(routes::STAR, &[id]);
    call(match on {
        true => Request::put(address),
        false => Request::delete(address),
    })
    .await
}

/// Forks a project or dataset.
///
/// # Errors
/// `NameTaken` or `IllegalName` at the name, `VersionNotReady`, and what every request can meet.
pub async fn fork(id: &str, new: &NewFork) -> Result<Fork, ClientError> {
    // Many files take their time.
    let request = Request::post(routes::fill(routes::FORK, &[id])).patient();
    call(request.json(new)).await
}

/// Sets the tags of a project or dataset of one's own; answers them as they are kept.
///
/// # Errors
/// `IllegalName`, `TooLong` or `TooManyTags` at `tags`, and what every request can meet.
pub async fn set_tags(id: &str, tags: Vec<String>) -> Result<Vec<String>, ClientError> {
    let request = Request::put(routes::fill(routes::ENTITY_TAGS, &[id]));
    let kept: Tags = call(request.json(&Tags { tags })).await?;
    Ok(kept.tags)
}

/// The tags that most public projects or datasets have.
///
/// # Errors
/// What every request can meet.
pub async fn tags(module_type: ModuleType) -> Result<Vec<TagCount>, ClientError> {
    let query = TagsQuery {
        module_type,
        q: None,
    };
    let page: Page<TagCount> = call(Request::get(routes::TAGS).query(&query)).await?;
    Ok(page.list)
}

/// A page of the comments on a project or dataset, the oldest first.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn comments(id: &str, page: u32) -> Result<Page<Comment>, ClientError> {
    let request = Request::get(routes::fill(routes::COMMENTS, &[id]));
    call(request.with("page", &page.to_string())).await
}

/// Comments on a project or dataset.
///
/// # Errors
/// `TooLong` or `Missing` at `body`, and what every request can meet.
pub async fn comment(id: &str, body: String) -> Result<Comment, ClientError> {
    let request = Request::post(routes::fill(routes::COMMENTS, &[id]));
    call(request.json(&NewComment { body })).await
}

/// Changes a comment of one's own.
///
/// # Errors
/// As [`comment`].
pub async fn change_comment(comment: &str, body: String) -> Result<Comment, ClientError> {
    let request = Request::post(routes::fill(routes::COMMENT, &[comment]));
    call(request.json(&NewComment { body })).await
}

/// Deletes a comment.
///
/// # Errors
/// `NotFound`, `NotAllowed` and what every request can meet.
pub async fn delete_comment(comment: &str) -> Result<(), ClientError> {
    call::<IgnoredAny>(Request::delete(routes::fill(routes::COMMENT, &[comment])))
        .await
        .map(drop)
}

/// How much somebody ran on each day of the last 53 weeks, in the reader's time zone.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn activity(user: &str, zone: &Zone) -> Result<Activity, ClientError> {
    let query = ActivityQuery {
        zone: Some(zone.to_string()),
    };
    call(Request::get(routes::fill(routes::ACTIVITY, &[user])).query(&query)).await
}

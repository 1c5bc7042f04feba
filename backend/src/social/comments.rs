//! Comments on projects and datasets, by everybody who sees them.

use crate::entities::{self, EntityRow};
use crate::error::{Answer, ApiError, ok};
use crate::http::caller::User;
use crate::http::{Body, Caller, Path, Query, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::{App, Shared};
use crate::{db, events, ids, notifications};
use api::event::Action;
use api::notification::Notice;
use api::routes::{COMMENT, COMMENTS};
use api::social::{Comment, NewComment};
use api::{Page, Paging, Time, name};
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, write))
        .routes(routes!(change, delete))
}

/// A comment with what is needed of its author.
#[derive(Debug, sqlx::FromRow)]
struct CommentRow {
    id: String,
    entity_id: String,
    user_id: String,
    author: String,
    avatar: Option<String>,
    body: String,
    created_at: i64,
    edited_at: Option<i64>,
}

const SELECT: &str = "
    SELECT c.id, c.entity_id, c.user_id, u.username AS author, u.avatar, c.body, c.created_at, c.edited_at
    FROM comments c JOIN users u ON u.id = c.user_id";

/// Characters of a comment that its notification shows.
const TOLD: usize = 200;

/// A part of the comments of a project or dataset, the oldest first.
const PAGE: &str = " WHERE c.entity_id = $1 ORDER BY c.created_at, c.id LIMIT $2 OFFSET $3";

impl From<CommentRow> for Comment {
    fn from(row: CommentRow) -> Self {
        Self {
            id: row.id,
            author: row.author,
            avatar: row.avatar,
            body: row.body,
            date_created: Time(row.created_at),
            date_edited: row.edited_at.map(Time),
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct CommentsQuery {
    /// Page, from 1.
    page: Option<u32>,
    /// Entries a page.
    page_size: Option<u32>,
}

/// Comments on a project or dataset, the oldest first.
#[utoipa::path(
    get, path = COMMENTS, operation_id = "comments",
    params(("id" = String, Path, description = "The project's or dataset's id"), CommentsQuery),
    responses((status = 200, description = "a part of the list", body = Answered<Page<Comment>>))
)]
async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<CommentsQuery>,
) -> Answer<Page<Comment>> {
    let entity = entities::any(&app, &caller, &id).await?;
    let default = Paging::default();
    let paging = Paging {
        page: query.page.unwrap_or(default.page),
        page_size: query.page_size.unwrap_or(default.page_size),
    };
    let list: Vec<CommentRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT}{PAGE}")))
        .bind(&entity.id)
        .bind(i64::from(paging.limit()))
        .bind(db::bytes(paging.offset()))
        .fetch_all(app.db.read())
        .await?;
    ok(Page {
        list: list.into_iter().map(Comment::from).collect(),
        total: db::count(entity.comments),
    })
}

/// Comments on a project or dataset.
#[utoipa::path(
    post, path = COMMENTS, operation_id = "write_comment", security(("token" = [])),
    params(("id" = String, Path, description = "The project's or dataset's id")),
    request_body = NewComment,
    responses((status = 200, description = "the comment", body = Answered<Comment>))
)]
async fn write(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Body(new): Body<NewComment>,
) -> Answer<Comment> {
    let entity = entities::any(&app, &Caller::User(user.clone()), &id).await?;
    name::check_comment(&new.body).map_err(|r| ApiError::field("body", r))?;
    let id = ids::new_id();
    let mut tx = app.db.begin().await?;
    // It may have been deleted or closed since it was looked at.
    let written = sqlx::query(
        "INSERT INTO comments (id, entity_id, user_id, body, created_at)
         SELECT $1, id, $2, $3, $4 FROM entities
         WHERE id = $5 AND deleted_at IS NULL AND (permission = 0 OR owner_id = $2)",
    )
    .bind(&id)
    .bind(&user.id)
    .bind(&new.body)
    .bind(app.clock.now().0)
    .bind(&entity.id)
    .execute(&mut *tx)
    .await?;
    if written.rows_affected() == 0 {
        return Err(ApiError::not_found("project or dataset"));
    }
    let text = new.body.chars().take(TOLD).collect();
    let notice = |by, thing| Notice::Comment { by, thing, text };
    let told = super::tell_owner(&app, &mut tx, &entity, &user, notice).await?;
    tx.commit().await?;
    events::comment(&app, &entity.id, Action::Created).await;
    notifications::told(&app, &entity.owner_id, told);
    let (comment, _) = find(&app, &user, &id).await?;
    ok(comment.into())
}

/// Changes a comment of one's own.
#[utoipa::path(
    post, path = COMMENT, operation_id = "change_comment", security(("token" = [])),
    params(("id" = String, Path, description = "The comment's id")),
    request_body = NewComment,
    responses((status = 200, description = "the comment", body = Answered<Comment>))
)]
async fn change(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Body(new): Body<NewComment>,
) -> Answer<Comment> {
    let (comment, entity) = find(&app, &user, &id).await?;
    if comment.user_id != user.id {
        return Err(ApiError::not_allowed("the comment is somebody else's"));
    }
    name::check_comment(&new.body).map_err(|r| ApiError::field("body", r))?;
    sqlx::query("UPDATE comments SET body = $1, edited_at = $2 WHERE id = $3")
        .bind(&new.body)
        .bind(app.clock.now().0)
        .bind(&comment.id)
        .execute(app.db.write())
        .await?;
    events::comment(&app, &entity.id, Action::Changed).await;
    let (comment, _) = find(&app, &user, &id).await?;
    ok(comment.into())
}

/// Deletes a comment: one's own, or any on what one owns.
#[utoipa::path(
    delete, path = COMMENT, operation_id = "delete_comment", security(("token" = [])),
    params(("id" = String, Path, description = "The comment's id")),
    responses((status = 200, description = "deleted", body = Answered<Nothing>))
)]
async fn delete(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<()> {
    let (comment, entity) = find(&app, &user, &id).await?;
    if comment.user_id != user.id && entity.owner_id != user.id {
        let message = "only its author and the owner of what it is about may delete a comment";
        return Err(ApiError::not_allowed(message));
    }
    sqlx::query("DELETE FROM comments WHERE id = $1")
        .bind(&comment.id)
        .execute(app.db.write())
        .await?;
    events::comment(&app, &entity.id, Action::Deleted).await;
    ok(())
}

/// A comment, and what it is about, if `user` sees that.
async fn find(app: &App, user: &User, id: &str) -> Result<(CommentRow, EntityRow), ApiError> {
    let comment: Option<CommentRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE c.id = $1")))
            .bind(id)
            .fetch_optional(app.db.read())
            .await?;
    let comment = comment.ok_or_else(|| ApiError::not_found("comment"))?;
    let entity = entities::any(app, &Caller::User(user.clone()), &comment.entity_id).await?;
    Ok((comment, entity))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;
    use sqlx::QueryBuilder;

    #[tokio::test]
    async fn a_page_is_read_from_an_index_in_its_order() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let steps = plan(&db, QueryBuilder::new(format!("{SELECT}{PAGE}"))).await;
        assert!(steps[0].contains("comments_by_entity"), "{steps:#?}");
        assert!(steps.iter().all(|s| !s.contains("B-TREE")), "{steps:#?}");
    }
}

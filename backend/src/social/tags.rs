//! Tags: words by which projects and datasets are found.

use crate::entities::{self, checked_tags, kind_key};
use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::{Body, Caller, Path, Query, SignedIn};
use crate::openapi::answers::Answered;
use crate::state::Shared;
use api::event::Action;
use api::routes::{ENTITY_TAGS, TAGS};
use api::social::{TagCount, Tags, TagsQuery};
use api::{Page, name};
use axum::extract::State;
use sqlx::{QueryBuilder, Sqlite};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most tags of a list.
const LIST_MAX: i64 = 30;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(popular))
        .routes(routes!(set))
}

/// The tags that most public projects or datasets have.
#[utoipa::path(
    get, path = TAGS, operation_id = "tags",
    params(TagsQuery),
    responses((status = 200, description = "at most 30 of them, the most frequent first", body = Answered<Page<TagCount>>))
)]
async fn popular(
    State(app): State<Shared>,
    Query(query): Query<TagsQuery>,
) -> Answer<Page<TagCount>> {
    let begin = query.q.as_deref().unwrap_or("").trim().to_lowercase();
    name::check_search(&begin).map_err(|reason| ApiError::field("q", reason))?;
    let mut sql = list(kind_key(query.module_type), &begin);
    let found: Vec<(String, i64)> = sql.build_query_as().fetch_all(app.db.read()).await?;
    let list: Vec<TagCount> = found
        .into_iter()
        .map(|(tag, count)| TagCount {
            tag,
            count: crate::db::count(count),
        })
        .collect();
    ok(Page {
        total: list.len() as u64,
        list,
    })
}

fn list(kind: &str, begin: &str) -> QueryBuilder<Sqlite> {
    let mut sql = QueryBuilder::new("SELECT tag, entities FROM tag_counts WHERE kind = ");
    sql.push_bind(kind.to_owned()).push(" AND entities > 0");
    if !begin.is_empty() {
        sql.push(" AND tag >= ").push_bind(begin.to_owned());
        // Nothing that begins so comes after the last character there is.
        sql.push(" AND tag < ")
            .push_bind(format!("{begin}{}", char::MAX));
    }
    sql.push(" ORDER BY entities DESC, tag LIMIT ")
        .push_bind(LIST_MAX);
    sql
}

/// Sets the tags of a project or dataset of one's own.
#[utoipa::path(
    put, path = ENTITY_TAGS, operation_id = "set_tags", security(("token" = [])),
    params(("id" = String, Path, description = "The project's or dataset's id")),
    request_body = Tags,
    responses((status = 200, description = "the tags as they are kept", body = Answered<Tags>))
)]
async fn set(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Body(new): Body<Tags>,
) -> Answer<Tags> {
    let row = entities::any(&app, &Caller::User(user.clone()), &id).await?;
    let row = row.of_owner(&user)?;
    let tags = checked_tags(&new.tags)?;
    let mut tx = app.db.begin().await?;
    entities::set_tags(&mut tx, &row.id, &tags).await?;
    entities::touch(&mut tx, &row.id, app.clock.now()).await?;
    tx.commit().await?;
    events::entity(&app, &row.id, Action::Changed).await;
    ok(Tags { tags })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[tokio::test]
    async fn the_most_frequent_are_read_from_an_index_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let steps = plan(&db, list("code", "")).await;
        assert_eq!(steps.len(), 1, "{steps:#?}");
        assert!(steps[0].contains("tag_counts_by_number"), "{steps:#?}");
        let steps = plan(&db, list("code", "c")).await;
        assert!(steps.iter().all(|s| !s.starts_with("SCAN")), "{steps:#?}");
    }
}

//! Lists of projects and datasets.

use super::kind_key;
use super::rows::{EntityRow, SELECT};
use crate::accounts::users;
use crate::db;
use crate::error::ApiError;
use crate::http::Caller;
use crate::state::App;
use api::module::ModuleType;
use api::project::{EntityQuery, EntitySort};
use api::{Page, name};
use sqlx::{QueryBuilder, Sqlite};

/// Most words of a search that are looked at.
const WORDS: usize = 8;

/// The part of the list that `query` asks for, of what `caller` may see.
///
/// # Errors
/// 517 when the user asked for does not exist, 519 when the search is too long.
pub async fn list(
    app: &App,
    caller: &Caller,
    kind: ModuleType,
    query: &EntityQuery,
) -> Result<Page<EntityRow>, ApiError> {
    let words = query.q.as_deref().unwrap_or("");
    name::check_search(words).map_err(|reason| ApiError::field("q", reason))?;
    let owner = match query.user.as_deref().filter(|user| !user.is_empty()) {
        Some(name) => {
            let user = users::by_name(app, name).await?;
            Some(user.ok_or_else(|| caller.not_found("user"))?.id)
        }
        None => None,
    };
    let filter = |sql: &mut QueryBuilder<Sqlite>| {
        sql.push(" AND e.kind = ").push_bind(kind_key(kind));
        sql.push(" AND (e.permission = 0 OR e.owner_id = ")
            .push_bind(caller.id_or_nobody().to_owned())
            .push(")");
        if let Some(owner) = &owner {
            sql.push(" AND e.owner_id = ").push_bind(owner.clone());
        }
        for word in words.split_whitespace().take(WORDS) {
            sql.push(" AND e.search_key LIKE ")
                .push_bind(db::contains(word))
                .push(" ESCAPE '\\'");
        }
    };
    let mut sql = QueryBuilder::new("SELECT count(*) FROM entities e WHERE e.deleted_at IS NULL");
    filter(&mut sql);
    let total: i64 = sql.build_query_scalar().fetch_one(app.db.read()).await?;
    let mut sql = QueryBuilder::new(SELECT);
    filter(&mut sql);
    sql.push(match query.sort.unwrap_or_default() {
        EntitySort::Updated => " ORDER BY e.updated_at DESC, e.id",
        EntitySort::Created => " ORDER BY e.created_at DESC, e.id",
        EntitySort::Name => " ORDER BY e.name_key, e.name, e.id",
    });
    let paging = query.paging();
    sql.push(" LIMIT ").push_bind(i64::from(paging.limit()));
    sql.push(" OFFSET ").push_bind(db::bytes(paging.offset()));
    let list = sql.build_query_as().fetch_all(app.db.read()).await?;
    Ok(Page {
        list,
        total: db::count(total),
    })
}

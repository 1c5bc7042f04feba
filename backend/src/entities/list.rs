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

/// What a list shows.
#[derive(Debug)]
struct Filter {
    /// Id of whoever asks.
    caller: String,
    kind: ModuleType,
    owner: Option<String>,
    /// Patterns of `LIKE`.
    words: Vec<String>,
}

impl Filter {
    fn scope(&self, sql: &mut QueryBuilder<Sqlite>) {
        sql.push(" FROM entities e WHERE e.deleted_at IS NULL AND e.kind = ");
        sql.push_bind(kind_key(self.kind));
        if let Some(owner) = &self.owner {
            sql.push(" AND e.owner_id = ").push_bind(owner.clone());
        }
        for word in &self.words {
            sql.push(" AND e.search_key LIKE ").push_bind(word.clone());
            sql.push(" ESCAPE '\\'");
        }
    }

    /// The statement for a part (limit, offset) of the list. What is counted for a row is counted for these alone.
    fn page(&self, sort: EntitySort, (limit, offset): (i64, i64)) -> QueryBuilder<Sqlite> {
        let order = match sort {
            EntitySort::Updated => " ORDER BY e.updated_at DESC, e.id",
            EntitySort::Created => " ORDER BY e.created_at DESC, e.id",
            EntitySort::Name => " ORDER BY e.name_key, e.name, e.id",
        };
        let mut sql = QueryBuilder::new(SELECT);
        sql.push(" AND e.id IN (SELECT e.id");
        self.scope(&mut sql);
        sql.push(" AND (e.permission = 0 OR e.owner_id = ");
        sql.push_bind(self.caller.clone()).push(")");
        sql.push(order).push(" LIMIT ").push_bind(limit);
        sql.push(" OFFSET ").push_bind(offset).push(")").push(order);
        sql
    }

    /// The statement for the length of the list. Two counts, as an OR would keep the index from answering alone.
    fn count(&self) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new("SELECT (SELECT count(*)");
        self.scope(&mut sql);
        sql.push(" AND e.permission = 0) + (SELECT count(*)");
        self.scope(&mut sql);
        sql.push(" AND e.permission <> 0 AND e.owner_id = ");
        sql.push_bind(self.caller.clone()).push(")");
        sql
    }
}

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
    let filter = Filter {
        caller: caller.id_or_nobody().to_owned(),
        kind,
        owner,
        words: words
            .split_whitespace()
            .take(WORDS)
            .map(db::contains)
            .collect(),
    };
    let total: i64 = filter
        .count()
        .build_query_scalar()
        .fetch_one(app.db.read())
        .await?;
    let paging = query.paging();
    let part = (i64::from(paging.limit()), db::bytes(paging.offset()));
    let mut page = filter.page(query.sort.unwrap_or_default(), part);
    let list = page.build_query_as().fetch_all(app.db.read()).await?;
    Ok(Page {
        list,
        total: db::count(total),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[tokio::test]
    async fn lists_read_an_index_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let filter = |owner: Option<&str>| Filter {
            caller: "u".to_owned(),
            kind: ModuleType::Code,
            owner: owner.map(str::to_owned),
            words: Vec::new(),
        };
        for (sort, index) in [
            (EntitySort::Updated, "entities_by_update"),
            (EntitySort::Created, "entities_by_creation"),
            (EntitySort::Name, "entities_by_key"),
        ] {
            let steps = plan(&db, filter(None).page(sort, (20, 0))).await;
            let found = steps.iter().any(|s| s.contains(index));
            assert!(found, "{steps:#?}");
            // The page is put in order, nothing else.
            let sorts = steps.iter().filter(|s| s.contains("TEMP B-TREE")).count();
            let scans = steps.iter().filter(|s| s.starts_with("SCAN")).count();
            assert!(sorts <= 1 && scans == 0, "{steps:#?}");
            let steps = plan(&db, filter(Some("o")).page(sort, (20, 0))).await;
            assert!(steps.iter().all(|s| !s.starts_with("SCAN")), "{steps:#?}");
        }
        for owner in [None, Some("o")] {
            let steps = plan(&db, filter(owner).count()).await;
            let tables: Vec<_> = steps.iter().filter(|s| s.contains(" e ")).collect();
            assert_eq!(tables.len(), 2, "{steps:#?}");
            assert!(
                tables.iter().all(|s| s.starts_with("SEARCH e")),
                "{steps:#?}"
            );
        }
    }
}

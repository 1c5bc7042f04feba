//! Lists of projects and datasets.

use super::create::checked_tags;
use super::rows::{self, EntityRow, SELECT};
use super::{complete, kind_key};
use crate::accounts::users;
use crate::db;
use crate::error::ApiError;
use crate::http::Caller;
use crate::state::App;
use api::module::ModuleType;
use api::project::{EntityQuery, EntitySort, Visibility};
use api::{Page, name};
use sqlx::{QueryBuilder, Sqlite};

/// Most words of a search that are looked at.
const WORDS: usize = 8;

/// What a list shows.
#[derive(Clone, Debug)]
struct Filter {
    /// Id of whoever asks.
    caller: String,
    kind: ModuleType,
    owner: Option<String>,
    /// Patterns of `LIKE`.
    words: Vec<String>,
    tags: Vec<String>,
    /// Spellings of one environment.
    environments: Vec<String>,
    visibility: Option<Visibility>,
    has_version: Option<bool>,
    /// Id of a user.
    starred_by: Option<String>,
    /// Id of a project or dataset.
    forked_from: Option<String>,
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
        for tag in &self.tags {
            sql.push(" AND e.id IN (SELECT entity_id FROM entity_tags WHERE tag = ");
            sql.push_bind(tag.clone()).push(")");
        }
        if !self.environments.is_empty() {
            sql.push(" AND e.default_env IN (");
            let mut list = sql.separated(", ");
            for environment in &self.environments {
                list.push_bind(environment.clone());
            }
            sql.push(")");
        }
        if let Some(has_version) = self.has_version {
            sql.push(if has_version { " AND " } else { " AND NOT " });
            sql.push(
                "EXISTS (SELECT 1 FROM modules m WHERE m.entity_id = e.id AND m.state = 'valid'
                 AND m.deleted_at IS NULL)",
            );
        }
        if let Some(user) = &self.starred_by {
            sql.push(" AND e.id IN (SELECT entity_id FROM stars WHERE user_id = ");
            sql.push_bind(user.clone()).push(")");
        }
        if let Some(origin) = &self.forked_from {
            sql.push(" AND e.forked_from = ").push_bind(origin.clone());
        }
    }

    /// The statement for a part (limit, offset) of the list. What is counted for a row is counted for these alone.
    fn page(&self, sort: EntitySort, (limit, offset): (i64, i64)) -> QueryBuilder<Sqlite> {
        let order = match sort {
            EntitySort::Updated => " ORDER BY e.updated_at DESC, e.id",
            EntitySort::Created => " ORDER BY e.created_at DESC, e.id",
            EntitySort::Name => " ORDER BY e.name_key, e.name, e.id",
            EntitySort::Stars => " ORDER BY e.stars DESC, e.created_at DESC, e.id",
            EntitySort::Forks => " ORDER BY e.forks DESC, e.created_at DESC, e.id",
        };
        let mut sql = QueryBuilder::new(SELECT);
        sql.push(" AND e.id IN (SELECT e.id");
        self.scope(&mut sql);
        let (public, private) = (" AND e.permission = 0", " AND e.permission = 1");
        match self.visibility {
            Some(Visibility::Public) => {
                sql.push(public);
            }
            Some(Visibility::Private) => {
                sql.push(private).push(" AND e.owner_id = ");
                sql.push_bind(self.caller.clone());
            }
            None => {
                sql.push(" AND (e.permission = 0 OR e.owner_id = ");
                sql.push_bind(self.caller.clone()).push(")");
            }
        }
        sql.push(order).push(" LIMIT ").push_bind(limit);
        sql.push(" OFFSET ").push_bind(offset).push(")").push(order);
        sql
    }

    /// The statement for the length of the list. Two counts, as an OR would keep the index from answering alone.
    fn count(&self) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new("SELECT 0");
        if self.visibility != Some(Visibility::Private) {
            sql.push(" + (SELECT count(*)");
            self.scope(&mut sql);
            sql.push(" AND e.permission = 0)");
        }
        if self.visibility != Some(Visibility::Public) {
            sql.push(" + (SELECT count(*)");
            self.scope(&mut sql);
            sql.push(" AND e.permission = 1 AND e.owner_id = ");
            sql.push_bind(self.caller.clone()).push(")");
        }
        sql
    }
}

/// The part of the list that `query` asks for, of what `caller` may see.
///
/// # Errors
/// 517 when the user or the origin asked for does not exist, 519 or 520 when the search or the tags break their rule.
pub async fn list(
    app: &App,
    caller: &Caller,
    kind: ModuleType,
    query: &EntityQuery,
) -> Result<Page<EntityRow>, ApiError> {
    let filter = filter(app, caller, kind, query).await?;
    let total: i64 = filter
        .count()
        .build_query_scalar()
        .fetch_one(app.db.read())
        .await?;
    let paging = query.paging();
    let part = (i64::from(paging.limit()), db::bytes(paging.offset()));
    let mut page = filter.page(query.sort.unwrap_or_default(), part);
    let mut list: Vec<EntityRow> = page.build_query_as().fetch_all(app.db.read()).await?;
    complete(app, caller, &mut list).await?;
    Ok(Page {
        list,
        total: db::count(total),
    })
}

async fn filter(
    app: &App,
    caller: &Caller,
    kind: ModuleType,
    query: &EntityQuery,
) -> Result<Filter, ApiError> {
    let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let words = query.q.as_deref().unwrap_or("");
    name::check_search(words).map_err(|reason| ApiError::field("q", reason))?;
    let tags: Vec<String> = given(&query.tags)
        .map(|tags| tags.split(',').map(str::to_owned).collect())
        .unwrap_or_default();
    let mut environments: Vec<String> = given(&query.environment).into_iter().collect();
    if environments
        .iter()
        .any(|name| *name == app.catalog.default_name())
    {
        environments.push(String::new());
    }
    let forked_from = given(&query.forked_from);
    if let Some(origin) = &forked_from {
        rows::any(app, caller, origin).await?;
    }
    Ok(Filter {
        caller: caller.id_or_nobody().to_owned(),
        kind,
        owner: user(app, caller, query.user.as_deref()).await?,
        words: words
            .split_whitespace()
            .take(WORDS)
            .map(db::contains)
            .collect(),
        tags: checked_tags(&tags)?,
        environments,
        visibility: query.visibility,
        has_version: query.has_version,
        starred_by: user(app, caller, query.starred_by.as_deref()).await?,
        forked_from,
    })
}

/// The id of a user by name; none where none is asked for.
async fn user(app: &App, caller: &Caller, name: Option<&str>) -> Result<Option<String>, ApiError> {
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    let user = users::by_name(app, name).await?;
    Ok(Some(user.ok_or_else(|| caller.not_found("user"))?.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    fn filter(owner: Option<&str>) -> Filter {
        Filter {
            caller: "u".to_owned(),
            kind: ModuleType::Code,
            owner: owner.map(str::to_owned),
            words: Vec::new(),
            tags: Vec::new(),
            environments: Vec::new(),
            visibility: None,
            has_version: None,
            starred_by: None,
            forked_from: None,
        }
    }

    async fn db() -> (tempfile::TempDir, Db) {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        (dir, db)
    }

    #[tokio::test]
    async fn lists_read_an_index_in_their_order() {
        let (_dir, db) = db().await;
        for (sort, index, of_owner) in [
            (
                EntitySort::Updated,
                "entities_by_update",
                "entities_of_owner_by_update",
            ),
            (
                EntitySort::Created,
                "entities_by_creation",
                "entities_of_owner_by_creation",
            ),
            (
                EntitySort::Name,
                "entities_by_key",
                "entities_of_owner_by_key",
            ),
            (
                EntitySort::Stars,
                "entities_by_stars",
                "entities_of_owner_by_stars",
            ),
            (
                EntitySort::Forks,
                "entities_by_forks",
                "entities_of_owner_by_forks",
            ),
        ] {
            for (owner, index) in [(None, index), (Some("o"), of_owner)] {
                let public = Filter {
                    visibility: Some(Visibility::Public),
                    ..filter(owner)
                };
                for filter in [filter(owner), public] {
                    let steps = plan(&db, filter.page(sort, (20, 0))).await;
                    // On the way to a late page no row is read.
                    let index = format!("USING COVERING INDEX {index} ");
                    let found = steps.iter().any(|s| s.contains(&index));
                    assert!(found, "{sort:?} {owner:?} {steps:#?}");
                    // The page is put in order, nothing else.
                    let sorts = steps.iter().filter(|s| s.contains("TEMP B-TREE")).count();
                    let scans = steps.iter().filter(|s| s.starts_with("SCAN")).count();
                    assert!(sorts <= 1 && scans == 0, "{steps:#?}");
                }
            }
        }
    }

    #[tokio::test]
    async fn filters_read_no_whole_table() {
        let (_dir, db) = db().await;
        let filters = [
            Filter {
                tags: vec!["a".into(), "b".into()],
                ..filter(None)
            },
            Filter {
                starred_by: Some("u".into()),
                ..filter(None)
            },
            Filter {
                forked_from: Some("e".into()),
                ..filter(None)
            },
            Filter {
                has_version: Some(true),
                environments: vec!["python3".into(), String::new()],
                ..filter(Some("o"))
            },
        ];
        for filter in filters {
            for statement in [filter.page(EntitySort::Stars, (20, 0)), filter.count()] {
                let steps = plan(&db, statement).await;
                let scans = steps.iter().filter(|s| s.starts_with("SCAN"));
                let scans: Vec<_> = scans.filter(|s| *s != "SCAN CONSTANT ROW").collect();
                assert_eq!(scans, [""; 0], "{steps:#?}");
                let index = "USING COVERING INDEX modules_by_state (entity_id=? AND state=?";
                assert!(
                    filter.has_version.is_none() || steps.iter().any(|s| s.contains(index)),
                    "{steps:#?}"
                );
            }
        }
    }

    #[tokio::test]
    async fn lengths_are_counted_in_an_index() {
        let (_dir, db) = db().await;
        for owner in [None, Some("o")] {
            let steps = plan(&db, filter(owner).count()).await;
            let tables: Vec<_> = steps.iter().filter(|s| s.contains(" e ")).collect();
            assert_eq!(tables.len(), 2, "{steps:#?}");
            let good = |s: &&String| s.starts_with("SEARCH e USING COVERING INDEX");
            assert!(tables.iter().all(good), "{steps:#?}");
        }
    }
}

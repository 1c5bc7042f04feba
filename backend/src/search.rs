//! The search over projects, datasets and users. How it stays quick: docs/decisions/0015-accounts-and-search.md.

use crate::db;
use crate::entities::kind_key;
use crate::error::{Answer, ApiError, ok};
use crate::http::{Caller, Query};
use crate::openapi::answers::Answered;
use crate::state::{App, Shared};
use api::module::ModuleType;
use api::search::{Found, FoundEntity, FoundUser, SearchKind, SearchQuery};
use api::{Page, Paging, Time, name, routes};
use axum::extract::State;
use sqlx::{QueryBuilder, Sqlite};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Most words that are looked at.
const WORDS: usize = 8;

/// The route of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(search))
}

/// Projects, datasets and users by what is typed.
///
/// One's own come first, then names that begin with the words, then what changed last.
#[utoipa::path(
    get, path = routes::SEARCH, params(SearchQuery),
    responses((status = 200, description = "what was found", body = Answered<Found>))
)]
async fn search(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<SearchQuery>,
) -> Answer<Found> {
    let typed = query.q.as_deref().unwrap_or("");
    name::check_search(typed).map_err(|reason| ApiError::field("q", reason))?;
    let Some(wanted) = Wanted::of(typed, caller.id_or_nobody()) else {
        return ok(Found::default());
    };
    let part = |kind| query.part(kind);
    ok(Found {
        projects: wanted
            .entities(&app, ModuleType::Code, part(SearchKind::Projects))
            .await?,
        datasets: wanted
            .entities(&app, ModuleType::Data, part(SearchKind::Datasets))
            .await?,
        users: wanted.users(&app, part(SearchKind::Users)).await?,
    })
}

/// What is looked for, and for whom.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    /// Id of whoever asks.
    caller: String,
    /// The beginning of the owner's name in lower case, where `owner/name` is asked for.
    owner: Option<String>,
    /// Patterns of `LIKE`, all of which have to fit.
    words: Vec<String>,
    /// The pattern of names that begin with the first word.
    beginning: String,
}

#[derive(Debug, sqlx::FromRow)]
struct EntityRow {
    owner: String,
    name: String,
    description: String,
    permission: i64,
    updated_at: i64,
}

#[derive(Debug, sqlx::FromRow)]
struct UserRow {
    username: String,
    display_name: String,
    bio: String,
    avatar: Option<String>,
}

impl Wanted {
    /// None when nothing is looked for.
    fn of(typed: &str, caller: &str) -> Option<Self> {
        let (owner, rest) = match typed.trim().split_once('/') {
            Some((owner, rest)) => (Some(owner.trim().to_lowercase()), rest),
            None => (None, typed),
        };
        let owner = owner.filter(|owner| !owner.is_empty());
        let words: Vec<String> = rest
            .split_whitespace()
            .take(WORDS)
            .map(db::contains)
            .collect();
        if owner.is_none() && words.is_empty() {
            return None;
        }
        // What begins with the word is what contains it without the first wildcard.
        let beginning = words.first().map_or("%", |word| &word[1..]).to_owned();
        Some(Self {
            caller: caller.to_owned(),
            owner,
            words,
            beginning,
        })
    }

    fn words(&self, sql: &mut QueryBuilder<Sqlite>, column: &str) {
        for word in &self.words {
            sql.push(" AND ").push(column).push(" LIKE ");
            sql.push_bind(word.clone()).push(" ESCAPE '\\'");
        }
    }

    fn entity_scope(&self, sql: &mut QueryBuilder<Sqlite>, kind: ModuleType) {
        sql.push(" FROM entities e WHERE e.deleted_at IS NULL AND e.kind = ");
        sql.push_bind(kind_key(kind));
        self.words(sql, "e.search_key");
        sql.push(" AND (e.permission = 0 OR e.owner_id = ");
        sql.push_bind(self.caller.clone()).push(")");
        if let Some(owner) = &self.owner {
            sql.push(" AND e.owner_id IN (SELECT id FROM users WHERE username_key >= ");
            sql.push_bind(owner.clone()).push(" AND username_key < ");
            // No character of a name comes after `~`.
            sql.push_bind(format!("{owner}~")).push(")");
        }
    }

    fn entity_order(&self, sql: &mut QueryBuilder<Sqlite>) {
        sql.push(" ORDER BY e.owner_id = ")
            .push_bind(self.caller.clone());
        sql.push(" DESC, e.name_key LIKE ")
            .push_bind(self.beginning.clone());
        sql.push(" ESCAPE '\\' DESC, e.updated_at DESC, e.id");
    }

    fn entity_count(&self, kind: ModuleType) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new("SELECT count(*)");
        self.entity_scope(&mut sql, kind);
        sql
    }

    /// The entries of a part of the list. The whole rows are read of these alone.
    fn entity_page(&self, kind: ModuleType, part: Paging) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new(
            "SELECT u.username AS owner, e.name, e.description, e.permission, e.updated_at
             FROM entities e JOIN users u ON u.id = e.owner_id WHERE e.id IN (SELECT e.id",
        );
        self.entity_scope(&mut sql, kind);
        self.entity_order(&mut sql);
        limit(&mut sql, part);
        sql.push(")");
        self.entity_order(&mut sql);
        sql
    }

    async fn entities(
        &self,
        app: &App,
        kind: ModuleType,
        part: Option<Paging>,
    ) -> Result<Page<FoundEntity>, ApiError> {
        let mut count = self.entity_count(kind);
        let total: i64 = count.build_query_scalar().fetch_one(app.db.read()).await?;
        let mut list = Vec::new();
        if let Some(part) = part.filter(|_| total > 0) {
            let mut page = self.entity_page(kind, part);
            let rows: Vec<EntityRow> = page.build_query_as().fetch_all(app.db.read()).await?;
            list.extend(rows.into_iter().map(|row| FoundEntity {
                owner: row.owner,
                name: row.name,
                description: row.description,
                permission: row.permission,
                date_updated: Time(row.updated_at),
            }));
        }
        Ok(Page {
            list,
            total: db::count(total),
        })
    }

    fn user_scope(&self, sql: &mut QueryBuilder<Sqlite>) {
        sql.push(" FROM users u WHERE 1 = 1");
        if let Some(owner) = &self.owner {
            sql.push(" AND u.search_key LIKE ");
            sql.push_bind(db::contains(owner)).push(" ESCAPE '\\'");
        }
        self.words(sql, "u.search_key");
    }

    fn user_order(&self, sql: &mut QueryBuilder<Sqlite>) {
        sql.push(" ORDER BY u.id = ").push_bind(self.caller.clone());
        sql.push(" DESC, u.username_key LIKE ")
            .push_bind(self.beginning.clone());
        sql.push(" ESCAPE '\\' DESC, u.username_key");
    }

    fn user_count(&self) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new("SELECT count(*)");
        self.user_scope(&mut sql);
        sql
    }

    fn user_page(&self, part: Paging) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new(
            "SELECT u.username, u.display_name, u.bio, u.avatar FROM users u WHERE u.id IN (SELECT u.id",
        );
        self.user_scope(&mut sql);
        self.user_order(&mut sql);
        limit(&mut sql, part);
        sql.push(")");
        self.user_order(&mut sql);
        sql
    }

    async fn users(&self, app: &App, part: Option<Paging>) -> Result<Page<FoundUser>, ApiError> {
        let mut count = self.user_count();
        let total: i64 = count.build_query_scalar().fetch_one(app.db.read()).await?;
        let mut list = Vec::new();
        if let Some(part) = part.filter(|_| total > 0) {
            let mut page = self.user_page(part);
            let rows: Vec<UserRow> = page.build_query_as().fetch_all(app.db.read()).await?;
            list.extend(rows.into_iter().map(|row| FoundUser {
                username: row.username,
                display_name: row.display_name,
                bio: row.bio,
                avatar: row.avatar,
            }));
        }
        Ok(Page {
            list,
            total: db::count(total),
        })
    }
}

fn limit(sql: &mut QueryBuilder<Sqlite>, part: Paging) {
    sql.push(" LIMIT ").push_bind(i64::from(part.limit()));
    sql.push(" OFFSET ").push_bind(db::bytes(part.offset()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    #[test]
    fn owner_and_name_are_told_apart() {
        let wanted = |typed| Wanted::of(typed, "me");
        assert_eq!(wanted("  "), None);
        assert_eq!(wanted("/"), None);
        let both = wanted("Alice/Tf mn").unwrap();
        assert_eq!(both.owner.as_deref(), Some("alice"));
        assert_eq!(both.words, ["%tf%", "%mn%"]);
        assert_eq!(both.beginning, "tf%");
        let alone = wanted("alice/").unwrap();
        assert_eq!((alone.words.len(), alone.beginning.as_str()), (0, "%"));
        let words = wanted("50%").unwrap();
        assert_eq!((words.owner, words.beginning.as_str()), (None, r"50\%%"));
    }

    #[tokio::test]
    async fn what_is_looked_through_is_an_index_alone() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        let part = Paging::default();
        for typed in ["digits", "two words", "alice/digits", "数据"] {
            let wanted = Wanted::of(typed, "me").unwrap();
            for statement in [
                wanted.entity_page(ModuleType::Code, part),
                wanted.entity_count(ModuleType::Code),
            ] {
                let steps = plan(&db, statement).await;
                let index = "SEARCH e USING COVERING INDEX entities_by_search (kind=?)";
                let owned = "SEARCH e USING INDEX";
                let found = steps
                    .iter()
                    .any(|s| s.starts_with(index) || (typed.contains('/') && s.starts_with(owned)));
                assert!(found, "{typed}: {steps:#?}");
                assert!(steps.iter().all(|s| !s.starts_with("SCAN e")), "{steps:#?}");
            }
            for statement in [wanted.user_page(part), wanted.user_count()] {
                let steps = plan(&db, statement).await;
                let index = "SCAN u USING COVERING INDEX users_by_search";
                assert!(steps.iter().any(|s| s.starts_with(index)), "{steps:#?}");
            }
        }
    }
}

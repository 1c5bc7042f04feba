//! What an answer tells of projects and datasets besides their rows: tags, the caller's star, the origin of a fork.

use super::rows::EntityRow;
use crate::http::Caller;
use crate::state::App;
use api::social::Origin;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::{HashMap, HashSet};

/// Fills in what depends on other tables or on the caller, for all rows at once.
///
/// # Errors
/// When the database fails.
pub async fn complete(app: &App, caller: &Caller, rows: &mut [EntityRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let (mut tags, starred) = (tags(app, rows).await?, starred(app, caller, rows).await?);
    let origins = origins(app, caller, rows).await?;
    for row in rows {
        row.tags = tags.remove(&row.id).unwrap_or_default();
        row.starred = starred.contains(&row.id);
        row.origin = row
            .forked_from
            .as_ref()
            .and_then(|id| origins.get(id).cloned());
    }
    Ok(())
}

/// Appends `(id, id, ...)`.
fn push_ids<'a>(sql: &mut QueryBuilder<Sqlite>, ids: impl Iterator<Item = &'a String>) {
    sql.push("(");
    let mut list = sql.separated(", ");
    for id in ids {
        list.push_bind(id.clone());
    }
    sql.push(")");
}

async fn tags(app: &App, rows: &[EntityRow]) -> sqlx::Result<HashMap<String, Vec<String>>> {
    let mut sql = QueryBuilder::new("SELECT entity_id, tag FROM entity_tags WHERE entity_id IN ");
    push_ids(&mut sql, rows.iter().map(|row| &row.id));
    sql.push(" ORDER BY entity_id, position");
    let found: Vec<(String, String)> = sql.build_query_as().fetch_all(app.db.read()).await?;
    let mut tags: HashMap<String, Vec<String>> = HashMap::new();
    for (entity, tag) in found {
        tags.entry(entity).or_default().push(tag);
    }
    Ok(tags)
}

async fn starred(app: &App, caller: &Caller, rows: &[EntityRow]) -> sqlx::Result<HashSet<String>> {
    let Some(user) = caller.id() else {
        return Ok(HashSet::new());
    };
    let mut sql = QueryBuilder::new("SELECT entity_id FROM stars WHERE user_id = ");
    sql.push_bind(user.to_owned()).push(" AND entity_id IN ");
    push_ids(&mut sql, rows.iter().map(|row| &row.id));
    let found: Vec<String> = sql.build_query_scalar().fetch_all(app.db.read()).await?;
    Ok(found.into_iter().collect())
}

async fn origins(
    app: &App,
    caller: &Caller,
    rows: &[EntityRow],
) -> sqlx::Result<HashMap<String, Origin>> {
    if rows.iter().all(|row| row.forked_from.is_none()) {
        return Ok(HashMap::new());
    }
    let mut sql = QueryBuilder::new(
        "SELECT e.id, u.username, e.name FROM entities e JOIN users u ON u.id = e.owner_id
         WHERE e.deleted_at IS NULL AND (e.permission = 0 OR e.owner_id = ",
    );
    sql.push_bind(caller.id_or_nobody().to_owned());
    sql.push(") AND e.id IN ");
    push_ids(
        &mut sql,
        rows.iter().filter_map(|row| row.forked_from.as_ref()),
    );
    let found: Vec<(String, String, String)> =
        sql.build_query_as().fetch_all(app.db.read()).await?;
    let origin = |(id, owner, name)| (id, Origin { owner, name });
    Ok(found.into_iter().map(origin).collect())
}

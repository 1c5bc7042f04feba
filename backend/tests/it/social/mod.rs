//! Tags, stars, forks, comments, favourites, activity.

mod activity;
mod comments;
mod forks;
mod lists;
mod stars;

use crate::support::{Reply, Who, World};
use api::routes;
use serde_json::{Value, json};

/// A project or dataset of the owner by its name.
async fn see(world: &World, who: &Who, kind: &str, name: &str) -> Value {
    let path = format!("/api/v1/owner/{kind}/{name}");
    world.get(who, &path).await.data
}

async fn star(world: &World, who: &Who, id: &str) -> Reply {
    let path = routes::fill(routes::STAR, &[id]);
    world.put(who, &path, json!({})).await
}

async fn unstar(world: &World, who: &Who, id: &str) -> Reply {
    world.delete(who, &routes::fill(routes::STAR, &[id])).await
}

async fn fork(world: &World, who: &Who, id: &str, body: Value) -> Reply {
    let path = routes::fill(routes::FORK, &[id]);
    world.post(who, &path, body).await
}

/// A project or dataset of the owner with one valid version; answers both ids.
async fn filled(world: &World, kind: &str, name: &str, permission: i64) -> (String, String) {
    let id = world.entity(kind, name, permission).await;
    let holds = if kind == "project" { "code" } else { "data" };
    let version = world.version(&id, holds).await;
    let files: [(&str, &[u8]); 2] = [("main.py", b"print(1)\n"), ("d/e/x", b"deep")];
    world.fill(&version, &files).await;
    (id, version)
}

/// Makes something private or public, or deletes and restores it, as other parts of the backend do.
async fn set(world: &World, id: &str, column: &str, value: Option<i64>) {
    let sql = format!("UPDATE entities SET {column} = $1 WHERE id = $2");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(value)
        .bind(id)
        .execute(world.app.db.write())
        .await
        .unwrap();
}

/// Counts that are kept equal counts of the rows, for everything there is.
async fn agree(world: &World) {
    let wrong: Vec<(String, String)> = sqlx::query_as(
        "SELECT e.id, 'stars' FROM entities e WHERE e.stars <> (SELECT count(*) FROM stars s WHERE s.entity_id = e.id)
         UNION ALL
         SELECT e.id, 'comments' FROM entities e
         WHERE e.comments <> (SELECT count(*) FROM comments c WHERE c.entity_id = e.id)
         UNION ALL
         SELECT e.id, 'forks' FROM entities e WHERE e.forks <> (SELECT count(*) FROM entities f
             WHERE f.forked_from = e.id AND f.permission = 0 AND f.deleted_at IS NULL)
         UNION ALL
         SELECT c.tag, 'tags' FROM tag_counts c WHERE c.entities <> (SELECT count(*) FROM entity_tags t
             JOIN entities e ON e.id = t.entity_id
             WHERE t.tag = c.tag AND e.kind = c.kind AND e.permission = 0 AND e.deleted_at IS NULL)
         UNION ALL
         SELECT t.tag, 'missing' FROM entity_tags t JOIN entities e ON e.id = t.entity_id
         WHERE e.permission = 0 AND e.deleted_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM tag_counts c WHERE c.tag = t.tag AND c.kind = e.kind AND c.entities > 0)",
    )
    .fetch_all(world.app.db.read())
    .await
    .unwrap();
    assert_eq!(wrong, []);
}

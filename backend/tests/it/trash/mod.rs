//! Deleting, restoring and clearing away.

mod random;
mod restores;
mod sweeps;

use crate::support::{Reply, World};
use api::routes;
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

async fn trash(world: &World) -> Reply {
    let reply = world.get(&world.owner, routes::TRASH).await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    reply
}

async fn restore(world: &World, id: &str, body: Value) -> Reply {
    let path = routes::fill(routes::TRASHED, &[id]);
    world.post(&world.owner, &path, body).await
}

async fn for_good(world: &World, id: &str) -> Reply {
    let path = routes::fill(routes::TRASHED, &[id]);
    let reply = world.delete(&world.owner, &path).await;
    // What the request began, or what it left to the next round.
    russell_backend::trash::purge::clear(&world.app)
        .await
        .unwrap();
    reply
}

async fn sweep(world: &World) {
    russell_backend::sweep::sweep(&world.app).await.unwrap();
}

/// A project with a valid version and a task that has ended, with log and output.
async fn project(world: &World, name: &str) -> (String, String, String) {
    let project = world.entity("project", name, 0).await;
    let code = world.version(&project, "code").await;
    world.fill(&code, &[("main.py", b"print()\n")]).await;
    let task = world.task_row(&project, &code).await;
    let output = world.app.store.output(&task);
    std::fs::create_dir_all(&output).unwrap();
    std::fs::write(output.join("model"), b"weights").unwrap();
    std::fs::write(world.app.store.log(&task), b"log").unwrap();
    std::fs::write(world.app.store.monitor(&task), b"samples").unwrap();
    (project, code, task)
}

async fn delete(world: &World, path: &str) {
    let reply = world.delete(&world.owner, path).await;
    assert_eq!(reply.code, 200, "{path}: {}", reply.data);
}

async fn number(world: &World, sql: &'static str) -> i64 {
    let found = sqlx::query_scalar(sql).fetch_one(world.app.db.read()).await;
    found.unwrap()
}

/// Whether a task mounts it and in which state.
async fn mount(world: &World, task: &str, module: &str, state: &str) {
    sqlx::query(
        "INSERT INTO task_mounts (task_id, position, module_id, mount) VALUES ($1, 0, $2, 'd')",
    )
    .bind(task)
    .bind(module)
    .execute(world.app.db.write())
    .await
    .unwrap();
    set_state(world, task, state).await;
}

async fn set_state(world: &World, task: &str, state: &str) {
    sqlx::query("UPDATE tasks SET state = $1 WHERE id = $2")
        .bind(state)
        .bind(task)
        .execute(world.app.db.write())
        .await
        .unwrap();
}

fn empty() -> Value {
    json!({})
}

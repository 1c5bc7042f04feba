//! Lists of tasks tell their length without counting: what they tell must be the truth at every step of a task.

use crate::support::lab::Lab;
use crate::support::{Who, World};
use serde_json::json;

async fn total(world: &World, who: &Who, query: &str) -> u64 {
    let reply = world
        .get(who, &format!("/api/v1/experiments?{query}"))
        .await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    reply.data["total"].as_u64().unwrap()
}

/// Counts as the lists tell them equal counts of the rows.
async fn agree(world: &World) {
    let counts = "SELECT owner_id, project_id, state, tasks FROM task_counts WHERE tasks <> 0 ORDER BY 1, 2, 3";
    let truth = "SELECT owner_id, project_id, state, count(*) FROM tasks WHERE deleted_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
    let mut found: Vec<Vec<(String, String, String, i64)>> = Vec::new();
    for sql in [counts, truth] {
        found.push(
            sqlx::query_as(sql)
                .fetch_all(world.app.db.read())
                .await
                .unwrap(),
        );
    }
    assert_eq!(found[0], found[1]);
}

#[tokio::test]
async fn lengths_are_right_at_every_step() {
    let lab = Lab::idle(World::new().await, 0).await;
    let (world, owner) = (&lab.world, &lab.world.owner);
    let first = lab.run("true", json!({})).await;
    lab.run("false", json!({})).await;
    agree(world).await;
    assert_eq!(total(world, owner, "state=waiting").await, 2);
    assert_eq!(lab.stop(&first).await.code, 200);
    agree(world).await;
    assert_eq!(total(world, owner, "state=stopped").await, 1);
    assert_eq!(total(world, &Who::Anonymous, "user=owner").await, 2);
    russell_backend::tasks::queue::start(&world.app)
        .await
        .unwrap();
    let third = lab.run("true", json!({})).await;
    lab.until(&third, "success").await;
    agree(world).await;
    let path = format!("/api/v1/experiment/{first}");
    assert_eq!(world.delete(owner, &path).await.code, 200);
    agree(world).await;
    assert_eq!(total(world, owner, "").await, 2);
    assert_eq!(
        total(world, owner, &format!("project={}", lab.project)).await,
        2
    );
}

#[tokio::test]
async fn places_in_the_queue_are_those_of_the_whole_queue() {
    let lab = Lab::idle(World::new().await, 0).await;
    for _ in 0..3 {
        lab.run("true", json!({})).await;
        lab.world
            .app
            .clock
            .advance(std::time::Duration::from_secs(1));
    }
    let path = "/api/v1/experiments?page=1&page_size=2";
    let reply = lab.world.get(&lab.world.owner, path).await;
    let places: Vec<_> = reply.data["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["queue"]["position"].clone())
        .collect();
    assert_eq!(places, [json!(2), json!(1)], "newest first");
}

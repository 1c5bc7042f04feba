//! The patterns of metrics that projects have of their own.

use crate::support::{Reply, Who, World};
use api::routes;
use russell_backend::trash::purge;
use serde_json::{Value, json};

fn path(project: &str) -> String {
    routes::fill(routes::METRIC_PATTERNS, &[project])
}

fn one(name: &str, pattern: &str) -> Value {
    json!({"name": name, "pattern": pattern})
}

async fn put(world: &World, project: &str, patterns: &[Value]) -> Reply {
    let body = json!({"patterns": patterns});
    world.put(&world.owner, &path(project), body).await
}

#[tokio::test]
async fn the_whole_list_is_replaced_in_its_order() {
    let world = World::new().await;
    let project = world.entity("project", "p", 0).await;
    let seen = async || world.get(&Who::Anonymous, &path(&project)).await.data;
    assert_eq!(seen().await, json!({"patterns": []}));
    let (second, first) = (one("b", "b (?<value>.+)"), one("a", "a (?<value>.+)"));
    let reply = put(&world, &project, &[second.clone(), first.clone()]).await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    assert_eq!(reply.data, json!({"patterns": [second, first]}));
    assert_eq!(seen().await, reply.data);
    let reply = put(&world, &project, &[one(" 损失 ", " (?<value>.+) dB")]).await;
    assert_eq!(
        reply.data,
        json!({"patterns": [one("损失", " (?<value>.+) dB")]})
    );
    assert_eq!(seen().await, reply.data);
    let many = vec![one("a", "(?<value>.+)"); 20];
    assert_eq!(put(&world, &project, &many).await.code, 200);
    put(&world, &project, &[]).await;
    assert_eq!(seen().await, json!({"patterns": []}));
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_of_it_is_kept() {
    let world = World::new().await;
    let project = world.entity("project", "p", 0).await;
    let good = one("a", "(?<value>.+)");
    put(&world, &project, std::slice::from_ref(&good)).await;
    let at = |part: &str| format!("patterns.1.{part}");
    for (bad, code, reason, field, why) in [
        (one(" ", "(?<value>.+)"), 518, "missing", "name", ""),
        (
            one(&"n".repeat(101), "(?<value>.)"),
            519,
            "too_long",
            "name",
            "",
        ),
        (one("a\nb", "(?<value>.)"), 519, "malformed", "name", ""),
        (one("b", ""), 518, "missing", "pattern", ""),
        (one("b", &"x".repeat(1001)), 519, "too_long", "pattern", ""),
        (
            one("b", "(?<value>"),
            519,
            "malformed",
            "pattern",
            "unclosed",
        ),
        (
            one("b", "[0-9]+"),
            519,
            "malformed",
            "pattern",
            "no group named value",
        ),
        (
            one("b", "(?<value>(x{100}){100}{100})"),
            519,
            "malformed",
            "pattern",
            "too large",
        ),
    ] {
        let reply = put(&world, &project, &[good.clone(), bad.clone()]).await;
        assert_eq!(
            reply.failure(),
            (code, reason, at(field).as_str()),
            "{bad} {}",
            reply.data
        );
        let message = reply.text("message");
        assert!(message.contains(why), "{message}");
        if !why.is_empty() {
            assert!(message.starts_with("pattern 2 (b): "), "{message}");
        }
    }
    let reply = put(&world, &project, &vec![good.clone(); 21]).await;
    assert_eq!(reply.failure(), (520, "too_long", "patterns"));
    let kept = world.get(&world.owner, &path(&project)).await.data;
    assert_eq!(kept, json!({"patterns": [good]}));
}

#[tokio::test]
async fn a_dataset_has_none() {
    let world = World::new().await;
    let dataset = world.entity("dataset", "d", 0).await;
    assert_eq!(put(&world, &dataset, &[]).await.code, 517);
    assert_eq!(world.get(&world.owner, &path(&dataset)).await.code, 517);
}

#[tokio::test]
async fn a_fork_has_them_too_and_they_go_with_their_project() {
    let world = World::new().await;
    let project = world.entity("project", "p", 0).await;
    let code = world.version(&project, "code").await;
    world.fill(&code, &[("main.py", b"1")]).await;
    let patterns = [one("b", "(?<value>.)"), one("a", "(?<value>.+)")];
    put(&world, &project, &patterns).await;
    let fork = routes::fill(routes::FORK, &[&project]);
    let fork = world.post(&world.other, &fork, json!({})).await.text("id");
    put(&world, &project, &[]).await;
    let seen = world.get(&world.other, &path(&fork)).await;
    assert_eq!(seen.data, json!({"patterns": patterns}));

    put(&world, &project, &patterns).await;
    world.delete(&world.owner, "/api/v1/owner/project/p").await;
    assert_eq!(world.get(&world.owner, &path(&project)).await.code, 517);
    let trashed = routes::fill(routes::TRASHED, &[&project]);
    assert_eq!(
        world.post(&world.owner, &trashed, json!({})).await.code,
        200
    );
    let seen = world.get(&world.owner, &path(&project)).await;
    assert_eq!(seen.data, json!({"patterns": patterns}));
    world.delete(&world.owner, "/api/v1/owner/project/p").await;
    world.delete(&world.owner, &trashed).await;
    purge::clear(&world.app).await.unwrap();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM metric_patterns WHERE entity_id = $1")
        .bind(&project)
        .fetch_one(world.app.db.read())
        .await
        .unwrap();
    assert_eq!(left, 0);
}

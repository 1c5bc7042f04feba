//! Tags, and lists by what they can be asked for.

use super::{agree, filled, set, star};
use crate::support::{Who, World};
use api::routes;
use serde_json::{Value, json};
use std::time::Duration;

async fn tag(world: &World, id: &str, tags: &[&str]) -> crate::support::Reply {
    let path = routes::fill(routes::ENTITY_TAGS, &[id]);
    world.put(&world.owner, &path, json!({"tags": tags})).await
}

async fn names(world: &World, who: &Who, query: &str) -> (String, u64) {
    let reply = world.get(who, &format!("/api/v1/projects?{query}")).await;
    assert_eq!(reply.code, 200, "{query}: {}", reply.data);
    let names = reply.column("name").join(" ");
    (names, reply.data["total"].as_u64().unwrap())
}

#[tokio::test]
async fn lists_are_filtered_by_everything_at_once() {
    let world = World::new().await;
    let (a, _) = filled(&world, "project", "a", 0).await;
    let b = world.entity("project", "b", 1).await;
    let c = world.entity("project", "c", 0).await;
    tag(&world, &a, &["cnn", "图像"]).await;
    tag(&world, &b, &["cnn"]).await;
    tag(&world, &c, &["图像"]).await;
    let owner = &world.owner;
    let list =
        async |who: &Who, query: &str| names(&world, who, &format!("{query}&sort=name")).await;
    assert_eq!(list(owner, "tags=cnn").await, ("a b".into(), 2));
    assert_eq!(list(&world.other, "tags=CNN").await, ("a".into(), 1));
    assert_eq!(
        list(owner, "tags=cnn,%E5%9B%BE%E5%83%8F").await,
        ("a".into(), 1)
    );
    assert_eq!(list(owner, "tags=none").await, (String::new(), 0));
    assert_eq!(list(owner, "visibility=private").await, ("b".into(), 1));
    assert_eq!(
        list(&world.other, "visibility=private").await,
        (String::new(), 0)
    );
    assert_eq!(list(owner, "visibility=public").await, ("a c".into(), 2));
    assert_eq!(list(owner, "has_version=true").await, ("a".into(), 1));
    assert_eq!(list(owner, "has_version=false").await, ("b c".into(), 2));
    // The service's first environment is also what those have that name none.
    assert_eq!(
        list(owner, "environment=python3").await,
        ("a b c".into(), 3)
    );
    assert_eq!(list(owner, "environment=other").await, (String::new(), 0));
    let all = "user=owner&q=a&tags=cnn&visibility=public&has_version=true&environment=python3";
    assert_eq!(list(owner, all).await, ("a".into(), 1));
    for (query, failure) in [
        ("tags=a%20b", (519, "illegal_name", "tags")),
        (
            "tags=1,2,3,4,5,6,7,8,9,10,11",
            (520, "too_many_tags", "tags"),
        ),
        ("visibility=x", (519, "malformed", "")),
        ("has_version=x", (519, "malformed", "")),
        ("forked_from=x", (517, "not_found", "")),
    ] {
        let reply = world.get(owner, &format!("/api/v1/projects?{query}")).await;
        assert_eq!(reply.failure(), failure, "{query}");
    }
}

#[tokio::test]
async fn lists_are_sorted_by_stars_and_forks() {
    let world = World::new().await;
    for name in ["a", "b", "c"] {
        filled(&world, "project", name, 0).await;
        world.app.clock.advance(Duration::from_secs(1));
    }
    let id = async |name: &str| {
        let path = format!("/api/v1/owner/project/{name}");
        world.get(&world.owner, &path).await.text("id")
    };
    let (a, b) = (id("a").await, id("b").await);
    star(&world, &world.other, &a).await;
    let fork = routes::fill(routes::FORK, &[&b]);
    assert_eq!(world.post(&world.other, &fork, json!({})).await.code, 200);
    let list = async |query: &str| names(&world, &Who::Anonymous, query).await.0;
    assert_eq!(list("user=owner&sort=stars").await, "a c b");
    assert_eq!(list("user=owner&sort=forks").await, "b c a");
    assert_eq!(list("sort=stars&page_size=1").await, "a");
}

#[tokio::test]
async fn tags_are_kept_in_order_and_counted() {
    let world = World::new().await;
    let a = world.entity("project", "a", 0).await;
    let b = world.entity("project", "b", 0).await;
    let popular = async |query: &str| -> Vec<(String, u64)> {
        let path = format!("{}?module_type=code{query}", routes::TAGS);
        let list = world.get(&Who::Anonymous, &path).await.data["list"].clone();
        let entry = |e: &Value| {
            let tag = e["tag"].as_str().unwrap().to_owned();
            (tag, e["count"].as_u64().unwrap())
        };
        list.as_array().unwrap().iter().map(entry).collect()
    };
    let reply = tag(&world, &a, &[" Zoo", "cnn", "zoo", ""]).await;
    assert_eq!(reply.data, json!({"tags": ["zoo", "cnn"]}));
    tag(&world, &b, &["cnn"]).await;
    assert_eq!(popular("").await, [("cnn".into(), 2), ("zoo".into(), 1)]);
    assert_eq!(popular("&q=Z").await, [("zoo".into(), 1)]);
    agree(&world).await;
    for (id, column, value) in [
        (&a, "permission", Some(1)),
        (&b, "deleted_at", Some(1)),
        (&a, "permission", Some(0)),
    ] {
        set(&world, id, column, value).await;
        agree(&world).await;
    }
    assert_eq!(popular("").await, [("cnn".into(), 1), ("zoo".into(), 1)]);
    tag(&world, &a, &[]).await;
    assert_eq!(popular("").await, []);
    set(&world, &b, "deleted_at", None).await;
    assert_eq!(popular("").await, [("cnn".into(), 1)]);
    // For good now: whatever was said about it goes with it.
    star(&world, &world.other, &b).await;
    let comments = routes::fill(routes::COMMENTS, &[&b]);
    world
        .post(&world.other, &comments, json!({"body": "x"}))
        .await;
    for sql in [
        "DELETE FROM notifications WHERE entity_id = $1",
        "DELETE FROM entities WHERE id = $1",
    ] {
        sqlx::query(sql)
            .bind(&b)
            .execute(world.app.db.write())
            .await
            .unwrap();
    }
    assert_eq!(popular("").await, []);
    agree(&world).await;
}

#[tokio::test]
async fn tags_come_with_a_new_thing_and_bad_ones_are_named() {
    let world = World::new().await;
    let path = "/api/v1/owner/dataset/d";
    let many: Vec<String> = (0..11).map(|n| n.to_string()).collect();
    for (tags, failure) in [
        (json!(["a b"]), (519, "illegal_name", "tags")),
        (json!(["x".repeat(31)]), (519, "too_long", "tags")),
        (json!(many), (520, "too_many_tags", "tags")),
    ] {
        let reply = world.put(&world.owner, path, json!({"tags": tags})).await;
        assert_eq!(reply.failure(), failure);
        let id = world.entity("project", &format!("p{}", failure.0), 0).await;
        let path = routes::fill(routes::ENTITY_TAGS, &[&id]);
        let reply = world.put(&world.owner, &path, json!({"tags": tags})).await;
        assert_eq!(reply.failure(), failure);
        world
            .delete(
                &world.owner,
                &format!("/api/v1/owner/project/p{}", failure.0),
            )
            .await;
    }
    let reply = world
        .put(&world.owner, path, json!({"tags": ["Iris"]}))
        .await;
    assert_eq!(reply.data["tags"], json!(["iris"]));
    agree(&world).await;
}

use super::{agree, see, set};
use crate::support::{Who, World};
use api::routes;
use serde_json::json;
use std::time::Duration;

async fn write(world: &World, who: &Who, entity: &str, body: &str) -> crate::support::Reply {
    world.app.clock.advance(Duration::from_secs(1));
    let path = routes::fill(routes::COMMENTS, &[entity]);
    world.post(who, &path, json!({"body": body})).await
}

#[tokio::test]
async fn comments_come_in_pages_the_oldest_first() {
    let world = World::new().await;
    let id = world.entity("dataset", "d", 0).await;
    for n in 0..5 {
        let who = if n % 2 == 0 {
            &world.owner
        } else {
            &world.other
        };
        let reply = write(&world, who, &id, &format!("**{n}** 好")).await;
        assert_eq!(reply.code, 200, "{}", reply.data);
        let author = if n % 2 == 0 { "owner" } else { "other" };
        assert_eq!(reply.text("author"), author);
    }
    let path = routes::fill(routes::COMMENTS, &[&id]);
    let page = world
        .get(&Who::Anonymous, &format!("{path}?page=2&page_size=2"))
        .await;
    assert_eq!(page.column("body"), ["**2** 好", "**3** 好"]);
    assert_eq!(page.data["total"], json!(5));
    assert_eq!(
        see(&world, &Who::Anonymous, "dataset", "d").await["comments"],
        json!(5)
    );
    agree(&world).await;
}

#[tokio::test]
async fn one_s_own_is_changed_and_the_owner_deletes_any() {
    let world = World::new().await;
    let id = world.entity("project", "p", 0).await;
    let of_other = write(&world, &world.other, &id, "first").await.text("id");
    let of_owner = write(&world, &world.owner, &id, "second").await.text("id");
    let path = |id: &str| routes::fill(routes::COMMENT, &[id]);
    let change = json!({"body": "changed"});
    let reply = world
        .post(&world.owner, &path(&of_other), change.clone())
        .await;
    assert_eq!(reply.code, 522, "not even the owner puts words in mouths");
    world.app.clock.advance(Duration::from_secs(60));
    let reply = world.post(&world.other, &path(&of_other), change).await;
    assert_eq!((reply.code, reply.text("body")), (200, "changed".into()));
    assert!(reply.data["date_edited"].is_string());
    assert_eq!(world.delete(&world.other, &path(&of_owner)).await.code, 522);
    assert_eq!(world.delete(&world.owner, &path(&of_other)).await.code, 200);
    assert_eq!(world.delete(&world.owner, &path(&of_other)).await.code, 517);
    assert_eq!(
        see(&world, &world.other, "project", "p").await["comments"],
        json!(1)
    );
    agree(&world).await;
}

#[tokio::test]
async fn nobody_comments_on_what_they_do_not_see() {
    let world = World::new().await;
    let id = world.entity("project", "p", 0).await;
    let comment = write(&world, &world.other, &id, "mine").await.text("id");
    for (column, value) in [("permission", Some(1)), ("deleted_at", Some(1))] {
        set(&world, &id, column, value).await;
        assert_eq!(write(&world, &world.other, &id, "again").await.code, 517);
        let path = routes::fill(routes::COMMENT, &[&comment]);
        let reply = world.post(&world.other, &path, json!({"body": "x"})).await;
        assert_eq!(reply.code, 517);
        assert_eq!(world.delete(&world.other, &path).await.code, 517);
        let list = routes::fill(routes::COMMENTS, &[&id]);
        assert_eq!(world.get(&world.other, &list).await.code, 517);
    }
    agree(&world).await;
}

#[tokio::test]
async fn bad_comments_are_refused_at_their_field() {
    let world = World::new().await;
    let id = world.entity("project", "p", 0).await;
    let long = "好".repeat(10_001);
    for (body, failure) in [
        (" \n ", (518, "missing", "body")),
        (long.as_str(), (519, "too_long", "body")),
    ] {
        let reply = write(&world, &world.owner, &id, body).await;
        assert_eq!(reply.failure(), failure);
    }
    let most = "好".repeat(10_000);
    assert_eq!(write(&world, &world.owner, &id, &most).await.code, 200);
    let path = routes::fill(routes::COMMENTS, &[&id]);
    let reply = world.post(&world.owner, &path, json!({})).await;
    assert_eq!(reply.failure(), (518, "missing", "body"));
}

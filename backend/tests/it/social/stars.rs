use super::{agree, see, set, star, unstar};
use crate::support::{Who, World};
use serde_json::json;

#[tokio::test]
async fn a_star_is_given_once_and_taken_away() {
    let world = World::new().await;
    for kind in ["project", "dataset"] {
        let id = world.entity(kind, "p", 0).await;
        for _ in 0..2 {
            let reply = star(&world, &world.other, &id).await;
            assert_eq!(reply.data, json!({"starred": true, "stars": 1}));
        }
        let seen = see(&world, &world.other, kind, "p").await;
        assert_eq!(
            (&seen["starred"], &seen["stars"]),
            (&json!(true), &json!(1))
        );
        let seen = see(&world, &Who::Anonymous, kind, "p").await;
        assert_eq!(
            (&seen["starred"], &seen["stars"]),
            (&json!(false), &json!(1))
        );
        star(&world, &world.owner, &id).await;
        for _ in 0..2 {
            let reply = unstar(&world, &world.other, &id).await;
            assert_eq!(reply.data, json!({"starred": false, "stars": 1}));
        }
        agree(&world).await;
    }
}

#[tokio::test]
async fn a_star_changes_nothing_about_the_last_update() {
    let world = World::new().await;
    let id = world.entity("project", "p", 0).await;
    let before = see(&world, &world.owner, "project", "p").await["date_updated"].clone();
    world.app.clock.advance(std::time::Duration::from_secs(60));
    star(&world, &world.other, &id).await;
    let after = see(&world, &world.owner, "project", "p").await["date_updated"].clone();
    assert_eq!(before, after);
}

#[tokio::test]
async fn stars_are_exact_when_many_come_and_go_at_once() {
    let world = World::new().await;
    let id = world.entity("project", "p", 0).await;
    let (owner, other) = (&world.owner, &world.other);
    let turns = (0..24).map(|n| {
        let who = if n % 2 == 0 { owner } else { other };
        let (world, id) = (&world, id.as_str());
        async move {
            let reply = match n % 3 {
                0 => unstar(world, who, id).await,
                _ => star(world, who, id).await,
            };
            assert_eq!(reply.code, 200);
        }
    });
    futures::future::join_all(turns).await;
    agree(&world).await;
    star(&world, owner, &id).await;
    let reply = star(&world, other, &id).await;
    assert_eq!(reply.data["stars"], json!(2));
}

#[tokio::test]
async fn favourites_show_what_the_reader_may_see() {
    let world = World::new().await;
    let project = world.entity("project", "p", 0).await;
    let dataset = world.entity("dataset", "d", 0).await;
    for id in [&project, &dataset] {
        star(&world, &world.other, id).await;
    }
    let favourites = async |who: &Who| {
        let mut totals = Vec::new();
        for list in ["projects", "datasets"] {
            let path = format!("/api/v1/{list}?starred_by=other");
            totals.push(world.get(who, &path).await.data["total"].as_u64().unwrap());
        }
        let profile = world.get(who, "/api/v1/users/other").await;
        totals.push(profile.data["favourites"].as_u64().unwrap());
        totals
    };
    assert_eq!(favourites(&Who::Anonymous).await, [1, 1, 2]);
    // What became private stays a favourite, for its owner to see alone.
    set(&world, &project, "permission", Some(1)).await;
    assert_eq!(favourites(&world.other).await, [0, 1, 1]);
    assert_eq!(favourites(&world.owner).await, [1, 1, 2]);
    set(&world, &dataset, "deleted_at", Some(1)).await;
    assert_eq!(favourites(&world.owner).await, [1, 0, 1]);
    set(&world, &dataset, "deleted_at", None).await;
    set(&world, &project, "permission", Some(0)).await;
    assert_eq!(favourites(&world.other).await, [1, 1, 2]);
    agree(&world).await;
    let nobody = world
        .get(&world.other, "/api/v1/projects?starred_by=nobody")
        .await;
    assert_eq!(nobody.code, 517);
}

#[tokio::test]
async fn owners_hear_of_what_others_do_and_not_of_their_own() {
    let world = World::new().await;
    let (id, _) = super::filled(&world, "project", "p", 0).await;
    let comments = api::routes::fill(api::routes::COMMENTS, &[&id]);
    for (who, name) in [(&world.owner, "q"), (&world.other, "p")] {
        star(&world, who, &id).await;
        world.post(who, &comments, json!({"body": "hello"})).await;
        super::fork(&world, who, &id, json!({"name": name})).await;
    }
    // A private fork is nobody else's business, and a star given twice is one.
    super::fork(
        &world,
        &world.other,
        &id,
        json!({"name": "secret", "permission": 1}),
    )
    .await;
    star(&world, &world.other, &id).await;
    let list = world.get(&world.owner, api::routes::NOTIFICATIONS).await;
    let notices = list.data["list"].as_array().unwrap();
    let mut kinds: Vec<(&str, &str, u64)> = notices
        .iter()
        .map(|n| {
            let notice = &n["notice"];
            let text = |key: &str| notice[key].as_str().unwrap_or("");
            (text("kind"), text("by"), n["count"].as_u64().unwrap())
        })
        .collect();
    kinds.sort_unstable();
    let by_other = ["comment", "fork", "star"].map(|kind| (kind, "other", 1));
    assert_eq!(kinds, by_other, "{}", list.data);
    let own = world.get(&world.other, api::routes::NOTIFICATIONS).await;
    assert_eq!(own.data["total"], json!(0));
}

use super::{agree, filled, fork, see, set};
use crate::support::{Who, World};
use api::routes;
use russell_backend::modules::share;
use serde_json::json;
use std::os::unix::fs::MetadataExt as _;

#[tokio::test]
async fn a_fork_has_the_newest_code_and_nothing_else() {
    let world = World::new().await;
    let (id, first) = filled(&world, "project", "p", 0).await;
    let newest = world.version(&id, "code").await;
    world
        .fill(&newest, &[("d/e/x", b"deep"), ("new.py", b"2")])
        .await;
    world.task_row(&id, &first).await;
    let body = json!({"tags": ["cnn", "vision"]});
    let tags = routes::fill(routes::ENTITY_TAGS, &[&id]);
    assert_eq!(world.put(&world.owner, &tags, body).await.code, 200);
    // One that is not valid does not count.
    world.version(&id, "code").await;

    let reply = fork(&world, &world.other, &id, json!({})).await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    assert_eq!(
        (
            reply.text("owner"),
            reply.text("name"),
            reply.text("module_type")
        ),
        ("other".into(), "p".into(), "code".into())
    );
    let made = world
        .get(&Who::Anonymous, "/api/v1/other/project/p")
        .await
        .data;
    assert_eq!(made["id"], json!(reply.text("id")));
    assert_eq!(made["latest_version"], json!(1));
    assert_eq!((&made["tasks"], &made["versions"]), (&json!(0), &json!(1)));
    assert_eq!(made["tags"], json!(["cnn", "vision"]));
    assert_eq!(made["permission"], json!(0));
    assert_eq!(made["forked_from"], json!({"owner": "owner", "name": "p"}));
    let module = made["latest_module_id"].as_str().unwrap();
    let file = |module: &str| world.app.store.module(module).join("d/e/x");
    assert_eq!(std::fs::read(file(module)).unwrap(), b"deep");
    let inode = |module: &str| file(module).metadata().unwrap().ino();
    assert_eq!(inode(module), inode(&newest), "stored once");
    assert!(!world.app.store.module(module).join("main.py").exists());
    // What comes next is compared with it as with any version.
    share::all(&world.app).await.unwrap();
    let origin = see(&world, &world.other, "project", "p").await;
    assert_eq!(origin["forks"], json!(1));
    let path = format!("/api/v1/projects?forked_from={id}");
    assert_eq!(
        world.get(&Who::Anonymous, &path).await.column("owner"),
        ["other"]
    );
    agree(&world).await;
}

#[tokio::test]
async fn datasets_are_forked_too_and_one_s_own_under_another_name() {
    let world = World::new().await;
    let (id, _) = filled(&world, "dataset", "d", 0).await;
    let reply = fork(&world, &world.owner, &id, json!({})).await;
    assert_eq!(reply.failure(), (521, "name_taken", "name"));
    let reply = fork(
        &world,
        &world.owner,
        &id,
        json!({"name": "e", "permission": 1}),
    )
    .await;
    assert_eq!(
        (reply.code, reply.text("module_type")),
        (200, "data".into())
    );
    let made = see(&world, &world.owner, "dataset", "e").await;
    assert_eq!(
        (&made["permission"], &made["size_bytes"]),
        (&json!(1), &json!(13))
    );
    let seen = see(&world, &world.owner, "dataset", "d").await;
    assert_eq!(
        seen["forks"],
        json!(0),
        "a private fork is nobody's business"
    );
    agree(&world).await;
}

#[tokio::test]
async fn what_cannot_be_forked_is_told() {
    let world = World::new().await;
    let empty = world.entity("project", "empty", 0).await;
    let (closed, _) = filled(&world, "project", "closed", 1).await;
    let (open, version) = filled(&world, "project", "open", 0).await;
    let cases = [
        (&empty, json!({}), (530, "version_not_ready", "")),
        (&closed, json!({}), (517, "not_found", "")),
        (&open, json!({"name": "a b"}), (519, "illegal_name", "name")),
        (&open, json!({"name": ""}), (518, "missing", "name")),
        (
            &open,
            json!({"permission": 7}),
            (519, "malformed", "permission"),
        ),
    ];
    for (id, body, failure) in cases {
        let reply = fork(&world, &world.other, id, body.clone()).await;
        assert_eq!(reply.failure(), failure, "{body}");
    }
    // The folder is gone, as when a deleted version is cleared away at this moment.
    std::fs::remove_dir_all(world.app.store.module(&version)).unwrap();
    let reply = fork(&world, &world.other, &open, json!({})).await;
    assert_eq!(reply.code, 517);
    let folders = std::fs::read_dir(world.app.store.root().join("modules")).unwrap();
    assert_eq!(folders.count(), 1, "nothing is left of a fork that failed");
    let list = world.get(&world.other, "/api/v1/projects?user=other").await;
    assert_eq!(list.data["total"], json!(0));
}

#[tokio::test]
async fn of_two_forks_at_once_one_gets_the_name() {
    let world = World::new().await;
    let (id, _) = filled(&world, "project", "p", 0).await;
    let turns = (0..4).map(|_| fork(&world, &world.other, &id, json!({})));
    let replies = futures::future::join_all(turns).await;
    let mut codes: Vec<u64> = replies.iter().map(|reply| reply.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [200, 521, 521, 521]);
    let folders = std::fs::read_dir(world.app.store.root().join("modules")).unwrap();
    assert_eq!(folders.count(), 2);
    agree(&world).await;
}

#[tokio::test]
async fn forks_are_counted_whatever_becomes_of_them() {
    let world = World::new().await;
    let (id, _) = filled(&world, "project", "p", 0).await;
    let made = fork(&world, &world.other, &id, json!({})).await.text("id");
    let forks = async || see(&world, &world.owner, "project", "p").await["forks"].clone();
    for (column, value, count) in [
        ("permission", Some(1), 0),
        ("permission", Some(0), 1),
        ("deleted_at", Some(1), 0),
        ("permission", Some(1), 0),
        ("deleted_at", None, 0),
        ("permission", Some(0), 1),
    ] {
        set(&world, &made, column, value).await;
        assert_eq!(forks().await, json!(count), "{column} {value:?}");
        agree(&world).await;
    }
    // The origin closes: its forks stay, and no longer tell of it.
    set(&world, &id, "permission", Some(1)).await;
    let seen = world
        .get(&world.other, "/api/v1/other/project/p")
        .await
        .data;
    assert!(seen.get("forked_from").is_none(), "{seen}");
    let path = format!("/api/v1/projects?forked_from={id}");
    assert_eq!(world.get(&world.other, &path).await.code, 517);
}

use crate::support::{Who, World};
use axum::http::Method;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_project_is_as_the_cli_reads_it() {
    let world = World::new().await;
    let id = world.entity("project", "tf-mnist", 0).await;
    let reply = world
        .get(&Who::Anonymous, "/api/v1/owner/project/tf-mnist")
        .await;
    assert_eq!(
        reply.data,
        json!({
            "id": id, "name": "tf-mnist", "owner_id": world.owner_id, "owner": "owner",
            "latest_version": 0, "permission": 0, "default_env": "python3", "description": "",
            "date_created": "2026-03-02T12:00:01", "date_updated": "2026-03-02T12:00:01",
            "versions": 0, "tasks": 0, "tags": [], "stars": 0, "starred": false, "forks": 0, "comments": 0
        })
    );
    let by_id = format!("/api/v1/anonymous/project/anonymous?id={id}");
    assert_eq!(world.get(&Who::BasicNone, &by_id).await.data, reply.data);
}

#[tokio::test]
async fn a_dataset_is_as_the_cli_reads_it() {
    let world = World::new().await;
    let id = world.entity("dataset", "iris", 1).await;
    let reply = world.get(&world.owner, "/api/v1/owner/dataset/iris").await;
    assert_eq!(reply.code, 200);
    assert_eq!(
        (reply.text("id"), reply.text("name")),
        (id.clone(), "iris".into())
    );
    assert_eq!(reply.data["latest_version"], json!(0));
    assert_eq!(reply.data["size_bytes"], json!(0));
    let by_id = format!("/api/v1/anonymous/dataset/anonymous?id={id}");
    assert_eq!(world.get(&world.owner, &by_id).await.data, reply.data);
}

#[tokio::test]
async fn private_ones_are_unknown_to_strangers() {
    let world = World::new().await;
    for kind in ["project", "dataset"] {
        let closed = world.entity(kind, "closed", 1).await;
        let open = world.entity(kind, "open", 0).await;
        for path in [
            format!("/api/v1/owner/{kind}/closed"),
            format!("/api/v1/anonymous/{kind}/anonymous?id={closed}"),
        ] {
            // Whoever's session has expired is told so, whether the thing exists or not.
            let codes = world.codes(Method::GET, &path, None).await;
            assert_eq!(codes, [200, 517, 517, 512], "{path}");
        }
        for path in [
            format!("/api/v1/owner/{kind}/open"),
            format!("/api/v1/anonymous/{kind}/anonymous?id={open}"),
        ] {
            assert_eq!(
                world.codes(Method::GET, &path, None).await,
                [200; 4],
                "{path}"
            );
        }
        let missing = format!("/api/v1/owner/{kind}/missing");
        let codes = world.codes(Method::GET, &missing, None).await;
        assert_eq!(codes, [517, 517, 517, 512], "{missing}");
    }
    // A project's id is no dataset's.
    let id = world.entity("project", "p", 0).await;
    let path = format!("/api/v1/anonymous/dataset/anonymous?id={id}");
    assert_eq!(world.get(&world.owner, &path).await.code, 517);
    let path = "/api/v1/anonymous/project/anonymous";
    assert_eq!(
        world.get(&world.owner, path).await.failure(),
        (518, "missing", "id")
    );
}

#[tokio::test]
async fn only_the_owner_creates_under_a_name() {
    let world = World::new().await;
    for kind in ["project", "dataset"] {
        let path = format!("/api/v1/owner/{kind}/new");
        let codes = world.codes(Method::PUT, &path, Some(json!({}))).await;
        assert_eq!(codes, [200, 522, 512, 512], "{path}");
        let reply = world.put(&world.owner, &path, json!({})).await;
        assert_eq!(reply.failure(), (521, "name_taken", "name"));
        let nobody = format!("/api/v1/nobody/{kind}/new");
        assert_eq!(world.put(&world.owner, &nobody, json!({})).await.code, 517);
    }
}

#[tokio::test]
async fn bad_fields_are_named() {
    let world = World::new().await;
    let long = "x".repeat(1025);
    let cases = [
        ("a.b", json!({}), (519, "illegal_name", "name")),
        (
            "p",
            json!({"description": long}),
            (519, "too_long", "description"),
        ),
        (
            "p",
            json!({"permission": 2}),
            (519, "malformed", "permission"),
        ),
        (
            "p",
            json!({"default_env": "caffe"}),
            (519, "unknown_environment", "default_env"),
        ),
        ("p", json!({"permission": "no"}), (519, "malformed", "")),
    ];
    for (name, body, failure) in cases {
        let path = format!("/api/v1/owner/project/{name}");
        let reply = world.put(&world.owner, &path, body).await;
        assert_eq!(reply.failure(), failure, "{}", reply.data);
    }
    let text = json!({"description": "\u{6570}\u{636e}".repeat(512)});
    let reply = world
        .put(&world.owner, "/api/v1/owner/project/p", text)
        .await;
    assert_eq!(reply.code, 200, "characters count, not bytes");
}

#[tokio::test]
async fn only_the_owner_deletes_and_the_name_is_free_again() {
    let world = World::new().await;
    for kind in ["project", "dataset"] {
        world.entity(kind, "open", 0).await;
        world.entity(kind, "closed", 1).await;
        let path = format!("/api/v1/owner/{kind}/closed");
        let codes = world.codes(Method::DELETE, &path, None).await;
        assert_eq!(codes, [200, 517, 512, 512], "{path}");
        let path = format!("/api/v1/owner/{kind}/open");
        let codes = world.codes(Method::DELETE, &path, None).await;
        assert_eq!(codes, [200, 522, 512, 512], "{path}");
        assert_eq!(world.get(&world.owner, &path).await.code, 517);
        world.entity(kind, "open", 0).await;
    }
}

#[tokio::test]
async fn lists_show_what_the_caller_may_see() {
    let world = World::new().await;
    for kind in ["project", "dataset"] {
        world.entity(kind, "open", 0).await;
        world.entity(kind, "closed", 1).await;
        let path = format!("/api/v1/{kind}s?sort=name");
        assert_eq!(world.codes(Method::GET, &path, None).await, [200; 4]);
        let reply = world.get(&world.owner, &path).await;
        assert_eq!(reply.column("name"), ["closed", "open"]);
        for who in [&world.other, &Who::Anonymous, &world.expired] {
            let reply = world.get(who, &path).await;
            assert_eq!(reply.column("name"), ["open"]);
            assert_eq!(reply.data["total"], json!(1));
        }
        let mine = format!("/api/v1/{kind}s?user=OTHER");
        assert_eq!(
            world.get(&world.other, &mine).await.data,
            json!({"list": [], "total": 0})
        );
        let nobody = format!("/api/v1/{kind}s?user=nobody");
        assert_eq!(world.get(&world.other, &nobody).await.code, 517);
    }
}

#[tokio::test]
async fn lists_are_searched_sorted_and_paged() {
    let world = World::new().await;
    let describe = async |name: &str, text: &str| {
        let path = format!("/api/v1/owner/dataset/{name}");
        world
            .put(&world.owner, &path, json!({"description": text}))
            .await;
        world.app.clock.advance(Duration::from_secs(1));
    };
    describe("b_one", "Iris 100% real").await;
    describe("A-two", "flowers of IRIS").await;
    describe("cXone", "nothing").await;
    let names = async |query: &str| {
        let reply = world
            .get(&world.owner, &format!("/api/v1/datasets?{query}"))
            .await;
        let names: Vec<String> = reply
            .column("name")
            .into_iter()
            .map(str::to_owned)
            .collect();
        (names.join(" "), reply.data["total"].as_u64().unwrap())
    };
    assert_eq!(names("q=iris&sort=name").await, ("A-two b_one".into(), 2));
    assert_eq!(names("q=real+iris").await, ("b_one".into(), 1));
    assert_eq!(names("q=%25").await, ("b_one".into(), 1), "% is a letter");
    assert_eq!(names("q=b_o").await, ("b_one".into(), 1), "_ is a letter");
    assert_eq!(names("q=x_o").await, (String::new(), 0));
    assert_eq!(names("q='%20OR%201=1").await, (String::new(), 0));
    assert_eq!(names("sort=created").await, ("cXone A-two b_one".into(), 3));
    assert_eq!(
        names("sort=name&page_size=2").await,
        ("A-two b_one".into(), 3)
    );
    assert_eq!(
        names("sort=name&page_size=2&page=2").await,
        ("cXone".into(), 3)
    );
    assert_eq!(names("page_size=2&page=9").await, (String::new(), 3));
    // A new version brings its dataset to the front.
    let id = world
        .get(&world.owner, "/api/v1/owner/dataset/b_one")
        .await
        .text("id");
    world.version(&id, "data").await;
    assert_eq!(names("").await.0, "b_one cXone A-two");
    assert_eq!(
        world
            .get(&world.owner, "/api/v1/datasets?sort=x")
            .await
            .code,
        519
    );
    assert_eq!(
        world
            .get(&world.owner, "/api/v1/datasets?page=-1")
            .await
            .code,
        519
    );
}

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

#[tokio::test]
async fn only_the_owner_changes_and_what_is_left_out_stays() {
    let world = World::new().await;
    for kind in ["project", "dataset"] {
        for (permission, stranger) in [(0, 522), (1, 517)] {
            let name = format!("n{permission}");
            world.entity(kind, &name, permission).await;
            let path = format!("/api/v1/owner/{kind}/{name}");
            let body = json!({"description": "IRIS flowers"});
            let codes = world.codes(Method::POST, &path, Some(body)).await;
            assert_eq!(codes, [200, stranger, 512, 512], "{path}");
            let found = world.get(&world.owner, &path).await;
            assert_eq!(
                (found.text("description"), &found.data["permission"]),
                ("IRIS flowers".into(), &json!(permission))
            );
        }
        let path = format!("/api/v1/owner/{kind}/n0");
        for (body, failure) in [
            (json!({"name": ""}), (518, "missing", "name")),
            (json!({"name": "a/b"}), (519, "illegal_name", "name")),
            (json!({"name": "n1"}), (521, "name_taken", "name")),
            (
                json!({"description": "x".repeat(1025)}),
                (519, "too_long", "description"),
            ),
            (json!({"permission": 2}), (519, "malformed", "permission")),
            (json!({"permission": "1"}), (519, "malformed", "")),
        ] {
            let reply = world.post(&world.owner, &path, body.clone()).await;
            assert_eq!(reply.failure(), failure, "{body}");
        }
        let reply = world
            .post(&world.owner, &path, json!({"permission": 1}))
            .await;
        assert_eq!(reply.data["permission"], 1);
        assert_eq!(world.get(&world.other, &path).await.code, 517);
        let found = world
            .get(&world.owner, &format!("/api/v1/{kind}s?q=flowers"))
            .await;
        assert_eq!(found.data["total"], 2, "a search knows the new words");
    }
    let path = "/api/v1/owner/project/n0";
    let reply = world
        .post(&world.owner, path, json!({"default_env": "none"}))
        .await;
    assert_eq!(reply.failure(), (519, "unknown_environment", "default_env"));
}

#[tokio::test]
async fn an_old_name_leads_on_until_somebody_takes_it() {
    let world = World::new().await;
    for kind in ["project", "dataset"] {
        let at = |name: &str| format!("/api/v1/owner/{kind}/{name}");
        let rename = async |from: &str, to: &str| {
            let reply = world
                .post(&world.owner, &at(from), json!({"name": to}))
                .await;
            assert_eq!((reply.code, reply.text("name")), (200, to.to_owned()));
        };
        let name = async |name: &str| {
            let reply = world.get(&world.other, &at(name)).await;
            (reply.code == 200).then(|| (reply.text("name"), reply.text("id")))
        };
        let first = world.entity(kind, "a", 0).await;
        rename("a", "b").await;
        rename("b", "c").await;
        for old in ["a", "b", "c"] {
            assert_eq!(name(old).await, Some(("c".into(), first.clone())), "{old}");
        }
        // Through an old name too it is changed, and only by its owner.
        let reply = world
            .post(&world.other, &at("a"), json!({"name": "mine"}))
            .await;
        assert_eq!(reply.code, 522);
        // Back to a name that it had.
        rename("a", "b").await;
        assert_eq!(name("c").await, Some(("b".into(), first.clone())));
        let second = world.entity(kind, "a", 0).await;
        assert_eq!(name("a").await, Some(("a".into(), second.clone())));
        // Who takes a name and gives it up again does not give it back.
        rename("a", "d").await;
        assert_eq!(name("a").await, Some(("d".into(), second.clone())));
        world.delete(&world.owner, &at("d")).await;
        assert_eq!(name("a").await, None, "what is in the trash has no address");
        world
            .post(&world.owner, &at("b"), json!({"permission": 1}))
            .await;
        assert_eq!(
            name("c").await,
            None,
            "a private one is not found by an old name either"
        );
    }
}

#[tokio::test]
async fn tasks_and_mount_strings_follow_a_new_name() {
    let world = World::new().await;
    let project = world.entity("project", "p", 0).await;
    let code = world.version(&project, "code").await;
    world.fill(&code, &[("a", b"1")]).await;
    let task = world.task_row(&project, &code).await;
    let dataset = world.entity("dataset", "d", 0).await;
    let data = world.version(&dataset, "data").await;
    world.fill(&data, &[("a", b"1")]).await;
    for (path, name) in [
        ("/api/v1/owner/project/p", "q"),
        ("/api/v1/owner/dataset/d", "e"),
    ] {
        world.post(&world.owner, path, json!({"name": name})).await;
    }
    let reply = world
        .get(&world.owner, &format!("/api/v1/experiment/{task}"))
        .await;
    assert_eq!(reply.text("name"), "q");
    for name in ["owner/d/1", "OWNER/e/1"] {
        let reply = world
            .get(
                &world.owner,
                &format!("/api/v1/module?id={}", name.replace('/', "%2F")),
            )
            .await;
        assert_eq!(
            (reply.code, reply.data["id"].as_str()),
            (200, Some(data.as_str())),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_dataset_tells_which_tasks_mount_it() {
    let world = World::new().await;
    let dataset = world.entity("dataset", "d", 0).await;
    let mut versions = Vec::new();
    for _ in 0..2 {
        let id = world.version(&dataset, "data").await;
        world.fill(&id, &[("a", b"1")]).await;
        versions.push(id);
    }
    let mut tasks = Vec::new();
    for permission in [0, 1] {
        let project = world
            .entity("project", &format!("p{permission}"), permission)
            .await;
        let code = world.version(&project, "code").await;
        world.fill(&code, &[("a", b"1")]).await;
        let task = world.task_row(&project, &code).await;
        for (position, version) in versions.iter().enumerate() {
            sqlx::query("INSERT INTO task_mounts (task_id, position, module_id, mount) VALUES ($1, $2, $3, $4)")
                .bind(&task)
                .bind(position as i64)
                .bind(version)
                .bind(format!("m{position}"))
                .execute(world.app.db.write())
                .await
                .unwrap();
        }
        tasks.push(task);
    }
    let path = format!("/api/v1/datasets/{dataset}/tasks");
    for who in [&world.other, &Who::Anonymous] {
        let reply = world.get(who, &path).await;
        assert_eq!(
            (reply.column("id"), &reply.data["total"]),
            (vec![tasks[0].as_str()], &json!(1))
        );
    }
    let mine = world.get(&world.owner, &path).await;
    assert_eq!(
        mine.data["total"], 2,
        "a task that mounts two versions counts once"
    );
    let second = world
        .get(&world.owner, &format!("{path}?page=2&page_size=1"))
        .await;
    assert_eq!(second.column("id").len(), 1);
    world
        .post(
            &world.owner,
            "/api/v1/owner/dataset/d",
            json!({"permission": 1}),
        )
        .await;
    assert_eq!(world.get(&world.other, &path).await.code, 517);
}

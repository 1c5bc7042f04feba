use super::*;
use crate::support::Who;
use crate::support::lab::Lab;
use axum::http::Method;

#[tokio::test]
async fn a_restored_project_is_what_it_was() {
    let world = World::new().await;
    let (id, code, task) = project(&world, "p").await;
    let page = "/api/v1/owner/project/p";
    let before = world.get(&world.owner, page).await.data;
    delete(&world, page).await;
    let reply = trash(&world).await;
    assert_eq!(
        reply.column("id"),
        [id.as_str()],
        "its parts are part of it"
    );
    let entry = &reply.data["list"][0];
    assert_eq!(
        (
            &entry["kind"],
            &entry["name"],
            &entry["owner"],
            &entry["size_bytes"]
        ),
        (&json!("project"), &json!("p"), &json!("owner"), &json!(8))
    );
    // A day has passed since the world began, and one second.
    assert_eq!(entry["date_deleted"], "2026-03-02T12:00:01");
    assert_eq!(entry["date_until"], "2026-03-04T00:00:00");
    let reply = restore(&world, &id, empty()).await;
    assert_eq!((reply.code, reply.text("name")), (200, "p".to_owned()));
    let mut after = world.get(&world.owner, page).await.data;
    after["date_updated"] = before["date_updated"].clone();
    assert_eq!(after, before);
    for path in [
        format!("/api/v1/module?id={code}"),
        format!("/api/v1/experiment/{task}"),
        format!("/api/v1/files/{task}?path=model"),
    ] {
        assert_eq!(world.get(&world.other, &path).await.code, 200, "{path}");
    }
    assert_eq!(trash(&world).await.data["total"], 0);
    assert_eq!(restore(&world, &id, empty()).await.code, 517, "once");
}

#[tokio::test]
async fn versions_and_tasks_come_back_alone() {
    let world = World::new().await;
    let (id, code, task) = project(&world, "p").await;
    let paths = [
        format!("/api/v1/module?id={code}"),
        format!("/api/v1/experiment/{task}"),
    ];
    for path in &paths {
        delete(&world, path).await;
        world.app.clock.advance(Duration::from_secs(1));
    }
    let reply = trash(&world).await;
    assert_eq!(reply.column("kind"), ["task", "version"], "the last first");
    assert_eq!(reply.data["list"][1]["version"], 1);
    assert_eq!(reply.data["list"][1]["module_type"], "code");
    // With the project gone they are a part of it, and not to be had without it.
    delete(&world, "/api/v1/owner/project/p").await;
    assert_eq!(trash(&world).await.column("kind"), ["project"]);
    assert_eq!(restore(&world, &code, empty()).await.code, 517);
    assert_eq!(restore(&world, &id, empty()).await.code, 200);
    for (id, path) in [(&code, &paths[0]), (&task, &paths[1])] {
        assert_eq!(world.get(&world.owner, path).await.code, 517, "{path}");
        assert_eq!(restore(&world, id, empty()).await.code, 200);
        assert_eq!(world.get(&world.owner, path).await.code, 200, "{path}");
    }
    let tasks = world.get(&world.owner, "/api/v1/experiments").await;
    assert_eq!(tasks.data["total"], 1, "counts know it too");
}

#[tokio::test]
async fn a_name_that_is_taken_asks_for_another() {
    let world = World::new().await;
    for kind in ["project", "dataset"] {
        let old = world.entity(kind, "name", 0).await;
        delete(&world, &format!("/api/v1/owner/{kind}/name")).await;
        let new = world.entity(kind, "name", 0).await;
        let taken = restore(&world, &old, empty()).await;
        assert_eq!(taken.failure(), (521, "name_taken", "name"));
        for (name, failure) in [
            ("", (518, "missing", "name")),
            ("a b", (519, "illegal_name", "name")),
            ("name", (521, "name_taken", "name")),
        ] {
            let reply = restore(&world, &old, json!({"name": name})).await;
            assert_eq!(reply.failure(), failure, "{name}");
        }
        let reply = restore(&world, &old, json!({"name": "other"})).await;
        assert_eq!((reply.code, reply.text("name")), (200, "other".into()));
        for (name, id) in [("name", new), ("other", old)] {
            let path = format!("/api/v1/owner/{kind}/{name}");
            assert_eq!(world.get(&world.owner, &path).await.text("id"), id);
        }
        let found = world
            .get(&world.owner, &format!("/api/v1/{kind}s?q=other"))
            .await;
        assert_eq!(found.data["total"], 1, "a search finds the new name");
    }
}

#[tokio::test]
async fn it_is_too_late_after_the_next_day() {
    let mut world = World::new().await;
    // The world stands at noon, one second later.
    let id = world.entity("project", "p", 0).await;
    delete(&world, "/api/v1/owner/project/p").await;
    world
        .app
        .clock
        .advance(DAY + Duration::from_secs(12 * 3600 - 2));
    // A token lives for a day.
    let token = russell_backend::accounts::tokens::issue(&world.app, &world.owner_id).await;
    world.owner = Who::Token(token.unwrap());
    assert_eq!(trash(&world).await.data["total"], 1);
    world.app.clock.advance(Duration::from_secs(1));
    assert_eq!(trash(&world).await.data["total"], 0, "before any sweep");
    assert_eq!(restore(&world, &id, empty()).await.code, 517);
}

#[tokio::test]
async fn nobody_else_knows_of_the_trash() {
    let world = World::new().await;
    let (id, code, task) = project(&world, "p").await;
    delete(&world, "/api/v1/owner/project/p").await;
    for path in [
        format!("/api/v1/module?id={code}"),
        format!("/api/v1/modules?module_type=code&entity_id={id}"),
        format!("/api/v1/module/filehash?module_type=code&entity_id={id}"),
        format!("/api/v1/files/{code}"),
        format!("/api/v1/files/{task}"),
        format!("/api/v1/experiment/{task}"),
        format!("/api/v1/taskinstances/{task}"),
        format!("/api/v1/task/{task}"),
        format!("/api/v1/anonymous/project/anonymous?id={id}"),
        format!("/api/v1/projects/clone/{id}"),
        "/api/v1/owner/project/p".to_owned(),
    ] {
        let codes = world.codes(Method::GET, &path, None).await;
        assert_eq!(codes, [517, 517, 517, 512], "{path}");
    }
    let path = format!("/api/v1/module/{code}/zip");
    let codes = world.codes(Method::POST, &path, None).await;
    assert_eq!(codes, [517, 517, 517, 512]);
    assert_eq!(
        world.get(&world.other, routes::TRASH).await.data["total"],
        0
    );
    let path = routes::fill(routes::TRASHED, &[&id]);
    for who in [&world.other, &Who::Anonymous] {
        let code = if matches!(who, Who::Anonymous) {
            512
        } else {
            517
        };
        assert_eq!(world.post(who, &path, empty()).await.code, code);
        assert_eq!(world.delete(who, &path).await.code, code);
    }
    for strange in ["x", "", "../../etc", &id[..31]] {
        let path = routes::fill(routes::TRASHED, &[strange]);
        if !strange.is_empty() {
            assert_eq!(world.post(&world.owner, &path, empty()).await.code, 517);
        }
    }
    let tasks = world
        .get(&world.owner, "/api/v1/experiments?user=owner")
        .await;
    assert_eq!(tasks.data["total"], 0);
}

#[tokio::test]
async fn a_project_s_tasks_are_stopped_and_a_dataset_s_go_on() {
    let lab = Lab::new(0).await;
    let world = &lab.world;
    let running = lab
        .run(
            "sleep 600",
            json!({"data_ids": [format!("{}:d", lab.data)]}),
        )
        .await;
    lab.until(&running, "running").await;
    delete(world, "/api/v1/owner/dataset/iris").await;
    assert_eq!(lab.task(&running).await["state"], "running");
    let found = world
        .get(&world.owner, &format!("/api/v1/dependents/{}", lab.project))
        .await;
    assert_eq!(
        (&found.data["tasks"], &found.data["active"]),
        (&json!(1), &json!(1))
    );
    delete(world, "/api/v1/owner/project/p").await;
    for _ in 0..400 {
        if number(world, "SELECT count(*) FROM tasks WHERE state = 'running'").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(restore(world, &lab.project, empty()).await.code, 200);
    let task = lab.task(&running).await;
    assert_eq!(
        (&task["state"], &task["end_reason"]),
        (&json!("stopped"), &json!("stopped"))
    );
}

#[tokio::test]
async fn what_hangs_on_a_thing_is_its_owner_s_to_know() {
    let world = World::new().await;
    let (id, code, task) = project(&world, "p").await;
    let dataset = world.entity("dataset", "d", 0).await;
    let data = world.version(&dataset, "data").await;
    world.fill(&data, &[("a", b"1")]).await;
    mount(&world, &task, &data, "running").await;
    let foreign = world.task_row(&id, &code).await;
    mount(&world, &foreign, &data, "success").await;
    sqlx::query(
        "UPDATE tasks SET owner_id = (SELECT id FROM users WHERE username = 'other') WHERE id = $1",
    )
    .bind(&foreign)
    .execute(world.app.db.write())
    .await
    .unwrap();
    for (id, wanted) in [
        (&id, [1, 2, 1, 0, 0, 0]),
        (&code, [1, 2, 1, 0, 0, 0]),
        (&dataset, [1, 0, 0, 1, 1, 0]),
        (&data, [1, 0, 0, 1, 1, 0]),
    ] {
        let path = routes::fill(routes::DEPENDENTS, &[id]);
        assert_eq!(
            world.codes(Method::GET, &path, None).await,
            [200, 517, 512, 512]
        );
        let data = world.get(&world.owner, &path).await.data;
        let keys = [
            "versions",
            "tasks",
            "active",
            "mounts",
            "foreign_mounts",
            "foreign_active",
        ];
        assert_eq!(
            keys.map(|key| data[key].as_u64().unwrap()),
            wanted,
            "{data}"
        );
    }
}

use super::*;
use russell_backend::modules::share;
use std::os::unix::fs::MetadataExt as _;

#[tokio::test]
async fn what_is_over_is_cleared_away_with_rows_and_bytes() {
    let world = World::new().await;
    let (_, code, task) = project(&world, "p").await;
    delete(&world, "/api/v1/owner/project/p").await;
    world.app.clock.advance(DAY);
    sweep(&world).await;
    let files = [
        world.app.store.module(&code),
        world.app.store.output(&task),
        world.app.store.log(&task),
        world.app.store.monitor(&task),
    ];
    assert!(
        files.iter().all(|path| path.exists()),
        "not before its time"
    );
    world.app.clock.advance(DAY);
    sweep(&world).await;
    assert!(files.iter().all(|path| !path.exists()));
    for sql in [
        "SELECT count(*) FROM entities",
        "SELECT count(*) FROM modules",
        "SELECT count(*) FROM module_files",
        "SELECT count(*) FROM contents",
        "SELECT count(*) FROM tasks",
        "SELECT count(*) FROM task_counts",
    ] {
        assert_eq!(number(&world, sql).await, 0, "{sql}");
    }
}

#[tokio::test]
async fn for_good_means_now_and_no_more_than_that() {
    let world = World::new().await;
    let (_, code, task) = project(&world, "p").await;
    let second = {
        let project = world
            .get(&world.owner, "/api/v1/owner/project/p")
            .await
            .text("id");
        world.version(&project, "code").await
    };
    world
        .fill(&second, &[("main.py", b"print()\n"), ("b", b"b")])
        .await;
    share::all(&world.app).await.unwrap();
    delete(&world, &format!("/api/v1/module?id={code}")).await;
    assert_eq!(for_good(&world, &code).await.code, 200);
    assert!(!world.app.store.module(&code).exists());
    let main = world.app.store.module(&second).join("main.py");
    assert_eq!(
        std::fs::read(&main).unwrap(),
        b"print()\n",
        "shared content stays"
    );
    assert_eq!(for_good(&world, &code).await.code, 517, "it is gone");
    assert_eq!(
        for_good(&world, &second).await.code,
        517,
        "it is not in the trash"
    );
    // The task that ran it tells of it still.
    let path = format!("/api/v1/experiment/{task}");
    assert_eq!(world.get(&world.owner, &path).await.data["code_version"], 1);
    // Numbers are not used twice, and what the others have is still stored once.
    let project = world
        .get(&world.owner, "/api/v1/owner/project/p")
        .await
        .text("id");
    let third = world.version(&project, "code").await;
    world.fill(&third, &[("main.py", b"print()\n")]).await;
    let reply = world
        .get(&world.owner, &format!("/api/v1/module?id={third}"))
        .await;
    assert_eq!(reply.data["version"], 3);
    share::all(&world.app).await.unwrap();
    let again = world.app.store.module(&third).join("main.py");
    assert_eq!(
        again.metadata().unwrap().ino(),
        main.metadata().unwrap().ino()
    );
}

#[tokio::test]
async fn what_is_in_use_waits_for_its_end() {
    let world = World::new().await;
    let (_, _, task) = project(&world, "p").await;
    let dataset = world.entity("dataset", "d", 0).await;
    let data = world.version(&dataset, "data").await;
    world.fill(&data, &[("a", b"1")]).await;
    mount(&world, &task, &data, "running").await;
    delete(&world, "/api/v1/owner/dataset/d").await;
    assert_eq!(for_good(&world, &dataset).await.code, 200);
    let file = world.app.store.module(&data).join("a");
    assert!(file.exists(), "a task mounts it");
    set_state(&world, &task, "success").await;
    let reading = world.app.readers.begin(&data);
    sweep(&world).await;
    assert!(file.exists(), "somebody reads it");
    drop(reading);
    sweep(&world).await;
    assert!(!file.exists());
    assert_eq!(
        number(&world, "SELECT count(*) FROM module_files WHERE path = 'a'").await,
        0
    );
    // The task knows that it had mounted something; when it goes, the last of the dataset goes with it.
    let mounted = world
        .get(&world.owner, &format!("/api/v1/experiment/{task}"))
        .await;
    assert_eq!(mounted.data["data"][0]["mount"], "d");
    assert_eq!(mounted.data["data"][0]["name"], "");
    assert_eq!(
        number(&world, "SELECT count(*) FROM entities WHERE kind = 'data'").await,
        1
    );
    delete(&world, &format!("/api/v1/experiment/{task}")).await;
    assert_eq!(for_good(&world, &task).await.code, 200);
    assert_eq!(
        number(&world, "SELECT count(*) FROM entities WHERE kind = 'data'").await,
        0
    );
}

#[tokio::test]
async fn a_crash_in_the_middle_is_made_good() {
    let world = World::new().await;
    let (id, code, task) = project(&world, "p").await;
    delete(&world, "/api/v1/owner/project/p").await;
    // Condemned, and one of its files gone, when the backend ended.
    sqlx::query("UPDATE entities SET purged = 1 WHERE id = $1")
        .bind(&id)
        .execute(world.app.db.write())
        .await
        .unwrap();
    std::fs::remove_file(world.app.store.module(&code).join("main.py")).unwrap();
    let world = world.restarted().await;
    russell_backend::orphans::remove(&world.app).await.unwrap();
    assert!(
        world.app.store.log(&task).exists(),
        "nothing is known of it yet"
    );
    assert_eq!(restore(&world, &id, empty()).await.code, 517);
    sweep(&world).await;
    assert!(!world.app.store.module(&code).exists() && !world.app.store.log(&task).exists());
    assert_eq!(number(&world, "SELECT count(*) FROM entities").await, 0);
    // Cleared away in the database, and written once more by something that was late.
    std::fs::write(world.app.store.log(&task), b"late").unwrap();
    russell_backend::orphans::remove(&world.app).await.unwrap();
    assert!(!world.app.store.log(&task).exists());
}

#[tokio::test]
async fn an_upload_into_the_trash_ends() {
    let world = World::new().await;
    let dataset = world.entity("dataset", "d", 0).await;
    let body =
        json!({"entity_id": dataset, "module_type": "data", "files": [{"path": "a", "size": 9}]});
    let request = axum::http::Request::post(routes::UPLOADS)
        .header(
            "authorization",
            format!("Basic {}", world.owner.basic().unwrap()),
        )
        .body(axum::body::Body::from(body.to_string()));
    let answer = crate::support::bytes(world.send(request.unwrap()).await).await;
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    let id = answer["data"]["id"].as_str().unwrap();
    assert!(world.app.store.module(id).exists());
    delete(&world, "/api/v1/owner/dataset/d").await;
    assert_eq!(for_good(&world, &dataset).await.code, 200);
    assert!(!world.app.store.module(id).exists() && !world.app.store.upload(id).exists());
    assert_eq!(number(&world, "SELECT count(*) FROM modules").await, 0);
    assert_eq!(number(&world, "SELECT count(*) FROM uploads").await, 0);
}

//! From the first byte to a valid version.

use super::*;

#[tokio::test]
async fn an_upload_becomes_a_version() {
    let world = World::new().await;
    let entity = world.entity("dataset", "iris", 0).await;
    let files = json!([
        {"path": "d1/one.csv", "size": 5, "modified": "2020-02-03T04:05:06.789"},
        {"path": "d1/void", "size": 0},
        {"path": "z", "size": 3}
    ]);
    let response = begin(&world, &world.owner, &entity, files).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.headers()["tus-resumable"], "1.0.0");
    let location = response.headers()["location"].to_str().unwrap().to_owned();
    let (code, data) = envelope(response).await;
    let id = data["id"].as_str().unwrap().to_owned();
    assert_eq!(code, 200);
    assert_eq!(data, json!({"id": id, "module_id": id, "version": 1}));
    assert_eq!(location, format!("uploads/{id}"), "right under any base");
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(0)));

    let response = world.send(append(&world.owner, &id, 0, "one")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.headers()["upload-offset"], "3");
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(3)));
    assert_eq!(state(&world, &id).await, "uploading");
    let module = format!("/api/v1/module?id={id}");
    assert_eq!(
        world.get(&world.owner, &module).await.text("state"),
        "uploading"
    );

    let response = world.send(append(&world.owner, &id, 3, "22zzz")).await;
    assert_eq!(response.headers()["upload-offset"], "8");
    let reply = world.get(&world.owner, &module).await;
    assert_eq!(reply.text("state"), "valid");
    assert_eq!(
        (&reply.data["size_bytes"], &reply.data["files"]),
        (&json!(8), &json!(3))
    );
    let reply = world.get(&world.owner, "/api/v1/owner/dataset/iris").await;
    assert_eq!(reply.data["latest_version"], json!(1));
    let path = format!("/api/v1/module/filehash?module_type=data&entity_id={entity}");
    assert_eq!(
        world.get(&world.owner, &path).await.data,
        json!({
            "files": {
                "d1/one.csv": "5ab23457f1e1cf9d633d492bcf4318ca",
                "d1/void": "d41d8cd98f00b204e9800998ecf8427e",
                "z": "f3abb86bd34cf4d52698f14c0da1dc60"
            },
            "dirs": ["d1"], "old_module_id": id, "sizes": [5, 0, 3]
        })
    );
    assert_eq!(content(&world, &id, "d1/one.csv"), b"one22");
    let modified = world
        .app
        .store
        .module(&id)
        .join("d1/one.csv")
        .metadata()
        .unwrap();
    let modified = russell_backend::clock::of_system(modified.modified().unwrap());
    assert_eq!(modified.to_string(), "2020-02-03T04:05:06.789000");
    assert!(!world.app.store.upload(&id).exists());

    // Whoever lost the last answer learns that all is well.
    assert_eq!(offset(&world, &id).await, (StatusCode::OK, Some(8)));
    let again = world.send(append_sized(&world.owner, &id, 8, b"")).await;
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
    let more = world.send(append_sized(&world.owner, &id, 8, b"x")).await;
    assert_eq!(more.status(), StatusCode::GONE);
}

#[tokio::test]
async fn empty_files_need_one_empty_request() {
    let world = World::new().await;
    let id = begun(
        &world,
        json!([{"path": "a/b", "size": 0}, {"path": "c", "size": 0}]),
    )
    .await;
    let response = world.send(append_sized(&world.owner, &id, 0, b"")).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(state(&world, &id).await, "valid");
    assert!(content(&world, &id, "a/b").is_empty() && content(&world, &id, "c").is_empty());
}

#[tokio::test]
async fn many_small_files_arrive_whole() {
    let world = World::new().await;
    let list: Vec<Value> = (0..3000)
        .map(|n| json!({"path": format!("d{}/f{n}", n % 7), "size": n % 5}))
        .collect();
    let body: Vec<u8> = (0..3000_u32)
        .flat_map(|n| vec![(n % 251) as u8; (n % 5) as usize])
        .collect();
    let id = begun(&world, json!(list)).await;
    taken(&world, &id, 0, body).await;
    assert_eq!(content(&world, &id, "d3/f1004"), [0; 4]);
    let rows: (i64, i64) = sqlx::query_as(
        "SELECT count(*), CAST(sum(size) AS BIGINT) FROM module_files WHERE kind = 'file' AND md5 IS NOT NULL",
    )
    .fetch_one(world.app.db.read())
    .await
    .unwrap();
    assert_eq!(rows, (3000, 6000));
}

#[tokio::test]
async fn the_sink_is_there_only_when_asked_for() {
    let world = World::new().await;
    let reply = world
        .post(&Who::Anonymous, "/api/v1/bench/sink", json!("x"))
        .await;
    assert_eq!(reply.code, 517);
    let world = World::with(|config| config.bench_sink = true).await;
    let reply = world
        .post(&Who::Anonymous, "/api/v1/bench/sink", json!("x"))
        .await;
    assert_eq!((reply.code, reply.data), (200, json!(3)));
}

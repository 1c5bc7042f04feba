use crate::support::{Who, World};
use axum::http::Method;
use russell_backend::ids;
use serde_json::json;

/// Marks a version valid as an upload would, with these files.
async fn complete(world: &World, module: &str, files: &[(&str, Option<&str>)]) {
    let mut tx = world.app.db.begin().await.unwrap();
    for (path, md5) in files {
        sqlx::query(
            "INSERT INTO module_files (module_id, path, kind, size, modified, md5)
             VALUES ($1, $2, $3, 1, 0, $4)",
        )
        .bind(module)
        .bind(path)
        .bind(if md5.is_some() { "file" } else { "dir" })
        .bind(md5)
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    sqlx::query(
        "UPDATE modules SET state = 'valid', size_bytes = 3145728, files = 1 WHERE id = $1",
    )
    .bind(module)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// A task in this state that uses the versions, as far as versions care.
async fn task(world: &World, project: &str, code: &str, data: &str, state: &str) -> String {
    let id = ids::new_id();
    let mut tx = world.app.db.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO tasks (id, owner_id, project_id, module_id, code_version, name, description, command,
             search_key, mode, instance_type, environment, enable_tensorboard, params, state, stage,
             created_at, log_bytes, output_bytes)
         VALUES ($1, $2, $3, $4, 1, '', '', '', '', 'cli', 'cpu_high', 'python3', 0, '[]', $5, 'queued', 0, 0, 0)",
    )
    .bind(&id)
    .bind(&world.owner_id)
    .bind(project)
    .bind(code)
    .bind(state)
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO task_mounts (task_id, position, module_id, mount) VALUES ($1, 0, $2, 'd')",
    )
    .bind(&id)
    .bind(data)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    id
}

async fn set_state(world: &World, task: &str, state: &str) {
    sqlx::query("UPDATE tasks SET state = $1 WHERE id = $2")
        .bind(state)
        .bind(task)
        .execute(world.app.db.write())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_version_is_announced_as_the_cli_does_it() {
    let world = World::new().await;
    let entity = world.entity("project", "tf-mnist", 0).await;
    let body = json!({
        "name": "tf-mnist", "id": null, "description": "", "module_type": "code",
        "family_id": "LzUsGddYQYCzRsUDkT7jE6", "entity_id": entity, "version": 0, "created": null,
        "size": 0, "state": null, "codehash": null, "enable_tensorboard": null
    });
    let codes = world
        .codes(Method::PUT, "/api/v1/module", Some(body.clone()))
        .await;
    assert_eq!(codes, [200, 522, 512, 512]);
    let reply = world.put(&world.owner, "/api/v1/module", body).await;
    let id = reply.text("id");
    assert!(ids::is_id(&id));
    assert_eq!(
        reply.data,
        json!({"id": id, "version": 2, "entity_id": entity})
    );
    let reply = world
        .get(&world.owner, &format!("/api/v1/module?id={id}"))
        .await;
    assert_eq!(
        reply.data,
        json!({
            "id": id, "name": "tf-mnist", "date_created": "2026-03-02T12:00:01", "size": 0, "version": 2,
            "state": "pending", "description": "", "module_type": "code",
            "family_id": "LzUsGddYQYCzRsUDkT7jE6", "entity_id": entity, "codehash": null,
            "enable_tensorboard": false, "size_bytes": 0, "files": 0, "owner": "owner"
        })
    );
}

#[tokio::test]
async fn a_version_needs_something_of_its_kind_that_is_ones_own() {
    let world = World::new().await;
    let closed = world.entity("dataset", "closed", 1).await;
    let body = json!({"entity_id": closed, "module_type": "data"});
    let codes = world.codes(Method::PUT, "/api/v1/module", Some(body)).await;
    assert_eq!(codes, [200, 517, 512, 512]);
    let put = async |body| world.put(&world.owner, "/api/v1/module", body).await;
    let reply = put(json!({"entity_id": closed, "module_type": "code"})).await;
    assert_eq!(reply.code, 517);
    let size = 20_u64 * 1024 * 1024 * 1024 + 1;
    let reply = put(json!({"entity_id": closed, "module_type": "data", "size": size})).await;
    assert_eq!(reply.failure(), (520, "too_large", "size"));
    let long = "x".repeat(1025);
    let reply = put(json!({"entity_id": closed, "module_type": "data", "description": long})).await;
    assert_eq!(reply.failure(), (519, "too_long", "description"));
    let reply = put(json!({"module_type": "data"})).await;
    assert_eq!(reply.failure(), (518, "missing", "entity_id"));
    let reply = put(json!({"entity_id": closed, "module_type": "data", "codehash": "../x"})).await;
    assert_eq!(reply.failure(), (519, "malformed", "codehash"));
    let long = "x".repeat(65);
    let reply = put(json!({"entity_id": closed, "module_type": "data", "family_id": long})).await;
    assert_eq!(reply.failure(), (519, "too_long", "family_id"));
}

#[tokio::test]
async fn numbers_are_never_used_twice() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 0).await;
    let first = world.version(&entity, "data").await;
    let path = format!("/api/v1/module?id={first}");
    assert_eq!(world.delete(&world.owner, &path).await.code, 200);
    let second = world.version(&entity, "data").await;
    let reply = world
        .get(&world.owner, &format!("/api/v1/module?id={second}"))
        .await;
    assert_eq!(reply.data["version"], json!(2));
}

#[tokio::test]
async fn the_four_forms_find_a_version() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 1).await;
    let body = json!({"entity_id": entity, "module_type": "data", "codehash": "ab12"});
    let id = world
        .put(&world.owner, "/api/v1/module", body)
        .await
        .text("id");
    let by_hash = format!("/api/v1/module?entity_id={entity}&codehash=ab12");
    assert_eq!(
        world.get(&world.owner, &by_hash).await.code,
        517,
        "not valid yet"
    );
    complete(&world, &id, &[]).await;
    for path in [
        format!("/api/v1/module?id={id}"),
        "/api/v1/module?id=owner%2Fd%2F1".to_owned(),
        by_hash.clone(),
        format!("/api/v1/module?entity_id={entity}&version=1"),
    ] {
        let codes = world.codes(Method::GET, &path, None).await;
        assert_eq!(codes, [200, 517, 517, 512], "{path}");
        let reply = world.get(&world.owner, &path).await;
        assert_eq!(
            (reply.text("id"), &reply.data["version"]),
            (id.clone(), &json!(1))
        );
        assert_eq!(reply.data["size"], json!(3), "MiB");
    }
    for path in [
        "id=owner%2Fd%2F2",
        "id=owner%2Fd",
        "id=owner%2Fd%2Fx",
        "id=..%2F..%2Fetc",
        &format!("entity_id={entity}&version=9"),
        &format!("entity_id={entity}&codehash=ff"),
    ] {
        let reply = world
            .get(&world.owner, &format!("/api/v1/module?{path}"))
            .await;
        assert_eq!(reply.code, 517, "{path}");
    }
    let reply = world.get(&world.owner, "/api/v1/module").await;
    assert_eq!(reply.failure(), (518, "missing", "id"));
}

#[tokio::test]
async fn the_owner_tells_more_of_a_version_later() {
    let world = World::new().await;
    let entity = world.entity("project", "p", 0).await;
    let id = world.version(&entity, "code").await;
    let hash = "0123456789abcdef0123456789abcdef";
    let body = json!({"id": id, "codehash": hash});
    let codes = world
        .codes(Method::POST, "/api/v1/module", Some(body))
        .await;
    assert_eq!(codes, [200, 522, 512, 512]);
    let body = json!({"id": id, "description": "better"});
    let reply = world.post(&world.owner, "/api/v1/module", body).await;
    assert_eq!(
        (reply.text("codehash"), reply.text("description")),
        (hash.into(), "better".into())
    );
}

#[tokio::test]
async fn versions_are_listed_newest_first() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 1).await;
    let path = format!("/api/v1/modules?module_type=data&entity_id={entity}");
    let reply = world.get(&world.owner, &path).await;
    assert_eq!(reply.data, json!({"list": [], "total": 0}));
    let first = world.version(&entity, "data").await;
    let second = world.version(&entity, "data").await;
    let codes = world.codes(Method::GET, &path, None).await;
    assert_eq!(codes, [200, 517, 517, 512]);
    assert_eq!(
        world.get(&world.owner, &path).await.column("id"),
        [second, first]
    );
}

#[tokio::test]
async fn filehash_tells_the_newest_valid_tree() {
    let world = World::new().await;
    let entity = world.entity("dataset", "d", 1).await;
    let path = format!("/api/v1/module/filehash?module_type=data&entity_id={entity}");
    let codes = world.codes(Method::GET, &path, None).await;
    assert_eq!(codes, [200, 517, 517, 512]);
    assert_eq!(world.get(&world.owner, &path).await.data, json!(null));
    let first = world.version(&entity, "data").await;
    let files = [
        ("d1", None),
        ("d1/one.csv", Some("aa")),
        ("d1/deep", None),
        (".h", Some("bb")),
    ];
    complete(&world, &first, &files).await;
    world.version(&entity, "data").await;
    assert_eq!(
        world.get(&world.owner, &path).await.data,
        json!({
            "files": {".h": "bb", "d1/one.csv": "aa"}, "dirs": ["d1", "d1/deep"], "old_module_id": first,
            "sizes": [1, 1]
        })
    );
    let reply = world.get(&world.owner, "/api/v1/owner/dataset/d").await;
    assert_eq!(
        reply.data["latest_version"],
        json!(1),
        "the second is not valid"
    );
    assert_eq!(
        (reply.text("latest_module_id"), &reply.data["versions"]),
        (first, &json!(2))
    );
}

#[tokio::test]
async fn only_the_owner_deletes_a_version() {
    let world = World::new().await;
    for (permission, stranger) in [(0, 522), (1, 517)] {
        let entity = world
            .entity("dataset", &format!("d{permission}"), permission)
            .await;
        let id = world.version(&entity, "data").await;
        let path = format!("/api/v1/module?id={id}");
        let codes = world.codes(Method::DELETE, &path, None).await;
        assert_eq!(codes, [200, stranger, 512, 512]);
        assert_eq!(world.delete(&world.owner, &path).await.code, 517);
    }
    let reply = world.delete(&Who::Anonymous, "/api/v1/module").await;
    assert_eq!(reply.code, 512, "who asks comes before what");
    assert_eq!(
        world.delete(&world.owner, "/api/v1/module").await.failure(),
        (518, "missing", "id")
    );
}

#[tokio::test]
async fn what_active_tasks_use_stays() {
    let world = World::new().await;
    let project = world.entity("project", "p", 0).await;
    let dataset = world.entity("dataset", "d", 0).await;
    let code = world.version(&project, "code").await;
    let data = world.version(&dataset, "data").await;
    complete(&world, &code, &[]).await;
    complete(&world, &data, &[]).await;
    let task = task(&world, &project, &code, &data, "waiting").await;
    let paths = [
        format!("/api/v1/module?id={code}"),
        format!("/api/v1/module?id={data}"),
    ];
    for state in ["waiting", "running"] {
        set_state(&world, &task, state).await;
        for path in &paths {
            let reply = world.delete(&world.owner, path).await;
            assert_eq!(reply.failure(), (530, "in_use", ""), "{path}");
        }
    }
    set_state(&world, &task, "success").await;
    for path in &paths {
        assert_eq!(world.delete(&world.owner, path).await.code, 200, "{path}");
    }
}

#[tokio::test]
async fn files_are_found_by_the_end_of_their_names() {
    let world = World::new().await;
    let project = world.entity("project", "p", 1).await;
    let code = world.version(&project, "code").await;
    let files: [(&str, &[u8]); 4] = [
        ("b/two.IPYNB", b"22"),
        ("a.ipynb", b"1"),
        ("a.ipynb.txt", b""),
        ("aXipynb", b""),
    ];
    world.fill(&code, &files).await;
    let path = format!("/api/v1/module/{code}/find?end=.ipynb");
    assert_eq!(
        world.codes(Method::GET, &path, None).await,
        [200, 517, 517, 512]
    );
    let reply = world.get(&world.owner, &path).await;
    assert_eq!(reply.column("path"), ["a.ipynb", "b/two.IPYNB"]);
    assert_eq!(
        (&reply.data["total"], &reply.data["list"][1]["size"]),
        (&json!(2), &json!(2))
    );
    for (end, failure) in [
        ("", (518, "missing", "end")),
        (&*"x".repeat(33), (519, "too_long", "end")),
    ] {
        let path = format!("/api/v1/module/{code}/find?end={end}");
        assert_eq!(world.get(&world.owner, &path).await.failure(), failure);
    }
    for wild in ["%25", "_ipynb"] {
        let path = format!("/api/v1/module/{code}/find?end={wild}");
        assert_eq!(
            world.get(&world.owner, &path).await.data["total"],
            0,
            "{wild}"
        );
    }
}

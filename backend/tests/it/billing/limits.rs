//! What plans limit, and the order of the queue.

use super::*;
use std::io::Write as _;

#[tokio::test]
async fn free_accounts_have_nothing_private_and_keep_what_they_had() {
    let world = world().await;
    for kind in ["project", "dataset"] {
        let path = format!("/api/v1/owner/{kind}/secret");
        let refused = world
            .put(&world.owner, &path, json!({"permission": 1}))
            .await;
        assert_eq!(refused.failure(), (520, "private_limit", "permission"));
    }
    vip(&world).await;
    for n in 0..10 {
        world.entity("project", &format!("p{n}"), 1).await;
    }
    let more = world
        .put(
            &world.owner,
            "/api/v1/owner/project/p10",
            json!({"permission": 1}),
        )
        .await;
    assert_eq!(more.failure(), (520, "private_limit", "permission"));
    world.entity("dataset", "d", 1).await;
    assert_eq!(plan(&world).await["private_projects"], 10);
    // VIP ends: what is private stays so, and its owner's.
    world.app.clock.advance(Duration::from_secs(32 * 86_400));
    let id = world.owner_id.clone();
    let token = tokens::issue(&world.app, &id).await.unwrap();
    let owner = Who::Token(token);
    let account = world.get(&owner, routes::ACCOUNT_PLAN).await.data;
    assert_eq!(
        (&account["plan"], &account["cpu"]["plan_left"]),
        (&json!("free"), &json!(36_000))
    );
    let path = "/api/v1/owner/project/p0";
    assert_eq!(world.get(&owner, path).await.data["permission"], 1);
    assert_eq!(world.get(&Who::Anonymous, path).await.code, 517);
    let refused = world
        .put(&owner, "/api/v1/owner/dataset/e", json!({"permission": 1}))
        .await;
    assert_eq!(refused.failure(), (520, "private_limit", "permission"));
}

#[tokio::test]
async fn storage_is_limited_where_it_is_asked_for() {
    let world = world().await;
    let lab = {
        vip(&world).await;
        let lab = Lab::idle(world, 0).await;
        give(&lab.world, Change::EndVip).await;
        lab
    };
    let world = &lab.world;
    let limit: i64 = 10 << 30;
    let set = async |bytes: i64| {
        sqlx::query("UPDATE modules SET size_bytes = $1 WHERE id = $2")
            .bind(bytes)
            .bind(&lab.data)
            .execute(world.app.db.write())
            .await
            .unwrap();
    };
    let usage = async || world.get(&world.owner, routes::ACCOUNT_USAGE).await.data;
    let code = usage().await["versions_bytes"].as_i64().unwrap() - 8;
    let begin = async |size: i64| {
        let body = json!({"entity_id": lab.project, "module_type": "code", "files": [{"path": "a", "size": size}]});
        let request = axum::http::Request::post(routes::UPLOADS)
            .header(
                "authorization",
                format!("Basic {}", world.owner.basic().unwrap()),
            )
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        world.send(request).await.status().as_u16()
    };
    set(limit - code - 10).await;
    assert_eq!(begin(11).await, 507);
    assert_eq!(begin(10).await, 201);
    // What is on its way has its place.
    assert_eq!(begin(1).await, 507);
    let announce = json!({"entity_id": lab.project, "module_type": "code", "size": 1});
    let refused = world.put(&world.owner, routes::MODULE, announce).await;
    assert_eq!(refused.failure(), (520, "storage_full", ""));
    let body = json!({"module_id": lab.code, "command": "ls"});
    let refused = world.post(&world.owner, routes::TASK_RUN, body).await;
    assert_eq!(refused.failure(), (520, "storage_full", ""));
}

#[tokio::test]
async fn outputs_end_where_the_storage_ends() {
    let lab = lab(0).await;
    sqlx::query("UPDATE modules SET size_bytes = $1 WHERE id = $2")
        .bind((100_i64 << 30) - 2_000_000)
        .bind(&lab.data)
        .execute(lab.world.app.db.write())
        .await
        .unwrap();
    let id = lab
        .run("head -c 9000000 /dev/zero > /tmp/a; echo kept; head -c 3000000 /dev/zero > /output/a; sleep 300", json!({}))
        .await;
    let task = lab.until(&id, "failed").await;
    assert_eq!(task["end_reason"], "disk_limit");
    assert!(
        task["end_message"].as_str().unwrap().contains("storage"),
        "{task}"
    );
}

/// Users with a public project each, whose tasks wait.
async fn waiting(world: &World, name: &str) -> (Who, String) {
    let id = match users::by_name(&world.app, name).await.unwrap() {
        Some(row) => row.id,
        None => user(&world.app, name).await,
    };
    let who = Who::Token(tokens::issue(&world.app, &id).await.unwrap());
    let path = format!("/api/v1/{name}/project/p");
    let project = world.put(&who, &path, json!({})).await.text("id");
    let body = json!({"entity_id": project, "module_type": "code"});
    let code = world.put(&who, routes::MODULE, body).await.text("id");
    world.fill(&code, &[("a", b"code")]).await;
    (who, code)
}

async fn submit(world: &World, (who, code): &(Who, String)) -> String {
    let body = json!({"module_id": code, "command": "ls"});
    let reply = world.post(who, routes::TASK_RUN, body).await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    world.app.clock.advance(Duration::from_secs(1));
    reply.text("id")
}

async fn place(world: &World, (who, _): &(Who, String), id: &str) -> Value {
    let task = world.get(who, &routes::fill(routes::TASK, &[id])).await;
    task.data["queue"].clone()
}

async fn before(world: &World, who: &(Who, String), id: &str) -> u64 {
    place(world, who, id).await["position"].as_u64().unwrap()
}

#[tokio::test]
async fn vips_go_first_until_others_have_waited_for_long() {
    let world = world().await;
    vip(&world).await;
    let (free, paying) = (
        waiting(&world, "free").await,
        waiting(&world, "owner").await,
    );
    let first = submit(&world, &free).await;
    let second = submit(&world, &free).await;
    let vips = submit(&world, &paying).await;
    assert_eq!(before(&world, &paying, &vips).await, 0);
    assert_eq!(before(&world, &free, &first).await, 1);
    assert_eq!(before(&world, &free, &second).await, 2);
    world.app.clock.advance(Duration::from_secs(29 * 60));
    assert_eq!(before(&world, &free, &first).await, 1);
    world.app.clock.advance(Duration::from_secs(60));
    assert_eq!(before(&world, &free, &first).await, 0);
    assert_eq!(before(&world, &paying, &vips).await, 2);
}

#[tokio::test]
async fn tasks_above_the_limit_wait_and_say_so() {
    let world = world().await;
    let (mine, other) = (
        waiting(&world, "owner").await,
        waiting(&world, "other").await,
    );
    let mut tasks = Vec::new();
    for _ in 0..3 {
        tasks.push(submit(&world, &mine).await);
    }
    let others = submit(&world, &other).await;
    assert_eq!(
        place(&world, &mine, &tasks[2]).await,
        json!({"position": 2, "reason": "before"})
    );
    for id in &tasks[..2] {
        sqlx::query(
            "UPDATE tasks SET stage = 'running', state = 'running', running_at = 0 WHERE id = $1",
        )
        .bind(id)
        .execute(world.app.db.write())
        .await
        .unwrap();
    }
    let limited = json!({"position": 0, "reason": "own_limit", "limit": 2});
    assert_eq!(place(&world, &mine, &tasks[2]).await, limited);
    let next = json!({"position": 1, "reason": "before"});
    assert_eq!(place(&world, &other, &others).await, next);
    // A VIP may run five: the third task may start.
    vip(&world).await;
    assert_eq!(
        place(&world, &mine, &tasks[2]).await,
        json!({"position": 0, "reason": "starting"})
    );
}

#[tokio::test]
async fn the_limit_at_once_holds_when_tasks_really_start() {
    let world = World::with(|config| {
        let file = config.data.with_extension("toml");
        let text = "[machine]\ncpu_slots = 4\n[[environment]]\nname = \"python3\"\n";
        std::fs::write(&file, text).unwrap();
        config.environments = Some(file);
        config.billing = true;
    })
    .await;
    vip(&world).await;
    let lab = Lab::idle(world, 0).await;
    give(&lab.world, Change::EndVip).await;
    queue::start(&lab.world.app).await.unwrap();
    let first = lab.run("sleep 300", json!({})).await;
    let second = lab.run("sleep 300", json!({})).await;
    lab.until(&first, "running").await;
    lab.until(&second, "running").await;
    let third = lab.run("ls", json!({})).await;
    let task = lab.task(&third).await;
    assert_eq!(
        (&task["stage"], &task["queue"]["reason"]),
        (&json!("queued"), &json!("own_limit"))
    );
    lab.stop(&first).await;
    lab.until(&third, "success").await;
}

#[tokio::test]
async fn without_billing_nothing_is_counted() {
    let lab = Lab::new(1).await;
    leave(&lab.world, 0).await;
    let id = lab.run("ls", json!({})).await;
    lab.until(&id, "success").await;
    assert_eq!(plan(&lab.world).await["billing"], false);
    assert!(records(&lab.world).await.is_empty());
    let usage = lab.world.get(&lab.world.owner, routes::ACCOUNT_USAGE).await;
    assert!(usage.data.get("storage_bytes").is_none());
}

#[tokio::test]
async fn an_archive_counts_with_what_is_in_it() {
    let lab = lab(0).await;
    let world = &lab.world;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("zeros", options).unwrap();
    zip.write_all(&[0; 100_000]).unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    let set = async |left: i64| {
        let others = "SELECT CAST(coalesce(sum(size_bytes), 0) AS BIGINT) FROM modules WHERE id <> $1 AND state = 'valid'";
        let others: i64 = sqlx::query_scalar(others)
            .bind(&lab.data)
            .fetch_one(world.app.db.read())
            .await
            .unwrap();
        sqlx::query("UPDATE modules SET size_bytes = $1 WHERE id = $2")
            .bind((100_i64 << 30) - others - left)
            .bind(&lab.data)
            .execute(world.app.db.write())
            .await
            .unwrap();
    };
    let send = async || {
        let files = json!([{"path": "", "size": bytes.len(), "unpack": true}]);
        let body = json!({"entity_id": lab.project, "module_type": "code", "files": files});
        let authorization = format!("Basic {}", world.owner.basic().unwrap());
        let request = axum::http::Request::post(routes::UPLOADS)
            .header("authorization", &authorization)
            .body(axum::body::Body::from(body.to_string()));
        let response = world.send(request.unwrap()).await;
        assert_eq!(response.status(), 201);
        let location = response.headers()["location"].to_str().unwrap();
        let request = axum::http::Request::patch(format!("/api/v1/{location}"))
            .header("authorization", &authorization)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", 0)
            .body(axum::body::Body::from(bytes.clone()));
        world.send(request.unwrap()).await.status().as_u16()
    };
    let usage = async || world.get(&world.owner, routes::ACCOUNT_USAGE).await.data;
    set(99_999).await;
    let before = usage().await;
    assert_eq!(send().await, 507);
    assert_eq!(usage().await, before, "nothing is left of it");
    set(100_000).await;
    assert_eq!(send().await, 204);
    let used = usage().await["versions_bytes"].as_i64();
    assert_eq!(used, Some(100 << 30), "to the last byte");
}

//! Reading files of versions and outputs.

use crate::support::{Who, World, bytes};
use axum::body::Body;
use axum::http::{Method, Request, Response};
use serde_json::{Value, json};
use std::os::unix::fs::symlink;

/// A private dataset with a valid version.
async fn version(world: &World, files: &[(&str, &[u8])]) -> String {
    let entity = world.entity("dataset", "iris", 1).await;
    let module = world.version(&entity, "data").await;
    world.fill(&module, files).await;
    module
}

async fn raw(
    world: &World,
    who: &Who,
    id: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Response<Body> {
    let mut query = String::new();
    api::routes::encode(path, &mut query);
    let mut request = Request::get(format!("/api/v1/files/{id}/raw?path={query}"));
    if let Some(basic) = who.basic() {
        request = request.header("authorization", format!("Basic {basic}"));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_folder_is_listed_folders_first() {
    let world = World::new().await;
    let files: [(&str, &[u8]); 4] = [
        ("b.csv", b"1,2\n"),
        ("a.txt", b"x"),
        ("d/one", b"12345"),
        (".hidden", b""),
    ];
    let module = version(&world, &files).await;
    let path = format!("/api/v1/files/{module}");
    let reply = world.get(&world.owner, &path).await;
    assert_eq!(reply.column("name"), ["d", ".hidden", "a.txt", "b.csv"]);
    assert_eq!(
        (&reply.data["total"], &reply.data["size"]),
        (&json!(4), &json!(5))
    );
    assert_eq!(
        reply.data["root"],
        json!({"kind": "data", "owner": "owner", "name": "iris", "version": 1})
    );
    assert_eq!(
        reply.data["list"][3],
        json!({"name": "b.csv", "kind": "file", "size": 4, "modified": "2023-11-14T22:13:20"})
    );
    let below = world.get(&world.owner, &format!("{path}?path=d")).await;
    assert_eq!(below.column("name"), ["one"]);
    let part = world
        .get(&world.owner, &format!("{path}?offset=1&limit=2"))
        .await;
    assert_eq!(part.column("name"), [".hidden", "a.txt"]);
    assert_eq!(part.data["total"], 4);
    let beyond = world.get(&world.owner, &format!("{path}?offset=9")).await;
    assert_eq!(beyond.data["list"], json!([]));
    let file = world.get(&world.owner, &format!("{path}?path=d/one")).await;
    assert_eq!(
        (&file.data["file"]["size"], &file.data["list"]),
        (&json!(5), &json!([]))
    );
    for (path, code) in [("none", 517), ("a.txt/x", 517), ("../..", 519), ("d/", 519)] {
        let path = format!("/api/v1/files/{module}?path={path}");
        assert_eq!(world.get(&world.owner, &path).await.code, code, "{path}");
    }
}

#[tokio::test]
async fn bytes_come_whole_and_in_parts() {
    let world = World::new().await;
    let module = version(&world, &[("名.csv", b"0123456789")]).await;
    let whole = raw(&world, &world.owner, &module, "名.csv", &[]).await;
    assert_eq!(whole.status(), 200);
    let headers = whole.headers();
    assert_eq!(headers["content-length"], "10");
    assert_eq!(headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(
        headers["content-security-policy"],
        "sandbox; default-src 'none'"
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["last-modified"], "Tue, 14 Nov 2023 22:13:20 GMT");
    let disposition = headers["content-disposition"].to_str().unwrap();
    assert_eq!(
        disposition,
        "inline; filename=\"_.csv\"; filename*=UTF-8''%E5%90%8D.csv"
    );
    let tag = headers["etag"].to_str().unwrap().to_owned();
    assert_eq!(bytes(whole).await, b"0123456789");

    let part = raw(
        &world,
        &world.owner,
        &module,
        "名.csv",
        &[("range", "bytes=2-4")],
    )
    .await;
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], "bytes 2-4/10");
    assert_eq!(part.headers()["content-length"], "3");
    assert_eq!(bytes(part).await, b"234");

    for (headers, status) in [
        (vec![("range", "bytes=10-")], 416),
        (vec![("range", "bytes=0-1,4-5")], 200),
        (vec![("if-none-match", tag.as_str())], 304),
        (
            vec![("range", "bytes=2-4"), ("if-range", tag.as_str())],
            206,
        ),
        (vec![("range", "bytes=2-4"), ("if-range", "\"older\"")], 200),
    ] {
        let answer = raw(&world, &world.owner, &module, "名.csv", &headers).await;
        assert_eq!(answer.status(), status, "{headers:?}");
        assert!(answer.headers().contains_key("content-security-policy"));
    }
}

#[tokio::test]
async fn what_could_run_is_only_saved() {
    let world = World::new().await;
    let page = b"<script>alert(1)</script>";
    let module = version(
        &world,
        &[("x.html", page), ("x.svg", page), ("x.png", page)],
    )
    .await;
    for (name, kind, shown) in [
        ("x.html", "application/octet-stream", "attachment"),
        ("x.svg", "image/svg+xml", "attachment"),
        ("x.png", "image/png", "inline"),
    ] {
        let answer = raw(&world, &world.owner, &module, name, &[]).await;
        assert_eq!(answer.headers()["content-type"], kind);
        let disposition = answer.headers()["content-disposition"].to_str().unwrap();
        assert!(disposition.starts_with(shown), "{disposition}");
    }
}

#[tokio::test]
async fn private_files_are_nobody_elses() {
    let world = World::new().await;
    let module = version(&world, &[("a", b"secret")]).await;
    let path = format!("/api/v1/files/{module}");
    assert_eq!(
        world.codes(Method::GET, &path, None).await,
        [200, 517, 517, 512]
    );
    for (who, status) in [
        (&world.owner, 200),
        (&world.other, 404),
        (&Who::Anonymous, 404),
        (&world.expired, 401),
    ] {
        let answer = raw(&world, who, &module, "a", &[]).await;
        assert_eq!(answer.status(), status, "{who:?}");
        assert!(!answer.headers().contains_key("www-authenticate"));
        let body = bytes(answer).await;
        if status != 200 {
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert!(body["code"].is_u64() && body["data"]["reason"].is_string());
        }
    }
    let entity = world.entity("dataset", "public", 0).await;
    let public = world.version(&entity, "data").await;
    let path = format!("/api/v1/files/{public}");
    assert_eq!(
        world.get(&world.owner, &path).await.failure(),
        (530, "version_not_ready", "")
    );
    world.fill(&public, &[("a", b"open")]).await;
    assert_eq!(world.codes(Method::GET, &path, None).await, [200; 4]);
    for id in ["nonsense", "0123456789abcdef0123456789abcdef"] {
        let path = format!("/api/v1/files/{id}");
        assert_eq!(world.get(&world.owner, &path).await.code, 517);
        let answer = raw(&world, &world.owner, id, "a", &[]).await;
        assert_eq!(answer.status(), 404);
    }
}

#[tokio::test]
async fn an_output_is_read_as_its_project_allows_and_never_left() {
    let world = World::new().await;
    let project = world.entity("project", "mnist", 1).await;
    let module = world.version(&project, "code").await;
    world.fill(&module, &[("train.py", b"print(1)")]).await;
    let task = world.task_row(&project, &module).await;
    let path = format!("/api/v1/files/{task}");
    // Not begun: an empty folder, not an error.
    let empty = world.get(&world.owner, &path).await;
    assert_eq!((empty.code, &empty.data["total"]), (200, &json!(0)));
    assert_eq!(empty.data["root"], json!({"kind": "output", "task": task}));
    assert_eq!(
        world.codes(Method::GET, &path, None).await,
        [200, 517, 517, 512]
    );

    let output = world.app.store.output(&task);
    std::fs::create_dir_all(output.join("ckpt-3")).unwrap();
    std::fs::write(output.join("ckpt-3/model"), b"weights").unwrap();
    symlink("ckpt-3", output.join("latest")).unwrap();
    symlink("../../russell.db", output.join("escape")).unwrap();
    symlink("/etc/passwd", output.join("absolute")).unwrap();
    symlink("..", output.join("up")).unwrap();
    let list = world.get(&world.owner, &path).await;
    let kinds: Vec<(&str, &str)> = list
        .column("name")
        .into_iter()
        .zip(list.column("kind"))
        .collect();
    assert_eq!(
        kinds,
        [
            ("ckpt-3", "dir"),
            ("latest", "dir"),
            ("absolute", "other"),
            ("escape", "other"),
            ("up", "other")
        ]
    );
    let inside = raw(&world, &world.owner, &task, "latest/model", &[]).await;
    assert_eq!(bytes(inside).await, b"weights");
    for (who, status, code) in [
        (&world.other, 404, 517),
        (&Who::Anonymous, 404, 517),
        (&world.expired, 401, 512),
    ] {
        let answer = raw(&world, who, &task, "ckpt-3/model", &[]).await;
        assert_eq!(answer.status(), status, "{who:?}");
        let below = format!("{path}?path=ckpt-3");
        assert_eq!(world.get(who, &below).await.code, code, "{who:?}");
    }
    for path in ["escape", "absolute", "up/x", "ckpt-3", "latest"] {
        let answer = raw(&world, &world.owner, &task, path, &[]).await;
        assert_eq!(answer.status(), 404, "{path}");
    }
    for path in ["../../russell.db", "/etc/passwd", "a//b", ""] {
        let answer = raw(&world, &world.owner, &task, path, &[]).await;
        assert_eq!(answer.status(), 400, "{path}");
    }
}

#[tokio::test]
async fn transfers_refuse_by_status_what_they_cannot_read() {
    let world = World::new().await;
    for (method, path, status) in [
        ("GET", "/api/v1/files/%FF/raw?path=a", 404),
        ("GET", "/api/v1/files/x/raw", 400),
        ("GET", "/api/v1/experiment/%FF/log", 404),
        ("GET", "/api/v1/task/%FF/log/download", 404),
        ("GET", "/api/v1/experiment/stream/%FF", 404),
        ("GET", "/code/%FF/", 404),
        ("GET", "/data/%FF/", 404),
        ("GET", "/log/%FF/", 404),
        ("GET", "/api/v1/experiment/stream/x?from=y", 400),
        ("HEAD", "/api/v1/uploads/%FF", 404),
        ("PATCH", "/api/v1/uploads/%FF", 404),
        ("DELETE", "/api/v1/uploads/%FF", 404),
    ] {
        let basic = format!("Basic {}", world.owner.basic().unwrap());
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", basic);
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), status, "{method} {path}");
    }
}

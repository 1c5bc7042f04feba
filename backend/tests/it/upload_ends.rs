//! Uploads that are ended by one while another finishes them, and through a crash.

use crate::support::backend::Backend;
use crate::support::{Reply, World, bytes};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use russell_backend::locks::Lock;
use russell_backend::modules::{self, Completion};
use russell_backend::unpack::{Node, Tree};
use serde_json::{Value, json};
use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;
use tower::ServiceExt as _;

/// An upload of one byte whose sender has just sent it: its lock is held, the file is there, the row is not valid yet.
struct Finisher {
    world: World,
    id: String,
    lock: Lock,
}

impl Finisher {
    async fn new() -> Self {
        let world = World::new().await;
        let entity = world.entity("dataset", "d", 0).await;
        let body = json!({
            "entity_id": entity, "module_type": "data", "description": "", "files": [{"path": "a", "size": 1}]
        });
        let request = request(&world, Method::POST, "/api/v1/uploads", body.to_string());
        let response = world.send(request).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let data: Value = serde_json::from_slice(&bytes(response).await).unwrap();
        let id = data["data"]["id"].as_str().unwrap().to_owned();
        let lock = world.app.sending.take(&id, Duration::ZERO).await.unwrap();
        std::fs::write(world.app.store.module(&id).join("a"), b"x").unwrap();
        Self { world, id, lock }
    }

    /// Sends a request that ends the upload, and finishes the upload as soon as the request waits for it.
    async fn against(self, method: Method, path: &str) -> (World, String, (StatusCode, Value)) {
        let Self { world, id, lock } = self;
        let path = path.replace("ID", &id);
        let sent = world
            .router
            .clone()
            .oneshot(request(&world, method, &path, String::new()));
        let sent = tokio::spawn(sent);
        lock.wanted().await;
        assert_eq!(complete(&world, &id).await, Completion::Done);
        drop(lock);
        let response = sent.await.unwrap().unwrap();
        let status = response.status();
        let body = serde_json::from_slice(&bytes(response).await).unwrap();
        (world, id, (status, body))
    }
}

fn request(world: &World, method: Method, path: &str, body: String) -> Request<Body> {
    let basic = world.owner.basic().unwrap();
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Basic {basic}"))
        .body(Body::from(body))
        .unwrap()
}

async fn complete(world: &World, id: &str) -> Completion {
    let node = Node::File {
        size: 1,
        modified: world.app.clock.now(),
        md5: "9dd4e461268c8034f5c8564e155c67a6".into(),
    };
    let tree = Tree::from([("a".to_owned(), node)]);
    modules::complete(&world.app, id, &tree).await.unwrap()
}

fn is_there(world: &World, id: &str) -> bool {
    world.app.store.module(id).join("a").is_file()
}

async fn version(world: &World, id: &str) -> Reply {
    let path = format!("/api/v1/module?id={id}");
    world.get(&world.owner, &path).await
}

#[tokio::test]
async fn giving_up_what_has_just_become_valid_is_too_late() {
    let finisher = Finisher::new().await;
    let (world, id, (status, body)) = finisher.against(Method::DELETE, "/api/v1/uploads/ID").await;
    assert_eq!(status, StatusCode::GONE);
    assert_eq!(body["data"]["reason"], "upload_gone");
    assert_eq!(version(&world, &id).await.text("state"), "valid");
    assert!(is_there(&world, &id));
    assert_eq!(complete(&world, &id).await, Completion::Before);
}

#[tokio::test]
async fn deleting_what_has_just_become_valid_keeps_its_files_until_it_is_thrown_away() {
    let finisher = Finisher::new().await;
    let path = "/api/v1/module?id=ID";
    let (world, id, (_, body)) = finisher.against(Method::DELETE, path).await;
    assert_eq!(body["code"], 200);
    assert_eq!(version(&world, &id).await.code, 517);
    assert!(is_there(&world, &id));
}

#[tokio::test]
async fn what_is_finished_at_last_is_not_swept_up() {
    let Finisher { world, id, lock } = Finisher::new().await;
    world.app.clock.advance(Duration::from_secs(86_401));
    russell_backend::sweep::sweep(&world.app).await.unwrap();
    assert_eq!(version(&world, &id).await.text("state"), "uploading");
    assert_eq!(complete(&world, &id).await, Completion::Done);
    drop(lock);
    russell_backend::sweep::sweep(&world.app).await.unwrap();
    assert!(is_there(&world, &id));
}

#[tokio::test]
async fn finishing_what_was_deleted_leaves_nothing() {
    let Finisher { world, id, lock } = Finisher::new().await;
    let dataset = "/api/v1/owner/dataset/d";
    assert_eq!(world.delete(&world.owner, dataset).await.code, 200);
    drop(lock);
    let path = format!("/api/v1/uploads/{id}");
    let mut end = request(&world, Method::PATCH, &path, String::new());
    end.headers_mut().insert(
        "content-type",
        "application/offset+octet-stream".parse().unwrap(),
    );
    end.headers_mut().insert("upload-offset", 1.into());
    assert_eq!(world.send(end).await.status(), StatusCode::GONE);
    assert_eq!(complete(&world, &id).await, Completion::Gone);
    let tree = Tree::new();
    let uploads = russell_backend::uploads::complete(&world.app, &id, &tree);
    assert!(!uploads.await.unwrap());
    assert!(!world.app.store.module(&id).exists() && !world.app.store.upload(&id).exists());
}

#[test]
fn an_upload_goes_on_where_a_crash_cut_it_off() {
    const MIB: usize = 1 << 20;
    let data = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(data.path(), &["--empty"]);
    let (header, _) = backend.with_project();
    let (_, dataset) = backend.call("PUT", "/api/v1/carol/dataset/d", &header, "{}");
    // No two pieces are alike, so that one in the wrong place shows.
    let content: Vec<u8> = (0..6 * MIB as u32 / 4)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
        .collect();
    let (first, second) = content.split_at(MIB + 7);
    let files = json!([{"path": "d/a", "size": first.len()}, {"path": "b", "size": second.len()}]);
    let list = json!({"entity_id": dataset["id"], "module_type": "data", "files": files});
    let (_, created) = backend.call("POST", "/api/v1/uploads", &header, &list.to_string());
    let id = created["id"].as_str().unwrap();
    let path = format!("/api/v1/uploads/{id}");
    let patch = |backend: &Backend, offset: usize| {
        format!(
            "PATCH {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{header}Tus-Resumable: 1.0.0\r\n\
             Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
            backend.address,
            content.len() - offset
        )
        .into_bytes()
    };
    let offset = |backend: &Backend| -> usize {
        let head = format!(
            "HEAD {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{header}\r\n",
            backend.address
        );
        let answer = backend.raw(head.as_bytes()).to_lowercase();
        let line = answer
            .lines()
            .find_map(|l| l.strip_prefix("upload-offset: "));
        line.unwrap_or_else(|| panic!("{answer}")).parse().unwrap()
    };

    let mut stream = TcpStream::connect(&backend.address).unwrap();
    stream.write_all(&patch(&backend, 0)).unwrap();
    stream.write_all(&content[..4 * MIB]).unwrap();
    while offset(&backend) < 2 * MIB {
        std::thread::sleep(Duration::from_millis(10));
    }
    backend.kill();
    let backend = Backend::start(data.path(), &["--empty"]);
    let here = offset(&backend);
    assert!((MIB..=4 * MIB).contains(&here), "{here}");
    let mut rest = patch(&backend, here);
    rest.extend_from_slice(&content[here..]);
    let answer = backend.raw(&rest);
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    let (_, version) = backend.call("GET", &format!("/api/v1/module?id={id}"), &header, "");
    assert_eq!(version["state"], "valid");
    let folder = data.path().join("modules").join(id);
    assert!(std::fs::read(folder.join("d/a")).unwrap() == first);
    assert!(std::fs::read(folder.join("b")).unwrap() == second);
}

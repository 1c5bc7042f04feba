//! Clones: the newest version of a project as a zip.

use crate::support::{Who, World, bytes};
use axum::body::Body;
use axum::http::{Method, Request, Response};
use futures::StreamExt as _;
use serde_json::json;
use std::io::{Cursor, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use zip::ZipArchive;
use zip::extra_fields::ExtraField;

fn v1(id: &str) -> String {
    format!("/api/v1/projects/clone/{id}")
}

fn v2(id: &str, rest: &str) -> String {
    format!("/api/v2/projects/clone/{id}{rest}")
}

/// A project with one version.
async fn project(world: &World, permission: i64, files: &[(&str, &[u8])]) -> (String, String) {
    let project = world.entity("project", "p", permission).await;
    let module = world.version(&project, "code").await;
    world.fill(&module, files).await;
    (project, module)
}

async fn fetch(world: &World, who: &Who, path: &str) -> Response<Body> {
    let mut request = Request::get(path);
    if let Some(basic) = who.basic() {
        request = request.header("authorization", format!("Basic {basic}"));
    }
    world.send(request.body(Body::empty()).unwrap()).await
}

type Zip = ZipArchive<Cursor<Vec<u8>>>;

/// The zip at this address.
async fn zip(world: &World, who: &Who, path: &str) -> Zip {
    let response = fetch(world, who, path).await;
    assert_eq!(response.status(), 200);
    let headers = response.headers();
    // With one of these the CLI would take it for an envelope.
    assert_eq!(headers["content-type"], "application/zip");
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"p-1.zip\""
    );
    ZipArchive::new(Cursor::new(bytes(response).await)).unwrap()
}

fn names(zip: &Zip) -> Vec<String> {
    let mut names: Vec<String> = zip
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    names.sort();
    names
}

fn content(zip: &mut Zip, name: &str) -> Vec<u8> {
    let mut content = Vec::new();
    zip.by_name(name)
        .unwrap()
        .read_to_end(&mut content)
        .unwrap();
    content
}

#[tokio::test]
async fn the_newest_valid_version_comes_as_a_zip() {
    let world = World::new().await;
    let (project, module) = project(&world, 0, &[("main.py", b"old\n")]).await;
    let second = world.version(&project, "code").await;
    let announced = zip(&world, &world.owner, &v1(&project)).await;
    assert_eq!(names(&announced), ["main.py"], "the second is not complete");
    let big: Vec<u8> = (0..300_000_u32).flat_map(u32::to_le_bytes).collect();
    world
        .fill(
            &second,
            &[
                ("main.py", b"new\n"),
                ("d/名 \\x.bin", &big),
                ("empty", b""),
            ],
        )
        .await;
    let mut zip = {
        let response = fetch(&world, &world.owner, &v1(&project)).await;
        ZipArchive::new(Cursor::new(bytes(response).await)).unwrap()
    };
    assert_eq!(names(&zip), ["d/", "d/名 \\x.bin", "empty", "main.py"]);
    assert_eq!(content(&mut zip, "main.py"), b"new\n");
    assert_eq!(content(&mut zip, "d/名 \\x.bin"), big);
    assert_eq!(content(&mut zip, "empty"), b"");
    let deleted = world
        .delete(&world.owner, &format!("/api/v1/module?id={second}"))
        .await;
    assert_eq!(deleted.code, 200);
    assert_eq!(
        content(
            &mut super::clones::zip(&world, &world.owner, &v1(&project)).await,
            "main.py"
        ),
        b"old\n",
        "{module} is the newest again"
    );
}

#[tokio::test]
async fn times_and_modes_are_kept() {
    let world = World::new().await;
    let (project, module) = project(&world, 0, &[("run.sh", b"ls\n"), ("a.txt", b"a")]).await;
    let script = world.app.store.module(&module).join("run.sh");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut zip = zip(&world, &world.owner, &v1(&project)).await;
    let mode = |zip: &mut Zip, name| zip.by_name(name).unwrap().unix_mode().unwrap();
    assert_eq!(mode(&mut zip, "run.sh"), 0o100_755);
    assert_eq!(mode(&mut zip, "a.txt"), 0o100_644);
    let file = zip.by_name("a.txt").unwrap();
    let unix = file.extra_data_fields().find_map(|field| match field {
        ExtraField::ExtendedTimestamp(times) => times.mod_time(),
        _ => None,
    });
    assert_eq!(unix, Some(1_700_000_000));
    let at = file.last_modified().unwrap();
    assert_eq!((at.year(), at.hour(), at.minute()), (2023, 22, 13));
}

#[tokio::test]
async fn deep_and_wide_trees_come_whole() {
    let world = World::new().await;
    let deep = format!("{}f", "d/".repeat(500));
    let wide: Vec<String> = (0..3000).map(|n| format!("w/{n}")).collect();
    let mut files: Vec<(&str, &[u8])> = vec![(&deep, b"deep")];
    files.extend(wide.iter().map(|name| (name.as_str(), b"x" as &[u8])));
    let (project, _) = project(&world, 0, &files).await;
    let mut zip = zip(&world, &world.owner, &v1(&project)).await;
    assert_eq!(zip.len(), 500 + 1 + 1 + 3000);
    assert_eq!(content(&mut zip, &deep), b"deep");
    assert_eq!(content(&mut zip, "w/2999"), b"x");
}

#[tokio::test]
async fn nothing_is_called_output_at_the_top() {
    let world = World::new().await;
    let (project, _) = project(
        &world,
        0,
        &[
            ("output/model", b"1"),
            ("outputs", b"2"),
            ("d/output", b"3"),
        ],
    )
    .await;
    let zip = zip(&world, &world.owner, &v1(&project)).await;
    assert_eq!(names(&zip), ["d/", "d/output", "outputs"]);
}

#[tokio::test]
async fn who_may_clone_what() {
    let world = World::new().await;
    let (private, _) = project(&world, 1, &[("f", b"1")]).await;
    let refused = async |who: &Who| world.get(who, &v1(&private)).await.code;
    assert_eq!(refused(&world.other).await, 517);
    assert_eq!(refused(&Who::Anonymous).await, 517);
    assert_eq!(refused(&Who::BasicNone).await, 517);
    assert_eq!(refused(&world.expired).await, 512);
    zip(&world, &world.owner, &v1(&private)).await;

    let public = world.entity("project", "public", 0).await;
    let none = world.get(&world.owner, &v1(&public)).await;
    assert_eq!(none.failure(), (530, "version_not_ready", ""));
    let module = world.version(&public, "code").await;
    world.fill(&module, &[("f", b"1")]).await;
    for who in [
        &world.owner,
        &world.other,
        &world.expired,
        &Who::Anonymous,
        &Who::BasicNone,
    ] {
        let response = fetch(&world, who, &v1(&public)).await;
        assert_eq!(response.headers()["content-type"], "application/zip");
    }
    let dataset = world.entity("dataset", "d", 0).await;
    for unknown in [dataset.as_str(), "none", "..%2F..%2Fx"] {
        assert_eq!(world.get(&world.owner, &v1(unknown)).await.code, 517);
    }
    let deleted = world
        .delete(&world.owner, "/api/v1/owner/project/public")
        .await;
    assert_eq!(deleted.code, 200);
    assert_eq!(world.get(&world.owner, &v1(&public)).await.code, 517);
}

#[tokio::test]
async fn a_file_that_is_gone_breaks_the_zip_off() {
    let world = World::new().await;
    let (project, module) = project(&world, 0, &[("a", b"1"), ("b", b"2")]).await;
    std::fs::remove_file(world.app.store.module(&module).join("b")).unwrap();
    let response = fetch(&world, &world.owner, &v1(&project)).await;
    let pieces: Vec<_> = response.into_body().into_data_stream().collect().await;
    assert!(pieces.last().unwrap().is_err(), "it must not look whole");
}

#[tokio::test]
async fn only_so_many_are_built_at_a_time() {
    let world = World::new().await;
    // Nobody reads to the end, so none of them ends: each is more than what waits for the network.
    // What a zip could make small would fit.
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
    .take(2_000_000)
    .collect();
    let (project, _) = project(&world, 0, &[("noise", &noise)]).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        let response = fetch(&world, &world.owner, &v1(&project)).await;
        assert_eq!(response.headers()["content-type"], "application/zip");
        open.push(response.into_body().into_data_stream());
    }
    // A reader from whom nothing is heard for a minute would be given up.
    for body in &mut open {
        body.next().await.unwrap().unwrap();
    }
    let reply = world.get(&world.owner, &v1(&project)).await;
    assert_eq!(reply.failure(), (503, "busy", ""));
    // Whoever goes away makes room for the next.
    drop(open);
    for _ in 0..400 {
        let response = fetch(&world, &world.owner, &v1(&project)).await;
        if response.headers()["content-type"] == "application/zip" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the room was not given back");
}

#[tokio::test]
async fn in_steps_it_ends() {
    let world = World::new().await;
    let (project, _) = project(
        &world,
        1,
        &[("a", b"12"), ("d/b", b"345"), ("output", b"6")],
    )
    .await;
    let task = world
        .get(&world.owner, &v2(&project, ""))
        .await
        .text("task_id");
    let poll = v2(&project, &format!("?task_id={task}"));
    let fetch = format!("{poll}&stream=1");
    let first = world.get(&world.owner, &poll).await;
    assert_eq!(
        first.data,
        json!({"state": "STARTED", "status": {"num": 2, "size": 5}})
    );
    assert_eq!(
        world.get(&world.owner, &poll).await.data,
        json!({"state": "SUCCESS"})
    );
    let zip = zip(&world, &world.owner, &fetch).await;
    assert_eq!(names(&zip), ["a", "d/", "d/b"]);
    let end = world.get(&world.owner, &poll).await;
    assert_eq!((end.code, end.data), (200, json!("")), "no object ends it");
    assert_eq!(world.get(&world.owner, &fetch).await.code, 517, "once");
}

#[tokio::test]
async fn steps_are_their_caller_s() {
    let world = World::new().await;
    let (project, _) = project(&world, 0, &[("a", b"1")]).await;
    let codes = world.codes(Method::GET, &v2(&project, ""), None).await;
    assert_eq!(codes, [200, 200, 512, 512]);
    let task = world
        .get(&world.owner, &v2(&project, ""))
        .await
        .text("task_id");
    for rest in [
        format!("?task_id={task}"),
        format!("?task_id={task}&stream=1"),
    ] {
        assert_eq!(
            world.get(&world.other, &v2(&project, &rest)).await.code,
            517
        );
        let elsewhere = world.get(&world.owner, &v2("none", &rest)).await;
        assert_eq!(elsewhere.code, 517);
    }
    world.app.clock.advance(std::time::Duration::from_secs(600));
    let late = v2(&project, &format!("?task_id={task}&stream=1"));
    assert_eq!(world.get(&world.owner, &late).await.code, 517, "expired");
    let private = world.entity("project", "q", 1).await;
    let codes = world.codes(Method::GET, &v2(&private, ""), None).await;
    assert_eq!(codes, [530, 517, 512, 512]);
}

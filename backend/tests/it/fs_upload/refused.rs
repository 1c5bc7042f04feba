//! Uploads that are refused or fail.

use super::{MIB, Server, data, headers, noise, tar_gz};
use crate::support::Who;

#[tokio::test]
async fn an_increment_on_another_datasets_version_fails() {
    let server = Server::new().await;
    let (_, first) = server.version("dataset", 1).await;
    server
        .upload(&first, &tar_gz(&[("./secret", b"s")]), &[])
        .await;
    let entity = server.world.entity("dataset", "another", 1).await;
    let module = server.world.version(&entity, "data").await;
    let archive = tar_gz(&[("./a", b"a")]);
    let more = [("is_increment", "True"), ("old_module_id", first.as_str())];
    let headers = headers(&server.world.owner, &archive, &more);
    let mut client = server.connect(&data(&module), &headers).await;
    assert_eq!(client.code().await, 200);
    client.send(&archive).await;
    assert_eq!(client.code().await, 532);
    client.closed().await;
    assert_eq!(server.state(&module).await["state"], "failed");
}

#[tokio::test]
async fn damaged_and_dangerous_archives_fail_with_a_reason() {
    let server = Server::new().await;
    let entity = server.world.entity("dataset", "iris", 1).await;
    let good = tar_gz(&[("./a", b"a")]);
    let mut evil = tar::Builder::new(Vec::new());
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    evil.append_link(&mut link, "out", "/etc/passwd").unwrap();
    let evil = evil.into_inner().unwrap();
    let wrong_sum = ("hash_code", "00000000000000000000000000000000");
    for (archive, header, words) in [
        (good.as_slice(), wrong_sum, "checksum"),
        (b"no archive", ("is_compress", "True"), "broken"),
        (&evil, ("is_compress", "False"), "leads out"),
        (b"", ("is_compress", "False"), "broken"),
    ] {
        let module = server.world.version(&entity, "data").await;
        let headers = headers(&server.world.owner, archive, &[header]);
        let mut client = server.connect(&data(&module), &headers).await;
        assert_eq!(client.code().await, 200, "{words}");
        client.send(archive).await;
        assert_eq!(client.code().await, 532, "{words}");
        client.closed().await;
        let state = server.state(&module).await;
        assert_eq!(state["state"], "failed", "{words}");
        let reason = state["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{reason}");
        assert_eq!(server.resumable(&module).await, "False");
        let store = &server.world.app.store;
        assert!(!store.module(&module).exists() && !store.upload(&module).exists());
    }
}

#[tokio::test]
async fn more_than_announced_is_refused_while_it_arrives() {
    let server = Server::new().await;
    let (_, module) = server.version("dataset", 1).await;
    let headers = headers(&server.world.owner, &[0; 10], &[]);
    let mut client = server.connect(&data(&module), &headers).await;
    assert_eq!(client.code().await, 200);
    client.send(&noise(3 * MIB)).await;
    assert_eq!(client.code().await, 532);
    client.closed().await;
    assert_eq!(server.state(&module).await["state"], "failed");
}

#[tokio::test]
async fn only_the_owner_of_an_open_version_may_send() {
    let server = Server::new().await;
    let (entity, module) = server.version("dataset", 1).await;
    let public = server.world.entity("dataset", "public", 0).await;
    let public = server.world.version(&public, "data").await;
    let (_, code) = server.version("project", 1).await;
    let open = server.world.entity("project", "open", 0).await;
    let open = server.world.version(&open, "code").await;
    let (code, open) = (format!("/code/{code}/"), format!("/code/{open}/"));
    let archive = tar_gz(&[("./a", b"a")]);
    let world = &server.world;
    let unknown = "0123456789abcdef0123456789abcdef";
    for (who, path, code) in [
        (&Who::Anonymous, data(&module), 506),
        (&Who::BasicNone, data(&module), 506),
        (&world.expired, data(&module), 507),
        (&world.other, data(&module), 529),
        (&world.other, data(&public), 522),
        (&world.other, code.clone(), 529),
        (&world.other, open, 522),
        (&Who::Anonymous, code.clone(), 506),
        (&world.expired, code, 507),
        (&world.owner, data(unknown), 529),
        (&world.owner, data("owner%2Firis%2F1"), 529),
        (&world.owner, format!("/code/{module}/"), 529),
    ] {
        let mut client = server.connect(&path, &headers(who, &archive, &[])).await;
        assert_eq!(client.code().await, code, "{path} by {who:?}");
        client.closed().await;
    }
    assert_eq!(server.state(&module).await["state"], "pending");
    for (name, value, code) in [
        ("size", "21474836481", 533),
        ("resume", "True", 534),
        ("resume", "maybe", 519),
    ] {
        let headers = headers(&world.owner, &archive, &[(name, value)]);
        let mut client = server.connect(&data(&module), &headers).await;
        assert_eq!(client.code().await, code, "{name}: {value}");
        client.closed().await;
    }
    server.upload(&module, &archive, &[]).await;
    let again = headers(&world.owner, &archive, &[]);
    let mut client = server.connect(&data(&module), &again).await;
    assert_eq!(client.code().await, 530, "a valid version never changes");
    client.closed().await;
    let gone = world.version(&entity, "data").await;
    sqlx::query("UPDATE modules SET deleted_at = 1 WHERE id = $1")
        .bind(&gone)
        .execute(world.app.db.write())
        .await
        .unwrap();
    let mut client = server.connect(&data(&gone), &again).await;
    assert_eq!(client.code().await, 529);
}

#[tokio::test]
async fn a_resume_check_tells_one_bit() {
    let server = Server::new().await;
    let (_, module) = server.version("dataset", 1).await;
    for id in [module.as_str(), "nonsense", "", "../../russell"] {
        assert_eq!(server.resumable(id).await, "False", "{id}");
    }
}

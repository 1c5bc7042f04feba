//! An upload through the death of the backend.

use super::{Client, MIB, data, headers, noise, tar_gz};
use crate::support::backend::Backend;
use crate::support::{Who, user};
use api::module::ModuleState;
use russell_backend::accounts::tokens;
use russell_backend::clock::Clock;
use russell_backend::config::Config;
use russell_backend::state::App;
use russell_backend::{ids, modules};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn an_upload_outlives_the_backend() {
    let dir = tempfile::tempdir().unwrap();
    let open = async || {
        let mut config = Config::new(dir.path());
        config.sandbox = false;
        App::open(config, Clock::system()).await.unwrap()
    };
    let app = open().await;
    let owner = user(&app, "owner").await;
    let who = Who::Token(tokens::issue(&app, &owner).await.unwrap());
    let (entity, now) = (ids::new_id(), app.clock.now().0);
    let mut tx = app.db.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO entities (id, kind, owner_id, name, name_key, description, search_key, permission,
             default_env, created_at, updated_at)
         VALUES ($1, 'data', $2, 'iris', 'iris', '', 'iris', 1, '', $3, $3)",
    )
    .bind(&entity)
    .bind(&owner)
    .bind(now)
    .execute(&mut *tx)
    .await
    .unwrap();
    let new = modules::Announced {
        entity: &entity,
        state: ModuleState::Pending,
        description: "",
        family: None,
        codehash: None,
    };
    let (module, _) = modules::announce(&app, &mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    app.db.close().await;

    let content = noise(6 * MIB);
    let archive = tar_gz(&[("./big.bin", &content)]);
    let path = app.store.upload(&module).join("archive");
    let backend = Backend::start(dir.path(), &["--empty"]);
    let mut client = Client::open(
        &backend.address,
        &data(&module),
        &headers(&who, &archive, &[]),
    )
    .await;
    assert_eq!(client.code().await, 200);
    client.send(&archive[..4 * MIB]).await;
    for _ in 0..1000 {
        if path.metadata().is_ok_and(|m| m.len() >= 2 * MIB as u64) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(backend);
    let here = path.metadata().unwrap().len();
    assert!((2 * MIB as u64..=4 * MIB as u64).contains(&here), "{here}");

    let backend = Backend::start(dir.path(), &["--empty"]);
    let resume = headers(&who, &archive, &[("resume", "True")]);
    let mut client = Client::open(&backend.address, &data(&module), &resume).await;
    assert_eq!(client.next().await, json!({"code": 201, "data": here}));
    assert_eq!(client.code().await, 200);
    client.send(&archive[here as usize..]).await;
    assert_eq!(client.code().await, 200);
    drop(backend);

    let app = open().await;
    let version = modules::find(&app, &module).await.unwrap().unwrap();
    assert_eq!(version.state(), ModuleState::Valid);
    let arrived = std::fs::read(app.store.module(&module).join("big.bin")).unwrap();
    assert!(arrived == content, "every byte is as it was");
}

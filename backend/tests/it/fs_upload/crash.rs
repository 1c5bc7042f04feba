//! An upload through the death of the backend.

use super::{Client, MIB, data, headers, noise, tar_gz};
use crate::support::{Who, user};
use api::module::ModuleState;
use russell_backend::accounts::tokens;
use russell_backend::clock::Clock;
use russell_backend::config::Config;
use russell_backend::state::App;
use russell_backend::{ids, modules};
use serde_json::json;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A backend as a process; killed without a word when dropped.
struct Process {
    child: Child,
    address: String,
}

impl Process {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_russell-backend"))
            .args(["serve", "--port", "0", "--empty", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, address) = line.split_once("listening on http://")?;
                Some(address.trim().to_owned())
            })
            .expect("the backend says where it listens");
        Self { child, address }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: nothing is tidied up.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
    let process = Process::start(dir.path());
    let mut client = Client::open(
        &process.address,
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
    drop(process);
    let here = path.metadata().unwrap().len();
    assert!((2 * MIB as u64..=4 * MIB as u64).contains(&here), "{here}");

    let process = Process::start(dir.path());
    let resume = headers(&who, &archive, &[("resume", "True")]);
    let mut client = Client::open(&process.address, &data(&module), &resume).await;
    assert_eq!(client.next().await, json!({"code": 201, "data": here}));
    assert_eq!(client.code().await, 200);
    client.send(&archive[here as usize..]).await;
    assert_eq!(client.code().await, 200);
    drop(process);

    let app = open().await;
    let version = modules::find(&app, &module).await.unwrap().unwrap();
    assert_eq!(version.state(), ModuleState::Valid);
    let arrived = std::fs::read(app.store.module(&module).join("big.bin")).unwrap();
    assert!(arrived == content, "every byte is as it was");
}

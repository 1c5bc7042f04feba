//! What tasks use of the machine, measured at real ones in the real sandbox.

use crate::support::lab::{Lab, one_slot};
use crate::support::{Who, World};
use axum::http::Method;
use russell_backend::tasks::queue;
use serde_json::{Value, json};
use std::time::Duration;

async fn monitor(lab: &Lab, id: &str, query: &str) -> Value {
    let path = format!("/api/v1/experiment/{id}/monitor{query}");
    let reply = lab.world.get(&Who::Anonymous, &path).await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    reply.data
}

fn values(monitor: &Value, column: &str) -> Vec<u64> {
    let mean = monitor[column]["mean"].as_array();
    let mean = mean.unwrap_or_else(|| panic!("no {column} in {monitor}"));
    mean.iter().filter_map(Value::as_u64).collect()
}

fn largest(monitor: &Value, column: &str) -> u64 {
    values(monitor, column).into_iter().max().unwrap_or(0)
}

#[tokio::test]
async fn what_a_task_does_is_seen() {
    let lab = Lab::new(0).await;
    // A child that works and one that writes; neither is the command's own process.
    let command = "python3 - <<'END' &
import time
held = bytearray(200_000_000)
end = time.time() + 3.5
while time.time() < end: pass
END
dd if=/dev/zero of=/output/x bs=1M count=64 conv=fsync 2>/dev/null
wait";
    let id = lab.run(command, json!({})).await;
    let task = lab.until(&id, "success").await;
    let all = monitor(&lab, &id, "").await;
    assert_eq!(
        (&all["ended"], &all["interval"], &all["from"]),
        (&json!(true), &json!(1), &json!(0))
    );
    let count = all["count"].as_u64().unwrap();
    assert!((2..=15).contains(&count), "{all}");
    assert_eq!(all["start"], task["started"]);
    let cores = all["cores"].as_u64().unwrap();
    let cpu = largest(&all, "cpu");
    assert!((200..=cores * 1000).contains(&cpu), "{all}");
    let memory = largest(&all, "memory");
    assert!((200_000_000..400_000_000).contains(&memory), "{all}");
    // A file system may compress zeros.
    let written: u64 = values(&all, "disk_write").iter().sum();
    assert!((1_000_000..300_000_000).contains(&written), "{all}");
    assert_eq!(largest(&all, "net_in"), 0, "it has no network: {all}");
    assert!(all["gpu"].is_null() && all["gpu_memory"].is_null());
}

#[tokio::test]
async fn many_short_processes_are_seen_and_a_quiet_one_too() {
    let lab = Lab::new(0).await;
    let busy = "end=$((SECONDS + 4)); while [ $SECONDS -lt $end ]; do python3 -c pass; done";
    let busy = lab.run(busy, json!({})).await;
    let quiet = lab.run("sleep 3.5", json!({})).await;
    lab.until(&busy, "success").await;
    lab.until(&quiet, "success").await;
    let busy = monitor(&lab, &busy, "").await;
    let why = "each has ended before it was seen";
    assert!(largest(&busy, "cpu") > 100, "{why}: {busy}");
    let quiet = monitor(&lab, &quiet, "").await;
    assert!(largest(&quiet, "cpu") < 100, "{quiet}");
    assert!(largest(&quiet, "memory") < 30_000_000, "{quiet}");
}

#[tokio::test]
async fn it_is_told_while_the_task_runs_and_survives_a_restart() {
    let world = World::with(one_slot).await;
    let lab = Lab::idle(world, 0).await;
    queue::start(&lab.world.app).await.unwrap();
    let id = lab.run("sleep 60", json!({})).await;
    let mut live = json!(null);
    for _ in 0..200 {
        live = monitor(&lab, &id, "").await;
        if live["count"].as_u64() >= Some(2) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let count = live["count"].as_u64().unwrap();
    assert!(count >= 2 && live["ended"] == false, "{live}");
    let query = format!("?from={count}&interval=1");
    let more = monitor(&lab, &id, &query).await;
    assert_eq!(more["from"].as_u64(), Some(count));
    assert_eq!(monitor(&lab, &id, "?from=1&interval=2").await["from"], 0);
    lab.stop(&id).await;
    let kept = monitor(&lab, &id, "").await;
    assert_eq!(kept["ended"], true);
    assert!(kept["count"].as_u64() >= Some(count));

    let Lab {
        world,
        project,
        code,
        data,
    } = lab;
    let lab = Lab {
        world: world.restarted().await,
        project,
        code,
        data,
    };
    assert_eq!(monitor(&lab, &id, "").await, kept);
    let file = lab.world.app.store.monitor(&id);
    assert!(file.is_file());
    // Whatever lies there is no reason to fail.
    std::fs::write(&file, b"something else").unwrap();
    assert_eq!(monitor(&lab, &id, "").await["count"], 0);
}

#[tokio::test]
async fn it_is_for_whoever_may_see_the_task() {
    for (permission, read) in [(0, 200), (1, 517)] {
        let lab = Lab::idle(World::new().await, permission).await;
        let id = lab.run("ls", json!({})).await;
        let path = format!("/api/v1/experiment/{id}/monitor");
        let expired = if read == 200 { 200 } else { 512 };
        let codes = lab.world.codes(Method::GET, &path, None).await;
        assert_eq!(codes, [200, read, read, expired]);
        if read == 200 {
            let none = json!({"interval": 0, "from": 0, "count": 0, "ended": false, "cores": 0});
            assert_eq!(monitor(&lab, &id, "").await, none, "it has not begun");
            let wrong = format!("{path}?from=-1");
            let reply = lab.world.get(&lab.world.owner, &wrong).await;
            assert_eq!(reply.code, 519);
        }
    }
}

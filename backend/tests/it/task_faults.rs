//! Tasks through faults: of ours, of their own, and through the end of the backend.

use crate::support::lab::{Lab, one_slot};
use crate::support::{Who, World};
use russell_backend::runner::{Run, Runner, Spec};
use russell_backend::tasks::queue;
use serde_json::json;
use std::fs;

/// A runner with a fault.
#[derive(Debug)]
struct Faulty;

impl Runner for Faulty {
    fn unavailable(&self) -> Option<&str> {
        None
    }

    fn start(&self, _: Spec) -> Result<Run, String> {
        panic!("a fault of ours");
    }

    fn bury(&self, _: &[String]) {}
}

#[tokio::test]
async fn a_task_that_a_panic_ended_has_failed_and_its_slot_is_free() {
    let lab = Lab::idle(World::run_by(Faulty).await, 0).await;
    queue::start(&lab.world.app).await.unwrap();
    let slots = lab.world.app.catalog.machine.cpu_slots;
    for _ in 0..=slots {
        let id = lab.run("ls", json!({})).await;
        let task = lab.until(&id, "failed").await;
        assert_eq!(task["end_reason"], "sandbox_failed");
        assert!(lab.log(&id).contains("[failed] Finishing execution"));
        assert!(!lab.world.app.store.task(&id).exists());
    }
}

#[tokio::test]
async fn a_tree_of_any_depth_is_no_end_of_the_backend() {
    let lab = Lab::new(0).await;
    let deep = "python3 -c '
import os
for place in [\"/workspace\", \"/output\"]:
    os.chdir(place)
    for _ in range(3000):
        os.mkdir(\"e\"); os.chdir(\"e\")
    open(\"f\", \"w\").write(\"bytes\")
'";
    let id = lab.run(deep, json!({})).await;
    lab.until(&id, "success").await;
    let store = &lab.world.app.store;
    assert!(!store.task(&id).exists());
    let listing = format!("/api/v1/files/{id}?path=e/e/e");
    let listing = lab.world.get(&Who::Anonymous, &listing).await;
    assert_eq!(listing.column("name"), ["e"]);
    // What a test leaves is removed in another way.
    russell_backend::store::remove_tree(&store.output(&id)).unwrap();
}

#[tokio::test]
async fn a_restart_keeps_the_queue_and_fails_what_ran() {
    let lab = Lab::idle(World::new().await, 0).await;
    let waiting = lab.run("echo later", json!({})).await;
    let lost = lab.run("echo never", json!({})).await;
    sqlx::query("UPDATE tasks SET stage = 'running', state = 'running', running_at = created_at WHERE id = $1")
        .bind(&lost)
        .execute(lab.world.app.db.write())
        .await
        .unwrap();
    fs::create_dir_all(lab.world.app.store.task(&lost).join("workspace")).unwrap();
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
    queue::start(&lab.world.app).await.unwrap();
    let task = lab.task(&lost).await;
    assert_eq!(
        (&task["state"], &task["end_reason"]),
        (&json!("failed"), &json!("backend_lost"))
    );
    assert!(
        lab.log(&lost)
            .contains("The backend ended while the task ran")
    );
    assert!(!lab.world.app.store.task(&lost).exists());
    lab.until(&waiting, "success").await;
    assert!(lab.log(&waiting).contains("later\n"));
}

#[tokio::test]
async fn going_down_stops_what_runs_and_keeps_what_waits() {
    let world = World::with(one_slot).await;
    let lab = Lab::idle(world, 0).await;
    queue::start(&lab.world.app).await.unwrap();
    let running = lab.run("echo up; sleep 300", json!({})).await;
    lab.said(&running, "up\n").await;
    let waiting = lab.run("echo later", json!({})).await;
    lab.world.app.queue.close().await;
    let task = lab.task(&running).await;
    assert_eq!(
        (&task["state"], &task["end_reason"]),
        (&json!("failed"), &json!("backend_lost"))
    );
    assert_eq!(lab.task(&waiting).await["state"], "waiting");
}

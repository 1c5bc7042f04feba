//! A world with a project, a dataset and a queue that runs.

use super::World;
use russell_backend::config::Config;
use russell_backend::tasks::queue;
use serde_json::{Value, json};
use std::time::Duration;

/// The owner's project and dataset, each with a valid version.
pub struct Lab {
    pub world: World,
    pub project: String,
    pub code: String,
    pub data: String,
}

impl Lab {
    /// `permission` is that of the project; the dataset is private. Tasks run in the real sandbox.
    pub async fn new(permission: i64) -> Self {
        let lab = Self::idle(World::new().await, permission).await;
        queue::start(&lab.world.app).await.unwrap();
        lab
    }

    /// The same without a running queue: tasks stay queued.
    pub async fn idle(world: World, permission: i64) -> Self {
        let project = world.entity("project", "p", permission).await;
        let code = world.version(&project, "code").await;
        world
            .fill(&code, &[("main.py", b"print('hello')\n"), ("d/x", b"1")])
            .await;
        let dataset = world.entity("dataset", "iris", 1).await;
        let data = world.version(&dataset, "data").await;
        world.fill(&data, &[("iris.csv", b"5.1,3.5\n")]).await;
        Self {
            world,
            project,
            code,
            data,
        }
    }

    /// Submits a task of the owner's; answers its id.
    pub async fn run(&self, command: &str, more: Value) -> String {
        let mut body = json!({"module_id": self.code, "command": command});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let reply = self
            .world
            .post(&self.world.owner, "/api/v1/experiment/run", body)
            .await;
        assert_eq!(reply.code, 200, "{}", reply.data);
        reply.text("id")
    }

    pub async fn task(&self, id: &str) -> Value {
        let reply = self
            .world
            .get(&self.world.owner, &format!("/api/v1/experiment/{id}"))
            .await;
        assert_eq!(reply.code, 200, "{}", reply.data);
        reply.data
    }

    /// The task once it is in this state; it must come within 20 s.
    pub async fn until(&self, id: &str, state: &str) -> Value {
        for _ in 0..400 {
            let task = self.task(id).await;
            if task["state"] == state {
                return task;
            }
            assert!(
                task["end_reason"].is_null(),
                "it was to be {state}: {task}\n{}",
                self.log(id)
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the task is not {state}: {}", self.task(id).await);
    }

    /// Waits until it has ended in whatever way.
    pub async fn until_ended(&self, id: &str) {
        for _ in 0..400 {
            if self.task(id).await["stage"] == "finished" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the task does not end: {}", self.task(id).await);
    }

    /// The log on the disk.
    pub fn log(&self, id: &str) -> String {
        let bytes = std::fs::read(self.world.app.store.log(id)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits until the log contains these words.
    pub async fn said(&self, id: &str, words: &str) {
        for _ in 0..400 {
            if self.log(id).contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{words} is not in\n{}", self.log(id));
    }

    pub async fn stop(&self, id: &str) -> super::Reply {
        let path = format!("/api/v1/experiment/{id}?action=stop");
        self.world.post(&self.world.owner, &path, json!({})).await
    }
}

/// Settings of a machine that runs one task at a time.
pub fn one_slot(config: &mut Config) {
    let file = config.data.with_extension("toml");
    let text = "[machine]\ncpu_slots = 1\n[[environment]]\nname = \"python3\"\n";
    std::fs::write(&file, text).unwrap();
    config.environments = Some(file);
}

//! Servers inside of running tasks (notebooks, TensorBoard, what a command serves) at an address of their own.
//!
//! What they send is the work of whoever wrote the task's code. It must not share an origin with the app, whose pages
//! hold the token, so a second listener serves them and nothing else. See docs/decisions/0012-notebooks.md.

mod access;
mod forward;
mod notebook;
mod origin;
mod proxy;

pub use notebook::{TOKEN_VARIABLE, notebook, tensorboard};
pub use origin::Origin;
pub use proxy::router;

use crate::ids;
use crate::relay::Door;
use api::server::Server;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use tokio_util::sync::CancellationToken;

/// The running tasks that have servers, in memory: no task outlives the backend.
#[derive(Debug)]
pub struct Servers {
    /// What makes secrets of tasks' ids.
    key: String,
    open: Mutex<HashMap<String, Arc<Open>>>,
}

impl Default for Servers {
    fn default() -> Self {
        Self {
            key: ids::new_token(),
            open: Mutex::default(),
        }
    }
}

/// A running task's servers.
#[derive(Debug)]
pub struct Open {
    /// Which it has.
    pub servers: Vec<Server>,
    /// What whoever wants to reach them must know: 256 bits.
    pub secret: String,
    /// What the notebook server itself asks for; the proxy says it. Where tasks share the machine's network, others
    /// could connect to its port.
    pub notebook_token: String,
    /// Leads inside, once the command has started.
    pub door: OnceLock<Door>,
    /// Cancelled when the task has ended.
    pub ended: CancellationToken,
}

impl Servers {
    /// Opens the servers of a task that is about to run; they close when the answer is dropped.
    pub fn open(&self, task: &str, servers: Vec<Server>) -> Opened<'_> {
        let open = Arc::new(Open {
            servers,
            secret: self.secret(task),
            notebook_token: ids::new_token(),
            door: OnceLock::new(),
            ended: CancellationToken::new(),
        });
        self.lock().insert(task.to_owned(), open.clone());
        Opened {
            all: self,
            task: task.to_owned(),
            open,
        }
    }

    /// The secret of a task, as long as this process lives. It is known before the task runs: the CLI asks for the address
    /// of TensorBoard once, right after it has submitted the task.
    pub fn secret(&self, task: &str) -> String {
        ids::hex(&Sha256::digest(format!("{}{task}", self.key)))
    }

    /// The servers of a task that runs.
    pub fn get(&self, task: &str) -> Option<Arc<Open>> {
        self.lock().get(task).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Open>>> {
        // The map is whole after any panic: each change is one call.
        self.open
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }
}

impl Open {
    /// Those of its servers that take connections now.
    pub async fn answering(&self) -> Vec<Server> {
        let mut found = Vec::new();
        let Some(door) = self.door.get() else {
            return found;
        };
        for server in &self.servers {
            if let Ok(Some(_)) = door.connect(*server).await {
                found.push(*server);
            }
        }
        found
    }
}

/// A running task's servers, open until dropped.
#[derive(Debug)]
pub struct Opened<'a> {
    all: &'a Servers,
    task: String,
    /// What is open.
    pub open: Arc<Open>,
}

impl Opened<'_> {
    /// The command runs: this leads to it.
    pub fn ready(&self, door: Option<Door>) {
        if let Some(door) = door {
            // Each task starts one command.
            self.open.door.set(door).ok();
        }
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.all.lock().remove(&self.task);
        self.open.ended.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn they_are_open_while_the_task_runs() {
        let all = Servers::default();
        let opened = all.open("7a", vec![Server::Serve]);
        let open = all.get("7a").unwrap();
        assert_eq!(open.answering().await, []);
        assert_eq!(open.secret, all.secret("7a"));
        assert_ne!(open.secret, all.secret("7b"));
        assert_ne!(open.secret, Servers::default().secret("7a"));
        drop(opened);
        assert!(all.get("7a").is_none() && open.ended.is_cancelled());
    }
}

//! Servers inside of running tasks.

use serde::{Deserialize, Serialize};

/// A server inside a running task, reached through the backend's second address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Server {
    /// JupyterLab; the whole task in mode `jupyter`.
    Notebook,
    /// What the command listens on, in mode `serve`.
    Serve,
    /// TensorBoard on /output, beside the command.
    Tensorboard,
}

impl Server {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Notebook, Self::Serve, Self::Tensorboard];

    /// As the wire and addresses spell it: `/{server}/{task id}/`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notebook => "notebook",
            Self::Serve => "serve",
            Self::Tensorboard => "tensorboard",
        }
    }

    /// The server of this word, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|server| server.as_str() == word)
    }

    /// The servers of a task by its mode and whether TensorBoard was asked for.
    pub fn of_task(mode: &str, with_tensorboard: bool) -> Vec<Self> {
        let own = match mode {
            "jupyter" => Some(Self::Notebook),
            "serve" => Some(Self::Serve),
            _ => None,
        };
        let beside = with_tensorboard.then_some(Self::Tensorboard);
        own.into_iter().chain(beside).collect()
    }
}

/// Addresses of a task's servers, absolute, or null: where the task has none, has ended, or is somebody else's. Each
/// carries a secret, so that whoever has it needs nothing more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskDetail {
    /// The notebook.
    pub jupyter_url: Option<String>,
    /// The TensorBoard.
    pub tensorboard_url: Option<String>,
    /// What its command serves.
    #[serde(default)]
    pub serve_url: Option<String>,
    /// Those that answer already.
    #[serde(default)]
    pub answering: Vec<Server>,
}

impl TaskDetail {
    /// The address of one server.
    pub fn url(&self, server: Server) -> Option<&str> {
        match server {
            Server::Notebook => self.jupyter_url.as_deref(),
            Server::Serve => self.serve_url.as_deref(),
            Server::Tensorboard => self.tensorboard_url.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_and_tensorboard_have_their_servers() {
        assert_eq!(Server::of_task("cli", false), []);
        assert_eq!(Server::of_task("cli", true), [Server::Tensorboard]);
        assert_eq!(
            Server::of_task("jupyter", true),
            [Server::Notebook, Server::Tensorboard]
        );
        assert_eq!(Server::of_task("serve", false), [Server::Serve]);
    }

    #[test]
    fn the_cli_finds_its_addresses_and_the_app_more() {
        let detail = TaskDetail {
            tensorboard_url: Some("http://h:8081/tensorboard/7a/".into()),
            answering: vec![Server::Tensorboard],
            ..TaskDetail::default()
        };
        assert_eq!(
            serde_json::to_string(&detail).unwrap(),
            concat!(
                r#"{"jupyter_url":null,"tensorboard_url":"http://h:8081/tensorboard/7a/","#,
                r#""serve_url":null,"answering":["tensorboard"]}"#
            )
        );
        let old: TaskDetail =
            serde_json::from_str(r#"{"jupyter_url":"http://h/","tensorboard_url":null}"#).unwrap();
        assert_eq!(old.url(Server::Notebook), Some("http://h/"));
        assert_eq!(old.url(Server::Serve), None);
    }

    #[test]
    fn servers_are_spelled_one_way() {
        for server in Server::ALL {
            assert_eq!(Server::parse(server.as_str()), Some(server));
            let wire = serde_json::to_value(server).unwrap();
            assert_eq!(wire, server.as_str());
        }
        assert_eq!(Server::parse("jupyter"), None);
    }
}

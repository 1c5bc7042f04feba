//! What a task is for: a command alone, or servers beside or in place of it.

use crate::environments::Environment;
use crate::relay::SERVE_PORT;
use crate::sandbox::{Layout, Relay, places};
use crate::servers::{Open, TOKEN_VARIABLE, notebook, tensorboard};
use api::server::Server;
use std::io;
use std::path::Path;

/// The modes of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A command.
    Cli,
    /// JupyterLab in place of a command.
    Jupyter,
    /// A command that listens on a port.
    Serve,
}

impl Mode {
    /// As the API spells it; none for a word it does not know.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            // What some versions of the CLI call it.
            "cli" | "job" => Some(Self::Cli),
            "jupyter" => Some(Self::Jupyter),
            "serve" => Some(Self::Serve),
            _ => None,
        }
    }

    /// As the API and the database spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Jupyter => "jupyter",
            Self::Serve => "serve",
        }
    }
}

/// Adds to `layout` what the servers of a task need; answers the command in place of `command`. `program` is the
/// relay's.
///
/// # Errors
/// When the task's folders cannot be written.
pub fn equip(
    layout: &mut Layout,
    open: &Open,
    program: &Path,
    command: String,
) -> io::Result<String> {
    let Environment { python, .. } = layout.environment.clone();
    let has = |server| open.servers.contains(&server);
    layout.relay = Some(Relay {
        program: program.to_owned(),
        tensorboard: match has(Server::Tensorboard) {
            true => tensorboard(&python, &layout.task),
            false => Vec::new(),
        },
    });
    let variables = &mut layout.environment.variables;
    if has(Server::Serve) {
        variables.insert("PORT".to_owned(), SERVE_PORT.to_string());
    }
    if !has(Server::Notebook) {
        return Ok(command);
    }
    variables.insert(TOKEN_VARIABLE.to_owned(), open.notebook_token.clone());
    // A notebook saved anywhere else is gone with the task: what is kept stands beside it in the list of files.
    let kept = layout.workspace.join("output");
    match std::os::unix::fs::symlink(places::OUTPUT, kept) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // JupyterLab asks whether it may fetch news, which it cannot.
    let settings = layout.tmp.join("home/.jupyter/labconfig");
    std::fs::create_dir_all(&settings)?;
    std::fs::write(
        settings.join("page_config.json"),
        r#"{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}"#,
    )?;
    Ok(notebook(&python, &layout.task))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_have_their_words() {
        for mode in [Mode::Cli, Mode::Jupyter, Mode::Serve] {
            assert_eq!(Mode::parse(mode.as_str()), Some(mode));
        }
        assert_eq!(Mode::parse("job"), Some(Mode::Cli));
        assert_eq!(Mode::parse(""), None);
    }
}

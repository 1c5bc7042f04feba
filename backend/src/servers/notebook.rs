//! The command lines of the servers that the platform starts.

use crate::sandbox::places;
use crate::sandbox::python::Interpreter;
use api::server::Server;
use std::ffi::OsString;

/// The variable that tells a notebook server the token it has to ask for.
pub const TOKEN_VARIABLE: &str = "JUPYTER_TOKEN";

/// The shell command of mode `jupyter`. It replaces the shell, so that the relay knows whose port is the notebook's.
pub fn notebook(python: &Interpreter, task: &str) -> String {
    let python = python.executable.display().to_string();
    let quoted = python.replace('\'', r"'\''");
    // The proxy is the only way in and has its own secret: Jupyter may take any Host.
    format!(
        "exec '{quoted}' -m jupyterlab --no-browser --ServerApp.ip=127.0.0.1 --ServerApp.port=8888 \
         --ServerApp.base_url=/{}/{task}/ --ServerApp.root_dir={} --ServerApp.allow_remote_access=True \
         --ServerApp.use_redirect_file=False --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
         --LabApp.news_url=",
        Server::Notebook.as_str(),
        places::WORKSPACE
    )
}

/// The command line of TensorBoard on the task's output.
pub fn tensorboard(python: &Interpreter, task: &str) -> Vec<OsString> {
    let prefix = format!("/{}/{task}", Server::Tensorboard.as_str());
    let mut line = vec![python.executable.clone().into_os_string()];
    // Any free port: where tasks share the machine's network there may be several.
    let arguments = [
        "-m",
        "tensorboard.main",
        "--logdir",
        places::OUTPUT,
        "--path_prefix",
        &prefix,
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--reload_interval",
        "5",
    ];
    line.extend(arguments.map(OsString::from));
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(path: &str) -> Interpreter {
        Interpreter {
            executable: path.into(),
            prefix: "/opt/py".into(),
            base_prefix: "/opt/py".into(),
            version: "3.11.2".into(),
        }
    }

    #[test]
    fn a_notebook_takes_the_shell_s_place_whatever_the_interpreter_is_called() {
        let command = notebook(&python("/opt/it's/python3"), "7a");
        let begin = r"exec '/opt/it'\''s/python3' -m jupyterlab --no-browser ";
        assert!(command.starts_with(begin), "{command}");
        assert!(command.contains(" --ServerApp.base_url=/notebook/7a/ "));
    }

    #[test]
    fn tensorboard_looks_at_the_output_below_its_own_address() {
        let line = tensorboard(&python("/opt/py/bin/python3"), "7a");
        let words: Vec<_> = line.iter().map(|word| word.to_str().unwrap()).collect();
        let line = words.join(" ");
        assert!(line.starts_with("/opt/py/bin/python3 -m tensorboard.main --logdir /output "));
        assert!(line.contains("--path_prefix /tensorboard/7a "), "{line}");
    }
}

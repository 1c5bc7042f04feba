//! The CLI command that does what the form would do, or what started a task. Nothing here knows of the browser.

use crate::components::cli::{quote, russell};
use api::task::Task;

/// What a task is to be, as far as the CLI needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Number of the code version; 0 leaves the option out.
    pub version: i64,
    /// `cpu_high` or `gpu_high`.
    pub instance_type: String,
    /// The environment.
    pub environment: String,
    /// `<version id>:<mount>` of each dataset.
    pub data_ids: Vec<String>,
    /// `cli`, `jupyter` or `serve`.
    pub mode: String,
    /// The remark; may be empty.
    pub remark: String,
    /// The command; not said in mode `jupyter`.
    pub command: String,
    /// Whether TensorBoard is to run beside it.
    pub tensorboard: bool,
}

impl Draft {
    /// What a task was.
    pub fn of(task: &Task) -> Self {
        let mounts = task.data.iter();
        Self {
            version: task.code_version,
            instance_type: task.instance_type.clone(),
            environment: task.environment.clone(),
            data_ids: mounts
                .map(|mount| format!("{}:{}", mount.module_id, mount.mount))
                .collect(),
            mode: task.mode.clone(),
            remark: task.description.trim().to_owned(),
            command: task.command.trim().to_owned(),
            tensorboard: task.enable_tensorboard,
        }
    }

    /// The line to type in a folder that was set up with `russell init`, for the server at `host`.
    pub fn cli_command(&self, host: &str) -> String {
        let mut words = vec!["run".to_owned()];
        let mut option = |name: &str, value: &str| {
            words.push(name.to_owned());
            words.push(quote(value));
        };
        if self.version > 0 {
            option("--version", &self.version.to_string());
        }
        if !self.environment.is_empty() {
            option("--env", &self.environment);
        }
        for data in &self.data_ids {
            option("--data", data);
        }
        if !self.remark.is_empty() {
            option("--message", &self.remark);
        }
        if self.mode != "cli" {
            option("--mode", &self.mode);
        }
        if self.tensorboard {
            words.push("--tensorboard".to_owned());
        }
        if self.instance_type.starts_with("gpu") {
            words.push("--gpu".to_owned());
        }
        if self.mode != "jupyter" && !self.command.is_empty() {
            // A command that begins with a dash would be read as an option.
            if self.command.starts_with('-') {
                words.push("--".to_owned());
            }
            words.push(quote(&self.command));
        }
        russell(host, &words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            version: 2,
            instance_type: "cpu_high".into(),
            environment: "python3".into(),
            data_ids: vec!["1c24:iris-1".into()],
            mode: "cli".into(),
            remark: String::new(),
            command: "python train.py --epochs 3".into(),
            tensorboard: false,
        }
    }

    #[test]
    fn a_command_is_said_as_the_cli_takes_it() {
        assert_eq!(
            draft().cli_command("https://a.org"),
            "russell --host https://a.org run --version 2 --env python3 --data 1c24:iris-1 'python train.py --epochs 3'"
        );
        let notebook = Draft {
            mode: "jupyter".into(),
            instance_type: "gpu_high".into(),
            ..draft()
        };
        assert_eq!(
            notebook.cli_command("https://a.org"),
            "russell --host https://a.org run --version 2 --env python3 --data 1c24:iris-1 --mode jupyter --gpu"
        );
        let service = Draft {
            mode: "serve".into(),
            tensorboard: true,
            command: "python serve.py".into(),
            ..draft()
        };
        assert_eq!(
            service.cli_command("https://a.org"),
            "russell --host https://a.org run --version 2 --env python3 --data 1c24:iris-1 --mode serve --tensorboard 'python serve.py'"
        );
    }

    #[test]
    fn a_dash_at_the_beginning_is_no_option() {
        let dash = Draft {
            command: "-c x".into(),
            ..draft()
        };
        assert!(dash.cli_command("https://a.org").ends_with("-- '-c x'"));
    }
}

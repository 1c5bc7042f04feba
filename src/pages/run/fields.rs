//! What the form is filled in with: how it begins, how it differs from the task it was made of, and how it is kept.

use super::material::Material;
use crate::client::words::reason_words;
use crate::components::environments::{begin_with, on_machine};
use crate::components::mount_picker::{Chosen, fault};
use crate::components::run_command::Draft;
use crate::components::task_words::Texts;
use crate::format;
use crate::i18n::*;
use api::task::{NewTask, Task};
use api::{limits, name};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What is filled in, as it is kept for a reload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    pub module_id: String,
    pub machine: String,
    pub environment: String,
    pub mode: String,
    pub tensorboard: bool,
    pub chosen: Vec<Chosen>,
    pub command: String,
    pub remark: String,
}

/// A field, where it can differ from the task that the form was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Version,
    Machine,
    Environment,
    Mode,
    Tensorboard,
    Data,
    Command,
    Remark,
}

impl Filled {
    /// As far as something is known.
    pub fn new(material: &Material) -> Self {
        let model = material.model.as_ref();
        let environments = &material.environments;
        let wish = model.map_or("cpu_high", |task| task.instance_type.as_str());
        let machine = match on_machine(environments, wish).is_empty() {
            false => wish,
            true if environments.cpu.is_empty() => "gpu_high",
            true => "cpu_high",
        };
        let default = material.project.default_env.as_str();
        let environment = begin_with(
            on_machine(environments, machine),
            model.map_or(default, |task| task.environment.as_str()),
            default,
        );
        let newest = material.versions.first().map(|module| module.id.clone());
        let again = model.filter(|_| material.again);
        Self {
            module_id: material.module_id.clone().or(newest).unwrap_or_default(),
            machine: machine.to_owned(),
            environment,
            mode: model.map_or_else(|| "cli".to_owned(), |task| task.mode.clone()),
            tensorboard: model.is_some_and(|task| task.enable_tensorboard),
            chosen: material.chosen.clone(),
            command: model.map(|task| task.command.clone()).unwrap_or_default(),
            // A remark tells one run from the others.
            remark: again
                .map(|task| task.description.clone())
                .unwrap_or_default(),
        }
    }

    /// In what it differs from a task.
    pub fn differences(&self, source: &Task) -> Vec<Part> {
        let mounts = |chosen: &[Chosen]| {
            let mut list: Vec<String> = chosen.iter().map(Chosen::data_id).collect();
            list.sort();
            list
        };
        let mounted = source.data.iter();
        let mut mounted: Vec<String> = mounted
            .map(|mount| format!("{}:{}", mount.module_id, mount.mount))
            .collect();
        mounted.sort();
        // Of a notebook the command is not asked for.
        let command = self.mode != "jupyter" && self.command.trim() != source.command.trim();
        let parts = [
            (Part::Version, self.module_id != source.module_id),
            (Part::Machine, self.machine != source.instance_type),
            (Part::Environment, self.environment != source.environment),
            (Part::Mode, self.mode != source.mode),
            (
                Part::Tensorboard,
                self.tensorboard != source.enable_tensorboard,
            ),
            (Part::Data, mounts(&self.chosen) != mounted),
            (Part::Command, command),
            (
                Part::Remark,
                self.remark.trim() != source.description.trim(),
            ),
        ];
        let differing = parts.into_iter().filter(|(_, differs)| *differs);
        differing.map(|(part, _)| part).collect()
    }

    /// What the CLI would be told.
    pub fn draft(&self, version: i64) -> Draft {
        Draft {
            version,
            instance_type: self.machine.clone(),
            environment: self.environment.clone(),
            data_ids: self.chosen.iter().map(Chosen::data_id).collect(),
            mode: self.mode.clone(),
            remark: self.remark.trim().to_owned(),
            command: self.command.trim().to_owned(),
            tensorboard: self.tensorboard,
        }
    }

    /// What is sent; `key` makes a second sending the same task, `params` come from the task it was made of.
    pub fn new_task(
        &self,
        project: String,
        full_command: String,
        params: Vec<String>,
        key: String,
    ) -> NewTask {
        let draft = self.draft(0);
        NewTask {
            name: Some(project),
            full_command: Some(full_command),
            description: Some(draft.remark),
            module_id: self.module_id.clone(),
            data_ids: draft.data_ids,
            command: match draft.mode == "jupyter" {
                true => String::new(),
                false => draft.command,
            },
            enable_tensorboard: Some(draft.tensorboard),
            mode: Some(draft.mode),
            instance_type: Some(draft.instance_type),
            environment: Some(draft.environment),
            params,
            client_key: Some(key),
            ..NewTask::default()
        }
    }
}

/// The fields. `Copy`.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub module_id: RwSignal<String>,
    pub machine: RwSignal<String>,
    pub environment: RwSignal<String>,
    pub mode: RwSignal<String>,
    pub tensorboard: RwSignal<bool>,
    pub chosen: RwSignal<Vec<Chosen>>,
    pub command: RwSignal<String>,
    pub remark: RwSignal<String>,
}

impl Fields {
    /// Filled in.
    pub fn new(filled: Filled) -> Self {
        Self {
            module_id: RwSignal::new(filled.module_id),
            machine: RwSignal::new(filled.machine),
            environment: RwSignal::new(filled.environment),
            mode: RwSignal::new(filled.mode),
            tensorboard: RwSignal::new(filled.tensorboard),
            chosen: RwSignal::new(filled.chosen),
            command: RwSignal::new(filled.command),
            remark: RwSignal::new(filled.remark),
        }
    }

    /// What they hold, tracked.
    pub fn get(self) -> Filled {
        Filled {
            module_id: self.module_id.get(),
            machine: self.machine.get(),
            environment: self.environment.get(),
            mode: self.mode.get(),
            tensorboard: self.tensorboard.get(),
            chosen: self.chosen.get(),
            command: self.command.get(),
            remark: self.remark.get(),
        }
    }

    /// What is wrong with the command, tracked.
    pub fn command_fault(self, i18n: Texts) -> Option<String> {
        if self.mode.get() == "jupyter" {
            return None;
        }
        self.command
            .with(|command| match command.trim().is_empty() {
                true => Some(t_string!(i18n, run.command_missing).to_owned()),
                false => (command.len() > limits::COMMAND_MAX).then(|| {
                    t_string!(
                        i18n,
                        run.command_long,
                        max = format::number(limits::COMMAND_MAX as u64)
                    )
                }),
            })
    }

    /// What is wrong with the remark, tracked.
    pub fn remark_fault(self, locale: Locale) -> Option<String> {
        let checked = self.remark.with(|remark| name::check_description(remark));
        checked.err().map(|reason| reason_words(reason, locale))
    }

    /// Whether a mount name is wrong, tracked.
    pub fn mounts_wrong(self) -> bool {
        self.chosen
            .with(|chosen| chosen.iter().any(|one| fault(chosen, one.key).is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::timeline::task_of_test as task;
    use api::task::{Mount, TaskState};

    #[test]
    fn what_differs_from_the_source_is_told() {
        let mut source = task(TaskState::Success, &[]);
        source.data.push(Mount {
            module_id: "1c".into(),
            mount: "iris-1".into(),
            owner: "alice".into(),
            name: "iris".into(),
            version: 1,
        });
        let chosen = Chosen {
            key: 1,
            owner: "alice".into(),
            name: "iris".into(),
            entity_id: "8e".into(),
            module_id: "1c".into(),
            version: 1,
            mount: "iris-1".into(),
        };
        let same = Filled {
            module_id: "34".into(),
            machine: "cpu_high".into(),
            environment: "python3".into(),
            mode: "cli".into(),
            tensorboard: false,
            chosen: vec![chosen],
            command: "python train.py ".into(),
            remark: String::new(),
        };
        assert_eq!(same.differences(&source), []);
        let other = Filled {
            chosen: Vec::new(),
            command: "ls".into(),
            remark: "second".into(),
            ..same.clone()
        };
        let parts = [Part::Data, Part::Command, Part::Remark];
        assert_eq!(other.differences(&source), parts);
        let notebook = Filled {
            mode: "jupyter".into(),
            command: String::new(),
            ..same
        };
        assert_eq!(notebook.differences(&source), [Part::Mode]);
    }

    #[test]
    fn what_was_kept_comes_back() {
        let filled = Filled {
            command: "ls".into(),
            ..Filled::default()
        };
        let text = serde_json::to_string(&filled).unwrap();
        assert_eq!(serde_json::from_str::<Filled>(&text).unwrap(), filled);
        // Of an older version of the app.
        let old: Filled = serde_json::from_str(r#"{"command":"ls","more":1}"#).unwrap();
        assert_eq!(old, filled);
    }
}

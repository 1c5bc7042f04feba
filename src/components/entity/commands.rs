//! What to type into a terminal for one project or dataset.

use super::model::{Entity, Kind};
use crate::components::cli::{self, russell};

/// A step of the guide: what it is for, and the lines to type one after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is for.
    pub purpose: Purpose,
    /// The lines, each a command of its own.
    pub lines: Vec<String>,
}

/// What a step of the guide is for. The texts stand with the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Install the CLI and sign in, once on a machine.
    SignIn,
    /// Tie a folder to the project.
    BindProject,
    /// Tie a folder to the dataset.
    BindDataset,
    /// Send the folder as a new version and run a command on it.
    Run,
    /// Run with a dataset mounted.
    RunWithData,
    /// See how tasks stand, follow a log, open an output.
    Follow,
    /// Send the folder as a new version.
    Upload,
    /// How the versions stand.
    Status,
    /// Mount a version in a task.
    Mount,
    /// Copy the newest version to one's machine.
    Clone,
}

/// The guide for the server at `host`. Only the owner can tie a folder to it; everybody can clone what is public and
/// mount what they see.
pub fn steps(entity: &Entity, owner: bool, host: &str) -> Vec<Step> {
    let line = |what: &str| russell(host, what);
    let sign_in = [cli::INSTALL.to_owned(), cli::sign_in(host)];
    let mut steps = vec![step(Purpose::SignIn, sign_in)];
    match entity.kind {
        Kind::Project => {
            if owner {
                steps.push(step(Purpose::BindProject, [init(entity, host)]));
                steps.push(step(Purpose::Run, [run(host)]));
                let mounted = line(r#"run --data USER/DATASET/1:NAME "python train.py""#);
                steps.push(step(Purpose::RunWithData, [mounted]));
                let follow = ["status", "logs TASK_ID", "output TASK_ID"].map(line);
                steps.push(step(Purpose::Follow, follow));
            }
            if entity.latest.is_some() {
                steps.push(step(Purpose::Clone, [clone(entity, host)]));
            }
        }
        Kind::Dataset => {
            if owner {
                steps.push(step(Purpose::BindDataset, [init(entity, host)]));
                steps.push(step(Purpose::Upload, [upload(host)]));
                steps.push(step(Purpose::Status, [line("data status")]));
            }
            if let Some(version) = entity.latest {
                steps.push(step(Purpose::Mount, [mount(entity, version, host)]));
            }
        }
    }
    steps
}

/// The few lines for a project or dataset that has nothing yet.
pub fn beginning(entity: &Entity, host: &str) -> [String; 3] {
    let first = match entity.kind {
        Kind::Project => run(host),
        Kind::Dataset => upload(host),
    };
    [cli::sign_in(host), init(entity, host), first]
}

/// The one line one comes back for: mount the newest version, clone the project, or tie a folder to it.
pub fn main_line(entity: &Entity, host: &str) -> String {
    match (entity.kind, entity.latest) {
        (Kind::Dataset, Some(version)) => mount(entity, version, host),
        (Kind::Project, Some(_)) => clone(entity, host),
        (_, None) => init(entity, host),
    }
}

fn step<const N: usize>(purpose: Purpose, lines: [String; N]) -> Step {
    Step {
        purpose,
        lines: lines.into(),
    }
}

fn init(entity: &Entity, host: &str) -> String {
    let what = match entity.kind {
        Kind::Project => "init",
        Kind::Dataset => "data init",
    };
    russell(host, &format!("{what} --id {}", entity.id))
}

fn run(host: &str) -> String {
    russell(host, r#"run "python train.py""#)
}

fn upload(host: &str) -> String {
    russell(host, r#"data upload -m "first version""#)
}

fn clone(entity: &Entity, host: &str) -> String {
    russell(host, &format!("clone {}", entity.id))
}

fn mount(entity: &Entity, version: i64, host: &str) -> String {
    let (index, name) = (entity.mount(version), &entity.name);
    let what = format!(r#"run --data {index}:{name} "python train.py""#);
    russell(host, &what)
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{dataset, project};
    use super::*;

    const HOST: &str = "https://a.org/x";

    fn purposes(entity: &Entity, owner: bool) -> Vec<Purpose> {
        steps(entity, owner, HOST)
            .into_iter()
            .map(|step| step.purpose)
            .collect()
    }

    #[test]
    fn a_project_s_owner_binds_runs_and_follows() {
        let expected = [
            Purpose::SignIn,
            Purpose::BindProject,
            Purpose::Run,
            Purpose::RunWithData,
            Purpose::Follow,
            Purpose::Clone,
        ];
        assert_eq!(purposes(&project(), true), expected);
        assert_eq!(
            steps(&project(), true, HOST)[1].lines,
            ["russell --host https://a.org/x init --id 9f"]
        );
        assert_eq!(
            main_line(&project(), HOST),
            "russell --host https://a.org/x clone 9f"
        );
    }

    #[test]
    fn a_stranger_is_not_told_what_is_refused() {
        assert_eq!(
            purposes(&project(), false),
            [Purpose::SignIn, Purpose::Clone]
        );
        assert_eq!(purposes(&dataset(), false), [Purpose::SignIn]);
    }

    #[test]
    fn nothing_can_be_mounted_before_there_is_a_version() {
        let mut entity = dataset();
        let before = [
            Purpose::SignIn,
            Purpose::BindDataset,
            Purpose::Upload,
            Purpose::Status,
        ];
        assert_eq!(purposes(&entity, true), before);
        assert_eq!(
            main_line(&entity, HOST),
            "russell --host https://a.org/x data init --id 8e"
        );
        entity.latest = Some(3);
        let mounted =
            r#"russell --host https://a.org/x run --data alice/iris/3:iris "python train.py""#;
        assert_eq!(steps(&entity, true, HOST)[4].lines, [mounted]);
        assert_eq!(main_line(&entity, HOST), mounted);
    }

    #[test]
    fn the_beginning_ends_with_a_first_version() {
        let last = |entity: &Entity| beginning(entity, HOST)[2].clone();
        assert_eq!(
            last(&project()),
            r#"russell --host https://a.org/x run "python train.py""#
        );
        assert_eq!(
            last(&dataset()),
            r#"russell --host https://a.org/x data upload -m "first version""#
        );
    }

    #[test]
    fn no_line_leads_to_another_server() {
        for entity in [project(), dataset()] {
            let guide = steps(&entity, true, HOST);
            let lines = guide.into_iter().flat_map(|step| step.lines);
            let all = lines
                .chain(beginning(&entity, HOST))
                .chain([main_line(&entity, HOST)]);
            for line in all.filter(|line| line != cli::INSTALL) {
                assert!(
                    line.starts_with("russell --host https://a.org/x "),
                    "{line}"
                );
            }
        }
    }
}

//! What to type into a terminal for one project or dataset. The options are those of `russell-cli` 0.7.8.

use super::model::{Entity, Kind};

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

/// The guide. Only the owner can tie a folder to it; everybody can clone what is public and mount what they see.
pub fn steps(entity: &Entity, owner: bool) -> Vec<Step> {
    let mut steps = vec![step(
        Purpose::SignIn,
        ["pip install russell-cli", "russell login"],
    )];
    match entity.kind {
        Kind::Project => {
            if owner {
                steps.push(step(Purpose::BindProject, [init(entity)]));
                steps.push(step(Purpose::Run, [run()]));
                let mounted = r#"russell run --data USER/DATASET/1:NAME "python train.py""#;
                steps.push(step(Purpose::RunWithData, [mounted]));
                let follow = [
                    "russell status",
                    "russell logs TASK_ID",
                    "russell output TASK_ID",
                ];
                steps.push(step(Purpose::Follow, follow));
            }
            if entity.latest.is_some() {
                steps.push(step(Purpose::Clone, [clone(entity)]));
            }
        }
        Kind::Dataset => {
            if owner {
                steps.push(step(Purpose::BindDataset, [init(entity)]));
                steps.push(step(Purpose::Upload, [upload()]));
                steps.push(step(Purpose::Status, ["russell data status"]));
            }
            if let Some(version) = entity.latest {
                steps.push(step(Purpose::Mount, [mount(entity, version)]));
            }
        }
    }
    steps
}

/// The few lines for a project or dataset that has nothing yet.
pub fn beginning(entity: &Entity) -> Vec<String> {
    let first = match entity.kind {
        Kind::Project => run(),
        Kind::Dataset => upload(),
    };
    vec!["russell login".to_owned(), init(entity), first]
}

/// The one line one comes back for: mount the newest version, clone the project, or tie a folder to it.
pub fn main_line(entity: &Entity) -> String {
    match (entity.kind, entity.latest) {
        (Kind::Dataset, Some(version)) => mount(entity, version),
        (Kind::Project, Some(_)) => clone(entity),
        (_, None) => init(entity),
    }
}

fn step<const N: usize>(purpose: Purpose, lines: [impl Into<String>; N]) -> Step {
    Step {
        purpose,
        lines: lines.into_iter().map(Into::into).collect(),
    }
}

fn init(entity: &Entity) -> String {
    match entity.kind {
        Kind::Project => format!("russell init --id {}", entity.id),
        Kind::Dataset => format!("russell data init --id {}", entity.id),
    }
}

fn run() -> String {
    r#"russell run "python train.py""#.to_owned()
}

fn upload() -> String {
    r#"russell data upload -m "first version""#.to_owned()
}

fn clone(entity: &Entity) -> String {
    format!("russell clone {}", entity.id)
}

fn mount(entity: &Entity, version: i64) -> String {
    let (index, name) = (entity.mount(version), &entity.name);
    format!(r#"russell run --data {index}:{name} "python train.py""#)
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{dataset, project};
    use super::*;

    fn purposes(entity: &Entity, owner: bool) -> Vec<Purpose> {
        steps(entity, owner)
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
        assert_eq!(steps(&project(), true)[1].lines, ["russell init --id 9f"]);
        assert_eq!(main_line(&project()), "russell clone 9f");
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
        assert_eq!(main_line(&entity), "russell data init --id 8e");
        entity.latest = Some(3);
        let mounted = r#"russell run --data alice/iris/3:iris "python train.py""#;
        assert_eq!(steps(&entity, true)[4].lines, [mounted]);
        assert_eq!(main_line(&entity), mounted);
    }

    #[test]
    fn the_beginning_ends_with_a_first_version() {
        let last = |entity: &Entity| beginning(entity).pop().unwrap_or_default();
        assert_eq!(last(&project()), r#"russell run "python train.py""#);
        assert_eq!(
            last(&dataset()),
            r#"russell data upload -m "first version""#
        );
    }
}

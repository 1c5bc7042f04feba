//! What was deleted and can be restored, and what hangs on a thing that is to be deleted.

use crate::Time;
use crate::module::ModuleType;
use serde::{Deserialize, Serialize};

/// What something in the trash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrashKind {
    /// A project with its versions and tasks.
    Project,
    /// A dataset with its versions.
    Dataset,
    /// A version of a project or dataset that is still there.
    Version,
    /// A task of a project that is still there.
    Task,
}

/// Something in the trash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trashed {
    /// What it is.
    pub kind: TrashKind,
    /// Its id.
    pub id: String,
    /// The owner's name.
    pub owner: String,
    /// Its name; of a version and a task the name of what it belongs to.
    pub name: String,
    /// What a version belongs to holds code or data; none for anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module_type: Option<ModuleType>,
    /// The number of a version; none for anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The description or remark; may be empty.
    pub description: String,
    /// When it was deleted.
    pub date_deleted: Time,
    /// Until when it can be restored.
    pub date_until: Time,
    /// Bytes of its versions, or of the output and log of a task.
    pub size_bytes: u64,
}

/// Body of the request that restores something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Restore {
    /// Another name for a project or dataset whose own is taken by now.
    #[cfg_attr(feature = "openapi", schema(max_length = 31))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What hangs on a project, dataset or version of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dependents {
    /// Versions of it.
    pub versions: u64,
    /// Tasks of the project.
    pub tasks: u64,
    /// Tasks of the project that wait or run.
    pub active: u64,
    /// One's own tasks of other projects that mount it and have not ended.
    pub mounts: u64,
    /// Other people's tasks that mount it, whatever their state.
    pub foreign_mounts: u64,
    /// Those of them that have not ended.
    pub foreign_active: u64,
}

const DAY: i64 = 86_400_000_000;

/// Until when something that was deleted at `deleted` can be restored: the first midnight (UTC) that is at least a day
/// away, so that nobody has less than 24 hours wherever they live.
pub fn until(deleted: Time) -> Time {
    Time((deleted.0 + 2 * DAY - 1).div_euclid(DAY) * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn what_is_in_the_trash_is_exact() {
        let mut trashed = Trashed {
            kind: TrashKind::Project,
            id: "9f".into(),
            owner: "alice".into(),
            name: "tf-mnist".into(),
            module_type: None,
            version: None,
            description: String::new(),
            date_deleted: Time(0),
            date_until: Time(172_800_000_000),
            size_bytes: 7,
        };
        let tail = concat!(
            r#""description":"","date_deleted":"1970-01-01T00:00:00","#,
            r#""date_until":"1970-01-03T00:00:00","size_bytes":7}"#
        );
        assert_wire(
            &trashed,
            &format!(r#"{{"kind":"project","id":"9f","owner":"alice","name":"tf-mnist",{tail}"#),
        );
        trashed.kind = TrashKind::Version;
        trashed.module_type = Some(ModuleType::Data);
        trashed.version = Some(3);
        assert_wire(
            &trashed,
            &format!(
                r#"{{"kind":"version","id":"9f","owner":"alice","name":"tf-mnist","module_type":"data","version":3,{tail}"#
            ),
        );
    }

    #[test]
    fn a_restoration_needs_no_name() {
        assert_wire(&Restore::default(), "{}");
        let named = Restore {
            name: Some("b".into()),
        };
        assert_wire(&named, r#"{"name":"b"}"#);
    }

    #[test]
    fn dependents_are_exact() {
        let found = Dependents {
            versions: 1,
            tasks: 2,
            active: 3,
            mounts: 4,
            foreign_mounts: 5,
            foreign_active: 6,
        };
        assert_wire(
            &found,
            r#"{"versions":1,"tasks":2,"active":3,"mounts":4,"foreign_mounts":5,"foreign_active":6}"#,
        );
    }
}

//! Datasets: a name for versions of data.

use crate::Time;
use crate::social::Origin;
use serde::{Deserialize, Serialize};

/// A dataset as the CLI and the app see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dataset {
    /// Its id. Tasks mount a *version's* id, not this one.
    pub id: String,
    /// Its name, unique among its owner's datasets.
    pub name: String,
    /// The owner's id.
    pub owner_id: String,
    /// The owner's name.
    pub owner: String,
    /// Number of the newest valid version; 0 when there is none. Never null.
    pub latest_version: i64,
    /// 0 is public, 1 private.
    pub permission: i64,
    /// What it is, in plain text; may be empty.
    pub description: String,
    /// When it was made.
    pub date_created: Time,
    /// When it or one of its versions last changed.
    pub date_updated: Time,
    /// Id of the newest valid version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_module_id: Option<String>,
    /// Versions, deleted ones left out.
    pub versions: u64,
    /// Bytes of all valid versions.
    pub size_bytes: u64,
    /// Its tags, in the owner's order.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How many users have starred it.
    #[serde(default)]
    pub stars: u64,
    /// Whether the caller has.
    #[serde(default)]
    pub starred: bool,
    /// How many public datasets were forked from it.
    #[serde(default)]
    pub forks: u64,
    /// How many comments it has.
    #[serde(default)]
    pub comments: u64,
    /// What it was forked from, where the caller may see that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<Origin>,
}

/// Body of the request that creates a dataset; owner and name stand in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NewDataset {
    /// Plain text, at most 1024 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub description: String,
    /// 0 is public, 1 private.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    pub permission: i64,
    /// See [`crate::name::tags`].
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Body of the request that makes the output of a task a new version of a dataset of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct OutputToDataset {
    /// Id of the dataset; without it a new one of this `name` is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataset_id: Option<String>,
    /// Name of a new dataset.
    #[cfg_attr(feature = "openapi", schema(max_length = 31))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of a new dataset: 0 is public, 1 private.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    pub permission: i64,
    /// A folder of the output; empty takes all of it.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub path: String,
    /// The version's remark, at most 1024 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub description: String,
}

/// The version that the output of a task becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutputVersion {
    /// Id of the version.
    pub module_id: String,
    /// Its number.
    pub version: i64,
    /// How far it is: a small output is copied when the answer comes, a large one still on its way.
    pub state: crate::module::ModuleState,
    /// Id of the dataset.
    pub dataset_id: String,
    /// Name of its owner.
    pub owner: String,
    /// Its name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;
    use crate::module::ModuleState;

    #[test]
    fn an_output_on_its_way_is_exact() {
        let wanted = OutputToDataset {
            dataset_id: Some("8e".into()),
            name: Some("models".into()),
            permission: 1,
            path: "best".into(),
            description: "epoch 9".into(),
        };
        assert_wire(
            &wanted,
            r#"{"dataset_id":"8e","name":"models","permission":1,"path":"best","description":"epoch 9"}"#,
        );
        let version = OutputVersion {
            module_id: "1c".into(),
            version: 2,
            state: ModuleState::Uploading,
            dataset_id: "8e".into(),
            owner: "alice".into(),
            name: "models".into(),
        };
        assert_wire(
            &version,
            r#"{"module_id":"1c","version":2,"state":"uploading","dataset_id":"8e","owner":"alice","name":"models"}"#,
        );
    }

    #[test]
    fn a_new_dataset_is_public_unless_it_says_otherwise() {
        let new: NewDataset = serde_json::from_str("{}").unwrap();
        assert_eq!((new.permission, new.description.as_str()), (0, ""));
    }

    #[test]
    fn a_dataset_is_exact() {
        let mut dataset = Dataset {
            id: "8e".into(),
            name: "iris".into(),
            owner_id: "1f".into(),
            owner: "alice".into(),
            latest_version: 0,
            permission: 1,
            description: String::new(),
            date_created: Time(0),
            date_updated: Time(0),
            latest_module_id: None,
            versions: 0,
            size_bytes: 4551,
            tags: Vec::new(),
            stars: 0,
            starred: true,
            forks: 0,
            comments: 0,
            forked_from: None,
        };
        let head = concat!(
            r#"{"id":"8e","name":"iris","owner_id":"1f","owner":"alice","latest_version":0,"permission":1,"#,
            r#""description":"","date_created":"1970-01-01T00:00:00","date_updated":"1970-01-01T00:00:00","#
        );
        let tail = concat!(
            r#""versions":0,"size_bytes":4551,"tags":[],"stars":0,"starred":true,"forks":0,"#,
            r#""comments":0}"#
        );
        assert_wire(&dataset, &format!("{head}{tail}"));
        dataset.latest_module_id = Some("1c".into());
        assert_wire(
            &dataset,
            &format!(r#"{head}"latest_module_id":"1c",{tail}"#),
        );
        let new = NewDataset {
            description: "flowers".into(),
            permission: 1,
            tags: vec!["cnn".into()],
        };
        assert_wire(
            &new,
            r#"{"description":"flowers","permission":1,"tags":["cnn"]}"#,
        );
    }
}

//! Modules: versions of a project's code or of a dataset.

use crate::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a version holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ModuleType {
    /// Code of a project.
    Code,
    /// Data of a dataset.
    Data,
}

/// How far a version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ModuleState {
    /// Announced, nothing written.
    Pending,
    /// Bytes are arriving, or are being unpacked.
    Uploading,
    /// Complete and checked; the only state in which it can be used.
    Valid,
    /// Given up; `reason` says why.
    Failed,
}

/// A version of a project's code or of a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Module {
    /// Its id: what the CLI calls DATA ID and what a task mounts.
    pub id: String,
    /// Name of the project or dataset.
    pub name: String,
    /// When it was announced.
    pub date_created: Time,
    /// Size in whole MiB, rounded down; never null.
    pub size: u64,
    /// Its number, from 1.
    pub version: i64,
    /// How far it is.
    pub state: ModuleState,
    /// The remark; may be empty.
    pub description: String,
    /// What it holds.
    pub module_type: ModuleType,
    /// The CLI's id of the folder it came from.
    pub family_id: Option<String>,
    /// Id of the project or dataset.
    pub entity_id: String,
    /// The CLI's hash over the contents of a code version.
    pub codehash: Option<String>,
    /// Never null; the CLI refuses null.
    pub enable_tensorboard: bool,
    /// Size in bytes.
    #[serde(default)]
    pub size_bytes: u64,
    /// Number of files.
    #[serde(default)]
    pub files: u64,
    /// Why it failed, in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Name of the owner.
    #[serde(default)]
    pub owner: String,
    /// What changed against the version that its upload built on; none where it built on none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<VersionChanges>,
}

/// Files of a version against those of the older one that its upload built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionChanges {
    /// Number of the older version.
    pub base: i64,
    /// Files whose paths are new.
    pub added: u64,
    /// Files whose content is another.
    pub changed: u64,
    /// Files that are not there any more.
    pub removed: u64,
    /// Files that are as they were.
    pub unchanged: u64,
}

/// Body of `PUT /module`: announces a version. As the CLI sends it; unknown keys are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewModule {
    /// Name of the project or dataset, as the client knows it.
    #[serde(default)]
    pub name: Option<String>,
    /// The remark.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    #[serde(default)]
    pub description: Option<String>,
    /// What it will hold.
    pub module_type: ModuleType,
    /// The CLI's id of the folder.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    #[serde(default)]
    pub family_id: Option<String>,
    /// Id of the project or dataset.
    pub entity_id: String,
    /// The last version the client knew; not a wish.
    #[serde(default)]
    pub version: Option<i64>,
    /// Bytes of everything in the folder, for data; 0 for code.
    #[serde(default)]
    pub size: Option<u64>,
    /// The hash over the contents of a code version.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9A-Fa-f]{0,64}$"))]
    #[serde(default)]
    pub codehash: Option<String>,
}

/// Answer to `PUT /module`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModuleCreated {
    /// Id of the version.
    pub id: String,
    /// Its number.
    pub version: i64,
    /// Id of the project or dataset; the CLI compares it with its own.
    pub entity_id: String,
}

/// Body of `POST /module`: what is told of a version later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModuleChange {
    /// Id of the version.
    pub id: String,
    /// The CLI's hash over the contents.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9A-Fa-f]{0,64}$"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codehash: Option<String>,
    /// A new remark.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Query of `GET /modules`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct ModulesQuery {
    /// What the versions hold.
    pub module_type: ModuleType,
    /// Id of the project or dataset.
    pub entity_id: String,
}

/// Hashes of a version's files, for an incremental upload. The CLI's three keys are always there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileHashes {
    /// MD5 in hexadecimal by path.
    pub files: BTreeMap<String, String>,
    /// Folders.
    pub dirs: Vec<String>,
    /// Id of the version.
    pub old_module_id: String,
    /// Bytes of each file, in the order of `files`.
    #[serde(default)]
    pub sizes: Vec<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn the_cli_s_announcements_are_read() {
        let code: NewModule = serde_json::from_str(
            r#"{"name": "tf-mnist", "id": null, "description": "", "module_type": "code",
 "family_id": "LzUsGddYQYCzRsUDkT7jE6", "entity_id": "9f", "version": 0, "created": null,
 "size": 0, "state": null, "codehash": null, "enable_tensorboard": null}"#,
        )
        .unwrap();
        assert_eq!(code.module_type, ModuleType::Code);
        assert_eq!(code.codehash, None);
        let data: NewModule = serde_json::from_str(
            r#"{"name": "first-test", "description": "first", "module_type": "data", "entity_id": "8e",
 "data_type": null, "version": 0, "size": 5000368, "nopack": false, "codehash": null}"#,
        )
        .unwrap();
        assert_eq!((data.size, data.family_id), (Some(5_000_368), None));
    }

    #[test]
    fn a_version_never_has_a_null_where_the_cli_refuses_one() {
        let module = Module {
            id: "1c".into(),
            name: "iris".into(),
            date_created: Time(0),
            size: 0,
            version: 1,
            state: ModuleState::Valid,
            description: String::new(),
            module_type: ModuleType::Data,
            family_id: None,
            entity_id: "8e".into(),
            codehash: None,
            enable_tensorboard: false,
            size_bytes: 4551,
            files: 1,
            reason: None,
            owner: "alice".into(),
            changes: None,
        };
        assert_eq!(
            serde_json::to_string(&module).unwrap(),
            concat!(
                r#"{"id":"1c","name":"iris","date_created":"1970-01-01T00:00:00","size":0,"version":1,"#,
                r#""state":"valid","description":"","module_type":"data","family_id":null,"#,
                r#""entity_id":"8e","codehash":null,"enable_tensorboard":false,"size_bytes":4551,"#,
                r#""files":1,"owner":"alice"}"#
            )
        );
    }

    #[test]
    fn changes_are_counted_by_file() {
        let changes = VersionChanges {
            base: 3,
            added: 1,
            changed: 2,
            removed: 0,
            unchanged: 40,
        };
        assert_wire(
            &changes,
            r#"{"base":3,"added":1,"changed":2,"removed":0,"unchanged":40}"#,
        );
    }

    #[test]
    fn file_hashes_have_the_three_keys_of_the_cli() {
        let hashes = FileHashes {
            files: BTreeMap::from([("d1/one.csv".into(), "00".into())]),
            dirs: vec!["d1".into()],
            old_module_id: "19".into(),
            sizes: vec![5],
        };
        assert_wire(
            &hashes,
            r#"{"files":{"d1/one.csv":"00"},"dirs":["d1"],"old_module_id":"19","sizes":[5]}"#,
        );
    }

    #[test]
    fn what_is_asked_of_versions_is_exact() {
        let created = ModuleCreated {
            id: "1c".into(),
            version: 2,
            entity_id: "8e".into(),
        };
        assert_wire(&created, r#"{"id":"1c","version":2,"entity_id":"8e"}"#);
        let mut change = ModuleChange {
            id: "1c".into(),
            codehash: None,
            description: None,
        };
        assert_wire(&change, r#"{"id":"1c"}"#);
        change.codehash = Some("ab".into());
        change.description = Some("better".into());
        assert_wire(
            &change,
            r#"{"id":"1c","codehash":"ab","description":"better"}"#,
        );
        let query = ModulesQuery {
            module_type: ModuleType::Data,
            entity_id: "8e".into(),
        };
        assert_wire(&query, r#"{"module_type":"data","entity_id":"8e"}"#);
    }
}

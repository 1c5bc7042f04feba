//! Projects: a name for code and the tasks that ran it.

use crate::{Paging, Time};
use serde::{Deserialize, Serialize};

/// A project as the CLI and the app see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Project {
    /// Its id.
    pub id: String,
    /// Its name, unique among its owner's projects.
    pub name: String,
    /// The owner's id, equal to `uid` of [`crate::account::User`].
    pub owner_id: String,
    /// The owner's name.
    pub owner: String,
    /// Number of the newest valid version; 0 when there is none. Never null.
    pub latest_version: i64,
    /// 0 is public, 1 private.
    pub permission: i64,
    /// The environment its tasks run in unless they say otherwise.
    pub default_env: String,
    /// What it is, in plain text; may be empty.
    pub description: String,
    /// When it was made.
    pub date_created: Time,
    /// When it, one of its versions or one of its tasks last changed.
    pub date_updated: Time,
    /// Id of the newest valid version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest_module_id: Option<String>,
    /// Versions, deleted ones left out.
    pub versions: u64,
    /// Tasks, deleted ones left out.
    pub tasks: u64,
}

/// Body of the request that creates a project; owner and name stand in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NewProject {
    /// Plain text, at most 1024 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    pub description: String,
    /// 0 is public, 1 private.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    pub permission: i64,
    /// One of the service's environments; empty takes the first.
    pub default_env: String,
}

/// Body of the request that changes a project or dataset; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct EntityChange {
    /// Another name: the old one leads on to it until somebody takes it.
    #[cfg_attr(feature = "openapi", schema(max_length = 31))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Plain text, at most 1024 characters.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// 0 is public, 1 private.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<i64>,
    /// One of the service's environments, empty takes the first; of projects only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_env: Option<String>,
}

/// Query of the lists of projects and datasets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct EntityQuery {
    /// Only this owner's; without it everybody's that the caller may see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Words that name or description contain, whatever their case.
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The order.
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<EntitySort>,
    /// Page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Entries a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl EntityQuery {
    /// The part of the list asked for.
    pub fn paging(&self) -> Paging {
        let default = Paging::default();
        Paging {
            page: self.page.unwrap_or(default.page),
            page_size: self.page_size.unwrap_or(default.page_size),
        }
    }
}

/// Order of a list of projects or datasets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntitySort {
    /// Last changed first.
    #[default]
    Updated,
    /// Newest first.
    Created,
    /// By name.
    Name,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn a_project_has_what_the_cli_reads() {
        let project = Project {
            id: "9f".into(),
            name: "tf-mnist".into(),
            owner_id: "1f".into(),
            owner: "alice".into(),
            latest_version: 0,
            permission: 0,
            default_env: "keras".into(),
            description: String::new(),
            date_created: Time(0),
            date_updated: Time(0),
            latest_module_id: None,
            versions: 0,
            tasks: 0,
        };
        assert_eq!(
            serde_json::to_string(&project).unwrap(),
            concat!(
                r#"{"id":"9f","name":"tf-mnist","owner_id":"1f","owner":"alice","latest_version":0,"#,
                r#""permission":0,"default_env":"keras","description":"","#,
                r#""date_created":"1970-01-01T00:00:00","date_updated":"1970-01-01T00:00:00","#,
                r#""versions":0,"tasks":0}"#
            )
        );
    }

    #[test]
    fn a_query_leaves_out_what_is_not_asked() {
        let query = EntityQuery {
            sort: Some(EntitySort::Name),
            ..EntityQuery::default()
        };
        assert_eq!(serde_json::to_string(&query).unwrap(), r#"{"sort":"name"}"#);
        assert_eq!(query.paging(), Paging::default());
    }

    #[test]
    fn a_change_says_only_what_changes() {
        assert_wire(&EntityChange::default(), "{}");
        let change = EntityChange {
            name: Some("b".into()),
            description: Some(String::new()),
            permission: Some(1),
            default_env: Some("keras".into()),
        };
        assert_wire(
            &change,
            r#"{"name":"b","description":"","permission":1,"default_env":"keras"}"#,
        );
    }

    #[test]
    fn a_new_project_is_exact() {
        let new = NewProject {
            description: "digits".into(),
            permission: 1,
            default_env: "keras".into(),
        };
        assert_wire(
            &new,
            r#"{"description":"digits","permission":1,"default_env":"keras"}"#,
        );
        assert_eq!(
            serde_json::from_str::<NewProject>("{}").unwrap(),
            NewProject::default()
        );
    }
}

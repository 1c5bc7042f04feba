//! Projects: a name for code and the tasks that ran it.

use crate::social::Origin;
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
    /// Its tags, in the owner's order.
    #[serde(default)]
    pub tags: Vec<String>,
    /// How many users have starred it.
    #[serde(default)]
    pub stars: u64,
    /// Whether the caller has.
    #[serde(default)]
    pub starred: bool,
    /// How many public projects were forked from it.
    #[serde(default)]
    pub forks: u64,
    /// How many comments it has.
    #[serde(default)]
    pub comments: u64,
    /// What it was forked from, where the caller may see that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<Origin>,
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
    /// See [`crate::name::tags`].
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
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
    /// Only what has all of these tags, which are separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<String>,
    /// Only projects with this default environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Only public or only private ones.
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Only those with a valid version, or only those without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_version: Option<bool>,
    /// Only what this user has starred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starred_by: Option<String>,
    /// Only what was forked from the one of this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forked_from: Option<String>,
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
    /// Most stars first.
    Stars,
    /// Most forks first.
    Forks,
}

/// Who sees a project or dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Its owner.
    Private,
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
            tags: vec!["cnn".into()],
            stars: 2,
            starred: false,
            forks: 1,
            comments: 3,
            forked_from: Some(Origin {
                owner: "bob".into(),
                name: "mnist".into(),
            }),
        };
        assert_eq!(
            serde_json::to_string(&project).unwrap(),
            concat!(
                r#"{"id":"9f","name":"tf-mnist","owner_id":"1f","owner":"alice","latest_version":0,"#,
                r#""permission":0,"default_env":"keras","description":"","#,
                r#""date_created":"1970-01-01T00:00:00","date_updated":"1970-01-01T00:00:00","#,
                r#""versions":0,"tasks":0,"tags":["cnn"],"stars":2,"starred":false,"forks":1,"comments":3,"#,
                r#""forked_from":{"owner":"bob","name":"mnist"}}"#
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
        let query = EntityQuery {
            tags: Some("a,b".into()),
            visibility: Some(Visibility::Public),
            has_version: Some(true),
            sort: Some(EntitySort::Stars),
            ..EntityQuery::default()
        };
        assert_wire(
            &query,
            r#"{"tags":"a,b","visibility":"public","has_version":true,"sort":"stars"}"#,
        );
        let query = EntityQuery::default();
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
            tags: Vec::new(),
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

//! What people do with each other's projects and datasets: tags, stars, forks, comments, and how much they run.

use crate::Time;
use crate::module::ModuleType;
use serde::{Deserialize, Serialize};

/// What a project or dataset was forked from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Origin {
    /// The owner's name.
    pub owner: String,
    /// The name.
    pub name: String,
}

/// Body of the request that sets the tags of a project or dataset, and its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tags {
    /// At most [`crate::limits::TAGS_MAX`], in the owner's order; see [`crate::name::tags`].
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub tags: Vec<String>,
}

/// Query of the list of tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct TagsQuery {
    /// Of projects or of datasets.
    pub module_type: ModuleType,
    /// Only those that begin with this, whatever its case.
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

/// A tag and how many have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TagCount {
    /// The tag.
    pub tag: String,
    /// Public projects or datasets that have it.
    pub count: u64,
}

/// Answer to setting and taking away a star.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Star {
    /// Whether the caller's is there now.
    pub starred: bool,
    /// How many there are.
    pub stars: u64,
}

/// Body of the request that forks a project or dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NewFork {
    /// The fork's name; without it that of the original.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,31}$"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 0 is public, 1 private.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    pub permission: i64,
}

/// Answer to a fork: where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fork {
    /// Id of the fork.
    pub id: String,
    /// Whether it is a project or a dataset.
    pub module_type: ModuleType,
    /// The owner's name: the caller's.
    pub owner: String,
    /// The fork's name.
    pub name: String,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// Name of who wrote it.
    pub author: String,
    /// Hash of the author's picture, see [`crate::account::Profile::avatar`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// Markdown.
    pub body: String,
    /// When it was written.
    pub date_created: Time,
    /// When its author last changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_edited: Option<Time>,
}

/// Body of the request that writes or changes a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewComment {
    /// Markdown, 1 to [`crate::limits::COMMENT_MAX`] characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10_000))]
    pub body: String,
}

/// Query of a user's activity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct ActivityQuery {
    /// The reader's time zone; see [`crate::zone::Zone`]. UTC without it.
    #[cfg_attr(
        feature = "openapi",
        param(max_length = 200, pattern = "^-?[0-9]{1,3}$")
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// How many tasks a user started on each day of the last 53 weeks, as far as the caller may know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activity {
    /// Days with tasks, the oldest first.
    pub days: Vec<Day>,
    /// Tasks of all of them.
    pub total: u64,
}

/// A day of an [`Activity`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Day {
    /// `YYYY-MM-DD` in the reader's time zone.
    pub date: String,
    /// Tasks started on it.
    pub runs: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn tags_and_stars_are_exact() {
        let tags = Tags {
            tags: vec!["cnn".into(), "图像".into()],
        };
        assert_wire(&tags, r#"{"tags":["cnn","图像"]}"#);
        let query = TagsQuery {
            module_type: ModuleType::Code,
            q: None,
        };
        assert_wire(&query, r#"{"module_type":"code"}"#);
        let count = TagCount {
            tag: "cnn".into(),
            count: 2,
        };
        assert_wire(&count, r#"{"tag":"cnn","count":2}"#);
        let star = Star {
            starred: true,
            stars: 3,
        };
        assert_wire(&star, r#"{"starred":true,"stars":3}"#);
    }

    #[test]
    fn forks_are_exact() {
        assert_wire(&NewFork::default(), r#"{"permission":0}"#);
        let new = NewFork {
            name: Some("mine".into()),
            permission: 1,
        };
        assert_wire(&new, r#"{"name":"mine","permission":1}"#);
        assert_eq!(
            serde_json::from_str::<NewFork>("{}").unwrap(),
            NewFork::default()
        );
        let fork = Fork {
            id: "9f".into(),
            module_type: ModuleType::Data,
            owner: "bob".into(),
            name: "mine".into(),
        };
        assert_wire(
            &fork,
            r#"{"id":"9f","module_type":"data","owner":"bob","name":"mine"}"#,
        );
    }

    #[test]
    fn comments_are_exact() {
        let mut comment = Comment {
            id: "1c".into(),
            author: "bob".into(),
            avatar: None,
            body: "*well*".into(),
            date_created: Time(0),
            date_edited: None,
        };
        let head =
            r#"{"id":"1c","author":"bob","body":"*well*","date_created":"1970-01-01T00:00:00""#;
        assert_wire(&comment, &format!("{head}}}"));
        comment.date_edited = Some(Time(1_000_000));
        assert_wire(
            &comment,
            &format!(r#"{head},"date_edited":"1970-01-01T00:00:01"}}"#),
        );
        let new = NewComment { body: "a".into() };
        assert_wire(&new, r#"{"body":"a"}"#);
    }

    #[test]
    fn activity_is_exact() {
        assert_wire(&ActivityQuery::default(), "{}");
        let activity = Activity {
            days: vec![Day {
                date: "2026-03-01".into(),
                runs: 2,
            }],
            total: 2,
        };
        assert_wire(
            &activity,
            r#"{"days":[{"date":"2026-03-01","runs":2}],"total":2}"#,
        );
    }
}

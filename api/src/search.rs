//! The search over everything: suggestions while somebody types, and the page of all results.

use crate::{Page, Paging, Time};
use serde::{Deserialize, Serialize};

/// What a search looks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SearchKind {
    /// Projects.
    #[default]
    Projects,
    /// Datasets.
    Datasets,
    /// Users.
    Users,
}

/// Query of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct SearchQuery {
    /// Words, whatever their case; `owner/name` finds by both. Nothing finds nothing.
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only the entries of this kind, a page of them; without it the first of each. The totals are those of all.
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<SearchKind>,
    /// Entries of a kind: 5, or a page's where a kind is given.
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 200))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Page, from 1; where a kind is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

impl SearchQuery {
    /// Entries of each kind that are suggested.
    pub const SUGGESTED: u32 = 5;

    /// The part of the list of a kind that is asked for; none when only its length is.
    pub fn part(&self, kind: SearchKind) -> Option<Paging> {
        let default = Paging::default();
        match self.kind {
            None => Some(Paging {
                page: 1,
                page_size: self.limit.unwrap_or(Self::SUGGESTED),
            }),
            Some(asked) if asked == kind => Some(Paging {
                page: self.page.unwrap_or(default.page),
                page_size: self.limit.unwrap_or(default.page_size),
            }),
            Some(_) => None,
        }
    }
}

/// What a search found. One's own come first, then names that begin with the words, then the newest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Found {
    /// Projects.
    pub projects: Page<FoundEntity>,
    /// Datasets.
    pub datasets: Page<FoundEntity>,
    /// Users.
    pub users: Page<FoundUser>,
}

/// A project or dataset that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundEntity {
    /// The owner's name.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// What it is; may be empty.
    pub description: String,
    /// 0 is public, 1 private.
    pub permission: i64,
    /// When it last changed.
    pub date_updated: Time,
}

/// A user who was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundUser {
    /// The name in addresses.
    pub username: String,
    /// The name to show beside it; may be empty.
    pub display_name: String,
    /// What the user says of themselves; may be empty.
    pub bio: String,
    /// Hash of the picture, see [`crate::account::Profile::avatar`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn an_answer_is_exact() {
        let found = Found {
            projects: Page {
                list: vec![FoundEntity {
                    owner: "alice".into(),
                    name: "digits".into(),
                    description: String::new(),
                    permission: 0,
                    date_updated: Time(0),
                }],
                total: 7,
            },
            datasets: Page::default(),
            users: Page {
                list: vec![FoundUser {
                    username: "alice".into(),
                    display_name: String::new(),
                    bio: String::new(),
                    avatar: None,
                }],
                total: 1,
            },
        };
        assert_wire(
            &found,
            concat!(
                r#"{"projects":{"list":[{"owner":"alice","name":"digits","description":"","permission":0,"#,
                r#""date_updated":"1970-01-01T00:00:00"}],"total":7},"datasets":{"list":[],"total":0},"#,
                r#""users":{"list":[{"username":"alice","display_name":"","bio":""}],"total":1}}"#
            ),
        );
    }

    #[test]
    fn a_page_is_of_one_kind() {
        let query = SearchQuery {
            q: Some("a".into()),
            kind: Some(SearchKind::Users),
            page: Some(3),
            limit: None,
        };
        assert_wire(&query, r#"{"q":"a","kind":"users","page":3}"#);
        let part = query.part(SearchKind::Users).map(|part| part.offset());
        assert_eq!((part, query.part(SearchKind::Projects)), (Some(40), None));
        let first = SearchQuery::default().part(SearchKind::Datasets);
        let first = first.map(|part| (part.limit(), part.offset()));
        assert_eq!(first, Some((SearchQuery::SUGGESTED, 0)));
    }
}

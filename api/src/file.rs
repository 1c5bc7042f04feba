//! Listings of versions and outputs.

use crate::Time;
use serde::{Deserialize, Serialize};

/// What an entry of a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A folder.
    Dir,
    /// A file.
    File,
    /// Anything else: shown, but not opened.
    Other,
}

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// Its name, without the folder.
    pub name: String,
    /// What it is.
    pub kind: EntryKind,
    /// Bytes; 0 for a folder.
    pub size: u64,
    /// When its content last changed.
    pub modified: Time,
}

/// A folder: folders first, then files, each by name; or, when the path is a file's, that [`Listing::file`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Listing {
    /// The path asked for; empty for the top.
    pub path: String,
    /// The file (or other thing that is no folder) at the path; `list` is empty then. None for a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Entry>,
    /// The entries asked for.
    pub list: Vec<Entry>,
    /// Entries of the folder in all.
    pub total: u64,
    /// Bytes of the files directly in the folder.
    pub size: u64,
    /// What is being looked at.
    pub root: Root,
}

/// What a listing belongs to, so that a bare link can show where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Root {
    /// A version of a project's code.
    Code {
        /// Owner of the project.
        owner: String,
        /// Name of the project.
        name: String,
        /// Number of the version.
        version: i64,
    },
    /// A version of a dataset.
    Data {
        /// Owner of the dataset.
        owner: String,
        /// Name of the dataset.
        name: String,
        /// Number of the version.
        version: i64,
    },
    /// The output of a task.
    Output {
        /// Id of the task.
        task: String,
    },
}

/// Query of a listing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct ListQuery {
    /// The folder; empty for the top.
    pub path: String,
    /// Entries to leave out at the beginning.
    pub offset: u64,
    /// Most entries to send; 0 means [`ListQuery::MAX`].
    pub limit: u64,
}

impl ListQuery {
    /// The most entries one answer carries.
    pub const MAX: u64 = 10_000;
}

/// Query for files of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct FindQuery {
    /// The end of their names, for example `.ipynb`, whatever its case.
    #[cfg_attr(feature = "openapi", param(max_length = 32))]
    pub end: String,
}

impl FindQuery {
    /// Longest end, in characters.
    pub const END_MAX: usize = 32;
    /// Most files one answer carries.
    pub const MAX: usize = 500;
}

/// A file of a version, wherever it is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundFile {
    /// Its path from the top.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// When its content last changed.
    pub modified: Time,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn what_is_found_has_its_whole_path() {
        let found = FoundFile {
            path: "d/a.ipynb".into(),
            size: 7,
            modified: Time(0),
        };
        assert_wire(
            &found,
            r#"{"path":"d/a.ipynb","size":7,"modified":"1970-01-01T00:00:00"}"#,
        );
        let query = FindQuery {
            end: ".ipynb".into(),
        };
        assert_wire(&query, r#"{"end":".ipynb"}"#);
    }

    #[test]
    fn a_listing_says_where_it_is() {
        let listing = Listing {
            path: "d1".into(),
            file: None,
            list: vec![Entry {
                name: "a.txt".into(),
                kind: EntryKind::File,
                size: 2,
                modified: Time(0),
            }],
            total: 1,
            size: 2,
            root: Root::Output { task: "7a".into() },
        };
        assert_eq!(
            serde_json::to_string(&listing).unwrap(),
            concat!(
                r#"{"path":"d1","list":[{"name":"a.txt","kind":"file","size":2,"#,
                r#""modified":"1970-01-01T00:00:00"}],"total":1,"size":2,"#,
                r#""root":{"kind":"output","task":"7a"}}"#
            )
        );
    }

    #[test]
    fn roots_and_queries_are_exact() {
        let (owner, name) = ("alice".to_owned(), "iris".to_owned());
        let code = Root::Code {
            owner: owner.clone(),
            name: name.clone(),
            version: 2,
        };
        assert_wire(
            &code,
            r#"{"kind":"code","owner":"alice","name":"iris","version":2}"#,
        );
        let data = Root::Data {
            owner,
            name,
            version: 2,
        };
        assert_wire(
            &data,
            r#"{"kind":"data","owner":"alice","name":"iris","version":2}"#,
        );
        let query = ListQuery {
            path: "d1".into(),
            offset: 1,
            limit: 2,
        };
        assert_wire(&query, r#"{"path":"d1","offset":1,"limit":2}"#);
        assert_eq!(
            serde_json::from_str::<ListQuery>("{}").unwrap(),
            ListQuery::default()
        );
    }
}

//! A line of a list, of whichever kind.

use crate::format;
use crate::paths::Route;
use api::dataset::Dataset;
use api::project::Project;
use api::{Page, Time};

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Line {
    /// Its page.
    pub href: String,
    /// Its id.
    pub id: String,
    /// The owner's name.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// Plain text; may be empty.
    pub description: String,
    /// Whether only its owner sees it.
    pub private: bool,
    /// Number of the newest valid version; 0 when there is none.
    pub version: i64,
    /// Environment of a project, size of a dataset.
    pub kind: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// How many have starred it.
    pub stars: u64,
    /// How many public ones were forked from it.
    pub forks: u64,
    /// When it last changed.
    pub updated: Time,
}

impl From<Project> for Line {
    fn from(project: Project) -> Self {
        Self {
            href: Route::project(&project.owner, &project.name).href(),
            id: project.id,
            owner: project.owner,
            name: project.name,
            description: project.description,
            private: project.permission != 0,
            version: project.latest_version,
            kind: project.default_env,
            tags: project.tags,
            stars: project.stars,
            forks: project.forks,
            updated: project.date_updated,
        }
    }
}

impl From<Dataset> for Line {
    fn from(dataset: Dataset) -> Self {
        Self {
            href: Route::dataset(&dataset.owner, &dataset.name).href(),
            id: dataset.id,
            owner: dataset.owner,
            name: dataset.name,
            description: dataset.description,
            private: dataset.permission != 0,
            version: dataset.latest_version,
            kind: format::bytes(dataset.size_bytes),
            tags: dataset.tags,
            stars: dataset.stars,
            forks: dataset.forks,
            updated: dataset.date_updated,
        }
    }
}

/// A page of lines.
pub fn lines<T: Into<Line>>(page: Page<T>) -> Page<Line> {
    Page {
        list: page.list.into_iter().map(Into::into).collect(),
        total: page.total,
    }
}

//! What projects and datasets have in common, so that their pages are written once.

use crate::paths::{DatasetTab, ProjectTab, Route};
use api::Time;
use api::dataset::Dataset;
use api::module::ModuleType;
use api::project::Project;
use api::social::Origin;

/// Project or dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Code and the tasks that run it.
    Project,
    /// Files that tasks mount.
    Dataset,
}

impl Kind {
    /// What its versions hold.
    pub fn module_type(self) -> ModuleType {
        match self {
            Self::Project => ModuleType::Code,
            Self::Dataset => ModuleType::Data,
        }
    }
}

/// The parts of a project or dataset that have a tab or a button of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tab {
    /// README and facts.
    Overview,
    /// Files of one version.
    Files,
    /// All versions.
    Versions,
    /// Tasks: a project's, or those that mount a dataset.
    Tasks,
    /// Notebooks; projects only.
    Preview,
    /// What was forked from it.
    Forks,
    /// Comments.
    Discussion,
    /// Commands of the CLI.
    Guide,
    /// Name, visibility, deletion; the owner's.
    Settings,
    /// Upload a version; the owner's.
    Upload,
    /// New task; the owner's, projects only.
    Run,
}

/// A project or dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Which of the two.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The owner's name.
    pub owner: String,
    /// Number of the newest valid version; none when there is none.
    pub latest: Option<i64>,
    /// Id of that version.
    pub latest_id: Option<String>,
    /// Whether only its owner sees it.
    pub private: bool,
    /// Plain text; may be empty.
    pub description: String,
    /// When it was made.
    pub created: Time,
    /// When it last changed.
    pub updated: Time,
    /// How many versions it has, whatever their state.
    pub versions: u64,
    /// How many tasks it has; none for datasets.
    pub tasks: Option<u64>,
    /// What its tasks run in; none for datasets.
    pub environment: Option<String>,
    /// Bytes of all valid versions; none for projects.
    pub size_bytes: Option<u64>,
    /// Its tags, in the owner's order.
    pub tags: Vec<String>,
    /// How many users have starred it.
    pub stars: u64,
    /// Whether the reader has.
    pub starred: bool,
    /// How many public ones were forked from it.
    pub forks: u64,
    /// How many comments it has.
    pub comments: u64,
    /// What it was forked from, where the reader may see that.
    pub origin: Option<Origin>,
}

impl From<Project> for Entity {
    fn from(project: Project) -> Self {
        Self {
            kind: Kind::Project,
            id: project.id,
            name: project.name,
            owner: project.owner,
            latest: (project.latest_version > 0).then_some(project.latest_version),
            latest_id: project.latest_module_id,
            private: project.permission > 0,
            description: project.description,
            created: project.date_created,
            updated: project.date_updated,
            versions: project.versions,
            tasks: Some(project.tasks),
            environment: Some(project.default_env),
            size_bytes: None,
            tags: project.tags,
            stars: project.stars,
            starred: project.starred,
            forks: project.forks,
            comments: project.comments,
            origin: project.forked_from,
        }
    }
}

impl From<Dataset> for Entity {
    fn from(dataset: Dataset) -> Self {
        Self {
            kind: Kind::Dataset,
            id: dataset.id,
            name: dataset.name,
            owner: dataset.owner,
            latest: (dataset.latest_version > 0).then_some(dataset.latest_version),
            latest_id: dataset.latest_module_id,
            private: dataset.permission > 0,
            description: dataset.description,
            created: dataset.date_created,
            updated: dataset.date_updated,
            versions: dataset.versions,
            tasks: None,
            environment: None,
            size_bytes: Some(dataset.size_bytes),
            tags: dataset.tags,
            stars: dataset.stars,
            starred: dataset.starred,
            forks: dataset.forks,
            comments: dataset.comments,
            origin: dataset.forked_from,
        }
    }
}

impl Entity {
    /// `owner/name`.
    pub fn path(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The newest valid version's number and id.
    pub fn newest(&self) -> Option<(i64, String)> {
        self.latest.zip(self.latest_id.clone())
    }

    /// Where one of its parts stands. Files are those of the newest version; without one, and for a part that
    /// the kind does not have, it is the overview.
    pub fn route(&self, tab: Tab) -> Route {
        let files = |version| (version, String::new());
        let (user, name) = (self.owner.clone(), self.name.clone());
        match self.kind {
            Kind::Project => {
                let tab = match (tab, self.latest.map(files)) {
                    (Tab::Files, Some((version, path))) => ProjectTab::Files { version, path },
                    (Tab::Versions, _) => ProjectTab::Versions,
                    (Tab::Tasks, _) => ProjectTab::Tasks,
                    (Tab::Preview, _) => ProjectTab::Preview,
                    (Tab::Forks, _) => ProjectTab::Forks,
                    (Tab::Discussion, _) => ProjectTab::Discussion,
                    (Tab::Guide, _) => ProjectTab::Guide,
                    (Tab::Settings, _) => ProjectTab::Settings,
                    (Tab::Upload, _) => ProjectTab::Upload,
                    (Tab::Run, _) => ProjectTab::Run,
                    (Tab::Overview | Tab::Files, _) => ProjectTab::Overview,
                };
                Route::Project { user, name, tab }
            }
            Kind::Dataset => {
                let tab = match (tab, self.latest.map(files)) {
                    (Tab::Files, Some((version, path))) => DatasetTab::Files { version, path },
                    (Tab::Versions, _) => DatasetTab::Versions,
                    (Tab::Tasks, _) => DatasetTab::Tasks,
                    (Tab::Forks, _) => DatasetTab::Forks,
                    (Tab::Discussion, _) => DatasetTab::Discussion,
                    (Tab::Guide, _) => DatasetTab::Guide,
                    (Tab::Settings, _) => DatasetTab::Settings,
                    (Tab::Upload, _) => DatasetTab::Upload,
                    (Tab::Overview | Tab::Files | Tab::Preview | Tab::Run, _) => {
                        DatasetTab::Overview
                    }
                };
                Route::Dataset { user, name, tab }
            }
        }
    }

    /// The files of one of its versions.
    pub fn files(&self, version: i64) -> Route {
        self.file(version, "")
    }

    /// A file of one of its versions, by its path.
    pub fn file(&self, version: i64, path: &str) -> Route {
        let (user, name, path) = (self.owner.clone(), self.name.clone(), path.to_owned());
        match self.kind {
            Kind::Project => Route::Project {
                user,
                name,
                tab: ProjectTab::Files { version, path },
            },
            Kind::Dataset => Route::Dataset {
                user,
                name,
                tab: DatasetTab::Files { version, path },
            },
        }
    }

    /// The form for a new task with one of a project's versions.
    pub fn run_with(&self, module_id: &str) -> String {
        self.route(Tab::Run).with(&[("module", module_id)])
    }

    /// The page of what it was forked from.
    pub fn origin_route(&self) -> Option<Route> {
        let Origin { owner, name } = self.origin.as_ref()?;
        Some(match self.kind {
            Kind::Project => Route::project(owner, name),
            Kind::Dataset => Route::dataset(owner, name),
        })
    }

    /// How a task mounts one of a dataset's versions: `owner/name/version`.
    pub fn mount(&self, version: i64) -> String {
        format!("{}/{}/{version}", self.owner, self.name)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A project with two versions, of which the second is valid.
    pub(crate) fn project() -> Entity {
        Entity::from(Project {
            id: "9f".into(),
            name: "tf-mnist".into(),
            owner_id: "1f".into(),
            owner: "alice".into(),
            latest_version: 2,
            permission: 1,
            default_env: "python3".into(),
            description: String::new(),
            date_created: Time(0),
            date_updated: Time(0),
            latest_module_id: Some("34".into()),
            versions: 2,
            tasks: 1,
            tags: Vec::new(),
            stars: 0,
            starred: false,
            forks: 0,
            comments: 0,
            forked_from: None,
        })
    }

    /// A dataset without a version.
    pub(crate) fn dataset() -> Entity {
        Entity::from(Dataset {
            id: "8e".into(),
            name: "iris".into(),
            owner_id: "1f".into(),
            owner: "alice".into(),
            latest_version: 0,
            permission: 0,
            description: String::new(),
            date_created: Time(0),
            date_updated: Time(0),
            latest_module_id: None,
            versions: 0,
            size_bytes: 0,
            tags: Vec::new(),
            stars: 0,
            starred: false,
            forks: 0,
            comments: 0,
            forked_from: None,
        })
    }

    #[test]
    fn nothing_valid_is_no_version_zero() {
        assert_eq!((dataset().latest, dataset().newest()), (None, None));
        assert_eq!(project().newest(), Some((2, "34".into())));
        assert!(project().private && !dataset().private);
    }

    #[test]
    fn tabs_lead_to_their_own_places() {
        assert_eq!(
            project().route(Tab::Files).path(),
            "/alice/project/tf-mnist/files/2"
        );
        assert_eq!(
            project().route(Tab::Run).path(),
            "/alice/project/tf-mnist/run"
        );
        assert_eq!(project().files(1).path(), "/alice/project/tf-mnist/files/1");
        assert_eq!(dataset().route(Tab::Files).path(), "/alice/dataset/iris");
        assert_eq!(
            dataset().route(Tab::Upload).path(),
            "/alice/dataset/iris/upload"
        );
        assert_eq!(dataset().files(3).path(), "/alice/dataset/iris/files/3");
        assert_eq!(
            dataset().file(3, "a/b").path(),
            "/alice/dataset/iris/files/3/a/b"
        );
        assert_eq!(
            project().run_with("34"),
            "/alice/project/tf-mnist/run?module=34"
        );
        assert_eq!(dataset().mount(3), "alice/iris/3");
    }
}

//! Every address of the app as a typed value. No other file spells one.
//!
//! [`Route::parse`] reads an address, [`Route::path`] writes it, and the two agree. The app shows pages by
//! matching on a [`Route`], so an address that cannot be parsed is the not-found page, and the target of "return
//! to where one was going" is followed only after it has been parsed as one of ours ([`return_target`]).

mod account;
mod base;
mod query;
mod read;
mod shape;
mod write;

pub use account::{AccountTab, packs_fragment, packs_href};
pub use base::{base, below_base, without_base};

use api::routes;
pub use query::Query;
pub use read::decode;
use read::{checked_id, checked_name, checked_user, joined};
use write::Builder;

/// A place in the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// One's own profile, or [`Route::Explore`] for strangers.
    Home,
    /// Sign in.
    Login,
    /// Make an account.
    Register,
    /// Install the CLI and copy the token.
    Welcome,
    /// Public projects and datasets.
    Explore,
    /// One's own projects.
    Projects,
    /// One's own datasets.
    Datasets,
    /// One's own tasks.
    Tasks,
    /// One's own account.
    Settings {
        /// The part shown.
        tab: SettingsTab,
    },
    /// Everything that was found; the query's `q`, `kind` and `page` say what.
    Search,
    /// One's notifications.
    Notifications,
    /// Create a project.
    NewProject,
    /// Create a dataset.
    NewDataset,
    /// What was deleted and can be restored.
    Trash,
    /// Somebody's profile; the query's `tab` says which list.
    User {
        /// The user's name.
        user: String,
    },
    /// A project.
    Project {
        /// Its owner.
        user: String,
        /// Its name.
        name: String,
        /// The part shown.
        tab: ProjectTab,
    },
    /// A dataset.
    Dataset {
        /// Its owner.
        user: String,
        /// Its name.
        name: String,
        /// The part shown.
        tab: DatasetTab,
    },
    /// A task.
    Task {
        /// Its id.
        id: String,
        /// The part shown.
        tab: TaskTab,
    },
    /// One's own time and money.
    Account {
        /// The part shown.
        tab: AccountTab,
    },
    /// Files of any version or output by its id: the link that the CLI opens.
    Files {
        /// Id of the version or output.
        id: String,
        /// Folder or file; empty for the top.
        path: String,
    },
    /// The pieces of the app, for its makers.
    #[cfg(debug_assertions)]
    Pieces,
}

/// The parts of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProjectTab {
    /// README and facts.
    Overview,
    /// All versions.
    Versions,
    /// Its tasks.
    Tasks,
    /// What was forked from it.
    Forks,
    /// Comments.
    Discussion,
    /// Files of one version.
    Files {
        /// Number of the version.
        version: i64,
        /// Folder or file; empty for the top.
        path: String,
    },
    /// Its notebooks, rendered.
    Preview,
    /// Commands of the CLI.
    Guide,
    /// Name, visibility, deletion; the owner's.
    Settings,
    /// Upload a version.
    Upload,
    /// New task.
    Run,
}

/// The parts of a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatasetTab {
    /// README and facts.
    Overview,
    /// All versions.
    Versions,
    /// What was forked from it.
    Forks,
    /// Comments.
    Discussion,
    /// Files of one version.
    Files {
        /// Number of the version.
        version: i64,
        /// Folder or file; empty for the top.
        path: String,
    },
    /// Tasks that mount it.
    Tasks,
    /// Commands of the CLI.
    Guide,
    /// Name, visibility, deletion; the owner's.
    Settings,
    /// Upload a version.
    Upload,
}

/// The parts of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsTab {
    /// What one says of oneself.
    Profile,
    /// The e-mail address.
    Email,
    /// The password.
    Password,
    /// Sign-ins and named tokens.
    Tokens,
}

/// The parts of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskTab {
    /// State, timeline, facts.
    Overview,
    /// The whole log.
    Log,
    /// Charts of what is in the log, and of what it used of the machine.
    Metrics,
    /// Its output.
    Output {
        /// Folder or file; empty for the top.
        path: String,
    },
    /// The code it ran.
    Code {
        /// Folder or file; empty for the top.
        path: String,
    },
    /// The datasets it mounted.
    Data,
}

impl Route {
    /// The overview of a project.
    pub fn project(user: &str, name: &str) -> Self {
        Self::Project {
            user: user.to_owned(),
            name: name.to_owned(),
            tab: ProjectTab::Overview,
        }
    }

    /// The overview of a dataset.
    pub fn dataset(user: &str, name: &str) -> Self {
        Self::Dataset {
            user: user.to_owned(),
            name: name.to_owned(),
            tab: DatasetTab::Overview,
        }
    }

    /// The overview of a task.
    pub fn task(id: &str) -> Self {
        Self::Task {
            id: id.to_owned(),
            tab: TaskTab::Overview,
        }
    }

    /// The first part of the settings.
    pub fn settings() -> Self {
        Self::Settings {
            tab: SettingsTab::Profile,
        }
    }

    /// Somebody's profile.
    pub fn user(user: &str) -> Self {
        Self::User {
            user: user.to_owned(),
        }
    }

    /// Reads a path as it stands in the address bar, percent-encoded, without base, query and fragment. One slash
    /// at the end is forgiven.
    pub fn parse(path: &str) -> Option<Self> {
        let rest = path.strip_prefix('/')?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.is_empty() {
            return (path == "/").then_some(Self::Home);
        }
        let parts = rest.split('/').map(decode).collect::<Option<Vec<_>>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(match parts.as_slice() {
            ["login"] => Self::Login,
            ["register"] => Self::Register,
            ["welcome"] => Self::Welcome,
            ["explore"] => Self::Explore,
            ["projects"] => Self::Projects,
            ["datasets"] => Self::Datasets,
            ["tasks"] => Self::Tasks,
            ["settings", tab] => Self::Settings {
                tab: SettingsTab::parse(tab)?,
            },
            ["search"] => Self::Search,
            ["notifications"] => Self::Notifications,
            ["new", "project"] => Self::NewProject,
            ["new", "dataset"] => Self::NewDataset,
            ["account", tab @ ..] => Self::Account {
                tab: AccountTab::parse(tab)?,
            },
            ["trash"] => Self::Trash,
            ["task", id, tab @ ..] => Self::Task {
                id: checked_id(id)?,
                tab: TaskTab::parse(tab)?,
            },
            // The old service's addresses, which the CLI prints: the way leads over the task's page.
            ["notebook" | "serve" | "tensorboard", id] => Self::task(&checked_id(id)?),
            ["files", "data", id, path @ ..] => Self::Files {
                id: checked_id(id)?,
                path: joined(path)?,
            },
            #[cfg(debug_assertions)]
            ["_ui"] => Self::Pieces,
            [user] => Self::User {
                user: checked_user(user)?,
            },
            [user, "project", name, tab @ ..] => Self::Project {
                user: checked_user(user)?,
                name: checked_name(name)?,
                tab: ProjectTab::parse(tab)?,
            },
            [user, "dataset", name, tab @ ..] => Self::Dataset {
                user: checked_user(user)?,
                name: checked_name(name)?,
                tab: DatasetTab::parse(tab)?,
            },
            _ => return None,
        })
    }

    /// The path, percent-encoded, without the base: what [`Route::parse`] reads.
    pub fn path(&self) -> String {
        let mut out = Builder::default();
        match self {
            Self::Home => out.0.push('/'),
            Self::Login => out.push("login"),
            Self::Register => out.push("register"),
            Self::Welcome => out.push("welcome"),
            Self::Explore => out.push("explore"),
            Self::Projects => out.push("projects"),
            Self::Datasets => out.push("datasets"),
            Self::Tasks => out.push("tasks"),
            Self::Settings { tab } => out.push_all(&["settings", tab.word()]),
            Self::Search => out.push("search"),
            Self::Notifications => out.push("notifications"),
            Self::NewProject => out.push_all(&["new", "project"]),
            Self::NewDataset => out.push_all(&["new", "dataset"]),
            Self::Trash => out.push("trash"),
            Self::User { user } => out.push(user),
            Self::Project { user, name, tab } => {
                out.push_all(&[user, "project", name]);
                match tab {
                    ProjectTab::Overview => {}
                    ProjectTab::Versions => out.push("versions"),
                    ProjectTab::Tasks => out.push("tasks"),
                    ProjectTab::Forks => out.push("forks"),
                    ProjectTab::Discussion => out.push("discussion"),
                    ProjectTab::Files { version, path } => out.push_files(*version, path),
                    ProjectTab::Preview => out.push("preview"),
                    ProjectTab::Guide => out.push("guide"),
                    ProjectTab::Settings => out.push("settings"),
                    ProjectTab::Upload => out.push("upload"),
                    ProjectTab::Run => out.push("run"),
                }
            }
            Self::Dataset { user, name, tab } => {
                out.push_all(&[user, "dataset", name]);
                match tab {
                    DatasetTab::Overview => {}
                    DatasetTab::Versions => out.push("versions"),
                    DatasetTab::Forks => out.push("forks"),
                    DatasetTab::Discussion => out.push("discussion"),
                    DatasetTab::Files { version, path } => out.push_files(*version, path),
                    DatasetTab::Tasks => out.push("tasks"),
                    DatasetTab::Guide => out.push("guide"),
                    DatasetTab::Settings => out.push("settings"),
                    DatasetTab::Upload => out.push("upload"),
                }
            }
            Self::Task { id, tab } => {
                out.push_all(&["task", id]);
                match tab {
                    TaskTab::Overview => {}
                    TaskTab::Log => out.push("log"),
                    TaskTab::Metrics => out.push("metrics"),
                    TaskTab::Output { path } => out.push_tree("output", path),
                    TaskTab::Code { path } => out.push_tree("code", path),
                    TaskTab::Data => out.push("data"),
                }
            }
            Self::Account { tab } => {
                out.push("account");
                match tab {
                    AccountTab::Usage => out.push("usage"),
                    AccountTab::Wallet => out.push("wallet"),
                    AccountTab::Plan => out.push("plan"),
                    AccountTab::Order { id } => out.push_all(&["order", id]),
                }
            }
            Self::Files { id, path } => {
                out.push_all(&["files", "data"]);
                out.push_tree(id, path);
            }
            #[cfg(debug_assertions)]
            Self::Pieces => out.push("_ui"),
        }
        out.0
    }

    /// The address for a link: base and path.
    pub fn href(&self) -> String {
        let mut out = base();
        out.push_str(&self.path());
        out
    }

    /// The address with a query; pairs with an empty value are left out.
    pub fn with(&self, query: &[(&str, &str)]) -> String {
        let mut href = self.href();
        push_query(&mut href, query.iter().copied());
        href
    }

    /// The path of the page without the part of it that is shown: while it stays the same, so does the page.
    pub fn page(&self) -> String {
        match self {
            Self::Project { user, name, .. } => Self::project(user, name).path(),
            Self::Dataset { user, name, .. } => Self::dataset(user, name).path(),
            Self::Task { id, .. } => Self::task(id).path(),
            Self::Settings { .. } => Self::settings().path(),
            Self::Account {
                tab: AccountTab::Usage | AccountTab::Wallet | AccountTab::Plan,
            } => Self::Account {
                tab: AccountTab::Usage,
            }
            .path(),
            Self::Files { id, .. } => Self::Files {
                id: id.clone(),
                path: String::new(),
            }
            .path(),
            other => other.path(),
        }
    }

    /// Whether only somebody who is signed in can use it.
    pub fn needs_sign_in(&self) -> bool {
        match self {
            Self::Welcome
            | Self::Projects
            | Self::Datasets
            | Self::Tasks
            | Self::Settings { .. }
            | Self::Notifications
            | Self::NewProject
            | Self::Account { .. }
            | Self::NewDataset
            | Self::Trash => true,
            Self::Project { tab, .. } => {
                matches!(
                    tab,
                    ProjectTab::Settings | ProjectTab::Upload | ProjectTab::Run
                )
            }
            Self::Dataset { tab, .. } => matches!(tab, DatasetTab::Settings | DatasetTab::Upload),
            _ => false,
        }
    }
}

/// Appends pairs as a query; those with an empty value are left out.
pub fn push_query<'a>(address: &mut String, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) {
    let mut separator = '?';
    for (key, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        address.push(separator);
        separator = '&';
        routes::encode(key, address);
        address.push('=');
        routes::encode(value, address);
    }
}

/// The target of "return to where one was going", as the address to follow: only a place of the app itself, written
/// anew from what was understood. The sign-in and registration pages are no targets.
pub fn return_target(text: &str) -> Option<String> {
    let (route, query) = parse_local(text)?;
    // A token in a link is taken off before anything remembers it.
    let query: Vec<(&str, &str)> = query.without(&["token"]).collect();
    Some(route.with(&query))
}

fn parse_local(text: &str) -> Option<(Route, Query)> {
    let text = text.split('#').next()?;
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let route = Route::parse(path)?;
    (!matches!(route, Route::Login | Route::Register)).then(|| (route, Query::parse(query)))
}

/// The sign-in page that leads back to `here` (path and query without the base) afterwards.
pub fn login_then(here: &str) -> String {
    Route::Login.with(&[("next", here)])
}

#[cfg(test)]
mod tests;

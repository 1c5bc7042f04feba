//! What kind of page an address is, without what its names give away.

use super::{AccountTab, DatasetTab, ProjectTab, Route, TaskTab};

/// Stands for every name and id.
const NAME: &str = "_";

impl Route {
    /// The path with every name, id and file left out: `/_/project/_/files/0`. What a report of a fault may tell.
    pub fn shape(&self) -> String {
        let mut shape = self.clone();
        match &mut shape {
            Self::User { user } => hide(user),
            Self::Project { user, name, tab } => {
                hide(user);
                hide(name);
                if let ProjectTab::Files { version, path } = tab {
                    *version = 0;
                    path.clear();
                }
            }
            Self::Dataset { user, name, tab } => {
                hide(user);
                hide(name);
                if let DatasetTab::Files { version, path } = tab {
                    *version = 0;
                    path.clear();
                }
            }
            Self::Task { id, tab } => {
                hide(id);
                if let TaskTab::Output { path } | TaskTab::Code { path } = tab {
                    path.clear();
                }
            }
            Self::Files { id, path } => {
                hide(id);
                path.clear();
            }
            Self::Account {
                tab: AccountTab::Order { id },
            } => hide(id),
            _ => {}
        }
        shape.path()
    }
}

fn hide(name: &mut String) {
    NAME.clone_into(name);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_left() {
        for (path, shape) in [
            ("/", "/"),
            ("/tasks", "/tasks"),
            ("/alice", "/_"),
            ("/alice/project/secret/run", "/_/project/_/run"),
            (
                "/alice/project/secret/files/3/d/key.txt",
                "/_/project/_/files/0",
            ),
            (
                "/alice/dataset/secret/files/3/d/key.txt",
                "/_/dataset/_/files/0",
            ),
            ("/alice/dataset/secret", "/_/dataset/_"),
            (
                "/task/0123456789abcdef0123456789abcdef/output/a/b",
                "/task/_/output",
            ),
            (
                "/task/0123456789abcdef0123456789abcdef/code/a",
                "/task/_/code",
            ),
            (
                "/files/data/0123456789abcdef0123456789abcdef/a",
                "/files/data/_",
            ),
            (
                "/account/order/0123456789abcdef0123456789abcdef",
                "/account/order/_",
            ),
        ] {
            let route = Route::parse(path).unwrap_or_else(|| panic!("{path}"));
            assert_eq!(route.shape(), shape);
        }
    }
}

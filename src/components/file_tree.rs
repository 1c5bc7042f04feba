//! The files of one version or output: what the file browser and its views are about.

use crate::paths::Route;
use crate::place::Place;
use leptos::prelude::*;

/// The files of one version or output.
#[derive(Clone, Copy)]
pub struct Tree {
    /// Id of the version or output.
    pub id: Signal<String>,
    /// What its top folder is called.
    pub top: Signal<String>,
    /// The address of a path in it; empty is the top folder.
    pub route: Callback<String, Route>,
}

impl Tree {
    /// The address of a path for a link, tracked.
    pub fn href(self, place: Place, path: String) -> String {
        href_kept(place, &self.route.run(path))
    }
}

/// The address of files for a link, with the order and the hidden files as they are shown now; tracked.
pub fn href_kept(place: Place, route: &Route) -> String {
    let kept = ["sort", "hidden"].map(|key| (key, place.value(key)));
    route.with(&kept.each_ref().map(|(key, value)| (*key, value.as_str())))
}

/// A path and a name in it as one path.
pub fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    }
}

/// The folder a path is in; empty at the top.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_and_taken_apart() {
        assert_eq!(join("", "a"), "a");
        assert_eq!(join("a/b", "c"), "a/b/c");
        assert_eq!(folder_of("a/b/c"), "a/b");
        assert_eq!(folder_of("a"), "");
    }
}

//! Writes the parts of an address.

use api::routes;

/// A path, part by part, percent-encoded.
#[derive(Default)]
pub(super) struct Builder(pub(super) String);

impl Builder {
    pub(super) fn push(&mut self, part: &str) {
        self.0.push('/');
        routes::encode(part, &mut self.0);
    }

    pub(super) fn push_all(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.push(part));
    }

    pub(super) fn push_tree(&mut self, root: &str, path: &str) {
        self.push(root);
        path.split('/')
            .filter(|part| !part.is_empty())
            .for_each(|part| self.push(part));
    }

    pub(super) fn push_files(&mut self, version: i64, path: &str) {
        self.push("files");
        self.push_tree(&version.to_string(), path);
    }
}

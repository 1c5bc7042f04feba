//! The app's own upload: tus 1.0 with a list of files.
//!
//! `POST /uploads` announces the files; the upload's bytes are their contents one after another in the order of
//! the list, without anything between them, so the browser can hand over its `File`s untouched and the server
//! writes each byte where it belongs. `PATCH` with `Upload-Offset` appends, `HEAD` tells the offset, `DELETE`
//! gives up. With the last byte the version becomes valid before the answer is sent.

use crate::{Reason, Time, limits, module::ModuleType, name};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Version of the tus protocol, header `Tus-Resumable`.
pub const TUS_VERSION: &str = "1.0.0";
/// Content type of a PATCH.
pub const TUS_CONTENT_TYPE: &str = "application/offset+octet-stream";

/// Body of the request that begins an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUpload {
    /// Id of the project or dataset.
    pub entity_id: String,
    /// What the version will hold.
    pub module_type: ModuleType,
    /// The remark.
    #[serde(default)]
    pub description: String,
    /// The files in the order in which their bytes are sent.
    pub files: Vec<UploadFile>,
    /// Tells this upload from all others: asked twice with the same one, the server answers the same upload. 1 to 64 of
    /// `A-Z`, `a-z`, `0-9`, `-` and `_`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A file of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadFile {
    /// Where it goes in the version; see [`name::check_path`].
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// When it last changed where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Time>,
}

impl NewUpload {
    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files
            .iter()
            .fold(0, |sum, file| sum.saturating_add(file.size))
    }

    /// Whether this could be taken: the app asks before the first byte, the backend at its door.
    ///
    /// # Errors
    /// The reason, and the path at fault where there is one.
    pub fn check(&self) -> Result<(), (Reason, Option<String>)> {
        if self.files.is_empty() {
            return Err((Reason::EmptyUpload, None));
        }
        if self.files.len() > limits::FILES_MAX {
            return Err((Reason::TooManyFiles, None));
        }
        if self.bytes() > limits::module_bytes(self.module_type) {
            return Err((Reason::TooLarge, None));
        }
        name::check_description(&self.description)
            .map_err(|reason| (reason, Some("description".to_owned())))?;
        let mut files = HashSet::with_capacity(self.files.len());
        let mut folders = HashSet::new();
        for UploadFile { path, .. } in &self.files {
            let fault = |reason| (reason, Some(path.clone()));
            name::check_path(path).map_err(fault)?;
            if !files.insert(path.as_str()) {
                return Err(fault(Reason::IllegalPath));
            }
            let mut rest = path.as_str();
            while let Some((folder, _)) = rest.rsplit_once('/') {
                if !folders.insert(folder) {
                    break;
                }
                rest = folder;
            }
        }
        // A path cannot be both a file and a folder.
        match folders.iter().find(|folder| files.contains(*folder)) {
            Some(folder) => Err((Reason::IllegalPath, Some((*folder).to_owned()))),
            None => Ok(()),
        }
    }
}

/// Answer to the request that begins an upload (HTTP 201, `Location` is the upload's address).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadCreated {
    /// Id of the upload.
    pub id: String,
    /// Id of the version that it makes.
    pub module_id: String,
    /// Number of that version.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upload(paths: &[(&str, u64)]) -> NewUpload {
        let file = |(path, size): &(&str, u64)| UploadFile {
            path: (*path).to_owned(),
            size: *size,
            modified: None,
        };
        NewUpload {
            entity_id: "8e".into(),
            module_type: ModuleType::Code,
            description: String::new(),
            files: paths.iter().map(file).collect(),
            key: None,
        }
    }

    #[test]
    fn what_fits_is_taken() {
        let good = upload(&[("a/b/c.py", 1), ("a/d.py", 2), ("e", 0)]);
        assert_eq!((good.check(), good.bytes()), (Ok(()), 3));
    }

    #[test]
    fn what_does_not_fit_names_its_path() {
        let reason = |paths: &[(&str, u64)]| upload(paths).check().unwrap_err();
        assert_eq!(reason(&[]), (Reason::EmptyUpload, None));
        let too_large = [("a", limits::CODE_BYTES), ("b", 1)];
        assert_eq!(reason(&too_large), (Reason::TooLarge, None));
        assert_eq!(reason(&[("a", u64::MAX), ("b", 1)]).0, Reason::TooLarge);
        assert_eq!(
            reason(&[("../a", 1)]),
            (Reason::IllegalPath, Some("../a".into()))
        );
        assert_eq!(reason(&[("a", 1), ("a", 1)]).0, Reason::IllegalPath);
        assert_eq!(
            reason(&[("a/b/c", 1), ("a/b", 1)]),
            (Reason::IllegalPath, Some("a/b".into()))
        );
    }

    #[test]
    fn a_folder_met_before_a_deeper_one_still_counts() {
        let clash = upload(&[("a/b/c/d", 1), ("a/b/e", 1), ("a", 1)]);
        assert!(clash.check().is_err());
    }

    #[test]
    fn the_wire_form_is_exact() {
        assert_eq!(
            serde_json::to_string(&upload(&[("a", 1)])).unwrap(),
            r#"{"entity_id":"8e","module_type":"code","description":"","files":[{"path":"a","size":1}]}"#
        );
    }
}

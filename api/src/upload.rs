//! The app's own upload: tus 1.0 with a list of files.
//!
//! `POST /uploads` announces the files; the upload's bytes are their contents one after another in the order of
//! the list, without anything between them, so the browser can hand over its `File`s untouched and the server
//! writes each byte where it belongs. `PATCH` with `Upload-Offset` appends, `HEAD` tells the offset, `DELETE`
//! gives up. With the last byte the version becomes valid before the answer is sent.
//!
//! Files that an older version has already need not be sent: see [`NewUpload::base`].
//!
//! Whoever lost the answer to the `POST` sends it again with the same [`NewUpload::key`] and gets the same upload.

use crate::{Reason, Time, limits, module::ModuleType, name};
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::marker::PhantomData;

/// Version of the tus protocol, header `Tus-Resumable`.
pub const TUS_VERSION: &str = "1.0.0";
/// Content type of a PATCH.
pub const TUS_CONTENT_TYPE: &str = "application/offset+octet-stream";
/// Header of a request whose sender wants to look at its files before the version is made: with it an upload of which all bytes are
/// there stays open until an empty `PATCH` without it.
pub const UPLOAD_HOLD: &str = "Upload-Hold";

/// Body of the request that begins an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewUpload {
    /// Id of the project or dataset.
    pub entity_id: String,
    /// What the version will hold.
    pub module_type: ModuleType,
    /// The remark.
    #[cfg_attr(feature = "openapi", schema(max_length = 1024))]
    #[serde(default)]
    pub description: String,
    /// The files in the order in which their bytes are sent; at most 200,000 with all folders. Those with
    /// [`UploadFile::kept`] are not sent.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    #[serde(deserialize_with = "bounded")]
    pub files: Vec<UploadFile>,
    /// Folders that are to be there though no file is in them; see [`name::check_path`].
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "bounded"
    )]
    pub folders: Vec<String>,
    /// Id of a valid version of the same project or dataset: the kept files are its files, and what changed is counted
    /// against it. It may be deleted once the upload has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Tells this upload from all others: asked twice with the same one, the server answers the same upload. Made by the
    /// client; see [`name::check_upload_key`].
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// Keeps one entry more than are allowed, enough for [`NewUpload::check`] to refuse: a longer list must not take the
/// memory of its entries.
fn bounded<'de, D: Deserializer<'de>, T: Deserialize<'de>>(source: D) -> Result<Vec<T>, D::Error> {
    struct Bounded<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Bounded<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut kept = Vec::new();
            while kept.len() <= limits::FILES_MAX {
                match list.next_element()? {
                    Some(entry) => kept.push(entry),
                    None => return Ok(kept),
                }
            }
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(kept)
        }
    }
    source.deserialize_seq(Bounded(PhantomData))
}

/// A file of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadFile {
    /// Where it goes in the version; see [`name::check_path`]. Of what is unpacked, the folder that its content goes into:
    /// nothing for the top.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 1024, pattern = "^([^/]+(/[^/]+)*)?$")
    )]
    pub path: String,
    /// Its bytes.
    #[cfg_attr(feature = "openapi", schema(maximum = 21474836480_u64))]
    pub size: u64,
    /// When it last changed where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Time>,
    /// It is this file of the base, unchanged: none of its bytes are sent. Without `modified` it keeps the base's time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptFile>,
    /// It is an archive (zip, tar or tar.gz, told by its content) that is unpacked when it arrives, and not kept itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unpack: bool,
}

/// A file of an upload's base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptFile {
    /// Where it is in the base; the path in the new version when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its MD5 as `GET /module/filehash` tells it.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{32}$"))]
    pub hash: String,
}

impl UploadFile {
    /// Where its content is in the base; none of a file that is sent.
    pub fn kept_from(&self) -> Option<&str> {
        let kept = self.kept.as_ref()?;
        Some(kept.path.as_deref().unwrap_or(&self.path))
    }

    /// Bytes of it that are sent.
    pub fn sent_bytes(&self) -> u64 {
        match self.kept {
            Some(_) => 0,
            None => self.size,
        }
    }
}

impl NewUpload {
    /// Bytes that are sent.
    pub fn sent_bytes(&self) -> u64 {
        self.files
            .iter()
            .fold(0, |sum, file| sum.saturating_add(file.sent_bytes()))
    }

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
        if self.files.len() > limits::FILES_MAX || self.folders.len() > limits::FILES_MAX {
            return Err((Reason::TooManyFiles, None));
        }
        if self.bytes() > limits::module_bytes(self.module_type) {
            return Err((Reason::TooLarge, None));
        }
        name::check_description(&self.description)
            .map_err(|reason| (reason, Some("description".to_owned())))?;
        if let Some(key) = &self.key {
            name::check_upload_key(key).map_err(|_| (Reason::Malformed, Some("key".to_owned())))?;
        }
        if self.base.is_none() && self.files.iter().any(|file| file.kept.is_some()) {
            return Err((Reason::Missing, Some("base".to_owned())));
        }
        let mut files = HashSet::with_capacity(self.files.len());
        let mut archives = 0;
        let mut folders = HashSet::new();
        for path in &self.folders {
            name::check_path(path).map_err(|reason| (reason, Some(path.clone())))?;
            add_folders(&mut folders, path);
            if folders.len() > limits::FILES_MAX {
                return Err((Reason::TooManyFiles, None));
            }
        }
        for file in &self.files {
            let path = &file.path;
            let fault = |reason| (reason, Some(path.clone()));
            if file.unpack {
                if file.kept.is_some() || file.size == 0 {
                    return Err(fault(Reason::BadArchive));
                }
                if !path.is_empty() {
                    name::check_path(path).map_err(fault)?;
                    add_folders(&mut folders, path);
                }
                archives += 1;
                continue;
            }
            name::check_path(path).map_err(fault)?;
            if !files.insert(path.as_str()) {
                return Err(fault(Reason::IllegalPath));
            }
            if let Some((folder, _)) = path.rsplit_once('/') {
                add_folders(&mut folders, folder);
            }
            if files.len() + folders.len() > limits::FILES_MAX {
                return Err((Reason::TooManyFiles, None));
            }
        }
        if archives + files.len() + folders.len() > limits::FILES_MAX {
            return Err((Reason::TooManyFiles, None));
        }
        // A path cannot be both a file and a folder.
        match folders.iter().find(|folder| files.contains(*folder)) {
            Some(folder) => Err((Reason::IllegalPath, Some((*folder).to_owned()))),
            None => Ok(()),
        }
    }
}

/// Adds a folder and those it is in.
fn add_folders<'a>(folders: &mut HashSet<&'a str>, mut folder: &'a str) {
    while folders.insert(folder) {
        match folder.rsplit_once('/') {
            Some((above, _)) => folder = above,
            None => break,
        }
    }
}

/// Answer to the request that begins an upload (HTTP 201, `Location` is the upload's address).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    use crate::assert_wire;

    fn upload(paths: &[(&str, u64)]) -> NewUpload {
        let file = |(path, size): &(&str, u64)| UploadFile {
            path: (*path).to_owned(),
            size: *size,
            modified: None,
            kept: None,
            unpack: false,
        };
        NewUpload {
            entity_id: "8e".into(),
            module_type: ModuleType::Code,
            description: String::new(),
            files: paths.iter().map(file).collect(),
            folders: Vec::new(),
            base: None,
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
    fn folders_that_paths_imply_count_too() {
        let names: Vec<String> = (0..limits::FILES_MAX / 2)
            .map(|n| format!("d{n}/f"))
            .collect();
        let mut paths: Vec<(&str, u64)> = names.iter().map(|name| (name.as_str(), 0)).collect();
        assert_eq!(upload(&paths).check(), Ok(()));
        paths.push(("f", 0));
        assert_eq!(
            upload(&paths).check(),
            Err((Reason::TooManyFiles, None)),
            "100,001 files in 100,000 folders"
        );
    }

    #[test]
    fn folders_without_files_are_held_to_the_same_rules() {
        let with = |folders: &[&str]| {
            let mut new = upload(&[("a/b", 1)]);
            new.folders = folders.iter().map(|path| (*path).to_owned()).collect();
            new.check()
        };
        assert_eq!(with(&["a", "c/d/e", "c/d"]), Ok(()));
        for path in ["../up", "c/", "/c", ""] {
            let refused = with(&[path]).unwrap_err();
            assert_eq!(refused.1.as_deref(), Some(path));
        }
        for path in ["a/b", "a/b/c"] {
            assert_eq!(
                with(&[path]),
                Err((Reason::IllegalPath, Some("a/b".to_owned())))
            );
        }
        let names: Vec<String> = (0..limits::FILES_MAX).map(|n| format!("d{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(with(&names), Err((Reason::TooManyFiles, None)));
    }

    #[test]
    fn an_archive_s_path_is_a_folder() {
        let with = |path: &str, size| {
            let mut new = upload(&[("a/b", 1), (path, size)]);
            new.files[1].unpack = true;
            new.check()
        };
        for path in ["", "a", "c/d"] {
            assert_eq!(with(path, 9), Ok(()), "{path:?}");
        }
        for path in ["/", "../up", "a/b", "a/b/c"] {
            assert_eq!(with(path, 9).unwrap_err().0, Reason::IllegalPath, "{path}");
        }
        assert_eq!(with("c", 0), Err((Reason::BadArchive, Some("c".into()))));
        let mut two = upload(&[("c", 1), ("c", 2)]);
        two.files.iter_mut().for_each(|file| file.unpack = true);
        assert_eq!(two.check(), Ok(()), "both go into one folder");
        two.files[0].kept = Some(KeptFile {
            path: None,
            hash: "0".repeat(32),
        });
        two.base = Some("8f".into());
        assert_eq!(two.check(), Err((Reason::BadArchive, Some("c".into()))));
    }

    #[test]
    fn kept_files_need_a_base_and_send_nothing() {
        let mut new = upload(&[("a", 5), ("b", 7)]);
        new.files[0].kept = Some(KeptFile {
            path: Some("old".to_owned()),
            hash: "0".repeat(32),
        });
        assert_eq!(new.check(), Err((Reason::Missing, Some("base".to_owned()))));
        new.base = Some("8f".to_owned());
        assert_eq!(new.check(), Ok(()));
        assert_eq!((new.bytes(), new.sent_bytes()), (12, 7));
        assert_eq!(new.files[0].kept_from(), Some("old"));
        assert_eq!(new.files[1].kept_from(), None);
    }

    #[test]
    fn a_list_that_is_too_long_is_not_kept() {
        let text = |count: usize| {
            let files = vec![r#"{"path":"a","size":0}"#; count].join(",");
            format!(r#"{{"entity_id":"8e","module_type":"code","files":[{files}]}}"#)
        };
        let read = |count| serde_json::from_str::<NewUpload>(&text(count)).unwrap();
        assert_eq!(read(limits::FILES_MAX).files.len(), limits::FILES_MAX);
        let long = read(limits::FILES_MAX + 1000);
        assert_eq!(long.files.len(), limits::FILES_MAX + 1);
        assert_eq!(long.check(), Err((Reason::TooManyFiles, None)));
    }

    #[test]
    fn a_key_is_held_to_its_rule() {
        let mut keyed = upload(&[("a", 1)]);
        keyed.key = Some("k-1".into());
        assert_eq!(keyed.check(), Ok(()));
        keyed.key = Some("no key".into());
        assert_eq!(
            keyed.check(),
            Err((Reason::Malformed, Some("key".to_owned())))
        );
    }

    #[test]
    fn the_wire_form_is_exact() {
        let mut new = upload(&[("a", 1)]);
        assert_wire(
            &new,
            r#"{"entity_id":"8e","module_type":"code","description":"","files":[{"path":"a","size":1}]}"#,
        );
        new.key = Some("k-1".into());
        new.files[0].modified = Some(Time(0));
        assert_wire(
            &new,
            concat!(
                r#"{"entity_id":"8e","module_type":"code","description":"","#,
                r#""files":[{"path":"a","size":1,"modified":"1970-01-01T00:00:00"}],"key":"k-1"}"#
            ),
        );
        new.base = Some("8f".into());
        new.folders = vec!["c".into()];
        new.files[0].modified = None;
        new.files[0].kept = Some(KeptFile {
            path: Some("b".into()),
            hash: "0".into(),
        });
        assert_wire(
            &new,
            concat!(
                r#"{"entity_id":"8e","module_type":"code","description":"","#,
                r#""files":[{"path":"a","size":1,"kept":{"path":"b","hash":"0"}}],"#,
                r#""folders":["c"],"base":"8f","key":"k-1"}"#
            ),
        );
        let mut archive = upload(&[("", 9)]).files.remove(0);
        archive.unpack = true;
        assert_wire(&archive, r#"{"path":"","size":9,"unpack":true}"#);
        let created = UploadCreated {
            id: "1c".into(),
            module_id: "1c".into(),
            version: 3,
        };
        assert_wire(&created, r#"{"id":"1c","module_id":"1c","version":3}"#);
    }
}

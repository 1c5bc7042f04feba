//! What an upload consists of, kept beside its bytes.

use crate::beneath::Beneath;
use crate::store::{self, Store};
use crate::unpack::Limits;
use api::module::VersionChanges;
use api::upload::{NewUpload, UploadFile};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

/// The list of files: with it an upload is announced as a whole.
const FILES: &str = "files.json";
/// Folders that are to be there without a file in them.
const FOLDERS: &str = "folders.json";
/// What it builds on; only of an upload that does.
const INCREMENT: &str = "increment.json";
/// What its archives may come to; only of an upload that has some.
const LIMITS: &str = "limits.json";

/// What an upload consists of.
#[derive(Debug)]
pub(super) struct Manifest {
    /// Each kept one has a time.
    pub(super) files: Vec<UploadFile>,
    pub(super) folders: Vec<String>,
    pub(super) increment: Option<Increment>,
    /// Of all archives together.
    pub(super) limits: Option<Limits>,
}

/// How an upload builds on an older version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Increment {
    /// Id of the older version.
    pub(super) base: String,
    /// What changes if everything that is sent is another content.
    pub(super) changes: VersionChanges,
    /// MD5 in the older version of the files that are sent with the same size, by path.
    pub(super) before: HashMap<String, String>,
    /// MD5 in the older version of the files that are counted as removed, but may be in an archive, by path.
    #[serde(default)]
    pub(super) unpacked: HashMap<String, String>,
}

impl Manifest {
    /// Whether `new` asks for the same.
    pub(super) fn is_of(&self, new: &NewUpload) -> bool {
        let same = |(known, asked): (&UploadFile, &UploadFile)| {
            let base_s_time = asked.kept.is_some() && asked.modified.is_none();
            known.path == asked.path
                && known.size == asked.size
                && known.kept == asked.kept
                && known.unpack == asked.unpack
                && (base_s_time || known.modified == asked.modified)
        };
        self.files.len() == new.files.len()
            && self.files.iter().zip(&new.files).all(same)
            && self.folders == new.folders
            && self.increment.as_ref().map(|i| &i.base) == new.base.as_ref()
    }

    /// Makes the folder of the version `id` with everything that is not sent, then keeps the manifest, safe against a
    /// crash: once it can be loaded, nothing of the base is needed any more. Blocks.
    ///
    /// # Errors
    /// When the disk fails.
    pub(super) fn establish(&self, store: &Store, id: &str) -> io::Result<()> {
        let root = store.module(id);
        // A try that a crash ended.
        store::remove_tree(&root)?;
        std::fs::create_dir(&root)?;
        self.take_over(store, &root)?;
        let list = store.upload(id);
        std::fs::create_dir_all(&list)?;
        if !self.folders.is_empty() {
            save(&list, FOLDERS, &self.folders)?;
        }
        if let Some(increment) = &self.increment {
            save(&list, INCREMENT, increment)?;
        }
        if let Some(limits) = &self.limits {
            save(&list, LIMITS, limits)?;
        }
        store::sync_folder(&list)?;
        save(&list, FILES, &self.files)?;
        store::sync_folder(&list)?;
        for folder in ["modules", "uploads"] {
            store::sync_folder(&store.root().join(folder))?;
        }
        Ok(())
    }

    fn take_over(&self, store: &Store, root: &Path) -> io::Result<()> {
        for folder in &self.folders {
            std::fs::create_dir_all(root.join(folder))?;
        }
        let top = Beneath::at(root)?;
        let mut kept = self.files.iter().filter(|file| file.kept.is_some());
        if let (Some(increment), Some(first)) = (&self.increment, kept.next()) {
            let old = Beneath::at(&store.module(&increment.base))?;
            let mut within = "";
            for file in std::iter::once(first).chain(kept) {
                let Some(from) = file.kept_from() else {
                    continue;
                };
                if let Some((folder, _)) = file.path.rsplit_once('/')
                    && folder != within
                {
                    std::fs::create_dir_all(root.join(folder))?;
                    within = folder;
                }
                top.link(&old, from, &file.path)?;
            }
        } else if self.folders.is_empty() {
            return Ok(());
        }
        top.sync()
    }

    /// What is known of an announced upload; `list` is its folder. Blocks.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub(super) fn load(list: &Path) -> io::Result<Self> {
        Ok(Self {
            files: read(list, FILES)?,
            folders: optional(read(list, FOLDERS))?.unwrap_or_default(),
            increment: optional(read(list, INCREMENT))?,
            limits: optional(read(list, LIMITS))?,
        })
    }
}

fn save(folder: &Path, name: &str, value: &impl Serialize) -> io::Result<()> {
    let mut file = io::BufWriter::new(File::create(folder.join(name))?);
    serde_json::to_writer(&mut file, value)?;
    file.flush()?;
    file.get_ref().sync_all()
}

fn read<T: DeserializeOwned>(folder: &Path, name: &str) -> io::Result<T> {
    let file = io::BufReader::new(File::open(folder.join(name))?);
    Ok(serde_json::from_reader(file)?)
}

fn optional<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

//! Reading what a user dropped or chose: files, and folders with all that is in them.

use super::selection::Chosen;
use api::limits::FILES_MAX;
use futures::stream::{self, StreamExt};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Promise, Reflect};
use leptos::web_sys::{
    DataTransfer, DomException, File, FileList, FileSystemDirectoryEntry,
    FileSystemDirectoryReader, FileSystemEntry, FileSystemFileEntry,
};
use std::collections::{HashMap, HashSet};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Files that were chosen, with what is known of each.
#[derive(Clone, Debug, Default)]
pub struct Picked {
    /// Paths, sizes, times.
    pub chosen: Vec<Chosen>,
    /// The files in the same order. Their bytes stay where they are.
    pub files: Vec<File>,
    /// Paths of folders without anything in them, as far as the browser tells of them.
    pub folders: Vec<String>,
}

/// Files of a drop that are asked for at the same time.
const AT_ONCE: usize = 32;
/// How long something may take without a pause, in milliseconds: the page answers its user in between.
const TURN_MS: f64 = 20.0;

/// Long work on the page's thread, in turns.
struct Turn(f64);

impl Turn {
    fn begin() -> Self {
        Self(js_sys::Date::now())
    }

    fn is_over(&self) -> bool {
        js_sys::Date::now() - self.0 > TURN_MS
    }

    /// Lets others have theirs.
    async fn end(&mut self) {
        TimeoutFuture::new(0).await;
        *self = Self::begin();
    }
}

/// Why files could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PickError {
    /// More than [`FILES_MAX`].
    TooMany,
    /// This file or folder cannot be read.
    Unreadable(String),
}

impl Picked {
    /// Bytes of a file.
    pub fn size(&self, at: usize) -> u64 {
        self.chosen.get(at).map_or(0, |file| file.size)
    }

    /// Adds what was picked now; a path that is there already is replaced by the newer file.
    pub fn merge(&mut self, more: Self) {
        let mut known: HashMap<String, usize> = self
            .chosen
            .iter()
            .enumerate()
            .map(|(at, file)| (file.path.clone(), at))
            .collect();
        for (chosen, file) in more.chosen.into_iter().zip(more.files) {
            match known.get(&chosen.path) {
                Some(at) => (self.chosen[*at], self.files[*at]) = (chosen, file),
                None => {
                    known.insert(chosen.path.clone(), self.chosen.len());
                    self.chosen.push(chosen);
                    self.files.push(file);
                }
            }
        }
        let known: HashSet<String> = self.folders.iter().cloned().collect();
        let new = |folder: &String| !known.contains(folder);
        self.folders.extend(more.folders.into_iter().filter(new));
    }

    fn push(&mut self, path: String, file: File) -> Result<(), PickError> {
        if self.files.len() >= FILES_MAX {
            return Err(PickError::TooMany);
        }
        self.chosen.push(Chosen {
            path,
            size: file.size() as u64,
            modified: file.last_modified() as i64,
        });
        self.files.push(file);
        Ok(())
    }
}

/// The files of an `<input type="file">`; with `webkitdirectory` they carry their paths.
pub struct Listed(Vec<File>);

impl Listed {
    /// Takes the list, which ends with the next choice.
    pub fn take(list: &FileList) -> Self {
        Self((0..list.length()).filter_map(|at| list.get(at)).collect())
    }

    /// Looks at each of them. `tell` hears now and then how many that were.
    ///
    /// # Errors
    /// [`PickError::TooMany`].
    pub async fn read(self, tell: impl Fn(usize)) -> Result<Picked, PickError> {
        let mut picked = Picked::default();
        let mut turn = Turn::begin();
        for file in self.0 {
            let path = Reflect::get(&file, &"webkitRelativePath".into()).ok();
            let path = path
                .and_then(|path| path.as_string())
                .filter(|path| !path.is_empty());
            // Its size, which nobody has asked for before, is a question to another process.
            picked.push(path.unwrap_or_else(|| file.name()), file)?;
            if turn.is_over() {
                tell(picked.files.len());
                turn.end().await;
            }
        }
        Ok(picked)
    }
}

/// What lies in a drop. Taken at once, because the drop is emptied when its event is over; read later.
pub struct Dropped {
    entries: Vec<FileSystemEntry>,
    loose: Vec<File>,
}

impl Dropped {
    /// Takes what lies in the drop.
    pub fn take(transfer: &DataTransfer) -> Self {
        let (mut entries, mut loose) = (Vec::new(), Vec::new());
        let items = transfer.items();
        for item in (0..items.length()).filter_map(|at| items.get(at)) {
            if item.kind() != "file" {
                continue;
            }
            match item.webkit_get_as_entry() {
                Ok(Some(entry)) => entries.push(entry),
                _ => loose.extend(item.get_as_file().ok().flatten()),
            }
        }
        Self { entries, loose }
    }

    /// Reads the folders to their ends. `tell` hears now and then how many files there are so far.
    ///
    /// # Errors
    /// See [`PickError`].
    pub async fn read(self, tell: impl Fn(usize)) -> Result<Picked, PickError> {
        let mut picked = Picked::default();
        for file in self.loose {
            picked.push(file.name(), file)?;
        }
        let (mut folders, mut files) = (Vec::new(), Vec::new());
        let mut entries = self.entries;
        let mut turn = Turn::begin();
        loop {
            for entry in entries.drain(..) {
                let path = entry.full_path().trim_start_matches('/').to_owned();
                match entry.is_directory() {
                    true => folders.push((path, entry)),
                    false => files.push((path, entry)),
                }
            }
            // The files of a folder before the next one, so that they stay together.
            let mut found = stream::iter(files.drain(..))
                .map(async |(path, entry): (String, FileSystemEntry)| {
                    match file_of(entry.unchecked_ref()).await {
                        Ok(file) => Ok((path, file)),
                        Err(_) => Err(PickError::Unreadable(path)),
                    }
                })
                .buffered(AT_ONCE);
            while let Some(file) = found.next().await {
                let (path, file) = file?;
                picked.push(path, file)?;
                if turn.is_over() {
                    tell(picked.files.len());
                    turn.end().await;
                }
            }
            drop(found);
            let Some((path, folder)) = folders.pop() else {
                return Ok(picked);
            };
            let folder: FileSystemDirectoryEntry = folder.unchecked_into();
            let children = list(&folder.create_reader()).await;
            entries = children.map_err(|_| PickError::Unreadable(path.clone()))?;
            if entries.is_empty() {
                if picked.folders.len() >= FILES_MAX {
                    return Err(PickError::TooMany);
                }
                picked.folders.push(path);
            }
        }
    }
}

/// All entries of a folder: a browser hands them out in batches, and an empty batch is the end.
async fn list(reader: &FileSystemDirectoryReader) -> Result<Vec<FileSystemEntry>, JsValue> {
    let mut all = Vec::new();
    loop {
        let batch = Promise::new(&mut |done, failed| {
            if let Err(error) = reader.read_entries_with_callback_and_callback(&done, &failed) {
                // The promise is the only one who listens.
                let _ = failed.call1(&JsValue::NULL, &error);
            }
        });
        let batch: Array = JsFuture::from(batch).await?.unchecked_into();
        if batch.length() == 0 {
            return Ok(all);
        }
        all.extend(batch.iter().map(FileSystemEntry::unchecked_from_js));
    }
}

async fn file_of(entry: &FileSystemFileEntry) -> Result<File, JsValue> {
    let file =
        Promise::new(&mut |done, failed| entry.file_with_callback_and_callback(&done, &failed));
    Ok(JsFuture::from(file).await?.unchecked_into())
}

/// Whether a file can still be read as it was when it was chosen: browsers refuse once it changed or vanished.
pub async fn is_readable(file: &File) -> bool {
    let Ok(head) = file.slice_with_i32_and_i32(0, 1) else {
        return false;
    };
    match JsFuture::from(head.array_buffer()).await {
        Ok(_) => true,
        // Only this says something of the file.
        Err(error) => !error.is_instance_of::<DomException>(),
    }
}

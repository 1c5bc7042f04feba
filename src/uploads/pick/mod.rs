//! What a user dropped or chose: files, and folders with all that is in them.

mod offer;

pub use offer::{Offer, allowed};

use super::selection::Chosen;
use api::limits::FILES_MAX;
use leptos::web_sys::{DomException, File};
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
    /// Handles of what was chosen, from which all of it can be read again; as long as one thing came without, they are not all.
    pub roots: Vec<JsValue>,
}

/// Why files could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PickError {
    /// More than [`FILES_MAX`].
    TooMany,
    /// This file or folder cannot be read.
    Unreadable(String),
    /// The user did not let the page read what was chosen.
    NotAllowed,
}

impl Picked {
    /// Bytes of a file.
    pub fn size(&self, at: usize) -> u64 {
        self.chosen.get(at).map_or(0, |file| file.size)
    }

    /// Adds what was picked now; a path that is there already is replaced by the newer file.
    pub fn merge(&mut self, more: Self) {
        let twice = {
            let all = self.chosen.iter().chain(&more.chosen);
            let paths: HashSet<&str> = all.map(|file| file.path.as_str()).collect();
            paths.len() < self.chosen.len() + more.chosen.len()
        };
        match twice {
            true => self.replace(more.chosen, more.files),
            false => {
                self.chosen.extend(more.chosen);
                self.files.extend(more.files);
            }
        }
        let known: HashSet<String> = self.folders.iter().cloned().collect();
        let new = |folder: &String| !known.contains(folder);
        self.folders.extend(more.folders.into_iter().filter(new));
        self.roots.extend(more.roots);
    }

    /// Adds files of which some are there already.
    fn replace(&mut self, chosen: Vec<Chosen>, files: Vec<File>) {
        let known = self.chosen.iter().enumerate();
        let mut known: HashMap<String, usize> =
            known.map(|(at, file)| (file.path.clone(), at)).collect();
        for (chosen, file) in chosen.into_iter().zip(files) {
            match known.get(&chosen.path) {
                Some(at) => (self.chosen[*at], self.files[*at]) = (chosen, file),
                None => {
                    known.insert(chosen.path.clone(), self.chosen.len());
                    self.chosen.push(chosen);
                    self.files.push(file);
                }
            }
        }
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

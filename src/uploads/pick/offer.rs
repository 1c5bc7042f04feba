//! Reading what was offered to the end, step by step, so that the page never waits.
//!
//! Handles of the File System API outlive their page, so they are kept where there are any. Files are had through the entries of a drop
//! if they can: those that come from handles are sent a quarter as fast. A dialog with handles is still better than an
//! `<input>`, whose list stops the page for half a minute when it is long.

use super::{PickError, Picked};
use crate::untyped::{call, get, set};
use api::limits::FILES_MAX;
use futures::stream::{self, StreamExt};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Object, Promise};
use leptos::prelude::window;
use leptos::web_sys::{DataTransfer, File, FileList, FileSystemEntry};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Files that are asked for at the same time.
const AT_ONCE: usize = 32;
/// Handles of a folder that are held at the same time.
const BATCH: usize = 256;
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

/// What a user dropped or chose. Taken at once, because it is gone when its event is over; read later.
pub struct Offer(Vec<Item>);

/// One thing of an offer, in all the ways in which the browser has it.
struct Item {
    /// Asked for its handle.
    handle: Option<Promise>,
    entry: Option<FileSystemEntry>,
    file: Option<File>,
}

/// A file or folder that can be asked what it is.
enum Node {
    Entry(FileSystemEntry),
    Handle(JsValue),
}

impl Offer {
    /// The files of an `<input type="file">`; with `webkitdirectory` they carry their paths. The list ends with the next choice.
    pub fn of_list(list: &FileList) -> Self {
        let files = (0..list.length()).filter_map(|at| list.get(at));
        Self(
            files
                .map(|file| Item::new(None, None, Some(file)))
                .collect(),
        )
    }

    /// What lies in a drop, which is emptied when its event is over.
    pub fn of_drop(transfer: &DataTransfer) -> Self {
        let items = transfer.items();
        let items = (0..items.length()).filter_map(|at| items.get(at));
        let taken = items.filter(|item| item.kind() == "file").map(|item| {
            let handle = call(&item, "getAsFileSystemHandle", &[]);
            let entry = item.webkit_get_as_entry().ok().flatten();
            let file = item.get_as_file().ok().flatten();
            Item::new(handle.map(JsCast::unchecked_into), entry, file)
        });
        Self(taken.collect())
    }

    /// What is behind handles.
    pub fn of_handles(handles: &[JsValue]) -> Self {
        let items = handles
            .iter()
            .map(|handle| Item::new(Some(Promise::resolve(handle)), None, None));
        Self(items.collect())
    }

    /// Asks the user for a folder or for files, where the browser does that with handles. It does within a click only.
    pub fn ask(folder: bool) -> Option<impl Future<Output = Result<Self, JsValue>>> {
        let options = Object::new();
        let method = if folder {
            "showDirectoryPicker"
        } else {
            set(&options, "multiple", &JsValue::TRUE);
            "showOpenFilePicker"
        };
        let asked = call(&window(), method, &[options.into()])?;
        Some(async move {
            let chosen = JsFuture::from(Promise::from(asked)).await?;
            let handles = match chosen.dyn_into::<Array>() {
                Ok(files) => files.to_vec(),
                Err(folder) => vec![folder],
            };
            Ok(Self::of_handles(&handles))
        })
    }

    /// Reads the folders to their ends. `tell` hears now and then how many files there are so far.
    ///
    /// # Errors
    /// See [`PickError`].
    pub async fn read(self, tell: impl Fn(usize)) -> Result<Picked, PickError> {
        let mut reading = Reading {
            picked: Picked::default(),
            turn: Turn::begin(),
            tell,
        };
        let mut nodes = Vec::new();
        for item in self.0 {
            let handle = match item.handle {
                // Of some folders a browser gives none.
                Some(asked) => JsFuture::from(asked).await.ok().filter(JsValue::is_object),
                None => None,
            };
            reading.picked.roots.extend(handle.clone());
            match (item.entry, handle, item.file) {
                (Some(entry), ..) => nodes.push(Node::Entry(entry)),
                (None, Some(handle), _) => nodes.push(Node::Handle(handle)),
                (None, None, Some(file)) => reading.take(listed_path(&file), file).await?,
                (None, None, None) => {}
            }
        }
        let named = |node: Node| (node.name(), node);
        reading.walk(nodes.into_iter().map(named).collect()).await?;
        Ok(reading.picked)
    }
}

/// Whether all that is behind handles may be read. `ask`: the user is asked for it, within a click only.
pub async fn allowed(handles: &[JsValue], ask: bool) -> bool {
    let method = if ask {
        "requestPermission"
    } else {
        "queryPermission"
    };
    for handle in handles {
        let Some(asked) = call(handle, method, &[]) else {
            return false;
        };
        let answer = JsFuture::from(Promise::from(asked)).await.ok();
        if answer.and_then(|answer| answer.as_string()).as_deref() != Some("granted") {
            return false;
        }
    }
    !handles.is_empty()
}

/// Where a file of an `<input>` lies.
fn listed_path(file: &File) -> String {
    let path = get(file, "webkitRelativePath").as_string();
    path.filter(|path| !path.is_empty())
        .unwrap_or_else(|| file.name())
}

impl Item {
    fn new(handle: Option<Promise>, entry: Option<FileSystemEntry>, file: Option<File>) -> Self {
        Self {
            handle,
            entry,
            file,
        }
    }
}

impl Node {
    fn name(&self) -> String {
        match self {
            Self::Entry(entry) => entry.name(),
            Self::Handle(handle) => get(handle, "name").as_string().unwrap_or_default(),
        }
    }

    fn is_folder(&self) -> bool {
        match self {
            Self::Entry(entry) => entry.is_directory(),
            Self::Handle(handle) => get(handle, "kind") == "directory",
        }
    }

    async fn file(&self) -> Result<File, JsValue> {
        let asked = match self {
            Self::Entry(entry) => called_back(entry, "file"),
            Self::Handle(handle) => promised(handle, "getFile")?,
        };
        Ok(JsFuture::from(asked).await?.unchecked_into())
    }

    /// What lists a folder.
    fn list(&self) -> Result<Listing, JsValue> {
        let (of, method) = match self {
            Self::Entry(entry) => (entry.as_ref(), "createReader"),
            Self::Handle(handle) => (handle, "values"),
        };
        let listing = call(of, method, &[]).ok_or(JsValue::NULL)?;
        Ok(match self {
            Self::Entry(_) => Listing::Entries(listing),
            Self::Handle(_) => Listing::Handles(listing),
        })
    }
}

/// Lists a folder, a batch after the other: a hundred thousand handles at once would be a gigabyte in the browser.
enum Listing {
    Entries(JsValue),
    Handles(JsValue),
}

impl Listing {
    /// What comes next; nothing at the end.
    async fn batch(&self) -> Result<Vec<Node>, JsValue> {
        match self {
            Self::Entries(reader) => {
                let batch: Array = JsFuture::from(called_back(reader, "readEntries"))
                    .await?
                    .unchecked_into();
                let entries = batch.iter().map(FileSystemEntry::unchecked_from_js);
                Ok(entries.map(Node::Entry).collect())
            }
            Self::Handles(values) => {
                let mut batch = Vec::new();
                while batch.len() < BATCH {
                    let next = JsFuture::from(promised(values, "next")?).await?;
                    if get(&next, "done").is_truthy() {
                        break;
                    }
                    batch.push(Node::Handle(get(&next, "value")));
                }
                Ok(batch)
            }
        }
    }
}

/// What a method promises.
fn promised(of: &JsValue, method: &str) -> Result<Promise, JsValue> {
    Ok(call(of, method, &[]).ok_or(JsValue::NULL)?.unchecked_into())
}

/// What a method calls back with.
fn called_back(of: &JsValue, method: &str) -> Promise {
    Promise::new(&mut |done, failed| {
        call(of, method, &[done.into(), failed.into()]);
    })
}

/// An offer that is being read.
struct Reading<F> {
    picked: Picked,
    turn: Turn,
    tell: F,
}

impl<F: Fn(usize)> Reading<F> {
    async fn take(&mut self, path: String, file: File) -> Result<(), PickError> {
        // The size of a file of a list, which nobody has asked for before, is a question to another process.
        self.picked.push(path, file)?;
        if self.turn.is_over() {
            (self.tell)(self.picked.files.len());
            self.turn.end().await;
        }
        Ok(())
    }

    async fn walk(&mut self, nodes: Vec<(String, Node)>) -> Result<(), PickError> {
        let mut folders = self.files(nodes).await?;
        while let Some((path, folder)) = folders.pop() {
            let unreadable = |_| PickError::Unreadable(path.clone());
            let listing = folder.list().map_err(unreadable)?;
            let mut is_empty = true;
            loop {
                let batch = listing.batch().await.map_err(unreadable)?;
                if batch.is_empty() {
                    break;
                }
                is_empty = false;
                let below = |node: Node| (format!("{path}/{}", node.name()), node);
                // The files of a folder before the next one, so that they stay together.
                folders.extend(self.files(batch.into_iter().map(below).collect()).await?);
            }
            if is_empty {
                if self.picked.folders.len() >= FILES_MAX {
                    return Err(PickError::TooMany);
                }
                self.picked.folders.push(path);
            }
        }
        Ok(())
    }

    /// Takes the files, and answers the folders.
    async fn files(
        &mut self,
        nodes: Vec<(String, Node)>,
    ) -> Result<Vec<(String, Node)>, PickError> {
        let (folders, files) = nodes.into_iter().partition(|(_, node)| node.is_folder());
        let files: Vec<(String, Node)> = files;
        let mut found = stream::iter(files)
            .map(
                async |(path, node): (String, Node)| match node.file().await {
                    Ok(file) => Ok((path, file)),
                    Err(_) => Err(PickError::Unreadable(path)),
                },
            )
            .buffered(AT_ONCE);
        while let Some(file) = found.next().await {
            let (path, file) = file?;
            self.take(path, file).await?;
        }
        Ok(folders)
    }
}

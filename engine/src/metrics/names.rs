//! Names as they stand in lines, and what is known of each.

use super::keys::{self, Key};
use std::collections::HashMap;

/// Most bytes of a name.
pub(super) const NAME_MAX: usize = 200;
/// Names that are remembered.
const NAMES_MAX: usize = 4096;

/// Number of a name; good until the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(u32);

#[derive(Debug)]
struct Name {
    text: Box<str>,
    key: Key,
    series: Option<u32>,
    /// The name that followed in a line before: lines are much alike, and to compare is faster than to search.
    next: u32,
}

/// The names of the lines so far, as many as are remembered.
#[derive(Debug)]
pub(super) struct Names {
    /// The first stands before the first of a line.
    list: Vec<Name>,
    ids: HashMap<Box<[u8]>, u32>,
    /// The name before, in this line.
    last: u32,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            list: vec![Name {
                text: "".into(),
                key: Key::Ignored,
                series: None,
                next: 0,
            }],
            ids: HashMap::new(),
            last: 0,
        }
    }
}

impl Names {
    /// A line begins.
    pub(super) fn begin(&mut self) {
        self.last = 0;
        if self.list.len() > NAMES_MAX {
            *self = Self::default();
        }
    }

    /// The name that is `text`; `None` where that is no name: nothing, too long, or no text.
    pub(super) fn find(&mut self, text: &[u8]) -> Option<Id> {
        let guess = self.list[self.last as usize].next;
        let same = guess > 0 && self.list[guess as usize].text.as_bytes() == text;
        let id = if same { guess } else { self.search(text)? };
        self.list[self.last as usize].next = id;
        self.last = id;
        Some(Id(id))
    }

    fn search(&mut self, text: &[u8]) -> Option<u32> {
        if let Some(id) = self.ids.get(text) {
            return Some(*id);
        }
        let name = str::from_utf8(text).ok()?;
        if name.is_empty() || name.len() > NAME_MAX {
            return None;
        }
        let id = self.list.len() as u32;
        self.list.push(Name {
            text: name.into(),
            key: keys::classify(name),
            series: None,
            next: 0,
        });
        self.ids.insert(text.into(), id);
        Some(id)
    }

    pub(super) fn text(&self, id: Id) -> &str {
        &self.list[id.0 as usize].text
    }

    pub(super) fn key(&self, id: Id) -> Key {
        self.list[id.0 as usize].key
    }

    /// The number of its series, where it was told.
    pub(super) fn series(&self, id: Id) -> Option<usize> {
        self.list[id.0 as usize].series.map(|at| at as usize)
    }

    /// Tells the number of a name's series.
    pub(super) fn set_series(&mut self, id: Id, at: usize) {
        self.list[id.0 as usize].series = Some(at as u32);
    }

    /// Series from number `count` on are no more.
    pub(super) fn forget_series(&mut self, count: usize) {
        for name in &mut self.list {
            name.series = name.series.filter(|at| (*at as usize) < count);
        }
    }
}

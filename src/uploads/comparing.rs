//! Comparing what was chosen with the newest version: the page's part, step by step, so that the page never waits.

use super::compare::{Comparison, Fate, Sum};
use crate::client;
use crate::work::{COMPARER, FromComparer, Said, Side, ToComparer, Verdict};
use api::module::ModuleType;
use js_sys::Array;
use leptos::prelude::*;
use leptos::web_sys::File;
use std::ops::Range;

/// Files that are listed in one message.
const LIST_FILES: usize = 1_000;
/// Files that are handed over in one message.
const READ_FILES: usize = 128;
/// Files the worker has and has not answered for.
const OPEN_FILES: usize = 512;

/// How the comparison stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Compared {
    /// There is nothing to compare: no files, or no version.
    #[default]
    Nothing,
    /// The version is asked for.
    Asking,
    /// What is known.
    Known(Comparison),
    /// It cannot be had; all is sent.
    Failed,
}

impl Compared {
    /// What is known.
    pub fn known(&self) -> Option<&Comparison> {
        match self {
            Self::Known(comparison) => Some(comparison),
            _ => None,
        }
    }
}

/// The files that are compared.
pub trait Source {
    /// How many.
    fn count(&self) -> usize;

    /// Path and bytes of some, in the order in which they are sent.
    fn list(&self, range: Range<usize>) -> Vec<(String, u64)>;

    /// One of them.
    fn file(&self, at: usize) -> Option<File>;
}

/// Compares `source` with the newest version of a project or dataset, and keeps `compared` true meanwhile. Dropping the
/// future ends the worker.
pub async fn compare(
    kind: ModuleType,
    entity: &str,
    source: impl Source,
    compared: RwSignal<Compared>,
) {
    compared.try_set(Compared::Asking);
    if steps(kind, entity, source, compared).await.is_none() {
        compared.try_set(Compared::Failed);
    }
}

async fn steps(
    kind: ModuleType,
    entity: &str,
    source: impl Source,
    compared: RwSignal<Compared>,
) -> Option<()> {
    let answer = client::modules::filehash(kind, entity).await.ok()?;
    let (comparer, mut said) = Side::start(COMPARER).await?;
    comparer.give(&ToComparer::Base, &Array::of1(&answer));
    drop(answer);
    let (FromComparer::Base(base), _) = said.next().await? else {
        return None;
    };
    let Some(base) = base else {
        compared.try_set(Compared::Nothing);
        return Some(());
    };
    let total = source.count();
    compared.try_set(Compared::Known(Comparison::new(base, total)));
    let update = |change: &mut dyn FnMut(&mut Comparison)| {
        compared.try_update(|compared| {
            if let Compared::Known(comparison) = compared {
                change(comparison);
            }
        })
    };
    let none = Array::new();
    for from in (0..total).step_by(LIST_FILES) {
        let list = source.list(from..(from + LIST_FILES).min(total));
        let sizes: Vec<u64> = list.iter().map(|(_, bytes)| *bytes).collect();
        comparer.say(&ToComparer::List(list), &none);
        let (FromComparer::Listed(verdicts), _) = said.next().await? else {
            return None;
        };
        let files = || verdicts.iter().map(fate).zip(sizes.iter().copied());
        update(&mut |comparison| comparison.listed(files()))?;
    }
    comparer.say(&ToComparer::End, &none);
    let (FromComparer::Removed { files, bytes, list }, _) = said.next().await? else {
        return None;
    };
    update(&mut |comparison| {
        comparison.removed = Sum { files, bytes };
        comparison.removed_list.clone_from(&list);
    })?;
    read(&comparer, &mut said, &source, compared, &update).await
}

/// Hands the worker the files whose contents decide, a few at a time, until all are known.
async fn read(
    comparer: &Side,
    said: &mut Said,
    source: &impl Source,
    compared: RwSignal<Compared>,
    update: &impl Fn(&mut dyn FnMut(&mut Comparison)) -> Option<()>,
) -> Option<()> {
    let (mut from, mut open) = (0, 0);
    loop {
        while open + READ_FILES <= OPEN_FILES {
            let batch = compared.try_with_untracked(|compared| next(compared.known(), from))?;
            let Some(last) = batch.last() else {
                break;
            };
            from = *last as usize + 1;
            open += batch.len();
            let files: Option<Array> = batch.iter().map(|at| source.file(*at as usize)).collect();
            comparer.say(&ToComparer::Read(batch), &files?);
        }
        if open == 0 {
            return Some(());
        }
        let (FromComparer::Read { files, bytes }, _) = said.next().await? else {
            return None;
        };
        open = open.saturating_sub(files.len());
        update(&mut |comparison| {
            comparison.read = comparison.read.saturating_add(bytes);
            for (file, md5) in &files {
                comparison.judged(*file as usize, md5.as_deref());
            }
        })?;
    }
}

/// Numbers of the next files to be read, from this one on.
fn next(comparison: Option<&Comparison>, mut from: usize) -> Vec<u32> {
    let mut batch = Vec::new();
    while batch.len() < READ_FILES
        && let Some(at) = comparison.and_then(|comparison| comparison.next_unknown(from))
    {
        batch.push(at as u32);
        from = at + 1;
    }
    batch
}

fn fate(verdict: &Verdict) -> Fate {
    match verdict {
        Verdict::Added => Fate::Added,
        Verdict::Changed => Fate::Changed,
        Verdict::Alike => Fate::Unknown,
    }
}

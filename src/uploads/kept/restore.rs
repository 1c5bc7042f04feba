//! Taking up what another page has begun.

use super::{Again, Head, Memory, lock, store};
use crate::client;
use crate::client::ClientError;
use crate::uploads::browser::Browser;
use crate::uploads::outbox::Outbox;
use crate::uploads::pick::{Offer, allowed};
use crate::uploads::queue::{Found, State, Upload, Uploads};
use crate::uploads::run::{Made, Work};
use api::Reason;
use api::module::ModuleState;
use api::upload::{NewUpload, UploadFile};
use engine::plan::Plan;
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// How an upload stands on the server.
enum Stand {
    /// It has so many bytes.
    At(u64),
    /// The version is there.
    Made(Made),
    /// It has never been asked, or gave it up.
    Gone,
    /// It cannot be asked now.
    Unknown,
}

/// Puts the uploads of a user that no open page has back into the list.
pub async fn restore(uploads: Uploads, uid: &str) {
    for id in store::ids().await {
        if uploads.has(&id) {
            continue;
        }
        let Some((head, new, roots)) = store::get(&id).await else {
            // Written by another release, or not to its end. While its page writes, that page has it.
            if lock::take(&id).await {
                store::remove(&id).await;
            }
            continue;
        };
        if head.uid != uid || !lock::take(&id).await {
            continue;
        }
        let stand = stand(&head).await;
        // The user may be another one by now.
        if uploads.is_of(uid) {
            put_back(uploads, head, new, roots, stand);
        }
    }
}

async fn stand(head: &Head) -> Stand {
    let Some(created) = head.created.clone() else {
        return Stand::Gone;
    };
    match client::uploads::offset(&created.id).await {
        Ok(offset) => Stand::At(offset),
        Err(error) if is_gone(&error) => match client::modules::get(&created.module_id).await {
            Ok(version) if version.state == ModuleState::Valid => {
                let changes = version.changes;
                Stand::Made(Made {
                    created,
                    changes,
                    check: None,
                })
            }
            Err(error) if error.is_passing() || error.ends_session() => Stand::Unknown,
            _ => Stand::Gone,
        },
        Err(_) => Stand::Unknown,
    }
}

fn is_gone(error: &ClientError) -> bool {
    error.reason() == Some(Reason::UploadGone)
}

fn put_back(uploads: Uploads, mut head: Head, new: NewUpload, roots: Vec<JsValue>, stand: Stand) {
    let sizes: Vec<u64> = new.files.iter().map(UploadFile::sent_bytes).collect();
    let Some(plan) = Plan::new(&sizes) else {
        Memory::held(head, roots).drop_record();
        return;
    };
    let (target, bytes) = (head.target.clone(), plan.bytes());
    let again = Again::new(&new, &head, roots.clone());
    if matches!(stand, Stand::Gone) {
        head.created = None;
    }
    let created = head.created.clone();
    let memory = Memory::held(head, roots);
    let (state, sent) = match stand {
        // All bytes are there; only the end of it was not seen.
        Stand::At(sent) if sent == bytes => (State::Queued, sent),
        Stand::At(sent) => (State::Lost, sent),
        Stand::Made(made) => {
            memory.drop_record();
            (State::Done(made), bytes)
        }
        Stand::Gone | Stand::Unknown => (State::Lost, 0),
    };
    let world = Browser {
        outbox: Rc::new(Outbox::new(again.files())),
        memory,
        again: Some(again.clone()),
    };
    let work = Rc::new(Work::begun(new, plan, world, created));
    let is_lost = state == State::Lost;
    let found = Found {
        target,
        files: sizes.len(),
        bytes,
        state,
        sent,
    };
    let upload = uploads.put_back(found, work);
    if is_lost {
        spawn_local(read_again(uploads, upload, again));
    }
}

/// Goes on with an upload if the browser still lets the page read its files, and all are what they were. Otherwise the user is asked.
async fn read_again(uploads: Uploads, upload: Upload, again: Again) {
    if allowed(&again.roots, false).await
        && let Ok(picked) = Offer::of_handles(&again.roots).read(|_| {}).await
        && again.offer(&picked).is_none()
    {
        uploads.resume(&upload);
    }
}

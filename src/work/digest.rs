//! The MD5 of the user's files, in a worker.

use crate::untyped::{call, get, set};
use futures::channel::mpsc::UnboundedReceiver;
use futures::stream::{self, StreamExt};
use js_sys::{Array, ArrayBuffer, Object, Promise, Uint8Array};
use leptos::web_sys::{Blob, File};
use md5::{Digest, Md5};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How much of a file is read at once, in bytes. Smaller files are read together: what one costs is the question for it.
const PIECE_BYTES: f64 = 1024.0 * 1024.0;
/// Most files that are read together.
const GROUP_FILES: usize = 128;
/// Most bytes that are read together.
const GROUP_BYTES: f64 = 4.0 * PIECE_BYTES;
/// Large files and groups of small ones that are read at the same time.
const AT_ONCE: usize = 4;

/// Files with their numbers.
type Group = Vec<(u32, File)>;

/// Hashes files as they come. `tell` hears how many bytes have been read, `done` of each file its MD5, or none when it cannot
/// be read.
pub async fn hash_all(
    files: UnboundedReceiver<(u32, File)>,
    tell: impl Fn(u64),
    done: impl Fn(u32, Option<u128>),
) {
    let (tell, done) = (&tell, &done);
    files
        .ready_chunks(GROUP_FILES)
        .flat_map(|files| stream::iter(grouped(files)))
        .map(async |group: Group| {
            let together = match group.len() {
                1 => None,
                _ => together(&group).await.ok(),
            };
            if let Some(sums) = together {
                for ((number, file), md5) in group.iter().zip(sums) {
                    tell(file.size() as u64);
                    done(*number, Some(md5));
                }
                return;
            }
            // One of them cannot be read: which, is seen one by one.
            for (number, file) in group {
                let md5 = md5_of(&file, tell).await.ok();
                done(number, md5);
            }
        })
        .buffer_unordered(AT_ONCE)
        .for_each(|()| std::future::ready(()))
        .await;
}

/// Small files together, large ones alone.
fn grouped(files: Group) -> Vec<Group> {
    let (mut groups, mut open, mut bytes) = (Vec::new(), Vec::new(), 0.0);
    for (number, file) in files {
        let size = file.size();
        if size > PIECE_BYTES {
            groups.push(vec![(number, file)]);
            continue;
        }
        if bytes + size > GROUP_BYTES {
            groups.push(std::mem::take(&mut open));
            bytes = 0.0;
        }
        bytes += size;
        open.push((number, file));
    }
    if !open.is_empty() {
        groups.push(open);
    }
    groups
}

/// The MD5s of small files that are read as one.
async fn together(files: &Group) -> Result<Vec<u128>, JsValue> {
    let parts: Array = files.iter().map(|(_, file)| file).collect();
    let all = Blob::new_with_blob_sequence(&parts)?.array_buffer();
    let all = Uint8Array::new(&JsFuture::from(all).await?).to_vec();
    let mut rest = all.as_slice();
    let mut sums = Vec::with_capacity(files.len());
    for (_, file) in files {
        let content = rest.split_off(..file.size() as usize);
        let content = content.ok_or(JsValue::NULL)?;
        sums.push(number(Md5::new_with_prefix(content)));
    }
    match rest {
        [] => Ok(sums),
        _ => Err(JsValue::NULL),
    }
}

/// The MD5 of a file's content; `tell` hears of each piece how many bytes it has. The browser reads ahead, and where it can
/// it reads into the same buffer again: pieces that each have their own take three times as long and half a gigabyte.
///
/// # Errors
/// What the browser says of a file that is not there any more, or another one.
async fn md5_of(file: &File, tell: impl Fn(u64)) -> Result<u128, JsValue> {
    let stream = call(file, "stream", &[]).ok_or(JsValue::NULL)?;
    let options = Object::new();
    set(&options, "mode", &"byob".into());
    let (reader, mut buffer) = match call(&stream, "getReader", &[options.into()]) {
        Some(reader) => (reader, Some(ArrayBuffer::new(PIECE_BYTES as u32))),
        None => (call(&stream, "getReader", &[]).ok_or(JsValue::NULL)?, None),
    };
    let mut hash = Md5::new();
    loop {
        let into = buffer.take().map(|buffer| Uint8Array::new(&buffer).into());
        let asked = call(&reader, "read", into.as_slice()).ok_or(JsValue::NULL)?;
        let next = JsFuture::from(Promise::from(asked)).await?;
        if get(&next, "done").is_truthy() {
            return Ok(number(hash));
        }
        let bytes: Uint8Array = get(&next, "value").unchecked_into();
        hash.update(bytes.to_vec());
        tell(u64::from(bytes.length()));
        if into.is_some() {
            buffer = Some(bytes.buffer());
        }
    }
}

/// What a hash comes to, as a number.
fn number(hash: Md5) -> u128 {
    u128::from_be_bytes(hash.finalize().into())
}

//! The MD5 of the user's files, in a worker.

use js_sys::{Promise, Uint8Array};
use leptos::web_sys::File;
use md5::{Digest, Md5};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// How much of a file is read at once, in bytes.
const PIECE_BYTES: f64 = 1024.0 * 1024.0;
/// Files that are read at the same time: what a small one costs is waiting.
pub const AT_ONCE: usize = 16;

/// The MD5 of a file's content. The next piece is fetched while one is hashed; `tell` hears how many bytes it has.
///
/// # Errors
/// What the browser says of a file that is not there any more, or another one.
pub async fn md5_of(file: &File, tell: impl Fn(u64)) -> Result<u128, JsValue> {
    let size = file.size();
    let piece = |from: f64| -> Result<Promise, JsValue> {
        let to = (from + PIECE_BYTES).min(size);
        Ok(file.slice_with_f64_and_f64(from, to)?.array_buffer())
    };
    let mut hash = Md5::new();
    let mut from = 0.0;
    let mut next = Some(piece(from)?);
    while let Some(asked) = next.take() {
        let bytes = Uint8Array::new(&JsFuture::from(asked).await?);
        from += PIECE_BYTES;
        if from < size {
            next = Some(piece(from)?);
        }
        hash.update(bytes.to_vec());
        tell(u64::from(bytes.length()));
    }
    Ok(number(hash))
}

/// What a hash comes to, as a number.
pub fn number(hash: Md5) -> u128 {
    u128::from_be_bytes(hash.finalize().into())
}

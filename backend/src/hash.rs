//! MD5 of contents.

use crate::ids::hex;
use md5::{Digest as _, Md5};
use std::io::{self, Read};

/// Takes all of `content` into `hash`. Blocks.
///
/// # Errors
/// When it cannot be read.
pub fn feed(hash: &mut Md5, mut content: impl Read) -> io::Result<()> {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match content.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => hash.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// MD5 of `content` in lower-case hexadecimal. Blocks.
///
/// # Errors
/// When it cannot be read.
pub fn md5_of(content: impl Read) -> io::Result<String> {
    let mut hash = Md5::new();
    feed(&mut hash, content)?;
    Ok(hex(&hash.finalize()))
}

//! Room on the disk for what is to come.

use crate::error::ApiError;
use crate::store::Store;
use api::{Code, Reason};

/// Bytes of the disk that uploads leave free, for the database and for logs.
const RESERVE: u64 = 64 * 1024 * 1024;

/// Refuses an upload of so many bytes that the disk has no room for.
///
/// # Errors
/// 530 when it has none, 500 when the file system does not say.
pub fn check(store: &Store, bytes: u64) -> Result<(), ApiError> {
    if fits(store.free_bytes()?, bytes) {
        return Ok(());
    }
    let message = "the disk of the service has no room for the upload";
    Err(ApiError::new(
        Code::ResourceUnavailable,
        Reason::DiskFull,
        message,
    ))
}

fn fits(free: u64, bytes: u64) -> bool {
    free >= bytes.saturating_add(RESERVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_leaves_the_reserve() {
        assert!(fits(RESERVE + 5, 5));
        assert!(!fits(RESERVE + 4, 5));
        assert!(!fits(u64::MAX - 1, u64::MAX));
    }
}

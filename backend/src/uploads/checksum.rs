//! The checksum of one request's bytes: tus 1.0, extension checksum.

use crate::error::ApiError;
use api::{Code, Reason};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest as _, Md5};
use sha1::Sha1;
use sha2::Sha256;

/// The header that announces one: an algorithm and the checksum in base 64.
const HEADER: &str = "upload-checksum";
/// The algorithms, as `Tus-Checksum-Algorithm` lists them.
pub(super) const ALGORITHMS: &str = "sha1,sha256,md5";

/// What the bytes of a request should come to, and what they come to so far.
#[derive(Debug)]
pub(super) struct Checksum {
    hash: Hash,
    wanted: Vec<u8>,
}

#[derive(Debug)]
enum Hash {
    Sha1(Sha1),
    Sha256(Sha256),
    Md5(Md5),
}

impl Checksum {
    /// The checksum that a request announces.
    ///
    /// # Errors
    /// 519 when it is of an algorithm that is not in [`ALGORITHMS`], or none at all.
    pub(super) fn announced(headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let Some(header) = headers.get(HEADER) else {
            return Ok(None);
        };
        let bad = |message: &str| ApiError::bad(Reason::Malformed, message).at("Upload-Checksum");
        let parts = header.to_str().ok().and_then(|text| text.split_once(' '));
        let (algorithm, text) =
            parts.ok_or_else(|| bad("it is an algorithm and a checksum in base 64"))?;
        let (hash, length) = match algorithm {
            "sha1" => (Hash::Sha1(Sha1::new()), 20),
            "sha256" => (Hash::Sha256(Sha256::new()), 32),
            "md5" => (Hash::Md5(Md5::new()), 16),
            _ => return Err(bad("the algorithm is none of sha1, sha256, md5")),
        };
        match BASE64_STANDARD.decode(text) {
            Ok(wanted) if wanted.len() == length => Ok(Some(Self { hash, wanted })),
            _ => Err(bad("the checksum is no base 64, or of another length")),
        }
    }

    /// Takes the next bytes.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        match &mut self.hash {
            Hash::Sha1(hash) => hash.update(bytes),
            Hash::Sha256(hash) => hash.update(bytes),
            Hash::Md5(hash) => hash.update(bytes),
        }
    }

    /// Whether the bytes were those that were announced.
    pub(super) fn agrees(self) -> bool {
        match self.hash {
            Hash::Sha1(hash) => hash.finalize().as_slice() == self.wanted,
            Hash::Sha256(hash) => hash.finalize().as_slice() == self.wanted,
            Hash::Md5(hash) => hash.finalize().as_slice() == self.wanted,
        }
    }
}

/// 460: the bytes are not those that were announced.
pub(super) fn mismatch() -> ApiError {
    let message =
        "the bytes do not have the announced checksum: they were dropped, send them again";
    ApiError::new(Code::UploadFailed, Reason::ChecksumMismatch, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(value: &'static str) -> Result<Option<Checksum>, ApiError> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, value.parse().unwrap());
        Checksum::announced(&headers)
    }

    #[test]
    fn each_algorithm_tells_its_bytes_from_others() {
        for value in [
            "sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=",
            "sha256 LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
            "md5 XUFAKrxLKna5cZ2REBfFkg==",
        ] {
            for (pieces, agrees) in [(["hel", "lo"], true), (["hel", "l0"], false)] {
                let mut checksum = announced(value).unwrap().unwrap();
                pieces
                    .iter()
                    .for_each(|piece| checksum.take(piece.as_bytes()));
                assert_eq!(checksum.agrees(), agrees, "{value}");
            }
        }
    }

    #[test]
    fn what_is_no_checksum_is_refused() {
        assert!(Checksum::announced(&HeaderMap::new()).unwrap().is_none());
        for value in [
            "",
            "sha1",
            "crc32 XUFAKg==",
            "SHA1 qvTGHdzF6KLavt4PO0gs2a6pQ00=",
            "sha1 XUFAKrxLKna5cZ2REBfFkg==",
            "md5 XUFAKrxLKna5cZ2REBfFk",
            "md5 !",
        ] {
            let error = announced(value).unwrap_err();
            assert_eq!(error.problem.field.as_deref(), Some("Upload-Checksum"));
        }
    }
}

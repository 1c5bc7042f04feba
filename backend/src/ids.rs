//! Ids and secrets: random, never guessed from one another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}

/// A new id: 128 random bits as 32 lower-case hexadecimal digits.
pub fn new_id() -> String {
    hex(&random::<16>())
}

/// Whether this has the form of an id.
pub fn is_id(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// A new token: 256 random bits in base64url, so of `A-Z a-z 0-9 - _` only.
pub fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// A password for an account made by the backend itself: 96 random bits in base64url.
pub fn new_password() -> String {
    URL_SAFE_NO_PAD.encode(random::<12>())
}

/// Sixteen random bytes, the salt of a password.
pub fn new_salt() -> [u8; 16] {
    random()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_form_and_differ() {
        let (a, b) = (new_id(), new_id());
        assert!(is_id(&a) && is_id(&b) && a != b);
        for wrong in ["", "..", "ABCDEF00ABCDEF00ABCDEF00ABCDEF00", &a[1..]] {
            assert!(!is_id(wrong), "{wrong}");
        }
    }

    #[test]
    fn tokens_are_long_and_need_no_encoding() {
        let token = new_token();
        assert_eq!(token.len(), 43);
        assert!(
            token
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
    }
}

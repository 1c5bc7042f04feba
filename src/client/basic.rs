//! HTTP Basic as the API uses it.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group
            .iter()
            .enumerate()
            .fold(0, |bits, (i, byte)| bits | u32::from(*byte) << (16 - 8 * i));
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) & 63;
            out.push(if digit > group.len() {
                '='
            } else {
                ALPHABET[value as usize] as char
            });
        }
    }
    out
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=').as_bytes();
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    for group in text.chunks(4) {
        let mut bits = 0;
        for (i, digit) in group.iter().enumerate() {
            let value = ALPHABET.iter().position(|letter| letter == digit)? as u32;
            bits |= value << (18 - 6 * i);
        }
        let bytes = bits.to_be_bytes();
        out.extend_from_slice(bytes.get(1..group.len())?);
    }
    Some(out)
}

/// The value of `Authorization` for a name and a password, as UTF-8 (RFC 7617).
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64(format!("{user}:{password}").as_bytes()))
}

/// What the CLI keeps of a token and puts into its links: base64 of the token and a colon.
pub fn bearer_of(token: &str) -> String {
    base64(format!("{token}:").as_bytes())
}

/// The token in what the CLI puts into its links; none when there is none in it.
pub fn token_of(bearer: &str) -> Option<String> {
    let text = String::from_utf8(unbase64(bearer)?).ok()?;
    let token = text.strip_suffix(':')?;
    let fits = !token.is_empty()
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    fits.then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_the_standard_s() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
            assert_eq!(unbase64(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
        assert_eq!(unbase64("a b="), None);
    }

    #[test]
    fn credentials_are_utf_8() {
        assert_eq!(basic("alice", "pässword"), "Basic YWxpY2U6cMOkc3N3b3Jk");
        assert_eq!(bearer_of("abc"), "YWJjOg==");
    }

    #[test]
    fn only_a_token_is_taken_from_a_link() {
        assert_eq!(token_of("YWJjOg=="), Some("abc".into()));
        assert_eq!(token_of("YWJjOg"), Some("abc".into()));
        for bad in [
            "",
            "Og==",
            "YWJj",
            "!!!!",
            &bearer_of("a b"),
            &bearer_of("a:b"),
        ] {
            assert_eq!(token_of(bad), None, "{bad}");
        }
    }
}

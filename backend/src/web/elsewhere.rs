//! Pages of other origins that may use the API: an operator who serves the app from another host names it with
//! `--allow-origin`.

use crate::config::Config;
use axum::http::{HeaderValue, Uri};
use std::time::Duration;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

/// How long a browser may remember what it was allowed.
const REMEMBERED: Duration = Duration::from_secs(600);

/// Scheme, host and port of a page, as browsers spell it in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherOrigin(String);

impl OtherOrigin {
    /// Reads the operator's word.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = || format!("{text} is no origin like https://app.example.org");
        let trimmed = text.trim_end_matches('/');
        let uri: Uri = trimmed.parse().map_err(|_| words())?;
        let scheme = uri
            .scheme_str()
            .filter(|scheme| matches!(*scheme, "http" | "https"));
        let (Some(scheme), Some(authority)) = (scheme, uri.authority()) else {
            return Err(words());
        };
        let origin = format!("{scheme}://{}", authority.as_str().to_ascii_lowercase());
        match origin.eq_ignore_ascii_case(trimmed) && !origin.contains('@') {
            true => Ok(Self(origin)),
            false => Err(words()),
        }
    }

    /// Whether a request's `Origin` is this one.
    pub fn is(&self, origin: &[u8]) -> bool {
        self.0.as_bytes() == origin
    }
}

/// The answers to those pages' questions whether they may; none when there are no such pages.
pub(super) fn layer(config: &Config) -> Option<CorsLayer> {
    let origins = config.other_origins.clone();
    if origins.is_empty() {
        return None;
    }
    let known = AllowOrigin::predicate(move |origin: &HeaderValue, _| {
        origins.iter().any(|known| known.is(origin.as_bytes()))
    });
    // A token in a header is all the right there is: nothing comes with a cookie.
    let layer = CorsLayer::new()
        .allow_origin(known)
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(ExposeHeaders::any())
        .max_age(REMEMBERED);
    Some(layer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_told_from_addresses() {
        let origin = OtherOrigin::parse("https://App.example.org:8443/").unwrap();
        assert!(origin.is(b"https://app.example.org:8443"));
        assert!(!origin.is(b"https://app.example.org"));
        for wrong in [
            "app.example.org",
            "https://app.example.org/path",
            "ftp://app.example.org",
            "https://me@app.example.org",
            "*",
            "null",
        ] {
            assert!(OtherOrigin::parse(wrong).is_err(), "{wrong}");
        }
    }
}

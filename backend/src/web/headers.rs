//! Security headers, on every answer whatever it is. deploy/ has the same for nginx.

use super::page_config::PageConfig;
use crate::config::Config;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// Headers and their values. An answer that brings a value of its own, such as a stricter policy, keeps it.
pub(super) struct Headers(Vec<(HeaderName, HeaderValue)>);

impl Headers {
    /// Those for a page with this configuration, in a backend with that one.
    pub(super) fn new(page: Option<&PageConfig>, config: &Config) -> Self {
        let policy = policy(page);
        // Pages of other origins show pictures from here.
        let resources = match config.other_origins.is_empty() {
            true => "same-origin",
            false => "cross-origin",
        };
        let fixed = FIXED.map(|(name, value)| (name, HeaderValue::from_static(value)));
        let mut all = Vec::from(fixed);
        all.push((
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static(resources),
        ));
        // Origins were checked: there is nothing in them that a header cannot hold.
        if let Ok(policy) = HeaderValue::try_from(policy) {
            all.push((header::CONTENT_SECURITY_POLICY, policy));
        }
        Self(all)
    }

    /// Adds what the answer does not have.
    pub(super) fn complete(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        for (name, value) in &self.0 {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        response
    }
}

/// What the page may do.
fn policy(page: Option<&PageConfig>) -> String {
    let more = |origins: fn(&PageConfig) -> &[String]| -> String {
        let origins = page.map(origins).unwrap_or_default();
        origins.iter().map(|origin| format!(" {origin}")).collect()
    };
    let connect = more(|page| &page.connect);
    let pictures = more(|page| &page.pictures);
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob: data:{pictures}; font-src 'self'; connect-src 'self'{connect}; worker-src 'self'; \
         frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types default"
    )
}

const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
];

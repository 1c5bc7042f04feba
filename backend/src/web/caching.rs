//! Answers of the API, and failures of anything, are not kept by anybody, unless they say otherwise.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

/// Marks them.
pub async fn complete(request: Request, next: Next) -> Response {
    let api =
        request.uri().path().starts_with("/api/") || request.uri().path() == api::routes::HEALTH;
    let mut response = next.run(request).await;
    if api || !(response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED) {
        let headers = response.headers_mut();
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

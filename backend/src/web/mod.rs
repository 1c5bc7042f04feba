//! The built app as files, and the headers every answer carries.

mod caching;
mod headers;
mod negotiation;
mod site;

use crate::state::Shared;
use axum::Router;
use axum::middleware;
use std::path::PathBuf;

pub use site::Site;

/// Everything the backend answers: the API, the app built into `dist` where there is one, and the headers.
pub fn router(app: Shared, dist: Option<PathBuf>) -> Router {
    let site = Site::new(dist);
    crate::http::router(app)
        .fallback(move |request: axum::extract::Request| {
            let site = site.clone();
            async move { site.answer(request).await }
        })
        .layer(middleware::map_response(headers::complete))
        .layer(middleware::from_fn(caching::complete))
}

//! The built app as files, and the headers every answer carries.

mod caching;
mod elsewhere;
mod headers;
mod negotiation;
mod page_config;
mod site;

use crate::state::Shared;
use axum::Router;
use axum::middleware;
use std::path::PathBuf;
use std::sync::Arc;

pub use elsewhere::OtherOrigin;
pub use page_config::PageConfig;
pub use site::Site;

/// Everything the backend answers: the API, the app built into `dist` where there is one, with the operator's
/// configuration for it, and the headers.
pub fn router(app: Shared, dist: Option<PathBuf>, config: Option<PageConfig>) -> Router {
    let headers = Arc::new(headers::Headers::new(config.as_ref(), &app.config));
    let cors = elsewhere::layer(&app.config);
    let site = Site::new(dist, config.map(|config| config.text));
    crate::http::router(app)
        .layer(tower::util::option_layer(cors))
        .fallback(move |request: axum::extract::Request| {
            let site = site.clone();
            async move { site.answer(request).await }
        })
        .layer(middleware::map_response(move |response| {
            let headers = headers.clone();
            async move { headers.complete(response) }
        }))
        .layer(middleware::from_fn(caching::complete))
}

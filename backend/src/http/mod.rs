//! The API as one router, and what every request passes.

pub mod caller;
pub mod extract;
pub mod ranges;

use crate::error::ApiError;
use crate::state::Shared;
use crate::{accounts, clone, entities, files, fs_upload, logs, modules, tasks, uploads};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse as _, Response};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

pub use caller::{Caller, SignedIn};
pub use extract::{Body, Path, Query};

/// Most bytes of a JSON body, unless a route says otherwise.
pub const JSON_BYTES: usize = 1024 * 1024;

/// Everything the backend answers but the built app.
pub fn router(app: Shared) -> Router {
    let mut routes = routes();
    if app.config.bench_sink {
        routes = routes.merge(uploads::sink::router());
    }
    routes
        .route("/api/", axum::routing::any(unknown))
        .route("/api/{*rest}", axum::routing::any(unknown))
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

fn routes() -> Router<Shared> {
    Router::new()
        .merge(accounts::router())
        .merge(clone::router())
        .merge(entities::router())
        .merge(logs::router())
        .merge(modules::router())
        .merge(files::router())
        .merge(fs_upload::router())
        .merge(tasks::router())
        .merge(uploads::router())
}

async fn unknown() -> ApiError {
    ApiError::not_found("address")
}

// Catching keeps one request's fault from ending the whole process; the panic itself is in the log.
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without words");
    ApiError::internal(text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_panic_becomes_code_500_in_the_envelope() {
        let router: Router = Router::new()
            .route(
                "/",
                axum::routing::get(|| async { panic!("secret detail") as () }),
            )
            .layer(CatchPanicLayer::custom(panicked));
        let response = router
            .oneshot(Request::get("/").body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), 4096)
            .await
            .unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.starts_with(r#"{"code":500,"#) && !text.contains("secret"));
    }
}

//! The API as one router, and what every request passes.

pub mod caller;
pub mod date;
pub mod extract;
mod health;
mod leftover;
pub mod ranges;
pub mod socket;

use crate::error::ApiError;
use crate::openapi::{self, chapter};
use crate::state::Shared;
use crate::{
    accounts, billing, clone, entities, events, files, fs_upload, logs, modules, monitor,
    notifications, outputs, search, service, social, tasks, trash, uploads, zips,
};
use api::Reason;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

pub use caller::{Caller, SignedIn};
pub use extract::{Body, Path, Query, Transfer};

/// Most bytes of a JSON body, unless a route says otherwise.
pub const JSON_BYTES: usize = 1024 * 1024;

/// Everything the backend answers but the built app.
pub fn router(app: Shared) -> Router {
    let mut routes = Router::from(routes());
    if app.config.bench_sink {
        routes = routes.merge(uploads::sink::router());
    }
    routes
        .route("/api/", axum::routing::any(unknown))
        .route("/api/{*rest}", axum::routing::any(unknown))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(JSON_BYTES))
        .layer(from_fn(to_the_end))
        .layer(from_fn(leftover::read_leftover))
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(app)
}

/// The routes with their descriptions.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(chapter("Accounts", accounts::router()))
        .merge(chapter("Billing", billing::router()))
        .merge(chapter("Projects and datasets", entities::router()))
        .merge(chapter("Tags, stars, forks, comments", social::router()))
        .merge(chapter("Search", search::router()))
        .merge(chapter("Clones", clone::router()))
        .merge(chapter("Versions", modules::router()))
        .merge(chapter("Zips", zips::router()))
        .merge(chapter("Trash", trash::router()))
        .merge(chapter("Outputs", outputs::router()))
        .merge(chapter("Uploads of the app", uploads::router()))
        .merge(chapter("Uploads of the CLI", fs_upload::router()))
        .merge(chapter("Tasks", tasks::router()))
        .merge(chapter("Tasks", monitor::router()))
        .merge(chapter("Logs", logs::router()))
        .merge(chapter("Files", files::router()))
        .merge(chapter("Changes", events::router()))
        .merge(chapter("Notifications", notifications::router()))
        .merge(chapter("Service", service::router()))
        .merge(chapter("Service", health::router()))
        .merge(chapter("Service", openapi::router()))
}

/// Lets a request that may change something run to its end also when its client goes. Its handler would be dropped at
/// any `await` then, between two steps that belong together.
async fn to_the_end(request: Request, next: Next) -> Response {
    if request.method() == Method::GET {
        return next.run(request).await;
    }
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => ApiError::internal(error).into_response(),
        },
    }
}

async fn unknown() -> ApiError {
    ApiError::not_found("address")
}

async fn wrong_method() -> (StatusCode, ApiError) {
    let message = "the address does not take this method";
    let error = ApiError::bad(Reason::Malformed, message);
    (StatusCode::METHOD_NOT_ALLOWED, error)
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
    use axum::http::Request;
    use axum::routing::post;
    use tokio::sync::mpsc;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_change_runs_to_its_end_without_its_client() {
        let (begun, mut has_begun) = mpsc::channel(1);
        let (go, waits) = tokio::sync::watch::channel(false);
        let (done, mut is_done) = mpsc::channel(1);
        let handler = async move || {
            begun.send(()).await.unwrap();
            waits.clone().wait_for(|go| *go).await.unwrap();
            done.send(()).await.unwrap();
        };
        let router: Router = Router::new()
            .route("/", post(handler))
            .layer(from_fn(to_the_end));
        let client = tokio::spawn(router.oneshot(Request::post("/").body(Body::empty()).unwrap()));
        has_begun.recv().await.unwrap();
        client.abort();
        assert!(client.await.unwrap_err().is_cancelled());
        go.send(true).unwrap();
        is_done.recv().await.expect("the handler ended");
    }

    #[tokio::test]
    async fn a_panic_becomes_code_500_in_the_envelope() {
        let router: Router = Router::new()
            .route("/", post(|| async { panic!("secret detail") as () }))
            .layer(from_fn(to_the_end))
            .layer(CatchPanicLayer::custom(panicked));
        let response = router
            .oneshot(Request::post("/").body(Body::empty()).unwrap())
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

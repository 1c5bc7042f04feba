//! What of a body nobody read. Closing a connection with unread bytes in it resets it, and the client, still sending,
//! may lose the answer that says why. So a bounded rest is read and dropped before the answer leaves; nginx calls the
//! same thing `lingering_close`.

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::header::EXPECT;
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt as _;
use http_body::{Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Most bytes that are read to be dropped: beyond, resetting the connection is cheaper for both.
const BYTES: usize = 16 * 1024 * 1024;
/// Longest that this may hold up an answer.
const TIME: Duration = Duration::from_secs(5);

/// A body that comes back to whoever lent it when its reader drops it.
struct Lent {
    body: Body,
    back: Option<oneshot::Sender<Body>>,
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(back) = self.back.take() {
            // Nobody waits for it when the answer is on its way already.
            let _ = back.send(std::mem::take(&mut self.body));
        }
    }
}

/// Reads what the handler left of the request's body, within bounds, before its answer goes out.
pub async fn read_leftover(request: Request, next: Next) -> Response {
    // A client that waits for "100 Continue" has not begun to send, and shall not for nothing.
    if request.body().is_end_stream() || request.headers().contains_key(EXPECT) {
        return next.run(request).await;
    }
    let (back, mut returned) = oneshot::channel();
    let request = request.map(|body| {
        let back = Some(back);
        Body::new(Lent { body, back })
    });
    let response = next.run(request).await;
    if let Ok(body) = returned.try_recv()
        && !body.is_end_stream()
    {
        // Neither a broken body nor a slow one changes the answer.
        let _ = timeout(TIME, discard(body)).await;
    }
    response
}

async fn discard(body: Body) {
    let mut pieces = body.into_data_stream();
    let mut read = 0;
    while let Some(Ok(piece)) = pieces.next().await {
        read += piece.len();
        if read > BYTES {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::StatusCode;
    use axum::middleware::from_fn;
    use axum::routing::post;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tower::ServiceExt as _;

    /// How many of `pieces` of 1 MiB are read when the handler refuses without reading any.
    async fn pieces_read(pieces: usize, expect: bool) -> usize {
        let read = Arc::new(AtomicUsize::new(0));
        let counter = read.clone();
        let stream = futures::stream::iter(0..pieces).map(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(vec![0; 1024 * 1024]))
        });
        let mut request = Request::post("/");
        if expect {
            request = request.header(EXPECT, "100-continue");
        }
        let router = Router::new()
            .route("/", post(async || StatusCode::FORBIDDEN))
            .layer(from_fn(read_leftover));
        let request = request.body(Body::from_stream(stream)).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        read.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn a_refused_body_is_read_to_its_end() {
        assert_eq!(pieces_read(3, false).await, 3);
    }

    #[tokio::test]
    async fn an_endless_body_is_not() {
        assert_eq!(pieces_read(1000, false).await, 17);
    }

    #[tokio::test]
    async fn a_client_that_waits_to_be_asked_sends_nothing() {
        assert_eq!(pieces_read(3, true).await, 0);
    }
}

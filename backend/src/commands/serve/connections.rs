//! Connections: hyper with limits on what a client may send before anybody looks at it.

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tower::ServiceExt as _;

/// Most bytes of a request's head. The CLI names thousands of deleted files in one header.
const HEAD_BYTES: usize = 1024 * 1024;
/// How long a client may take to send a request's head, or stay silent between two requests.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);

/// The connections that are open.
#[derive(Clone, Debug)]
pub struct Connections {
    open: TaskTracker,
    closing: CancellationToken,
    /// How long a head may take; [`HEAD_PATIENCE`] but in tests.
    patience: Duration,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            open: TaskTracker::new(),
            closing: CancellationToken::new(),
            patience: HEAD_PATIENCE,
        }
    }
}

impl Connections {
    /// Lets each end with the request it is at, and waits for that.
    pub async fn close(&self) {
        self.closing.cancel();
        self.open.close();
        self.open.wait().await;
    }
}

/// A connection that counts as open until it is dropped, also by whoever got it as a WebSocket.
#[derive(Debug)]
struct Tracked {
    stream: TcpStream,
    _open: TaskTrackerToken,
}

impl Tracked {
    fn new(stream: TcpStream, connections: &Connections) -> Self {
        Self {
            stream,
            _open: connections.open.token(),
        }
    }
}

impl AsyncRead for Tracked {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Tracked {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Answers until `end`; then the connections, whose running requests may still end.
///
/// # Errors
/// When the listener is broken.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    end: impl Future<Output = ()>,
) -> Result<Connections> {
    let connections = Connections::default();
    let mut end = std::pin::pin!(end);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut end => return Ok(connections),
        };
        match accepted {
            Ok((stream, peer)) => answer(stream, peer, router.clone(), &connections),
            // The client gave up, or there are too many open files: others may be served all the same.
            Err(error) => {
                if !matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
                ) {
                    tracing::error!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }
}

fn answer(stream: TcpStream, peer: SocketAddr, router: Router, connections: &Connections) {
    // Small answers must not wait for more; if it fails they do.
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        respond(router.clone(), peer, request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(connections.patience)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(Tracked::new(stream, connections)), service)
        .with_upgrades();
    let closing = connections.closing.clone();
    tokio::spawn(async move {
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = closing.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke");
        }
    });
}

async fn respond(
    router: Router,
    peer: SocketAddr,
    mut request: Request,
) -> Result<axum::response::Response, Infallible> {
    request.extensions_mut().insert(ConnectInfo(peer));
    let began = Instant::now();
    // Without the query: links of the CLI carry a token there.
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = router.oneshot(request).await?;
    let (status, millis) = (response.status().as_u16(), began.elapsed().as_millis());
    if status >= 500 {
        tracing::warn!(%method, path, status, millis, "request");
    } else {
        tracing::debug!(%method, path, status, millis, "request");
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn a_head_that_does_not_end_is_given_up() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (stream, peer) = listener.accept().await.unwrap();
        let connections = Connections {
            patience: Duration::from_millis(50),
            ..Connections::default()
        };
        answer(stream, peer, Router::new(), &connections);
        client
            .write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-")
            .await
            .unwrap();
        let mut said = Vec::new();
        client.read_to_end(&mut said).await.unwrap();
        assert!(!said.starts_with(b"HTTP/1.1 404"), "it was never a request");
        connections.close().await;
    }
}

//! The bytes of one request, from the connection to the writer.

use super::checksum::{self, Checksum};
use super::finish;
use super::parts::{self, Form};
use super::session::{Before, Session};
use crate::error::ApiError;
use crate::locks::Lock;
use crate::state::Shared;
use crate::unpack::UnpackError;
use api::Reason;
use axum::body::Body;
use futures::StreamExt as _;
use std::time::Duration;
use tokio::sync::mpsc;

/// A connection on which nothing has come for so long is given up.
pub(super) const SILENCE: Duration = Duration::from_secs(60);
/// Pieces that may wait for the disk; a piece has a few hundred kilobytes at most.
const QUEUE: usize = 16;

/// Why the bytes ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The request's body was complete.
    Complete,
    /// The connection broke, fell silent or lost its turn: what has come is kept.
    Broken,
    /// There were more bytes than the upload has.
    TooMany,
    /// A part of a form is not what its name says.
    WrongPart,
    /// The writer gave up.
    Writer,
}

/// What a request brings.
#[derive(Debug)]
pub(super) struct Load {
    /// Its body.
    pub(super) body: Body,
    /// Most bytes that it may hold.
    pub(super) most: u64,
    /// How they are packed; none: the body is the bytes.
    pub(super) form: Option<Form>,
    /// What they come to, if that was announced.
    pub(super) checksum: Option<Checksum>,
}

/// Writes the body's bytes. The session comes back with what has arrived, also when the connection broke; where a
/// checksum was announced, only with bytes that have it.
///
/// # Errors
/// When the disk fails (the session is lost), or with the session when the body was too long, broke off or has
/// another checksum (460).
pub(super) async fn receive(
    app: &Shared,
    id: &str,
    session: Session,
    load: Load,
    lock: &Lock,
) -> (Option<Session>, Result<(), ApiError>) {
    let (sender, pieces) = mpsc::channel(QUEUE);
    let Load {
        body,
        most,
        form,
        checksum,
    } = load;
    let (told, upload) = (app.clone(), id.to_owned());
    let writer = tokio::task::spawn_blocking(move || {
        write(session, pieces, checksum, |offset| {
            told.uploads.set_offset(&upload, offset);
        })
    });
    let end = tokio::select! {
        end = pump(body, form, most, lock, &sender) => end,
        () = lock.wanted() => End::Broken,
        () = app.closing.cancelled() => End::Broken,
    };
    drop(sender);
    let (session, unchecked) = match writer.await {
        Ok(Ok(written)) => written,
        Ok(Err(error)) => return (None, Err(finish::failed(app, id, error).await)),
        Err(panic) => return (None, Err(ApiError::internal(panic))),
    };
    let mut result = match end {
        End::Complete => Ok(()),
        End::Broken => Err(ApiError::bad(
            Reason::Malformed,
            "the connection broke; go on from the offset",
        )),
        End::TooMany => Err(too_many()),
        End::WrongPart => Err(parts::wrong()),
        End::Writer => Err(ApiError::internal("the writer ended early")),
    };
    let Some((before, checksum)) = unchecked else {
        return (Some(session), result);
    };
    if result.is_ok() && !checksum.agrees() {
        result = Err(checksum::mismatch());
    }
    let keep = result.is_ok();
    let settled = tokio::task::spawn_blocking(move || match keep {
        true => session.confirm(),
        false => Ok(session.take_back(before)?),
    });
    match settled.await {
        Ok(Ok(session)) => (Some(session), result),
        Ok(Err(error)) => (None, Err(finish::failed(app, id, error).await)),
        Err(panic) => (None, Err(ApiError::internal(panic))),
    }
}

/// Writes what comes; with what a later decision over it needs, if a checksum was announced. Blocks.
fn write(
    session: Session,
    pieces: mpsc::Receiver<bytes::Bytes>,
    checksum: Option<Checksum>,
    wrote: impl Fn(u64),
) -> Result<(Session, Option<(Before, Checksum)>), UnpackError> {
    let Some(mut checksum) = checksum else {
        return Ok((session.receive(pieces, wrote, None)?, None));
    };
    let before = session.before()?;
    // Bytes that may be taken back are not told of.
    let session = session.receive(pieces, |_| {}, Some(&mut checksum))?;
    Ok((session, Some((before, checksum))))
}

/// 413: a request has more bytes than the upload lacks.
pub(super) fn too_many() -> ApiError {
    ApiError::bad(Reason::TooLarge, "more bytes than the upload has")
}

async fn pump(
    body: Body,
    form: Option<Form>,
    most: u64,
    lock: &Lock,
    sender: &mpsc::Sender<bytes::Bytes>,
) -> End {
    if let Some(form) = form {
        return form.pump(body, most, lock, sender).await;
    }
    let mut left = most;
    let mut stream = body.into_data_stream();
    loop {
        let mut piece = match tokio::time::timeout(SILENCE, stream.next()).await {
            Ok(Some(Ok(piece))) => piece,
            Ok(None) => return End::Complete,
            Ok(Some(Err(_))) | Err(_) => return End::Broken,
        };
        lock.beat();
        let length = piece.len() as u64;
        if length > left {
            piece.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        }
        if !piece.is_empty() && sender.send(piece).await.is_err() {
            return End::Writer;
        }
        // The disk may have kept us waiting: that is no silence of the sender.
        lock.beat();
        if length > left {
            return End::TooMany;
        }
        left -= length;
    }
}

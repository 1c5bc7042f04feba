//! Bytes of many files in one body: a form (`multipart/form-data`) of whole files, in the order of the upload. Browsers hand such
//! files to the network without reading them in the page, several times as fast as anything else they do with small files.
//!
//! A part's name is the number of its bytes, so that a file that changed after it was announced is not taken for another one.

use super::transfer::{End, SILENCE};
use crate::error::ApiError;
use crate::locks::Lock;
use api::{Code, Reason};
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;

/// Most bytes of a part: it is held in memory until it is whole.
const PART_MAX: usize = 16 * 1024 * 1024;
/// Parts are gathered up to so many bytes before they are written.
const GATHER: usize = 256 * 1024;

/// Most bytes of what stands before a part.
const HEAD_MAX: usize = 4 * 1024;

/// How a form is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// What stands between two parts.
    delimiter: Vec<u8>,
}

/// Where in a form its reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// At a delimiter, the first or another one.
    Delimiter,
    /// Before the head of a part.
    Head,
    /// At the bytes of a part, which are so many.
    Content(usize),
    /// Behind the last part.
    End,
}

/// Takes a form apart. Its parts tell their lengths, so that nothing has to be searched for in their bytes.
#[derive(Debug)]
struct Reader {
    delimiter: Vec<u8>,
    at: At,
    /// What has come and is not read.
    come: BytesMut,
    /// Parts that are whole.
    whole: BytesMut,
}

/// 460: a part is longer or shorter than its name says.
pub(super) fn wrong() -> ApiError {
    let message =
        "a part does not hold as many bytes as its name says; what came before it is kept";
    ApiError::new(Code::UploadFailed, Reason::ChecksumMismatch, message)
}

impl Form {
    /// The form that a content type announces: its boundary has 1 to 70 characters (RFC 2046, 5.1.1).
    pub(super) fn announced(content_type: &str) -> Option<Self> {
        let (_, boundary) = content_type
            .strip_prefix("multipart/form-data")?
            .split_once("boundary=")?;
        let boundary = boundary.split(';').next()?.trim().trim_matches('"');
        let fits = (1..=70).contains(&boundary.len());
        fits.then(|| Self {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
        })
    }

    /// Hands on what is in the parts, each as a whole.
    pub(super) async fn pump(
        self,
        body: Body,
        most: u64,
        lock: &Lock,
        sender: &Sender<Bytes>,
    ) -> End {
        let mut reader = Reader::new(self.delimiter);
        let (mut left, mut stream) = (most, body.into_data_stream());
        loop {
            let piece = timeout(SILENCE, stream.next()).await;
            lock.beat();
            let end = match piece {
                Ok(Some(Ok(piece))) => reader.take(&piece).err(),
                Ok(None) => Some(reader.end()),
                Ok(Some(Err(_))) | Err(_) => Some(End::Broken),
            };
            let due = reader.whole.len() >= GATHER || end.is_some();
            if due && !reader.whole.is_empty() {
                let mut whole = reader.whole.split().freeze();
                let too_many = whole.len() as u64 > left;
                if too_many {
                    whole.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                }
                left -= whole.len() as u64;
                if !whole.is_empty() && sender.send(whole).await.is_err() {
                    return End::Writer;
                }
                if too_many {
                    return End::TooMany;
                }
            }
            // The disk may have kept us waiting: that is no silence of the sender.
            lock.beat();
            if let Some(end) = end {
                return end;
            }
        }
    }
}

impl Reader {
    fn new(delimiter: Vec<u8>) -> Self {
        Self {
            delimiter,
            at: At::Delimiter,
            // The first delimiter stands at the beginning of a line, too.
            come: BytesMut::from(&b"\r\n"[..]),
            whole: BytesMut::new(),
        }
    }

    /// Takes the next bytes of the body.
    fn take(&mut self, piece: &[u8]) -> Result<(), End> {
        self.come.extend_from_slice(piece);
        while self.step()? {}
        Ok(())
    }

    /// The body has ended.
    fn end(&self) -> End {
        match self.at {
            At::End => End::Complete,
            _ => End::WrongPart,
        }
    }

    /// Goes on by one step, if what is needed for it has come.
    fn step(&mut self) -> Result<bool, End> {
        let (come, line) = (self.come.len(), self.delimiter.len());
        match self.at {
            At::Delimiter if come < line + 2 => return Ok(false),
            At::Delimiter => {
                let found = self.come.split_to(line + 2);
                self.at = match found.strip_prefix(self.delimiter.as_slice()) {
                    Some(b"\r\n") => At::Head,
                    Some(b"--") => At::End,
                    _ => return Err(End::WrongPart),
                };
            }
            At::Head => match self.head()? {
                Some(length) => self.at = At::Content(length),
                None => return Ok(false),
            },
            // Whether it is as long as it says, what follows tells.
            At::Content(length) if come < length + line => return Ok(false),
            At::Content(length) => {
                if !self.come[length..].starts_with(&self.delimiter) {
                    return Err(End::WrongPart);
                }
                let content = self.come.split_to(length);
                self.whole.extend_from_slice(&content);
                self.at = At::Delimiter;
            }
            At::End => {
                self.come.clear();
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads the head of a part, once all of it has come: how many bytes follow.
    fn head(&mut self) -> Result<Option<usize>, End> {
        let mut headers = [httparse::EMPTY_HEADER; 8];
        let head = &self.come[..self.come.len().min(HEAD_MAX)];
        let (read, length) = match httparse::parse_headers(head, &mut headers) {
            Ok(httparse::Status::Complete((read, headers))) => (read, length(headers)),
            Ok(httparse::Status::Partial) if head.len() < HEAD_MAX => return Ok(None),
            Ok(httparse::Status::Partial) | Err(_) => return Err(End::WrongPart),
        };
        let length = length.filter(|length| (1..=PART_MAX).contains(length));
        let _ = self.come.split_to(read);
        length.map(Some).ok_or(End::WrongPart)
    }
}

/// The length that the name of a part tells.
fn length(headers: &[httparse::Header<'_>]) -> Option<usize> {
    let is_disposition =
        |header: &&httparse::Header<'_>| header.name.eq_ignore_ascii_case("content-disposition");
    let value = headers.iter().find(is_disposition)?.value;
    let (_, name) = std::str::from_utf8(value).ok()?.split_once("; name=\"")?;
    name.split('"').next()?.parse().ok()
}

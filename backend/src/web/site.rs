//! The files of the built app.
//!
//! Any address that is no file is a page of the app, so it gets `index.html`: the app's own router shows what is
//! there. Files whose path carries the hash of their content never change and are kept for a year; all others are
//! asked for again and answered with 304 while they stay the same.

use super::negotiation::{self, Form};
use crate::beneath::{Beneath, Found};
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::io::ReaderStream;

const FOREVER: &str = "public, max-age=31536000, immutable";
const INDEX: &str = "index.html";
const CONFIG: &str = "/config.json";

/// The folder the app was built into.
#[derive(Clone, Debug)]
pub struct Site {
    dist: Option<Arc<PathBuf>>,
    config: Option<Bytes>,
}

struct Opened {
    file: File,
    meta: Metadata,
    form: Form,
    /// Whether there are other forms, so that caches must look at `Accept-Encoding`.
    varies: bool,
}

impl Site {
    /// Serves this folder; without one, words that say how to. `config` stands in for its `config.json`.
    pub fn new(dist: Option<PathBuf>, config: Option<Bytes>) -> Self {
        Self {
            dist: dist.map(Arc::new),
            config,
        }
    }

    /// Answers whatever is not the API's.
    pub async fn answer(&self, request: Request) -> Response {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let allow = [(header::ALLOW, "GET, HEAD")];
            return (StatusCode::METHOD_NOT_ALLOWED, allow, "only GET and HEAD\n").into_response();
        }
        let Some(dist) = self.dist.clone() else {
            let words = "This backend serves the API alone: start it with --web and the folder of the built app.\n";
            return (StatusCode::NOT_FOUND, words).into_response();
        };
        let (parts, _) = request.into_parts();
        if let Some(config) = self.config.as_ref().filter(|_| parts.uri.path() == CONFIG) {
            let headers = [
                (header::CACHE_CONTROL, "no-cache"),
                (header::CONTENT_TYPE, "application/json"),
            ];
            return (headers, config.clone()).into_response();
        }
        let answer =
            tokio::task::spawn_blocking(move || respond(&dist, parts.uri.path(), &parts.headers));
        match answer.await.map_err(io::Error::other).flatten() {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(%error, "a file of the app cannot be read");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "the file cannot be read\n",
                )
                    .into_response()
            }
        }
    }
}

fn respond(dist: &std::path::Path, path: &str, headers: &HeaderMap) -> io::Result<Response> {
    let top = Beneath::at(dist)?;
    let path = percent_decode_str(path.trim_start_matches('/'))
        .decode_utf8()
        .ok();
    let path = path.as_deref().filter(|path| !path.contains('\0'));
    if let Some(path) = path.filter(|path| !path.is_empty())
        && let Some(opened) = open(&top, path, headers)?
    {
        let cache = if is_hashed(path) { FOREVER } else { "no-cache" };
        return Ok(send(opened, path, cache, headers));
    }
    let page =
        path.is_none_or(|path| !is_part_of_the_build(path)) && negotiation::wants_page(headers);
    if !page {
        return Ok((StatusCode::NOT_FOUND, "there is no such file\n").into_response());
    }
    match open(&top, INDEX, headers)? {
        Some(opened) => Ok(send(opened, INDEX, "no-cache", headers)),
        None => {
            let words = "The app is not built: there is no index.html in the folder of --web.\n";
            Ok((StatusCode::NOT_FOUND, words).into_response())
        }
    }
}

/// The best form of the file at `path` that the client takes.
fn open(top: &Beneath, path: &str, headers: &HeaderMap) -> io::Result<Option<Opened>> {
    let plain = match top.open(path) {
        Ok(Found::File(file, meta)) => (file, meta),
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut best = None;
    let mut varies = false;
    let accepted = negotiation::accepted(headers);
    for form in [Form::Brotli, Form::Gzip] {
        if let Ok(Found::File(file, meta)) = top.open(&format!("{path}{}", form.suffix())) {
            // Left from an older build, it would be another file's bytes.
            if meta.mtime() < plain.1.mtime() {
                continue;
            }
            varies = true;
            if best.is_none() && accepted.contains(&form) {
                best = Some((file, meta, form));
            }
        }
    }
    let (file, meta, form) = best.unwrap_or((plain.0, plain.1, Form::Plain));
    Ok(Some(Opened {
        file,
        meta,
        form,
        varies,
    }))
}

fn send(opened: Opened, path: &str, cache: &'static str, headers: &HeaderMap) -> Response {
    let Opened {
        file,
        meta,
        form,
        varies,
    } = opened;
    let nanos = meta.mtime_nsec();
    let tag = format!(
        "\"{:x}.{nanos:x}-{:x}{}\"",
        meta.mtime(),
        meta.len(),
        form.suffix()
    );
    let known = negotiation::knows(headers, &tag);
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Body::from_stream(ReaderStream::with_capacity(
            tokio::fs::File::from_std(file),
            64 * 1024,
        ))
        .into_response(),
    };
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    if varies {
        out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if !known {
        out.insert(header::CONTENT_LENGTH, meta.len().into());
        out.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(content_type(path)),
        );
        if let Some(encoding) = form.encoding() {
            out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
    }
    response
}

fn content_type(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Whether a part of the path ends in `-` and sixteen hexadecimal digits, as names of built files do.
fn is_hashed(path: &str) -> bool {
    path.split('/').any(|part| {
        let stem = part.split('.').next().unwrap_or("");
        let stem = stem.strip_suffix("_bg").unwrap_or(stem);
        stem.rsplit_once('-').is_some_and(|(_, hash)| {
            hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    })
}

/// Whether the path can only be a file of the build: no page of the app begins with a name that has a dot, nor with
/// the folders that a build makes. Such a path without a file is missing; the page would not help who asks for it.
fn is_part_of_the_build(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or("");
    // Only debug builds of the app have the page of its pieces.
    let no_page = first == "_ui" && !cfg!(debug_assertions);
    first.contains('.') || no_page || matches!(first, "api" | "assets" | "snippets" | "static")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_names_are_told_from_pages() {
        for hashed in [
            "app-0123456789abcdef.js",
            "app-0123456789abcdef_bg.wasm",
            "assets/app-0123456789abcdef/worker.js",
        ] {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in [
            "worker.js",
            "a-0123456789abcde.js",
            "alice/project/x-0123456789abcdeg",
        ] {
            assert!(!is_hashed(plain), "{plain}");
        }
        assert!(is_part_of_the_build("boot.js") && is_part_of_the_build("assets/x"));
        assert!(!is_part_of_the_build("alice/project/a/files/3/train.py"));
    }

    #[test]
    fn types_are_those_browsers_insist_on() {
        assert_eq!(content_type("a/b.wasm"), "application/wasm");
        assert_eq!(content_type("a.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("noextension"), "application/octet-stream");
    }
}

//! The page's `config.json`, where the operator gives one with `--page-config`: it is served in place of the build's,
//! and the page may reach the addresses in it.

use anyhow::{Context as _, Result, bail, ensure};
use axum::body::Bytes;
use axum::http::Uri;
use serde::Deserialize;
use std::path::Path;

/// What the file may say. The page checks it again, `public/boot.js`: there it may come from any web server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    api: Option<String>,
    files: Option<String>,
    sentry: Option<String>,
    #[serde(rename = "title")]
    _title: Option<String>,
    #[serde(default, rename = "support")]
    _support: Vec<Support>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Support {
    #[serde(rename = "href")]
    _href: String,
    #[serde(rename = "en")]
    _en: String,
    #[serde(rename = "zh")]
    _zh: String,
}

/// The file, read and checked.
#[derive(Clone, Debug)]
pub struct PageConfig {
    /// Its bytes, as they are served.
    pub text: Bytes,
    /// Origins that the page may connect to: scheme, host and port.
    pub connect: Vec<String>,
    /// Origins that the page may load pictures from.
    pub pictures: Vec<String>,
}

impl PageConfig {
    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read, is no JSON, or names an address that is none; the words name the field.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read(path)
            .with_context(|| format!("cannot read the page's configuration {}", path.display()))?;
        Self::parse(text.into()).with_context(|| format!("in {}", path.display()))
    }

    fn parse(text: Bytes) -> Result<Self> {
        let fields: Fields = serde_json::from_slice(&text)?;
        let api = fields.api.as_deref().map(|url| origin("api", url));
        let files = fields.files.as_deref().map(|url| origin("files", url));
        let sentry = fields.sentry.as_deref().map(|url| origin("sentry", url));
        let mut connect = Vec::new();
        let mut pictures = Vec::new();
        for own in [api, files].into_iter().flatten() {
            let own = own?;
            // Logs and changes come over WebSockets, whose scheme is another one to a browser's policy.
            connect.push(own.replacen("http", "ws", 1));
            connect.push(own.clone());
            pictures.push(own);
        }
        connect.extend(sentry.transpose()?);
        Ok(Self {
            text,
            connect,
            pictures,
        })
    }
}

/// Scheme, host and port of an address. Nothing else of it may get into a header.
fn origin(field: &str, url: &str) -> Result<String> {
    let uri: Uri = url
        .parse()
        .with_context(|| format!("\"{field}\" is no address: {url}"))?;
    let Some(scheme) = uri
        .scheme_str()
        .filter(|scheme| matches!(*scheme, "http" | "https"))
    else {
        bail!("\"{field}\" has to begin with https:// or http://: {url}");
    };
    let host = uri.host().unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    ensure!(
        !host.is_empty() && host.bytes().all(plain),
        "\"{field}\" has no plain host: {url}"
    );
    let port = uri.port_u16().map(|port| format!(":{port}"));
    Ok(format!("{scheme}://{host}{}", port.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &'static str) -> Result<PageConfig> {
        PageConfig::parse(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn the_file_of_the_build_is_a_good_one() {
        let config = parse(include_str!("../../../public/config.json")).unwrap();
        assert!(config.connect.is_empty() && config.pictures.is_empty());
    }

    #[test]
    fn only_origins_get_into_the_policy() {
        let config = parse(
            r#"{"title":"ML","api":"https://api.example.org:8443/v/","files":null,
            "sentry":"https://key@sentry.example.org/7","support":[{"href":"mailto:a@b","en":"Help","zh":"帮助"}]}"#,
        )
        .unwrap();
        let api = "https://api.example.org:8443";
        let socket = "wss://api.example.org:8443";
        assert_eq!(config.connect, [socket, api, "https://sentry.example.org"]);
        assert_eq!(config.pictures, [api]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, words) in [
            (r#"{"api":"ftp://x"}"#, "\"api\" has to begin"),
            (r#"{"sentry":"no address"}"#, "\"sentry\" is no address"),
            (r#"{"files":"https://x;script-src"}"#, "\"files\""),
            (r#"{"apo":"https://x"}"#, "unknown field `apo`"),
            ("{", "EOF"),
        ] {
            let error = format!("{:#}", parse(text).unwrap_err());
            assert!(error.contains(words), "{error}");
        }
    }
}

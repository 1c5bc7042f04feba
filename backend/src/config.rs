//! What the operator chooses.

use std::net::IpAddr;
use std::path::PathBuf;

/// Settings of the backend, apart from where it listens.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data directory.
    pub data: PathBuf,
    /// Peers whose `X-Forwarded-For` is believed: our own reverse proxies.
    pub trusted_proxies: Vec<IpAddr>,
    /// Seconds a token lives.
    pub token_seconds: u32,
    /// Names of the environments, the default first.
    pub environments: Vec<String>,
    /// Whether `POST /api/v1/bench/sink` reads and discards bodies: the yardstick for uploads.
    pub bench_sink: bool,
}

impl Config {
    /// The defaults, with this data directory.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            trusted_proxies: Vec::new(),
            token_seconds: api::limits::TOKEN_SECONDS,
            environments: vec!["python3".to_owned()],
            bench_sink: false,
        }
    }
}

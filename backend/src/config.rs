//! What the operator chooses.

use crate::servers::Origin;
use crate::web::OtherOrigin;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Settings of the backend, apart from where it listens.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data directory.
    pub data: PathBuf,
    /// Peers whose `X-Forwarded-For` is believed: our own reverse proxies.
    pub trusted_proxies: Vec<IpAddr>,
    /// Pages of other origins that may use the API.
    pub other_origins: Vec<OtherOrigin>,
    /// Seconds a token lives.
    pub token_seconds: u32,
    /// Whether `POST /api/v1/bench/sink` reads and discards bodies: the yardstick for uploads.
    pub bench_sink: bool,
    /// The file of environments; none offers the machine's own Python.
    pub environments: Option<PathBuf>,
    /// Whether tasks run in a sandbox. Without one they can do whatever the backend's user can.
    pub sandbox: bool,
    /// Whether time, storage and private projects are counted, limited and paid for; without it nothing is.
    pub billing: bool,
    /// How often a connection that stays open is kept alive, and its right to stay is looked at.
    pub heartbeat: Duration,
    /// Zone of the platform's lines in logs, in minutes east of UTC. The API's times are UTC always.
    pub log_offset: i32,
    /// Where servers inside of tasks are found.
    pub servers: Origin,
    /// This program's own file: it runs in sandboxes too, as the way in.
    pub program: PathBuf,
}

impl Config {
    /// The defaults, with this data directory.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            trusted_proxies: Vec::new(),
            other_origins: Vec::new(),
            token_seconds: api::limits::TOKEN_SECONDS,
            bench_sink: false,
            environments: None,
            sandbox: true,
            billing: true,
            heartbeat: Duration::from_secs(u64::from(api::log::HEARTBEAT_SECONDS)),
            log_offset: 0,
            servers: Origin::None,
            // Where it cannot be known, tasks that need it fail and say so.
            program: std::env::current_exe().unwrap_or_default(),
        }
    }
}

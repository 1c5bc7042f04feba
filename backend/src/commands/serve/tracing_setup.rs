//! How the process logs: to standard error, for people or as one JSON object a line.

use anyhow::{Result, anyhow};
use tracing_subscriber::EnvFilter;

/// The form of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Lines for people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Begins to log. `RUST_LOG` chooses what; by default everything from `info` on.
///
/// # Errors
/// When something logs already.
pub fn begin(format: Format) -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
    match format {
        Format::Human => log.with_ansi(colour).with_target(false).try_init(),
        Format::Json => log.json().try_init(),
    }
    .map_err(|error| anyhow!("cannot log: {error}"))
}

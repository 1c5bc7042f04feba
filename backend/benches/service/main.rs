//! Measures of the running service, over loopback: `make bench NAME=cli-upload`, `NAME=incremental` or `NAME=tasks`.
//!
//! Each starts the backend with an empty data directory below `$TMPDIR`, and prints figures and their ratios within this run.

mod cli_upload;
mod incremental;
mod server;
mod tasks;

use anyhow::{Result, bail};

#[tokio::main]
async fn main() -> Result<()> {
    // Cargo adds words of its own.
    let name = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    match name.as_deref() {
        Some("cli-upload") => cli_upload::run().await,
        Some("incremental") => incremental::run().await,
        Some("tasks") => tasks::run().await,
        _ => bail!("which? cli-upload, incremental or tasks"),
    }
}

//! Measures of the running service, over loopback: `make bench NAME=cli-upload`, `NAME=incremental`,
//! `NAME=tasks` or `NAME=lists`.
//!
//! Each starts the backend with an empty data directory below `$TMPDIR`, and prints figures and their ratios within this run.

mod cli_upload;
mod fill;
mod incremental;
mod lists;
mod server;
mod tasks;

use anyhow::{Result, bail};

#[tokio::main]
async fn main() -> Result<()> {
    // Cargo adds words of its own.
    let mut words = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'));
    match words.next().as_deref() {
        Some("cli-upload") => cli_upload::run().await,
        Some("incremental") => incremental::run().await,
        Some("tasks") => tasks::run().await,
        Some("lists") => lists::run().await,
        Some("fill") => fill::run(&words.collect::<Vec<_>>()).await,
        _ => bail!("which? cli-upload, incremental, tasks, lists or fill"),
    }
}

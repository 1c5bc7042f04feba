//! The command line of the backend.

use clap::Parser as _;
use russell_backend::commands::{self, Cli};
use std::process::ExitCode;
use std::time::Duration;

/// How long work on the disk may take to end when everything else has.
const LAST_THREADS: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    // Clap ends with 2 when the command line cannot be understood.
    let cli = Cli::parse();
    let result = tokio::runtime::Runtime::new()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| {
            let result = runtime.block_on(commands::run(cli));
            // A disk that hangs must not keep the process: what blocks by now has nobody to report to.
            runtime.shutdown_timeout(LAST_THREADS);
            result
        });
    result.unwrap_or_else(|error| {
        eprintln!("russell-backend: {error:#}");
        ExitCode::FAILURE
    })
}

//! The command line of the backend.

use clap::Parser as _;
use russell_backend::commands::{self, Cli};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Clap ends with 2 when the command line cannot be understood.
    let cli = Cli::parse();
    let result = tokio::runtime::Runtime::new()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(commands::run(cli)));
    result.unwrap_or_else(|error| {
        eprintln!("russell-backend: {error:#}");
        ExitCode::FAILURE
    })
}

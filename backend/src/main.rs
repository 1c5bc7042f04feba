//! The command line of the backend.

use clap::Parser as _;
use russell_backend::commands::{self, Cli};
use std::process::ExitCode;

fn main() -> ExitCode {
    // Clap ends with 2 when the command line cannot be understood.
    commands::run(Cli::parse()).unwrap_or_else(|error| {
        eprintln!("russell-backend: {error:#}");
        ExitCode::FAILURE
    })
}

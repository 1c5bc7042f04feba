//! `russell-backend maintenance`: what users are told about the service.

use super::DataArgs;
use crate::service::{MESSAGE_MAX, Service};
use anyhow::{Context as _, Result, bail};
use api::account::ServiceStatus;
use clap::{Args, Subcommand};
use std::io::Write as _;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct MaintenanceArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say that the service is under maintenance: pages show a banner, russell-cli stops.
    On {
        /// What users read besides: why, and until when.
        #[arg(long, value_name = "TEXT")]
        message: Option<String>,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Show a message on every page while everything goes on.
    Announce {
        /// What users read.
        #[arg(long, value_name = "TEXT")]
        message: String,
        #[command(flatten)]
        data: DataArgs,
    },
    /// Say nothing any more.
    Off {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Print what is said now.
    Show {
        #[command(flatten)]
        data: DataArgs,
    },
}

pub(super) fn run(args: MaintenanceArgs) -> Result<ExitCode> {
    match args.action {
        Action::On { message, data } => say(&data, 0, message),
        Action::Announce { message, data } => say(&data, 1, Some(message)),
        Action::Off { data } => say(&data, 1, None),
        Action::Show { data } => {
            print(&of(&data)?.look())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn of(data: &DataArgs) -> Result<Service> {
    data.check()?;
    Ok(Service::of(&data.data))
}

fn say(data: &DataArgs, service_status: i32, message: Option<String>) -> Result<ExitCode> {
    let message = message.map(|text| text.trim().to_owned());
    if message
        .as_ref()
        .is_some_and(|text| text.len() > MESSAGE_MAX)
    {
        bail!("the message is longer than {MESSAGE_MAX} bytes");
    }
    let status = ServiceStatus {
        service_status,
        message: message.filter(|text| !text.is_empty()),
    };
    of(data)?
        .set(&status)
        .with_context(|| format!("cannot write into {}", data.data.display()))?;
    print(&status)?;
    Ok(ExitCode::SUCCESS)
}

fn print(status: &ServiceStatus) -> Result<()> {
    let state = match status.is_maintained() {
        true => "under maintenance",
        false => "up",
    };
    let message = match &status.message {
        Some(text) => format!(": {text}"),
        None => String::new(),
    };
    std::io::stdout()
        .write_all(format!("{state}{message}\n").as_bytes())
        .context("cannot write to standard output")
}

//! What operators type. Exit codes: 0 done, 1 failed or found something wrong, 2 not understood.

mod account;
mod backup;
mod check;
mod maintenance;
mod serve;
mod user;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::ApiError;
use crate::relay;
use crate::state::{App, Shared};
use crate::store::Store;
use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// The embedded backend of Russell Cloud Web.
#[derive(Debug, Parser)]
#[command(name = "russell-backend", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, the built app and everything else, until SIGTERM.
    Serve(serve::ServeArgs),
    /// Accounts: add one, list them, set a password.
    User(user::UserArgs),
    /// Plans and balances: show them, give VIP, packs and money.
    Account(account::AccountArgs),
    /// Tell users of maintenance, also while the backend runs.
    Maintenance(maintenance::MaintenanceArgs),
    /// Write database and files into one tar, also while the backend runs.
    Backup(backup::BackupArgs),
    /// Join the backend's connections to servers inside of a sandbox; the backend starts it there.
    #[command(hide = true)]
    Relay(RelayArgs),
    /// Check that database, files and checksums agree, also while the backend runs.
    Check(check::CheckArgs),
}

#[derive(Debug, Args)]
struct RelayArgs {
    /// The command line of TensorBoard, which runs beside the task's command.
    #[arg(last = true)]
    tensorboard: Vec<OsString>,
}

/// The data directory, which each command takes.
#[derive(Debug, Args)]
struct DataArgs {
    /// The data directory.
    #[arg(long, value_name = "DIR", env = "RUSSELL_DATA")]
    data: PathBuf,
}

/// How long work on the disk may take to end when everything else has.
const LAST_THREADS: Duration = Duration::from_secs(5);

/// Runs the command to its end.
///
/// # Errors
/// When it fails; the words are for the operator.
pub fn run(cli: Cli) -> Result<ExitCode> {
    if let Command::Relay(RelayArgs { tensorboard }) = &cli.command {
        // With no threads: its sandbox has few to give.
        relay::run(tensorboard)?;
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Runtime::new()?;
    let result = runtime.block_on(run_here(cli));
    // A disk that hangs must not keep the process: what blocks by now has nobody to report to.
    runtime.shutdown_timeout(LAST_THREADS);
    result
}

async fn run_here(cli: Cli) -> Result<ExitCode> {
    match cli.command {
        Command::Relay(_) => unreachable!("it needs no runtime"),
        Command::Serve(args) => serve::run(args).await,
        Command::User(args) => user::run(args).await,
        Command::Account(args) => account::run(args).await,
        Command::Maintenance(args) => maintenance::run(args),
        Command::Backup(args) => backup::run(args).await,
        Command::Check(args) => check::run(args).await,
    }
}

impl DataArgs {
    /// Opens a data directory that a backend has used.
    async fn open(&self) -> Result<Shared> {
        self.check()?;
        self.with(|path| async move { Db::open_as_is(&path).await })
            .await
    }

    /// Whether a backend has used the directory.
    fn check(&self) -> Result<()> {
        let data = &self.data;
        if !data.join("russell.db").is_file() {
            bail!(
                "{} is no data directory of the backend: it has no russell.db",
                data.display()
            );
        }
        Ok(())
    }

    /// The same as [`DataArgs::open`], but an empty directory will do.
    async fn open_or_begin(&self) -> Result<Shared> {
        let data = &self.data;
        if !data.is_dir() {
            bail!("there is no directory {}", data.display());
        }
        if data.join("russell.db").exists() || std::fs::read_dir(data)?.next().is_some() {
            return self.open().await;
        }
        self.with(|path| async move { Db::open(&path).await }).await
    }

    /// No command serves or runs anything: rows and files are all there is.
    async fn with<F: Future<Output = Result<Db>>>(
        &self,
        open: impl FnOnce(PathBuf) -> F,
    ) -> Result<Shared> {
        let store = Store::open(&self.data)
            .with_context(|| format!("cannot use the data directory {}", self.data.display()))?;
        let db = open(store.database()).await?;
        let config = Config::new(&self.data);
        Ok(App::for_commands(config, Clock::system(), store, db))
    }
}

fn say(text: &str) -> Result<()> {
    use std::io::Write as _;
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("cannot write to standard output")
}

/// A failure in the operator's words.
fn plain(error: ApiError) -> anyhow::Error {
    let rule = match error.problem.field.as_deref() {
        Some("username") => {
            " (2 to 31 letters, digits, - and _, not one of the app's own addresses)"
        }
        Some("email") => " (like name@example.org)",
        Some("password") => " (8 characters to 256 bytes)",
        _ => "",
    };
    anyhow::anyhow!("{}{rule}", error.problem.message)
}

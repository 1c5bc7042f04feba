//! `russell-backend serve`: the service itself.

mod connections;
mod lock;
mod tracing_setup;

use super::DataArgs;
use crate::clock::Clock;
use crate::config::Config;
use crate::servers::{self, Origin};
use crate::state::App;
use crate::store::Store;
use crate::web::{OtherOrigin, PageConfig};
use crate::{modules, orphans, outputs, seed, service, sweep, tasks, web};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The folder of the built app; without it the API alone is served.
    #[arg(long, value_name = "DIR")]
    web: Option<PathBuf>,
    /// The page's configuration (JSON), in place of the config.json of the build; README.md says what it may say.
    #[arg(long, value_name = "FILE", requires = "web")]
    page_config: Option<PathBuf>,
    /// A page of another host that may use the API, for example https://app.example.org; can be given more than once.
    #[arg(long, value_name = "ORIGIN", value_parser = OtherOrigin::parse)]
    allow_origin: Vec<OtherOrigin>,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port; 0 takes a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The port of notebooks and services inside of tasks, which need an origin of their own; the next after --port
    /// when left out, 0 takes a free one.
    #[arg(long, value_name = "PORT")]
    apps_port: Option<u16>,
    /// How browsers reach that port through a reverse proxy: https://apps.example.org, or
    /// https://{task}.apps.example.org, which keeps tasks apart too.
    #[arg(long, value_name = "URL", value_parser = Origin::parse)]
    apps_url: Option<Origin>,
    /// What tasks can choose (TOML); without it the machine's own Python 3.
    #[arg(long, value_name = "FILE")]
    environments: Option<PathBuf>,
    /// Run tasks without a sandbox: they can then do whatever this user can, and read everybody's files.
    #[arg(long)]
    unsafe_no_sandbox: bool,
    /// Count and limit nothing: everybody has all the time, tasks, storage and private projects the machine gives.
    #[arg(long)]
    no_billing: bool,
    /// A reverse proxy whose X-Forwarded-For is believed; can be given more than once.
    #[arg(long, value_name = "ADDRESS")]
    trusted_proxy: Vec<IpAddr>,
    /// Seconds until a sign-in expires.
    #[arg(long, value_name = "SECONDS", default_value_t = api::limits::TOKEN_SECONDS)]
    token_seconds: u32,
    /// Name of the account that the first start makes.
    #[arg(long, value_name = "NAME", default_value = "demo")]
    admin_name: String,
    /// Make no account and no example project at the first start.
    #[arg(long)]
    empty: bool,
    /// The platform's own lines in logs are in this zone; everything else is UTC.
    #[arg(long, value_name = "+HH:MM", default_value = "+00:00", value_parser = offset, allow_hyphen_values = true)]
    log_timezone_offset: i32,
    /// How this process logs.
    #[arg(long, value_enum, default_value_t = tracing_setup::Format::Human)]
    log_format: tracing_setup::Format,
    /// Offer POST /api/v1/bench/sink, which reads and discards: the yardstick for uploads.
    #[arg(long, hide = true)]
    bench_sink: bool,
}

/// How long stopped tasks may take to be tidied up.
const LAST_TASKS: Duration = Duration::from_secs(20);
/// How long requests may take to end after the last task has.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

pub(super) async fn run(args: ServeArgs) -> Result<ExitCode> {
    tracing_setup::begin(args.log_format)?;
    let data = &args.data.data;
    // Made here, and by the store, so that from the first moment nobody else may look into it.
    Store::open(data)
        .with_context(|| format!("cannot use the data directory {}", data.display()))?;
    let _lock = lock::take(data)?;
    if let Some(web) = &args.web
        && !web.join("index.html").is_file()
    {
        bail!(
            "{} has no index.html: build the app first (make dist), or leave out --web",
            web.display()
        );
    }
    let page_config = args.page_config.as_deref().map(PageConfig::read);
    let page_config = page_config.transpose()?;
    let listener = listen(args.host, args.port, "--port").await?;
    let apps_port = match (args.apps_port, args.port) {
        (Some(port), _) => port,
        (None, 0) => 0,
        (None, port) => port.checked_add(1).context("choose an --apps-port")?,
    };
    let apps_listener = listen(args.host, apps_port, "--apps-port").await?;
    let apps_address = apps_listener.local_addr()?;
    let app = App::open(config(&args, apps_address.port()), Clock::system()).await?;
    warn(&app);

    orphans::remove(&app).await?;
    outputs::recover(&app).await?;
    tasks::queue::start(&app).await?;
    let sweeper = tokio::spawn(sweep::run(app.clone()));
    let looker = tokio::spawn(service::run(app.clone()));
    let sharer = tokio::spawn(modules::share::run(app.clone()));
    if !args.empty {
        seed::first_start(&app, &args.admin_name).await?;
    }
    let mut out = std::io::stdout();
    let address = listener.local_addr()?;
    // At once: whoever starts this may read no further than the first line.
    let words = format!(
        "listening on http://{address}\nnotebooks and services of tasks on http://{apps_address}\n"
    );
    out.write_all(words.as_bytes())?;
    out.flush()?;

    let ending = CancellationToken::new();
    let apps = connections::serve(
        apps_listener,
        servers::router(app.clone()),
        ending.clone().cancelled_owned(),
    );
    let apps = tokio::spawn(apps);
    let router = web::router(app.clone(), args.web.clone(), page_config);
    let connections = connections::serve(listener, router, asked_to_end()?).await?;
    ending.cancel();
    let apps_connections = apps.await??;
    tracing::info!("going down: running tasks are stopped, waiting ones stay in the queue");
    tokio::spawn(end_at_once()?);
    // A stopped task takes its grace at most; one whose files are being copied does not hear of it.
    let patience = Duration::from_secs(app.catalog.machine.limits.grace) + LAST_TASKS;
    if timeout(patience, app.queue.close()).await.is_err() {
        tracing::warn!("some tasks did not end in time; the next start will mark them failed");
    }
    app.closing.cancel();
    let close = async { tokio::join!(connections.close(), apps_connections.close()) };
    if timeout(LAST_REQUESTS, close).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    sweeper.abort();
    looker.abort();
    sharer.abort();
    if timeout(LAST_REQUESTS, app.db.close()).await.is_err() {
        tracing::warn!("the database was not closed properly; the next start makes that good");
    }
    Ok(ExitCode::SUCCESS)
}

async fn listen(host: IpAddr, port: u16, option: &str) -> Result<TcpListener> {
    let address = SocketAddr::new(host, port);
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: choose another {option}, or end what listens there")
    })
}

fn config(args: &ServeArgs, apps_port: u16) -> Config {
    Config {
        trusted_proxies: args.trusted_proxy.clone(),
        other_origins: args.allow_origin.clone(),
        token_seconds: args.token_seconds,
        bench_sink: args.bench_sink,
        environments: args.environments.clone(),
        sandbox: !args.unsafe_no_sandbox,
        billing: !args.no_billing,
        log_offset: args.log_timezone_offset,
        servers: args.apps_url.clone().unwrap_or(Origin::Port(apps_port)),
        ..Config::new(&args.data.data)
    }
}

fn warn(app: &App) {
    if let Some(why) = app.runner.unavailable() {
        tracing::warn!("tasks cannot run: {why}. Everything else works");
    }
    if !app.config.sandbox {
        tracing::warn!(
            "UNSAFE: tasks run without a sandbox (--unsafe-no-sandbox). Whoever has an account here can read and change \
             everything this user can, the database and other people's files too"
        );
    }
}

/// Ends with SIGTERM or SIGINT.
fn asked_to_end() -> Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}

/// Whoever asks a second time does not want to wait. Tasks die with this process.
async fn ended_twice(asked: impl Future<Output = ()>) {
    asked.await;
    tracing::warn!("ending at once");
    std::process::exit(1);
}

fn end_at_once() -> Result<impl Future<Output = ()> + Send + 'static> {
    Ok(ended_twice(asked_to_end()?))
}

/// `+08:00` as minutes.
fn offset(text: &str) -> Result<i32, String> {
    let words = || format!("{text} is no offset like +08:00");
    let sign = match text.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Err(words()),
    };
    let (hours, minutes) = text[1..].split_once(':').ok_or_else(words)?;
    let number = |digits: &str, below: i32| -> Option<i32> {
        let fits = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|number| fits && *number < below)
    };
    let minutes = number(hours, 15)
        .zip(number(minutes, 60))
        .map(|(hours, minutes)| hours * 60 + minutes);
    minutes.map(|minutes| sign * minutes).ok_or_else(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_hours_and_minutes() {
        assert_eq!(offset("+08:00"), Ok(480));
        assert_eq!(offset("-03:30"), Ok(-210));
        for wrong in ["", "8", "+8", "+8:00", "+08:60", "+15:00", "UTC", "+ab:cd"] {
            assert!(offset(wrong).is_err(), "{wrong}");
        }
    }
}

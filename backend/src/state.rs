//! What all requests share.

use crate::accounts::Accounts;
use crate::billing::meter::Meter;
use crate::billing::provider::{self, Provider};
use crate::clock::Clock;
use crate::clone::Clones;
use crate::config::Config;
use crate::db::Db;
use crate::environments::Catalog;
use crate::events;
use crate::locks::Locks;
use crate::logs::Hub;
use crate::monitor::Monitors;
use crate::readers::Readers;
use crate::runner::Runner;
use crate::runner::local::LocalRunner;
use crate::sandbox::host::Host;
use crate::servers::Servers;
use crate::service::Service;
use crate::store::Store;
use crate::tasks::metrics::Asked;
use crate::tasks::packages::Installed;
use crate::tasks::queue::Queue;
use crate::tasks::reading::Turns;
use crate::tasks::triage::Triages;
use crate::uploads::Uploads;
use crate::zips::Zips;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The state of the backend, made once at the start.
#[derive(Debug)]
pub struct App {
    /// Settings.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// Rows.
    pub db: Db,
    /// Files.
    pub store: Store,
    /// Passwords and tickets.
    pub accounts: Accounts,
    /// Who is sending to which version.
    pub sending: Locks,
    /// What tasks can choose.
    pub catalog: Catalog,
    /// What runs them.
    pub runner: Box<dyn Runner>,
    /// Their logs.
    pub logs: Hub,
    /// What those that run use of the machine.
    pub monitors: Monitors,
    /// Those that this process runs.
    pub queue: Queue,
    /// Servers inside of those.
    pub servers: Servers,
    /// What changes, for those who listen.
    pub events: Arc<events::Hub>,
    /// Whether it is up, and what the operator says.
    pub service: Service,
    /// Packages that are installed or in use.
    pub packages: Installed,
    /// Cancelled when the backend goes down: connections that would never end must end then.
    pub closing: CancellationToken,
    /// Uploads that are in memory.
    pub uploads: Uploads,
    /// A version has become valid whose files may be stored already.
    pub sharing: Notify,
    /// Projects on their way out as zips.
    pub clones: Clones,
    /// Versions on their way out as zips.
    pub zips: Zips,
    /// What is being read and must stay.
    pub readers: Readers,
    /// Held while what is gone for good is cleared away.
    pub clearing: tokio::sync::Mutex<()>,
    /// Tasks whose time is counted.
    pub meter: Meter,
    /// Whose log is read as a whole.
    pub reading: Turns,
    /// Why tasks failed.
    pub triages: Triages,
    /// Tasks whose metrics somebody asked for.
    pub metrics: Asked,
    /// Who takes payments.
    pub payments: Box<dyn Provider>,
}

/// [`App`] as handlers get it.
pub type Shared = Arc<App>;

impl App {
    /// Opens data directory and database, and brings the database to the newest schema.
    ///
    /// # Errors
    /// When the directory cannot be written, the database cannot be opened or migrated, or the environments cannot be
    /// read. That tasks cannot be sandboxed is no error: [`Runner::unavailable`] says so.
    pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Shared> {
        use anyhow::Context as _;
        let store = Store::open(&config.data)
            .with_context(|| format!("cannot use the data directory {}", config.data.display()))?;
        let db = Db::open(&store.database()).await?;
        let catalog = Catalog::load(config.environments.as_deref())?;
        let runner = match config.sandbox {
            true => {
                LocalRunner::sandboxed(Host::probe(&store.sandbox(), &[store.root().to_owned()]))
            }
            false => LocalRunner::without_sandbox(),
        };
        Ok(Self::of(config, clock, (store, db), catalog, runner))
    }

    /// What the operator's commands need: rows and files. Nothing can be run.
    pub fn for_commands(config: Config, clock: Clock, store: Store, db: Db) -> Shared {
        let runner = LocalRunner::sandboxed(Err("commands run no tasks".to_owned()));
        Self::of(config, clock, (store, db), Catalog::empty(), runner)
    }

    fn of(
        config: Config,
        clock: Clock,
        (store, db): (Store, Db),
        catalog: Catalog,
        runner: LocalRunner,
    ) -> Shared {
        let service = Service::of(store.root());
        Arc::new(Self {
            config,
            clock,
            db,
            store,
            accounts: Accounts::default(),
            sending: Locks::default(),
            catalog,
            runner: Box::new(runner),
            logs: Hub::default(),
            monitors: Monitors::default(),
            queue: Queue::default(),
            servers: Servers::default(),
            events: Arc::default(),
            service,
            packages: Installed::default(),
            closing: CancellationToken::new(),
            uploads: Uploads::default(),
            sharing: Notify::new(),
            clones: Clones::default(),
            zips: Zips::default(),
            readers: Readers::default(),
            clearing: tokio::sync::Mutex::default(),
            meter: Meter::default(),
            reading: Turns::default(),
            triages: Triages::default(),
            metrics: Asked::default(),
            payments: Box::new(provider::Test),
        })
    }
}

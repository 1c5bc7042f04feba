//! What all requests share.

use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::locks::Locks;
use crate::store::Store;
use std::sync::Arc;

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
}

/// [`App`] as handlers get it.
pub type Shared = Arc<App>;

impl App {
    /// Opens data directory and database, and brings the database to the newest schema.
    ///
    /// # Errors
    /// When the directory cannot be written or the database cannot be opened or migrated.
    pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Shared> {
        use anyhow::Context as _;
        let store = Store::open(&config.data)
            .with_context(|| format!("cannot use the data directory {}", config.data.display()))?;
        let db = Db::open(&store.database()).await?;
        Ok(Arc::new(Self {
            config,
            clock,
            db,
            store,
            accounts: Accounts::default(),
            sending: Locks::default(),
        }))
    }

    /// The environment of projects that name none.
    pub fn first_environment(&self) -> &str {
        self.config.environments.first().map_or("", String::as_str)
    }

    /// Whether the service has an environment of this name.
    pub fn knows_environment(&self, name: &str) -> bool {
        self.config.environments.iter().any(|known| known == name)
    }
}

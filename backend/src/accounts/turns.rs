//! Attempts take turns: whoever guesses in parallel must not pass the delays.

use super::delay::Subject;
use crate::error::ApiError;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

/// How long a request waits for its turn before it is told to come again. With the wait for a password
/// ([`super::password`]) it stays below the five seconds of the CLI.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Who attempts right now.
#[derive(Debug, Default)]
pub(super) struct Turns {
    addresses: Striped,
    accounts: Striped,
}

/// The right to attempt, until dropped.
#[derive(Debug)]
pub(super) struct Turn<'a>(
    #[expect(dead_code, reason = "held, not read")] Option<MutexGuard<'a, ()>>,
);

impl Turns {
    /// The turn of whoever asks from this address; one whose address is not known waits for nobody. It comes before
    /// the turn of an account: else one address could keep all accounts waiting.
    ///
    /// # Errors
    /// 503 when too many others wait.
    pub(super) async fn of_address(&self, address: Option<IpAddr>) -> Result<Turn<'_>, ApiError> {
        match address {
            Some(address) => self.addresses.of(&Subject::Address(address)).await,
            None => Ok(Turn(None)),
        }
    }

    /// The turn of whoever wants into this account.
    ///
    /// # Errors
    /// 503 when too many others wait.
    pub(super) async fn of_account(&self, account: &Subject) -> Result<Turn<'_>, ApiError> {
        self.accounts.of(account).await
    }
}

/// Locks that many subjects share: which ones is known to nobody outside.
#[derive(Debug)]
struct Striped {
    hasher: RandomState,
    locks: [Mutex<()>; 64],
}

impl Default for Striped {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            locks: [const { Mutex::const_new(()) }; 64],
        }
    }
}

impl Striped {
    async fn of(&self, subject: &Subject) -> Result<Turn<'_>, ApiError> {
        let index = self.hasher.hash_one(subject.key()) % self.locks.len() as u64;
        match timeout(PATIENCE, self.locks[index as usize].lock()).await {
            Ok(guard) => Ok(Turn(Some(guard))),
            Err(_) => Err(ApiError::busy("too many people sign in at once")),
        }
    }
}

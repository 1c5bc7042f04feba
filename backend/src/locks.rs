//! One sender at a time for each upload.
//!
//! A connection that broke without a word still looks alive for minutes; the one that comes to resume must not wait
//! for it. So the newest asks the holder to leave, and waits only until it has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Which ids are held.
#[derive(Clone, Debug, Default)]
pub struct Locks(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    held: Mutex<HashMap<String, CancellationToken>>,
    freed: Notify,
}

/// The right to send to one upload, until dropped.
#[derive(Debug)]
pub struct Lock {
    id: String,
    leave: CancellationToken,
    shared: Arc<Shared>,
}

impl Locks {
    /// Takes the lock of `id`; asks whoever has it to leave and waits at most `patience`.
    pub async fn take(&self, id: &str, patience: Duration) -> Option<Lock> {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let freed = self.0.freed.notified();
            tokio::pin!(freed);
            // From here on no notification is missed, so the map may be looked at.
            freed.as_mut().enable();
            {
                let mut held = self.0.held();
                match held.get(id) {
                    Some(holder) => holder.cancel(),
                    None => {
                        let leave = CancellationToken::new();
                        held.insert(id.to_owned(), leave.clone());
                        return Some(Lock {
                            id: id.to_owned(),
                            leave,
                            shared: self.0.clone(),
                        });
                    }
                }
            }
            tokio::time::timeout_at(deadline, freed).await.ok()?;
        }
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, HashMap<String, CancellationToken>> {
        // The map is whole after any panic: each change is one call.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lock {
    /// Resolves when somebody else wants the lock: finish what cannot be left half done, and drop it.
    pub async fn wanted(&self) {
        self.leave.cancelled().await;
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.shared.held().remove(&self.id);
        self.shared.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(20);
    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn who_does_not_leave_keeps_it() {
        let locks = Locks::default();
        let first = locks.take("a", SOON).await.unwrap();
        assert!(locks.take("b", SOON).await.is_some(), "another upload");
        assert!(locks.take("a", SOON).await.is_none());
        drop(first);
        assert!(locks.take("a", SOON).await.is_some());
    }

    #[tokio::test]
    async fn the_newest_gets_it_as_soon_as_the_holder_has_left() {
        let locks = Locks::default();
        let first = locks.take("a", SOON).await.unwrap();
        let holder = tokio::spawn(async move { first.wanted().await });
        assert!(locks.take("a", LONG).await.is_some());
        holder.await.unwrap();
    }
}

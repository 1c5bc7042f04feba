//! One sender at a time for each upload.
//!
//! A connection that broke without a word still looks alive for minutes; the one that comes to resume must not wait
//! for it. So the newest asks the holder to leave, and waits only until it has. Where two living senders could meet
//! (two tabs of a browser), only a holder that has fallen silent is asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// Which ids are held.
#[derive(Clone, Debug, Default)]
pub struct Locks(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    held: Mutex<HashMap<String, Holder>>,
    freed: Notify,
}

#[derive(Debug)]
struct Holder {
    leave: CancellationToken,
    /// When something last came from it.
    beat: Instant,
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
        self.take_from_silent(id, Duration::ZERO, patience).await
    }

    /// Takes the lock of `id`; asks whoever has it to leave once nothing has come from them for as long as `silence`,
    /// and waits at most `patience`.
    pub async fn take_from_silent(
        &self,
        id: &str,
        silence: Duration,
        patience: Duration,
    ) -> Option<Lock> {
        let deadline = Instant::now() + patience;
        loop {
            let freed = self.0.freed.notified();
            tokio::pin!(freed);
            // From here on no notification is missed, so the map may be looked at.
            freed.as_mut().enable();
            let look_again = {
                let mut held = self.0.held();
                match held.get(id) {
                    Some(holder) => {
                        let silent_at = holder.beat + silence;
                        if silent_at <= Instant::now() {
                            holder.leave.cancel();
                            deadline
                        } else {
                            silent_at.min(deadline)
                        }
                    }
                    None => return Some(self.hold(&mut held, id)),
                }
            };
            if timeout_at(look_again, freed).await.is_err() && Instant::now() >= deadline {
                return None;
            }
        }
    }

    /// Takes the lock of `id` if nobody has it.
    pub fn take_free(&self, id: &str) -> Option<Lock> {
        let mut held = self.0.held();
        (!held.contains_key(id)).then(|| self.hold(&mut held, id))
    }

    fn hold(&self, held: &mut HashMap<String, Holder>, id: &str) -> Lock {
        let leave = CancellationToken::new();
        let holder = Holder {
            leave: leave.clone(),
            beat: Instant::now(),
        };
        held.insert(id.to_owned(), holder);
        Lock {
            id: id.to_owned(),
            leave,
            shared: self.0.clone(),
        }
    }
}

impl Shared {
    fn held(&self) -> MutexGuard<'_, HashMap<String, Holder>> {
        // The map is whole after any panic: each change is one call.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lock {
    /// Resolves when somebody else wants the lock: finish what cannot be left half done, and drop it.
    pub async fn wanted(&self) {
        self.leave.cancelled().await;
    }

    /// Notes that something has come.
    pub fn beat(&self) {
        if let Some(holder) = self.shared.held().get_mut(&self.id) {
            holder.beat = Instant::now();
        }
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

    #[tokio::test]
    async fn only_the_silent_are_asked_to_leave() {
        let locks = Locks::default();
        let (silence, patience) = (Duration::from_secs(1), Duration::from_millis(1500));
        let first = locks.take("a", SOON).await.unwrap();
        let (quiet, be_quiet) = tokio::sync::oneshot::channel::<()>();
        let holder = tokio::spawn(async move {
            tokio::pin!(be_quiet);
            loop {
                tokio::select! {
                    () = first.wanted() => panic!("it is alive"),
                    _ = &mut be_quiet => break,
                    () = tokio::time::sleep(SOON) => first.beat(),
                }
            }
            first.wanted().await;
        });
        let refused = locks.take_from_silent("a", silence, patience).await;
        assert!(refused.is_none() && locks.take_free("a").is_none());
        quiet.send(()).unwrap();
        let begin = Instant::now();
        assert!(locks.take_from_silent("a", silence, LONG).await.is_some());
        assert!(
            begin.elapsed() >= silence - 2 * SOON,
            "{:?}",
            begin.elapsed()
        );
        holder.await.unwrap();
    }
}

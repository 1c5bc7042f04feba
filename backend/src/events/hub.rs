//! The newest changes, kept once for all who listen.
//!
//! Nobody has a queue: a listener is a place in the ring. Whoever is slower than the ring is long has lost changes and is
//! told so; however slow they are, memory does not grow.

use crate::ids;
use api::event::{Action, Change, Kind};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Changes that are kept.
const RING: usize = 4096;
/// Most changes that are handed over at once.
const BATCH: usize = 256;

/// Who may know of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Strangers too.
    Everybody,
    /// Those with these ids.
    Users(Vec<String>),
}

impl Audience {
    fn has(&self, user: Option<&str>) -> bool {
        match self {
            Self::Everybody => true,
            Self::Users(ids) => user.is_some_and(|user| ids.iter().any(|id| id == user)),
        }
    }
}

/// A change on its way to those who may know.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it is about.
    pub kind: Kind,
    /// What happened.
    pub action: Action,
    /// Id of the thing.
    pub id: Option<String>,
    /// Id of the project or dataset it belongs to.
    pub entity: Option<String>,
    /// Name of the thing's owner.
    pub owner: Option<String>,
    /// Who may know.
    pub audience: Audience,
}

#[derive(Debug)]
struct Kept {
    change: Arc<Change>,
    audience: Audience,
    at: Instant,
}

#[derive(Debug)]
struct Ring {
    kept: VecDeque<Kept>,
    /// Number of the last change; they begin with 1.
    last: u64,
}

impl Ring {
    /// Number of the oldest change that is kept, or of the next one.
    fn first(&self) -> u64 {
        self.kept
            .front()
            .map_or(self.last + 1, |kept| kept.change.seq)
    }
}

/// Where changes are published.
#[derive(Debug)]
pub struct Hub {
    epoch: String,
    capacity: usize,
    began: Instant,
    ring: Mutex<Ring>,
    last: watch::Sender<u64>,
}

impl Default for Hub {
    fn default() -> Self {
        Self::keeping(RING)
    }
}

/// Where a listener begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// With the next change.
    Now,
    /// With changes of so long ago.
    Ago(Duration),
    /// After this change of this epoch.
    After(String, u64),
}

/// What comes next for a listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Batch {
    /// Changes that it may know of, and the last number that is dealt with.
    Changes(Vec<Arc<Change>>, u64),
    /// It was too slow; changes up to this number are lost.
    Missed(u64),
}

impl Hub {
    fn keeping(capacity: usize) -> Self {
        Self {
            epoch: ids::new_id(),
            capacity,
            began: Instant::now(),
            ring: Mutex::new(Ring {
                kept: VecDeque::new(),
                last: 0,
            }),
            last: watch::Sender::new(0),
        }
    }

    /// Numbers count within it; every start of the service has another.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Tells everybody who may know. Never waits.
    pub fn publish(&self, event: Event) {
        let mut ring = self.lock();
        ring.last += 1;
        let seq = ring.last;
        let change = Change {
            seq,
            kind: event.kind,
            action: event.action,
            id: event.id,
            entity: event.entity,
            owner: event.owner,
        };
        if ring.kept.len() == self.capacity {
            ring.kept.pop_front();
        }
        ring.kept.push_back(Kept {
            change: Arc::new(change),
            audience: event.audience,
            at: Instant::now(),
        });
        drop(ring);
        self.last.send_modify(|last| *last = (*last).max(seq));
    }

    /// A listener, and whether it gets everything from there on. `user` is the id; strangers have none.
    pub fn subscribe(self: &Arc<Self>, user: Option<String>, from: &From) -> (Subscription, bool) {
        let changed = self.last.subscribe();
        let ring = self.lock();
        let (first, last) = (ring.first(), ring.last);
        let (next, whole) = match from {
            From::Now => (last + 1, true),
            From::Ago(time) => {
                let begin = Instant::now().checked_sub(*time);
                let older = |kept: &Kept| begin.is_some_and(|begin| kept.at < begin);
                let next = first + ring.kept.partition_point(older) as u64;
                // What was before the service began, or was dropped since, may belong to it.
                let known = begin.is_some_and(|begin| begin >= self.began);
                (next, known && (next > first || first == 1))
            }
            From::After(epoch, seq) => {
                let known = *epoch == self.epoch && (first - 1..=last).contains(seq);
                (if known { seq + 1 } else { last + 1 }, known)
            }
        };
        drop(ring);
        let subscription = Subscription {
            hub: Arc::clone(self),
            user,
            next,
            changed,
        };
        (subscription, whole)
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        // Nothing in between can panic but for want of memory.
        self.ring
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }
}

/// A listener's place among the changes.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Hub>,
    user: Option<String>,
    /// Number of the next change to look at.
    next: u64,
    changed: watch::Receiver<u64>,
}

impl Subscription {
    /// The last number that is dealt with.
    pub fn seq(&self) -> u64 {
        self.next - 1
    }

    /// Waits for what comes next. Nothing is lost when the future is dropped.
    pub async fn next(&mut self) -> Batch {
        loop {
            if let Some(batch) = self.take() {
                return batch;
            }
            // The sender lives in the hub, which `self` holds.
            let next = self.next;
            self.changed.wait_for(|last| *last >= next).await.ok();
        }
    }

    fn take(&mut self) -> Option<Batch> {
        let hub = Arc::clone(&self.hub);
        let ring = hub.lock();
        let first = ring.first();
        if self.next < first {
            self.next = ring.last + 1;
            return Some(Batch::Missed(ring.last));
        }
        let mut list = Vec::new();
        let skip = usize::try_from(self.next - first).unwrap_or(usize::MAX);
        for kept in ring.kept.iter().skip(skip) {
            if list.len() == BATCH {
                break;
            }
            self.next = kept.change.seq + 1;
            if kept.audience.has(self.user.as_deref()) {
                list.push(Arc::clone(&kept.change));
            }
        }
        (!list.is_empty()).then(|| Batch::Changes(list, self.seq()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, audience: Audience) -> Event {
        Event {
            kind: Kind::Task,
            action: Action::Changed,
            id: Some(id.to_owned()),
            entity: None,
            owner: None,
            audience,
        }
    }

    fn own(user: &str) -> Audience {
        Audience::Users(vec![user.to_owned()])
    }

    fn listen(hub: &Arc<Hub>, user: Option<&str>) -> Subscription {
        hub.subscribe(user.map(str::to_owned), &From::Now).0
    }

    /// The ids of what is there, without waiting.
    fn ids(listener: &mut Subscription) -> Vec<String> {
        let mut found = Vec::new();
        while let Some(batch) = listener.take() {
            match batch {
                Batch::Changes(list, _) => found.extend(list.iter().map(|c| c.id.clone().unwrap())),
                Batch::Missed(seq) => found.push(format!("missed to {seq}")),
            }
        }
        found
    }

    #[test]
    fn nobody_hears_of_what_is_anothers() {
        let hub = Arc::new(Hub::default());
        let (mut a, mut b, mut stranger) = (
            listen(&hub, Some("a")),
            listen(&hub, Some("b")),
            listen(&hub, None),
        );
        hub.publish(event("of a", own("a")));
        hub.publish(event("public", Audience::Everybody));
        hub.publish(event("of b", own("b")));
        assert_eq!(ids(&mut a), ["of a", "public"]);
        assert_eq!(ids(&mut b), ["public", "of b"]);
        assert_eq!(ids(&mut stranger), ["public"]);
        assert_eq!(
            (a.seq(), stranger.seq()),
            (3, 3),
            "what is not theirs is dealt with too"
        );
    }

    #[test]
    fn who_is_too_slow_is_told_once_and_goes_on() {
        let hub = Arc::new(Hub::keeping(4));
        let mut slow = listen(&hub, None);
        for n in 0..9 {
            hub.publish(event(&n.to_string(), Audience::Everybody));
        }
        assert_eq!(ids(&mut slow), ["missed to 9"]);
        hub.publish(event("new", Audience::Everybody));
        assert_eq!(ids(&mut slow), ["new"]);
        assert_eq!(hub.lock().kept.len(), 4);
    }

    #[test]
    fn a_short_loss_is_made_good_and_a_long_one_told() {
        let hub = Arc::new(Hub::keeping(4));
        for n in 1..=6 {
            hub.publish(event(&n.to_string(), Audience::Everybody));
        }
        let resume = |epoch: &str, seq| {
            let from = From::After(epoch.to_owned(), seq);
            let (mut listener, whole) = hub.subscribe(None, &from);
            (whole, ids(&mut listener))
        };
        let epoch = hub.epoch().to_owned();
        assert_eq!(
            resume(&epoch, 4),
            (true, vec!["5".to_owned(), "6".to_owned()])
        );
        assert!(resume(&epoch, 2).0, "3 is the oldest kept");
        assert_eq!(resume(&epoch, 6), (true, vec![]));
        for (epoch, seq) in [
            (epoch.as_str(), 1),
            (&epoch, 7),
            ("another", 6),
            (&epoch, u64::MAX),
        ] {
            assert_eq!(resume(epoch, seq), (false, vec![]), "{seq}");
        }
    }

    #[test]
    fn who_comes_late_hears_of_the_last_seconds() {
        let hub = Arc::new(Hub::default());
        hub.publish(event("a", Audience::Everybody));
        let hour = From::Ago(Duration::from_secs(3600));
        let (mut late, whole) = hub.subscribe(None, &hour);
        // An hour ago there was no hub.
        assert_eq!((ids(&mut late), whole), (vec!["a".to_owned()], false));
        let (mut later, whole) = hub.subscribe(None, &From::Ago(Duration::ZERO));
        assert_eq!((ids(&mut later), whole), (vec![], true));
        let small = Arc::new(Hub::keeping(1));
        small.publish(event("a", Audience::Everybody));
        small.publish(event("b", Audience::Everybody));
        assert!(!small.subscribe(None, &hour).1, "a is lost");
    }

    #[test]
    fn many_changes_come_in_parts() {
        let hub = Arc::new(Hub::default());
        let mut listener = listen(&hub, None);
        for n in 0..BATCH + 1 {
            hub.publish(event(&n.to_string(), Audience::Everybody));
        }
        let sizes = [(); 2].map(|()| match listener.take() {
            Some(Batch::Changes(list, _)) => list.len(),
            other => panic!("{other:?}"),
        });
        assert_eq!((sizes, listener.take()), ([BATCH, 1], None));
    }

    #[tokio::test]
    async fn a_listener_wakes_when_something_is_its_own() {
        let hub = Arc::new(Hub::default());
        let mut listener = listen(&hub, Some("a"));
        let waiting = tokio::spawn(async move { listener.next().await });
        hub.publish(event("of b", own("b")));
        hub.publish(event("of a", own("a")));
        let Batch::Changes(list, seq) = waiting.await.unwrap() else {
            panic!("nothing is lost");
        };
        assert_eq!((list[0].id.as_deref(), seq), (Some("of a"), 2));
    }
}

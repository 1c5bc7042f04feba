//! What changes at the service, on screen without a reload: one stream a tab ([`crate::client::events`]).
//!
//! A page says which changes concern what it has loaded ([`Load::live`](crate::components::load::Load::live)):
//!
//! ```ignore
//! let list = load(...).live(move |change| change.kind == Kind::Task && change.is_of(&project));
//! ```

mod stream;

pub use stream::start as start_live;

use crate::client::events::Link;
use api::Time;
use api::account::ServiceStatus;
use api::event::Change;
use futures::channel::mpsc;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Somebody who wants to hear of changes.
type Ear = Rc<dyn Fn(&[Change])>;

#[derive(Default)]
struct Ears {
    next: u64,
    all: BTreeMap<u64, Ear>,
}

/// What makes the stream do something at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nudge {
    /// Somebody else is there, or nobody.
    Reader,
    /// The service may be there again.
    Retry,
    /// A request went unanswered.
    Doubt,
}

/// The stream of this tab. `Copy`, in context.
#[derive(Clone, Copy)]
pub struct Live {
    link: RwSignal<Link>,
    service: RwSignal<ServiceStatus>,
    /// When something changed last.
    heard: RwSignal<Option<Time>>,
    seen: RwSignal<bool>,
    ears: StoredValue<Rc<RefCell<Ears>>, LocalStorage>,
    /// None until the stream begins.
    nudges: StoredValue<Option<mpsc::UnboundedSender<Nudge>>>,
}

/// Provides [`Live`]. The stream itself comes with the frame of the pages: see [`start_live`].
pub fn provide_live() -> Live {
    let live = Live {
        link: RwSignal::new(Link::Off),
        service: RwSignal::new(ServiceStatus::up()),
        heard: RwSignal::new(None),
        seen: RwSignal::new(!document().hidden()),
        ears: StoredValue::new_local(Rc::default()),
        nudges: StoredValue::new(None),
    };
    provide_context(live);
    live
}

impl Live {
    /// How the stream stands, tracked.
    pub fn link(self) -> Link {
        self.link.get()
    }

    /// Whether changes are told as they happen, tracked.
    pub fn is_up(self) -> bool {
        self.link.with(|link| *link == Link::Live)
    }

    /// Whether the tab is on screen, tracked.
    pub fn is_seen(self) -> bool {
        self.seen.get()
    }

    /// When something changed last, tracked.
    pub fn heard(self) -> Option<Time> {
        self.heard.get()
    }

    /// How the service stands, tracked.
    pub fn service(self) -> ServiceStatus {
        self.service.get()
    }

    /// Does not wait any longer for the next try.
    pub fn retry(self) {
        self.nudge(Nudge::Retry);
    }

    /// Calls `ear` with what changed until the caller's owner is gone.
    pub fn listen(self, ear: impl Fn(&[Change]) + 'static) {
        let id = self.ears.with_value(|ears| {
            let mut ears = ears.borrow_mut();
            let id = ears.next;
            ears.next += 1;
            ears.all.insert(id, Rc::new(ear));
            id
        });
        on_cleanup(move || {
            self.ears
                .try_with_value(|ears| ears.borrow_mut().all.remove(&id));
        });
    }

    fn tell(self, changes: &[Change]) {
        // An ear may open or close others.
        let ears: Vec<Ear> = self
            .ears
            .with_value(|ears| ears.borrow().all.values().cloned().collect());
        for ear in ears {
            ear(changes);
        }
    }

    fn nudge(self, nudge: Nudge) {
        self.nudges.with_value(|nudges| {
            if let Some(nudges) = nudges {
                // The stream lives as long as the page.
                drop(nudges.unbounded_send(nudge));
            }
        });
    }
}

/// What a page asks of a change.
pub trait Concerns {
    /// Whether it is about the thing `id` itself.
    fn is(&self, id: &str) -> bool;

    /// Whether it is about the project or dataset `id`, or something that belongs to it.
    fn is_of(&self, id: &str) -> bool;

    /// Whether the thing belongs to the user of this name.
    fn is_by(&self, user: &str) -> bool;
}

impl Concerns for Change {
    fn is(&self, id: &str) -> bool {
        self.id.as_deref() == Some(id)
    }

    fn is_of(&self, id: &str) -> bool {
        self.entity.as_deref() == Some(id) || self.is(id)
    }

    fn is_by(&self, user: &str) -> bool {
        // An address may spell it otherwise than its owner.
        let owner = self.owner.as_deref();
        owner.is_some_and(|owner| owner.eq_ignore_ascii_case(user))
    }
}

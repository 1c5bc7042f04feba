//! One-time tickets for WebSockets, in memory: whoever's ticket a restart loses asks for another.

use crate::http::caller::{User, token_hash};
use crate::ids;
use api::Time;
use std::collections::HashMap;
use std::sync::Mutex;

/// Who came with a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The user.
    pub user: User,
    /// Hash of the token it was traded for: see [`super::tokens::is_alive`].
    pub token_hash: String,
}

#[derive(Debug)]
struct Entry {
    holder: Holder,
    void: Time,
}

/// Tickets that were given and not used.
#[derive(Debug, Default)]
pub struct Tickets {
    open: Mutex<HashMap<String, Entry>>,
}

impl Tickets {
    /// A ticket for `user`, traded for `token`, void at `void`.
    pub fn issue(&self, user: User, token: &str, now: Time, void: Time) -> String {
        let ticket = ids::new_id();
        let holder = Holder {
            user,
            token_hash: token_hash(token),
        };
        let mut open = self.lock();
        open.retain(|_, entry| entry.void > now);
        open.insert(ticket.clone(), Entry { holder, void });
        ticket
    }

    /// Who holds this ticket, if it is one and not void. It is used up.
    pub fn take(&self, ticket: &str, now: Time) -> Option<Holder> {
        let entry = self.lock().remove(ticket)?;
        (entry.void > now).then_some(entry.holder)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Entry>> {
        // The map is whole after any panic: each change is one call.
        self.open
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_works_once_and_not_for_long() {
        let tickets = Tickets::default();
        let user = User {
            id: "1".into(),
            name: "alice".into(),
        };
        let at = Time::from_seconds;
        let ticket = tickets.issue(user.clone(), "T", at(0), at(30));
        assert_eq!(tickets.take(&ticket, at(29)).unwrap().user, user);
        assert_eq!(tickets.take(&ticket, at(29)), None);
        let late = tickets.issue(user.clone(), "T", at(0), at(30));
        assert_eq!(tickets.take(&late, at(30)), None);
        tickets.issue(user.clone(), "T", at(0), at(30));
        tickets.issue(user, "T", at(40), at(70));
        assert_eq!(tickets.lock().len(), 1, "void ones are forgotten");
    }
}

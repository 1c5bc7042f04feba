//! Who is signed in, as a state with named events.

use api::Time;
use api::account::User;
use serde::{Deserialize, Serialize};

/// Somebody with a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The raw token.
    pub token: String,
    /// Whose it is.
    pub user: User,
    /// When it expires.
    pub until: Time,
    /// It came with a link: good for this tab alone, and not this app's to end.
    #[serde(default)]
    pub from_link: bool,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Session {
    /// Not known yet: other tabs are being asked.
    Restoring,
    /// Nobody.
    Anonymous,
    /// Somebody.
    SignedIn(Account),
    /// Somebody was until the token expired; the page they are on stays as it is.
    Expired(User),
}

/// What happens to a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Another tab, or this tab before its reload, is signed in.
    Granted(Account),
    /// No other tab is.
    NobodyKnown,
    /// Somebody signed in here.
    SignedIn(Account),
    /// What is known of the user has changed, or the token: the old one has ended. In this tab or another one.
    Replaced(Account),
    /// Somebody signed out, here or in another tab.
    SignedOut,
    /// The token is over.
    Expired,
}

impl Session {
    /// The session after `event`, at the time `now`.
    pub fn after(self, event: Event, now: Time) -> Self {
        match (self, event) {
            (_, Event::SignedIn(account)) => Self::SignedIn(account),
            (_, Event::SignedOut) => Self::Anonymous,
            (session, Event::Replaced(account)) => {
                let same = session
                    .user()
                    .is_some_and(|user| user.uid == account.user.uid);
                if same {
                    Self::SignedIn(account)
                } else {
                    session
                }
            }
            (Self::Restoring, Event::Granted(account)) if account.until <= now => Self::Anonymous,
            (session, Event::Granted(account)) if account.until <= now => session,
            (Self::SignedIn(own), Event::Granted(_)) => Self::SignedIn(own),
            // Another user must not take over what this one was doing.
            (Self::Expired(user), Event::Granted(account)) if user.uid != account.user.uid => {
                Self::Expired(user)
            }
            (_, Event::Granted(account)) => Self::SignedIn(account),
            (Self::Restoring, Event::NobodyKnown | Event::Expired) => Self::Anonymous,
            (session, Event::NobodyKnown) => session,
            (Self::SignedIn(account), Event::Expired) => Self::Expired(account.user),
            (session, Event::Expired) => session,
        }
    }

    /// Who is signed in.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::SignedIn(account) => Some(account),
            _ => None,
        }
    }

    /// Whether requests can be made: it is known for whom, and no token is about to be renewed.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Anonymous | Self::SignedIn(_))
    }

    /// Who is signed in, or was until the token expired.
    pub fn user(&self) -> Option<&User> {
        match self {
            Self::SignedIn(account) => Some(&account.user),
            Self::Expired(user) => Some(user),
            Self::Restoring | Self::Anonymous => None,
        }
    }
}

/// Whether what was there for the user `before` (by id; none is a stranger) is not for the user `now`. What strangers
/// see, everybody may.
pub fn is_another(before: Option<&str>, now: Option<&str>) -> bool {
    before.is_some() && before != now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_what_was_somebody_else_s() {
        assert!(is_another(Some("alice"), None));
        assert!(is_another(Some("alice"), Some("bob")));
        // A renewed sign-in, the first one, and the first question of all.
        assert!(!is_another(Some("alice"), Some("alice")));
        assert!(!is_another(None, Some("alice")));
        assert!(!is_another(None, None));
    }

    fn account(name: &str, until: i64) -> Account {
        Account {
            token: format!("token-of-{name}"),
            user: user(name),
            until: Time(until),
            from_link: false,
        }
    }

    fn user(name: &str) -> User {
        User {
            uid: name.into(),
            username: name.into(),
            email: String::new(),
            kind: None,
            avatar: None,
        }
    }

    fn after(session: Session, event: Event) -> Session {
        session.after(event, Time(100))
    }

    #[test]
    fn a_new_tab_joins_the_others() {
        let alice = account("alice", 200);
        let joined = after(Session::Restoring, Event::Granted(alice.clone()));
        assert_eq!(joined.account(), Some(&alice));
        assert_eq!(
            after(Session::Restoring, Event::NobodyKnown),
            Session::Anonymous
        );
        assert_eq!(after(joined.clone(), Event::NobodyKnown), joined);
    }

    #[test]
    fn an_old_token_is_not_taken_over() {
        let old = Event::Granted(account("alice", 100));
        assert_eq!(after(Session::Restoring, old.clone()), Session::Anonymous);
        assert_eq!(after(Session::Anonymous, old), Session::Anonymous);
    }

    #[test]
    fn a_new_token_reaches_the_tabs_of_its_user_alone() {
        let new = Account {
            token: "another".into(),
            ..account("alice", 300)
        };
        let replaced = Event::Replaced(new.clone());
        for before in [
            Session::SignedIn(account("alice", 200)),
            // The old one was refused before the new one came.
            Session::Expired(user("alice")),
        ] {
            let session = after(before, replaced.clone());
            assert_eq!(session.account(), Some(&new));
        }
        for before in [
            Session::SignedIn(account("bob", 200)),
            Session::Expired(user("bob")),
            Session::Anonymous,
        ] {
            assert_eq!(after(before.clone(), replaced.clone()), before);
        }
    }

    #[test]
    fn signing_out_reaches_every_state() {
        for session in [
            Session::Restoring,
            Session::Anonymous,
            Session::SignedIn(account("alice", 200)),
            Session::Expired(user("alice")),
        ] {
            assert_eq!(after(session, Event::SignedOut), Session::Anonymous);
        }
    }

    #[test]
    fn after_expiry_the_user_is_remembered_but_has_no_token() {
        let expired = after(Session::SignedIn(account("alice", 200)), Event::Expired);
        assert_eq!(expired, Session::Expired(user("alice")));
        assert_eq!(
            (expired.account(), expired.user()),
            (None, Some(&user("alice")))
        );
        assert_eq!(
            after(Session::Anonymous, Event::Expired),
            Session::Anonymous
        );
        assert_eq!(
            after(Session::Restoring, Event::Expired),
            Session::Anonymous
        );
    }

    #[test]
    fn requests_wait_while_it_is_not_known_for_whom() {
        assert!(Session::Anonymous.is_settled());
        assert!(Session::SignedIn(account("alice", 200)).is_settled());
        assert!(!Session::Restoring.is_settled());
        assert!(!Session::Expired(user("alice")).is_settled());
    }

    #[test]
    fn nobody_takes_over_a_tab_of_somebody_else() {
        let alice = Session::SignedIn(account("alice", 200));
        assert_eq!(
            after(alice.clone(), Event::Granted(account("bob", 200))),
            alice
        );
        let expired = Session::Expired(user("alice"));
        assert_eq!(
            after(expired.clone(), Event::Granted(account("bob", 200))),
            expired
        );
        assert_eq!(after(expired, Event::Granted(account("alice", 200))), alice);
    }
}

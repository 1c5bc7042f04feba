//! Who is signed in: one state ([`Session`]), shared by all tabs, ended by sign-out in any of them or by the token's
//! expiry. The client is told of the token and tells when it is refused.

mod state;
mod tabs;

pub use state::{Account, Event, Session, is_another};

use crate::client::{self, ClientError, auth};
use crate::format::now;
use crate::paths::{self, Route};
use api::Time;
use api::account::{NewUser, Token, User};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use tabs::{Message, Tabs};

/// Milliseconds a new tab waits for another one to answer.
const PATIENCE: u32 = 150;

/// Milliseconds from a change of the account until it is looked at.
const LOOK: u32 = 1_000;

/// The session of this tab. `Copy`; [`use_session`] hands it out.
#[derive(Clone, Copy)]
pub struct SessionHandle {
    state: RwSignal<Session>,
    tabs: StoredValue<Option<Tabs>, LocalStorage>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
    check: StoredValue<Option<Timeout>, LocalStorage>,
}

/// The session.
pub fn use_session() -> SessionHandle {
    expect_context()
}

/// Makes the session, takes up what this tab or another one knows, and provides it.
pub fn provide_session() -> SessionHandle {
    let session = SessionHandle {
        state: RwSignal::new(Session::Restoring),
        tabs: StoredValue::new_local(None),
        timer: StoredValue::new_local(None),
        check: StoredValue::new_local(None),
    };
    provide_context(session);
    session
        .tabs
        .set_value(Some(Tabs::open(move |message| session.hear(message))));
    let linked = take_token_from_address();
    // One that has expired says nothing: the other tabs may have another.
    match tabs::stored().filter(|account| account.until > now()) {
        Some(account) => {
            session.apply(Event::Granted(account));
            // It may have been ended elsewhere meanwhile.
            spawn_local(session.check());
        }
        None => {
            session.tell(&Message::Ask);
            spawn_local(async move {
                TimeoutFuture::new(PATIENCE).await;
                if let Some(token) = linked
                    && session.get_untracked() == Session::Restoring
                {
                    session.take_link(token).await;
                }
                session.apply(Event::NobodyKnown);
            });
        }
    }
    session
}

impl SessionHandle {
    /// Connects the client: who is told when a token is refused.
    pub fn on_refused(self) -> Rc<dyn Fn(&ClientError)> {
        Rc::new(move |_| self.refused())
    }

    /// The state, tracked.
    pub fn get(self) -> Session {
        self.state.get()
    }

    /// The state, not tracked.
    pub fn get_untracked(self) -> Session {
        self.state.get_untracked()
    }

    /// Whether requests can be made, tracked; see [`Session::is_settled`].
    pub fn is_settled(self) -> bool {
        self.state.with(Session::is_settled)
    }

    /// The user's id, tracked; also while the token is expired and being renewed.
    pub fn uid(self) -> Option<String> {
        self.state
            .with(|state| state.user().map(|user| user.uid.clone()))
    }

    /// Whether it is known who is signed in, tracked.
    pub fn is_known(self) -> bool {
        self.state.with(|state| *state != Session::Restoring)
    }

    /// The user, tracked; also while the token is expired and being renewed.
    pub fn user(self) -> Option<User> {
        self.state.with(|state| state.user().cloned())
    }

    /// The user's name, tracked.
    pub fn name(self) -> Option<String> {
        self.state
            .with(|state| state.user().map(|user| user.username.clone()))
    }

    /// Whether `name` is who is signed in, tracked.
    pub fn is(self, name: &str) -> bool {
        self.state
            .with(|state| state.user().is_some_and(|user| user.username == name))
    }

    /// Signs in.
    ///
    /// # Errors
    /// As [`auth::sign_in`].
    pub async fn sign_in(self, login: &str, password: &str) -> Result<(), ClientError> {
        self.take(auth::sign_in(login, password).await?).await
    }

    /// Makes an account and signs in.
    ///
    /// # Errors
    /// As [`auth::register`].
    pub async fn register(self, user: &NewUser) -> Result<(), ClientError> {
        self.take(auth::register(user).await?).await
    }

    async fn take(self, token: Token) -> Result<(), ClientError> {
        let user = auth::user_of(&token.token).await?;
        self.begin(token.token, user, token.duration);
        Ok(())
    }

    fn begin(self, token: String, user: User, seconds: u32) {
        let account = Account {
            token,
            user,
            until: lasting(seconds),
            from_link: false,
        };
        self.apply(Event::SignedIn(account.clone()));
        self.tell(&Message::Grant(account));
    }

    /// Goes on with another token, in all tabs of this user: the old one has ended, and may have been refused already.
    pub fn renew(self, token: Token) {
        if let Some(user) = self.get_untracked().user().cloned() {
            self.replace(Account {
                token: token.token,
                user,
                until: lasting(token.duration),
                from_link: false,
            });
        }
    }

    /// Asks, a moment from now, who this is: something of the account has changed, perhaps that its token has ended. A
    /// token that takes its place is there by then.
    pub fn look_again(self) {
        let look = Timeout::new(LOOK, move || spawn_local(self.check()));
        self.check.set_value(Some(look));
    }

    async fn check(self) {
        let Some(account) = self.get_untracked().account().cloned() else {
            return;
        };
        let answer = auth::user_of(&account.token).await;
        let now = self.get_untracked();
        if now.account().map(|now| &now.token) != Some(&account.token) {
            return;
        }
        match answer {
            Ok(user) if user != account.user => {
                self.apply(Event::Replaced(Account { user, ..account }));
            }
            Err(error) if error.ends_session() => self.refused(),
            _ => {}
        }
    }

    /// Takes up what has changed about the user, in all tabs.
    pub fn update(self, change: impl FnOnce(&mut User)) {
        if let Some(mut account) = self.get_untracked().account().cloned() {
            change(&mut account.user);
            self.replace(account);
        }
    }

    fn replace(self, account: Account) {
        self.apply(Event::Replaced(account.clone()));
        if !account.from_link {
            self.tell(&Message::Replaced(account));
        }
    }

    /// Signs in with the token of a link, in this tab alone: whoever sent the link must not become the user of the
    /// others.
    async fn take_link(self, token: String) {
        if let Ok(user) = auth::user_of(&token).await {
            // Granted, so that somebody who signed in meanwhile stays who they are.
            self.apply(Event::Granted(Account {
                token,
                user,
                until: lasting(api::limits::TOKEN_SECONDS),
                from_link: true,
            }));
        }
    }

    /// Signs out, in all tabs. What came with a link is forgotten in this tab, and its token is left alone.
    pub fn sign_out(self) {
        let account = self.get_untracked().account().cloned();
        let from_link = account.as_ref().is_some_and(|account| account.from_link);
        if !from_link {
            if let Some(account) = account {
                // When the server cannot be told, the token ends by itself within a day.
                spawn_local(async move { drop(auth::sign_out(&account.token).await) });
            }
            self.tell(&Message::SignedOut);
        }
        self.apply(Event::SignedOut);
    }

    fn refused(self) {
        self.apply(Event::Expired);
    }

    fn hear(self, message: Message) {
        match message {
            Message::Ask => {
                let state = self.get_untracked();
                if let Some(account) = state.account().filter(|account| !account.from_link) {
                    self.tell(&Message::Grant(account.clone()));
                }
            }
            Message::Grant(account) => self.apply(Event::Granted(account)),
            Message::Replaced(account) => self.apply(Event::Replaced(account)),
            Message::SignedOut => self.apply(Event::SignedOut),
        }
    }

    fn tell(self, message: &Message) {
        self.tabs.with_value(|tabs| {
            if let Some(tabs) = tabs {
                tabs.tell(message);
            }
        });
    }

    fn apply(self, event: Event) {
        let before = self.get_untracked();
        let state = before.clone().after(event, now());
        if state == before {
            return;
        }
        // Before anybody hears of the new state: what they ask for then goes out with the right token.
        client::set_token(state.account().map(|account| account.token.as_str()));
        tabs::store(state.account());
        let timer = state.account().map(|account| {
            let left = (account.until.millis() - now().millis()).clamp(0, i64::from(i32::MAX));
            Timeout::new(left as u32, move || self.apply(Event::Expired))
        });
        self.timer.set_value(timer);
        self.state.set(state);
    }
}

/// The time in so many seconds.
fn lasting(seconds: u32) -> Time {
    Time::from_millis(now().millis() + i64::from(seconds) * 1000)
}

/// The token that the CLI puts into its links to files, taken off the address before anything remembers it.
/// Only those links are heeded.
fn take_token_from_address() -> Option<String> {
    let location = window().location();
    let search = location.search().ok()?;
    let pairs: Vec<&str> = search.strip_prefix('?')?.split('&').collect();
    let bearer = pairs.iter().find_map(|pair| pair.strip_prefix("token="))?;
    let path = location.pathname().ok()?;
    let mut clean = path.clone();
    for (index, pair) in pairs
        .iter()
        .filter(|pair| !pair.starts_with("token="))
        .enumerate()
    {
        clean.push(if index == 0 { '?' } else { '&' });
        clean.push_str(pair);
    }
    let history = window().history().ok()?;
    history
        .replace_state_with_url(&leptos::wasm_bindgen::JsValue::NULL, "", Some(&clean))
        .ok()?;
    match Route::parse(&paths::without_base(&path)?)? {
        Route::Files { .. } => client::token_of(&bearer.replace("%3D", "=")),
        _ => None,
    }
}

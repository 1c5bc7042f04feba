//! What a tab keeps of the session, and what tabs tell each other. Tokens live in memory and sessionStorage only:
//! the latter ends with the tab.

use super::state::Account;
use crate::json;
use crate::paths;
use leptos::prelude::window;
use leptos::wasm_bindgen::{JsCast, closure::Closure};
use leptos::web_sys::{BroadcastChannel, MessageEvent, Storage};
use serde::{Deserialize, Serialize};

/// What tabs tell each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// A new tab asks whether somebody is signed in.
    Ask,
    /// Somebody is.
    Grant(Account),
    /// The same user goes on with another token, or is known otherwise.
    Replaced(Account),
    /// Somebody signed out.
    SignedOut,
}

/// The channel to the other tabs of this address.
#[derive(Clone)]
pub struct Tabs(Option<BroadcastChannel>);

/// Two apps below different paths of one host are two apps.
fn name() -> String {
    format!("russell.session{}", paths::base())
}

impl Tabs {
    /// Opens the channel for as long as the page lives. Without BroadcastChannel each tab is on its own.
    pub fn open(hear: impl Fn(Message) + 'static) -> Self {
        let Ok(channel) = BroadcastChannel::new(&name()) else {
            return Self(None);
        };
        let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let message = event.data().as_string();
            if let Some(message) = message.and_then(|text| json::read(&text).ok()) {
                hear(message);
            }
        });
        channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
        listener.forget();
        Self(Some(channel))
    }

    /// Tells the other tabs.
    pub fn tell(&self, message: &Message) {
        if let (Some(channel), Ok(text)) = (&self.0, serde_json::to_string(message)) {
            // Fails only when the channel is closed, and it never is.
            let _ = channel.post_message(&text.into());
        }
    }
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// What this tab kept before its reload.
pub fn stored() -> Option<Account> {
    let text = storage()?.get_item(&name()).ok().flatten()?;
    json::read(&text).ok()
}

/// Keeps or forgets.
pub fn store(account: Option<&Account>) {
    let Some(storage) = storage() else { return };
    let text = account.and_then(|account| serde_json::to_string(account).ok());
    // Without storage the session lasts until the reload.
    let _ = match text {
        Some(text) => storage.set_item(&name(), &text),
        None => storage.remove_item(&name()),
    };
}

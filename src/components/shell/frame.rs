//! What stands around every page but sign-in and registration, in chunks of its own.

use super::entrance::Footer;
use super::expired::ExpiredDialog;
use super::top_bar::TopBar;
use crate::components::ahead::fetch_ahead;
use crate::components::connection::{ConnectionBanner, ConnectionState};
use crate::components::live::{Live, start_live};
use crate::components::service_banner::ServiceBanner;
use crate::session::use_session;
use crate::ui::{ToastRegion, keep_focus};
use api::event::Kind;
use leptos::prelude::*;

/// Before the page: the bar, and what the operator has to say. The stream of changes begins with it, and links are
/// looked at ahead.
pub fn head() -> AnyView {
    start_live();
    fetch_ahead();
    keep_focus();
    let session = use_session();
    expect_context::<Live>().listen(move |changes| {
        if changes.iter().any(|change| change.kind == Kind::Account) {
            session.look_again();
        }
    });
    view! {
        <TopBar/>
        <ServiceBanner/>
    }
    .into_any()
}

/// After the page: how the line stands, messages, and the dialog that renews a session.
pub fn foot() -> AnyView {
    view! {
        <Footer>
            <ConnectionState/>
        </Footer>
        <ToastRegion/>
        <ConnectionBanner/>
        <ExpiredDialog/>
    }
    .into_any()
}

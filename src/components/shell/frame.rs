//! What stands around every page but sign-in and registration, in chunks of its own. The same for every address.

use super::entrance::Footer;
use super::expired::ExpiredDialog;
use super::top_bar::TopBar;
use crate::components::connection::{ConnectionBanner, ConnectionState};
use crate::components::service_banner::ServiceBanner;
use crate::paths::Route;
use crate::ui::ToastRegion;
use leptos::prelude::*;

/// Before the page: the bar, and what the operator has to say.
pub fn head(_route: Route) -> AnyView {
    view! {
        <TopBar/>
        <ServiceBanner/>
    }
    .into_any()
}

/// After the page: how the line stands, messages, and the dialog that renews a session.
pub fn foot(_route: Route) -> AnyView {
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

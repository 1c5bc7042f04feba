//! What stands around every page but sign-in and registration, in a chunk of its own.

use super::expired::ExpiredDialog;
use super::top_bar::TopBar;
use crate::components::connection::OfflineBanner;
use crate::paths::Route;
use crate::ui::ToastRegion;
use leptos::prelude::*;

/// Bar, banner, messages, and the dialog that renews a session. The same for every address.
pub fn view(_route: Route) -> AnyView {
    view! {
        <TopBar/>
        <OfflineBanner/>
        <ToastRegion/>
        <ExpiredDialog/>
    }
    .into_any()
}

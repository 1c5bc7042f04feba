//! The app: providers in the order in which they depend on each other; then the shell.

use crate::client::{self, Hooks};
use crate::components::connection::provide_connection;
use crate::components::live::provide_live;
use crate::components::shell::Shell;
use crate::i18n::Locale;
use crate::pages;
use crate::place::provide_place;
use crate::prefs::provide_prefs;
use crate::session::provide_session;
use crate::ui::{provide_arrival, provide_clock, provide_toasts};
use crate::uploads::provide_uploads;
use leptos::prelude::*;
use leptos_i18n::context::init_i18n_subcontext;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let prefs = provide_prefs();
    // A sub-context, because that one follows a signal: the language somebody chose, not only the browser's.
    provide_context(init_i18n_subcontext::<Locale>(Some(prefs.language.into())));
    provide_place();
    provide_clock();
    provide_toasts();
    provide_arrival();
    let connection = provide_connection();
    let session = provide_session();
    provide_live();
    provide_uploads();
    client::install(Hooks {
        refused: session.on_refused(),
        reachable: connection.hook(),
    });
    view! {
        <Shell>
            <pages::Outlet/>
        </Shell>
    }
}

//! Starts the app in the page's body.

mod chunks;

use leptos::prelude::*;
use russell_cloud_web::app::App;
use russell_cloud_web::components::lazy::Chunks;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(|| {
        provide_context(Chunks(chunks::loader));
        view! { <App/> }
    });
}

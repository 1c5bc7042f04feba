//! Starts the app in the page's body.

mod chunks;

use leptos::prelude::*;
use russell_cloud_web::app::App;
use russell_cloud_web::pages::lazy::Pages;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(|| {
        provide_context(Pages(chunks::loader));
        view! { <App/> }
    });
}

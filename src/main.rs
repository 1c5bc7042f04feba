//! Starts the app in the page's body.

mod chunks;

use leptos::prelude::*;
use russell_cloud_web::app::App;
use russell_cloud_web::components::lazy::Chunks;
use russell_cloud_web::site;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        site::report("panic", &panic.to_string());
    }));
    mount_to_body(|| {
        provide_context(Chunks(chunks::loader));
        view! { <App/> }
    });
}

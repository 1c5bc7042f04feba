//! Starts the app in the page's body.

use leptos::prelude::*;
use russell_cloud_web::app::App;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(App);
}

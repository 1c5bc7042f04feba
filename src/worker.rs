//! The entry of the Web Worker, a WebAssembly module of its own: logs are kept here, never in the page.

use gloo_worker::Registrable;
use russell_cloud_web::work::LogWorker;

fn main() {
    console_error_panic_hook::set_once();
    LogWorker::registrar().register();
}

//! The entry of the Web Worker, a WebAssembly module of its own: logs are kept here, never in the page, and files are
//! read, hashed and looked into here.

use gloo_worker::Registrable;
use russell_cloud_web::work::{LogWorker, serve_comparison, serve_inspection, serve_sending};

fn main() {
    console_error_panic_hook::set_once();
    if !serve_comparison() && !serve_sending() && !serve_inspection() {
        LogWorker::registrar().register();
    }
}

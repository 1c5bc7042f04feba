//! Components and worker messages in a real browser.

#![cfg(target_arch = "wasm32")]

mod format;
mod markdown;
mod messages;
mod session;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

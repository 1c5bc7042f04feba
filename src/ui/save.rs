//! Giving the user a file.

use leptos::prelude::document;
use leptos::web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};
use wasm_bindgen::JsCast;

/// Lets the browser save `blob` under `name`.
pub fn save_blob(blob: &Blob, name: &str) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else {
        return;
    };
    save_link(&address, name);
    // The download holds the bytes by now; the address would hold them until the page is left.
    gloo_timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
}

/// Lets the browser save a table under `name`.
pub fn save_csv(text: &str, name: &str) {
    let options = BlobPropertyBag::new();
    options.set_type("text/csv;charset=utf-8");
    let parts = js_sys::Array::of1(&text.into());
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) {
        save_blob(&blob, name);
    }
}

/// Lets the browser save what `address` leads to under `name`.
pub fn save_link(address: &str, name: &str) {
    if let Ok(link) = document().create_element("a") {
        let link: HtmlAnchorElement = link.unchecked_into();
        link.set_href(address);
        link.set_download(name);
        link.click();
    }
}

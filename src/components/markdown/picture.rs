//! A picture that lies beside a text.

use crate::client;
use leptos::prelude::*;
use leptos::web_sys::Url;

/// Largest picture that is shown, in bytes.
const BYTES_MAX: f64 = 20.0 * 1024.0 * 1024.0;

/// Fetched with the session's rights and shown from memory; its words while it is not there.
#[component]
pub fn Picture(
    /// Id of the version or output.
    id: String,
    /// Path in it.
    path: String,
    /// What is to be seen.
    words: String,
) -> impl IntoView {
    let address = LocalResource::new(move || {
        let (id, path) = (id.clone(), path.clone());
        async move {
            let blob = client::files::blob(&id, &path).await.ok()?;
            if blob.size() > BYTES_MAX || !blob.type_().starts_with("image/") {
                return None;
            }
            Url::create_object_url_with_blob(&blob).ok()
        }
    });
    on_cleanup(move || {
        if let Some(Some(address)) = address.get_untracked() {
            // An address that is not known any more needs no revoking.
            let _ = Url::revoke_object_url(&address);
        }
    });
    move || match address.get().flatten() {
        Some(address) => view! { <img src=address alt=words.clone()/> }.into_any(),
        None => view! { <span class="markdown-missing">{words.clone()}</span> }.into_any(),
    }
}

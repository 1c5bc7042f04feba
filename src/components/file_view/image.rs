//! A picture, through `<img>` and a blob URL: a script in an SVG is not run there.

use super::{EmptyState, Entry, icons};
use crate::client::files;
use crate::components::load::{Async, load};
use crate::format;
use crate::i18n::*;
use crate::ui::Button;
use leptos::prelude::*;
use leptos::web_sys::{Blob, Url};
use send_wrapper::SendWrapper;

/// From so many bytes on a picture is only loaded when asked for.
const ASK_FROM: u64 = 32 * 1024 * 1024;

/// A picture's bytes, held by the browser.
#[derive(Clone)]
struct Picture(SendWrapper<Blob>);

impl PartialEq for Picture {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

/// A picture; a very large one after a click.
#[component]
pub(super) fn ImageView(
    id: Signal<String>,
    path: String,
    name: String,
    media: &'static str,
    entry: Signal<Entry>,
) -> impl IntoView {
    let i18n = use_i18n();
    let wanted = RwSignal::new(entry.with_untracked(|entry| entry.size) < ASK_FROM);
    let title = move || {
        let size = format::bytes(entry.with(|entry| entry.size));
        t_string!(i18n, files.view_image_large, size = size)
    };
    move || {
        let (path, name) = (path.clone(), name.clone());
        match wanted.get() {
            true => view! { <Shown id path name media entry/> }.into_any(),
            false => view! {
                <EmptyState
                    icon=icons::LuImage
                    title
                    text=move || t_string!(i18n, files.view_image_large_hint)
                >
                    <Button on_click=move |()| wanted.set(true)>
                        {move || t_string!(i18n, files.view_image_show)}
                    </Button>
                </EmptyState>
            }
            .into_any(),
        }
    }
}

#[component]
fn Shown(
    id: Signal<String>,
    path: String,
    name: String,
    media: &'static str,
    entry: Signal<Entry>,
) -> impl IntoView {
    let i18n = use_i18n();
    let picture = load(move || {
        let (id, path) = (id.get(), path.clone());
        entry.with(|_| ());
        async move {
            files::blob(&id, &path)
                .await
                .map(|blob| Picture(SendWrapper::new(blob)))
        }
    });
    let alt = StoredValue::new(format::visible(&name));
    let shown = move |picture: Signal<Picture>| {
        // The address that could not be shown; another one may be whole.
        let refused = RwSignal::new(None);
        let address = Memo::new(move |_| {
            let address = address_of(&picture.get().0, media)?;
            let gone = address.clone();
            on_cleanup(move || {
                // An address that is gone already needs no revoking.
                let _ = Url::revoke_object_url(&gone);
            });
            Some(address)
        });
        (move || match address.get() {
            Some(address) if refused.get().as_ref() != Some(&address) => {
                let source = address.clone();
                view! {
                    <div class="file-view-image">
                        <img
                            src=source
                            alt=move || t_string!(i18n, files.view_image_alt, name = alt.get_value())
                            on:error=move |_| refused.set(Some(address.clone()))
                        />
                    </div>
                }
                .into_any()
            }
            _ => view! {
                <EmptyState
                    icon=icons::LuImageOff
                    title=move || t_string!(i18n, files.view_image_broken)
                    text=move || t_string!(i18n, files.view_image_broken_hint)
                />
            }
            .into_any(),
        })
        .into_any()
    };
    view! { <Async load=picture lines=8 view=shown/> }
}

/// An address for the picture, of the kind its name says, whatever the server called it.
fn address_of(blob: &Blob, media: &str) -> Option<String> {
    let typed = blob
        .slice_with_f64_and_f64_and_content_type(0.0, blob.size(), media)
        .ok()?;
    Url::create_object_url_with_blob(&typed).ok()
}

//! A picture as the square that becomes an avatar: cut out and made smaller here, so that no more travels than is shown.

use js_sys::Promise;
use leptos::prelude::*;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};
use wasm_bindgen_futures::JsFuture;

/// The kinds of pictures that are taken.
pub(super) const KINDS: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/gif"];

/// The largest square in the middle of a picture: its corner and its side.
fn middle(width: u32, height: u32) -> (f64, f64, f64) {
    let side = width.min(height);
    let left = f64::from(width - side) / 2.0;
    let top = f64::from(height - side) / 2.0;
    (left, top, f64::from(side))
}

/// The middle of the picture as a PNG of `side` x `side` pixels; none when the browser cannot read it.
pub(super) async fn square(picture: &Blob, side: u32) -> Option<Blob> {
    let decoded = window().create_image_bitmap_with_blob(picture).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(decoded).await.ok()?.dyn_into().ok()?;
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(side);
    canvas.set_height(side);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let (left, top, cut) = middle(bitmap.width(), bitmap.height());
    let side = f64::from(side);
    // Else what is made much smaller becomes jagged.
    let smooth = js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into());
    smooth.ok()?;
    let drawn = context.draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        &bitmap, left, top, cut, cut, 0.0, 0.0, side, side,
    );
    bitmap.close();
    drawn.ok()?;
    png_of(&canvas).await
}

async fn png_of(canvas: &HtmlCanvasElement) -> Option<Blob> {
    let promise = Promise::new(&mut |done, failed| {
        let made = Closure::once_into_js(move |blob: JsValue| {
            // A function called with an argument fails only if it throws, and this one does not.
            let _ = done.call1(&JsValue::UNDEFINED, &blob);
        });
        if canvas.to_blob(made.unchecked_ref()).is_err() {
            let _ = failed.call0(&JsValue::UNDEFINED);
        }
    });
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

#[cfg(test)]
mod tests {
    use super::middle;

    #[test]
    fn the_square_lies_in_the_middle() {
        assert_eq!(middle(600, 200), (200.0, 0.0, 200.0));
        assert_eq!(middle(3, 8), (0.0, 2.5, 3.0));
        assert_eq!(middle(5, 5), (0.0, 0.0, 5.0));
    }
}

//! How far the uploads are, where it is seen from other tabs: in the title and the icon.

use crate::title;
use crate::uploads::{State, Upload};
use leptos::prelude::*;
use leptos::web_sys::Element;

/// Length of the icon's ring, whose radius is 12.
const RING: f64 = 75.4;

/// Keeps title and icon true for as long as its owner lives.
pub fn show_in_tab(list: Signal<Vec<Upload>>) {
    let percent = Memo::new(move |_| list.with(|list| percent(list)));
    let icon = document().query_selector("link[rel=icon]").ok().flatten();
    let own = icon.as_ref().and_then(|icon| icon.get_attribute("href"));
    let icon = StoredValue::new_local(icon.zip(own));
    let show = move |percent| {
        title::progress(percent);
        icon.with_value(|icon| {
            if let Some((icon, own)) = icon {
                draw(icon, percent.map(ring).as_ref().unwrap_or(own));
            }
        });
    };
    Effect::new(move |_| show(percent.get()));
    on_cleanup(move || show(None));
}

fn draw(icon: &Element, href: &str) {
    // An icon that cannot be set is none that anybody misses.
    let _ = icon.set_attribute("href", href);
}

/// Percent of all bytes of the uploads that go on; none when there are none.
fn percent(list: &[Upload]) -> Option<u32> {
    let (mut sent, mut bytes, mut open) = (0_u64, 0_u64, false);
    for upload in list {
        let goes_on = upload.state.with(|state| {
            !matches!(
                state,
                State::Done(_) | State::Failed(_) | State::Lost | State::Paused
            )
        });
        if goes_on {
            open = true;
            sent = sent.saturating_add(upload.sent.get());
            bytes = bytes.saturating_add(upload.bytes.get());
        }
    }
    open.then(|| (sent as f64 / bytes.max(1) as f64 * 100.0) as u32)
}

/// An icon with so many percent of a ring.
fn ring(percent: u32) -> String {
    let drawn = RING * f64::from(percent.min(100)) / 100.0;
    format!(
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke-width='8'>\
         <circle cx='16' cy='16' r='12' stroke='%23CC4412' stroke-opacity='.3'/>\
         <circle cx='16' cy='16' r='12' stroke='%23CC4412' stroke-dasharray='{drawn:.1} {RING}' transform='rotate(-90 16 16)'/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_is_drawn_as_far_as_it_goes() {
        assert!(ring(0).contains("'0.0 75.4'"));
        assert!(ring(50).contains("'37.7 75.4'"));
        assert!(ring(250).contains("'75.4 75.4'"));
        assert!(!ring(50).contains('#'), "it would end the address");
    }
}

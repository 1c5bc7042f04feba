//! The lines: only those on screen exist.

use super::clock::Clock;
use super::density::Density;
use super::frame::PROBE;
use super::picked::Picked;
use super::row;
use super::viewer::Viewer;
use crate::i18n::*;
use crate::ui::use_toasts;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// What scrolls, with the rows that are in sight. A click on a number chooses its line, with Shift all lines up to it.
#[component]
pub fn Lines(
    viewer: Viewer,
    /// What lies over it.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let snapshot = viewer.link.snapshot;
    let window_top = move || {
        let from = snapshot.with(|s| s.as_ref().map_or(0, |s| s.from));
        format!("translateY({}px)", viewer.scroll().place(from))
    };
    let rows = move || {
        let clock = viewer.clock();
        let shown = snapshot.with(|s| s.as_ref().map_or_else(Vec::new, |s| row::shown(s, clock)));
        // Lines that are filtered out would be copied too.
        let whole =
            viewer.only.with_untracked(Option::is_none) || !viewer.searching.get_untracked();
        viewer.selected.keep(shown, whole)
    };
    let choose = move |event: MouseEvent| {
        if let Some(line) = number_at(&event) {
            viewer
                .picked
                .update(|picked| *picked = Picked::clicked(*picked, line, event.shift_key()));
        }
    };
    // Shift would select the text between.
    let hold = move |event: MouseEvent| {
        if number_at(&event).is_some() {
            event.prevent_default();
        }
    };
    // Times take room from the text.
    Effect::new(move || {
        viewer.clock();
        request_animation_frame(move || viewer.frame.measure());
    });
    view! {
        <div class="log-view">
            <div
                class="log-scroll"
                class:log-wrapped=viewer.wrap
                tabindex="0"
                role="region"
                aria-label=move || t_string!(i18n, log.lines).to_owned()
                node_ref=viewer.frame.element
                on:scroll=move |_| viewer.scrolled()
                on:mousedown=hold
                on:click=choose
                on:copy=move |event| viewer.selected.copy(&event, viewer.link, i18n, toasts)
            >
                <span class="log-probe" aria-hidden="true" node_ref=viewer.frame.probe>
                    <span class="log-number"></span>
                    {move || {
                        let clock = viewer.clock();
                        (clock != Clock::Off).then(|| view! { <span class=clock.class()></span> })
                    }}
                    <span class="log-text">{"0".repeat(PROBE)}</span>
                </span>
                <div
                    class="log-space"
                    style:height=move || format!("{}px", viewer.scroll().total_height())
                >
                    <div class="log-window" style:transform=window_top>
                        <For
                            each=rows
                            key=row::key
                            children=move |shown| row::show(shown, viewer)
                        />
                    </div>
                </div>
            </div>
            <Density viewer/>
            {children()}
        </div>
    }
}

/// The number of the line whose number an event happened on.
fn number_at(event: &MouseEvent) -> Option<u64> {
    let element = event_target::<leptos::web_sys::Element>(event);
    element.get_attribute("data-line")?.parse().ok()
}

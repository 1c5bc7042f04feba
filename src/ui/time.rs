//! Times: relative with the absolute one on hover, kept up to date by one clock.

use crate::format;
use crate::i18n::use_i18n;
use api::Time;
use gloo_timers::callback::Interval;
use leptos::prelude::*;

/// One clock for the whole page.
#[derive(Clone, Copy)]
struct Clock {
    fine: RwSignal<Time>,
    coarse: Memo<Time>,
}

/// Starts the clock and provides it.
pub fn provide_clock() {
    const STEP: i64 = 10_000_000;
    let fine = RwSignal::new(format::now());
    let coarse = Memo::new(move |_| Time(fine.get().0 / STEP * STEP));
    Interval::new(1000, move || fine.set(format::now())).forget();
    provide_context(Clock { fine, coarse });
}

/// The time now, tracked, once a second: for running durations.
pub fn now_fine() -> Signal<Time> {
    expect_context::<Clock>().fine.into()
}

/// The time now, tracked, every ten seconds: for "5 minutes ago".
pub fn now_coarse() -> Signal<Time> {
    expect_context::<Clock>().coarse.into()
}

/// "5 minutes ago", with the absolute time and its zone on hover.
#[component]
pub fn TimeAgo(
    /// The time.
    #[prop(into)]
    time: Signal<Time>,
) -> impl IntoView {
    let i18n = use_i18n();
    let now = now_coarse();
    // A time of this very second must not lie in the future.
    let text = Memo::new(move |_| {
        let time = time.get();
        format::relative(time, now.get().max(time), i18n.get_locale())
    });
    view! {
        <time datetime=move || format!("{}Z", time.get()) title=move || format::absolute(time.get(), i18n.get_locale())>
            {move || text.get()}
        </time>
    }
}

/// The absolute time with its zone.
#[component]
pub fn TimeAt(
    /// The time.
    #[prop(into)]
    time: Signal<Time>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <time datetime=move || format!("{}Z", time.get())>
            {move || format::absolute(time.get(), i18n.get_locale())}
        </time>
    }
}

//! What the operator has to say: maintenance, or a message. It comes and goes without a reload.

use crate::components::live::Live;
use crate::i18n::{t_string, use_i18n};
use crate::ui::{Icon, IconButton, icons};
use leptos::prelude::*;

/// The banner; nothing while the service is up and nobody has anything to say. A message can be dismissed, maintenance
/// cannot.
#[component]
pub fn ServiceBanner() -> impl IntoView {
    let i18n = use_i18n();
    let live = expect_context::<Live>();
    let dismissed = RwSignal::new(None::<String>);
    let status = Memo::new(move |_| live.service());
    let shown = Memo::new(move |_| {
        let status = status.get();
        status.is_maintained() || (status.message.is_some() && status.message != dismissed.get())
    });
    let maintained = Memo::new(move |_| status.with(|status| status.is_maintained()));
    let message = move || status.with(|status| status.message.clone());
    let icon = Signal::derive(move || match maintained.get() {
        true => icons::LuWrench,
        false => icons::LuMegaphone,
    });
    let words = move || match (maintained.get(), message()) {
        (true, None) => t_string!(i18n, live.maintenance_text).to_owned(),
        (_, message) => message.unwrap_or_default(),
    };
    view! {
        <div role="status" aria-label=move || t_string!(i18n, live.announcement)>
            <Show when=move || shown.get()>
                <div class="service" class:service-down=move || maintained.get()>
                    <Icon icon/>
                    <span class="service-words">
                        {move || {
                            maintained
                                .get()
                                .then(|| view! { <strong>{t_string!(i18n, live.maintenance_title)}</strong> " " })
                        }}
                        <bdi>{words}</bdi>
                    </span>
                    <Show when=move || !maintained.get()>
                        <IconButton
                            label=move || t_string!(i18n, common.dismiss)
                            icon=icons::LuX
                            on_click=move |()| dismissed.set(status.with_untracked(|status| status.message.clone()))
                        />
                    </Show>
                </div>
            </Show>
        </div>
    }
}

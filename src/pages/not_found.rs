//! No page at this address.

use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::ui::{EmptyState, LinkButton, Look, PageHead, icons};
use leptos::prelude::*;

/// The page.
pub fn page() -> AnyView {
    let i18n = use_i18n();
    let title = move || t_string!(i18n, shell.not_found_title);
    let text = move || t_string!(i18n, shell.not_found_text);
    view! {
        <div class="content content-narrow">
            <PageHead title/>
            <EmptyState title=move || "404" text icon=icons::LuCompass>
                <LinkButton href=Route::Home.href() look=Look::Main>
                    {move || t_string!(i18n, shell.to_start)}
                </LinkButton>
            </EmptyState>
        </div>
    }
    .into_any()
}

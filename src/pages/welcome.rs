//! After registration: begin in the browser, or connect the command line.

use crate::components::cli;
use crate::components::entity_list::{CreateLink, Listed};
use crate::format;
use crate::i18n::{t_string, use_i18n};
use crate::paths::Route;
use crate::session::{Account, use_session};
use crate::ui::{Button, CopyButton, CopyField, LinkButton, Look, PageHead, icons};
use leptos::prelude::*;

/// The page.
pub fn page(_route: Route) -> AnyView {
    let i18n = use_i18n();
    let session = use_session();
    let account = Memo::new(move |_| session.get().account().cloned());
    let name = Memo::new(move |_| session.name().unwrap_or_default());
    let title = move || t_string!(i18n, account.welcome_title, user = name.get());
    let subtitle = (move || t_string!(i18n, account.welcome_text)).into_any();
    view! {
        <div class="content content-narrow stack">
            <PageHead title subtitle/>
            <section class="stack-tight">
                <h2>{move || t_string!(i18n, account.start_title)}</h2>
                <div class="row">
                    <CreateLink listed=Listed::Projects look=Look::Main/>
                    <CreateLink listed=Listed::Datasets/>
                    <LinkButton href=Route::Explore.href() look=Look::Quiet icon=icons::LuCompass>
                        {move || t_string!(i18n, account.start_explore)}
                    </LinkButton>
                </div>
            </section>
            <section class="stack-tight">
                <h2>{move || t_string!(i18n, account.cli_title)}</h2>
                <ol class="steps">
                    <li class="stack-tight">
                        <h3>{move || t_string!(i18n, account.step_install)}</h3>
                        <p class="muted">{move || t_string!(i18n, account.step_install_text)}</p>
                        <CopyField text=cli::INSTALL/>
                    </li>
                    <li class="stack-tight">
                        <h3>{move || t_string!(i18n, account.step_login)}</h3>
                        <p class="muted">{move || t_string!(i18n, account.step_login_text)}</p>
                        <CopyField text=move || cli::russell(&cli::host(), &format!("login -u {}", name.get()))/>
                    </li>
                    <li class="stack-tight">
                        <h3>{move || t_string!(i18n, account.step_token)}</h3>
                        {move || account.get().map(|account| view! { <TokenStep account/> })}
                    </li>
                </ol>
            </section>
        </div>
    }
    .into_any()
}

/// The token: masked until somebody asks for it, copied without being shown.
#[component]
fn TokenStep(account: Account) -> impl IntoView {
    let i18n = use_i18n();
    let shown = RwSignal::new(false);
    let token = StoredValue::new(account.token);
    let until = move || format::absolute(account.until, i18n.get_locale());
    let text = Signal::derive(move || match shown.get() {
        true => token.get_value(),
        false => "•".repeat(24),
    });
    let toggle = move || match shown.get() {
        true => t_string!(i18n, account.hide_token),
        false => t_string!(i18n, account.show_token),
    };
    view! {
        <p class="muted">{move || t_string!(i18n, account.step_token_text, until = until())}</p>
        <CopyField text=cli::sign_in(&cli::host())/>
        <div class="row">
            <span class="copy-field">
                <span class="sr-only">{move || t_string!(i18n, account.token)}</span>
                <code>
                    {move || text.get()}
                </code>
                <CopyButton
                    text=Signal::derive(move || token.get_value())
                    label=move || t_string!(i18n, account.copy_token)
                />
            </span>
            <Button look=Look::Quiet on_click=move |()| shown.update(|shown| *shown = !*shown)>
                {toggle}
            </Button>
        </div>
    }
}

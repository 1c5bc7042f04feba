//! One's own account: profile, e-mail address, password, sign-ins and tokens.

mod email;
mod password;
mod picture;
mod profile;
mod square;
mod tokens;

use crate::i18n::{t_string, use_i18n};
use crate::paths::{Route, SettingsTab};
use crate::place::use_place;
use crate::ui::{PageHead, Tab, Tabs};
use leptos::prelude::*;

/// The page.
pub fn page(_route: Route) -> AnyView {
    let i18n = use_i18n();
    let place = use_place();
    let part = Memo::new(move |_| {
        place.route.with(|route| match route {
            Some(Route::Settings { tab }) => *tab,
            _ => SettingsTab::Profile,
        })
    });
    let words = move |tab| match tab {
        SettingsTab::Profile => t_string!(i18n, settings.profile),
        SettingsTab::Email => t_string!(i18n, settings.email),
        SettingsTab::Password => t_string!(i18n, settings.password),
        SettingsTab::Tokens => t_string!(i18n, settings.tokens),
    };
    let tabs = [
        SettingsTab::Profile,
        SettingsTab::Email,
        SettingsTab::Password,
        SettingsTab::Tokens,
    ];
    let tabs = tabs.map(|tab| {
        let href = Route::Settings { tab }.href();
        Tab::new(move || words(tab), href, move || part.get() == tab)
    });
    let title = move || {
        let part = words(part.get());
        t_string!(i18n, settings.title_of, part = part)
    };
    let heading = (move || t_string!(i18n, settings.title)).into_any();
    view! {
        <div class="content">
            <PageHead title heading/>
            <Tabs tabs=tabs.to_vec()/>
            {move || match part.get() {
                SettingsTab::Profile => view! { <profile::ProfilePart/> }.into_any(),
                SettingsTab::Email => view! { <email::EmailPart/> }.into_any(),
                SettingsTab::Password => view! { <password::PasswordPart/> }.into_any(),
                SettingsTab::Tokens => view! { <tokens::TokensPart/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

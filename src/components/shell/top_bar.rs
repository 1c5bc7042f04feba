//! The bar at the top. Under 720 px its links fold into a menu.

use super::entrance::{BarLink, Logo, SkipLink};
use super::search::BarSearch;
use crate::client::settings;
use crate::components::notices::Bell;
use crate::components::vip_badge::VipBadge;
use crate::i18n::{Locale, t_string, use_i18n};
use crate::paths::{AccountTab, Route};
use crate::place::use_place;
use crate::prefs::{Theme, use_prefs};
use crate::session::use_session;
use crate::ui::{
    Avatar, Icon, IconButton, LinkButton, Look, Menu, MenuButton, MenuGroup, MenuHeading, MenuLink,
    MenuRadio, icons, use_toasts,
};
use leptos::prelude::*;

/// The bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let session = use_session();
    let folded = RwSignal::new(true);
    // A link of the open menu has done its work once the place changes.
    Effect::new(move |_| {
        place.path.with(|_| ());
        folded.set(true);
    });
    let signed_in = Memo::new(move |_| session.user().is_some());
    let known = Memo::new(move |_| session.is_known());
    let fold_icon = Signal::derive(move || {
        if folded.get() {
            icons::LuMenu
        } else {
            icons::LuX
        }
    });
    view! {
        <header class="bar" class:bar-open=move || !folded.get()>
            <SkipLink/>
            <Logo/>
            <nav class="bar-links" id="main-menu" aria-label=move || t_string!(i18n, shell.main_menu)>
                <Show when=move || signed_in.get()>
                    <BarLink route=Route::Projects label=move || t_string!(i18n, shell.projects)/>
                    <BarLink route=Route::Datasets label=move || t_string!(i18n, shell.datasets)/>
                    <BarLink route=Route::Tasks label=move || t_string!(i18n, shell.tasks)/>
                </Show>
                <BarLink route=Route::Explore label=move || t_string!(i18n, shell.explore)/>
            </nav>
            <BarSearch/>
            <div class="bar-tools">
                <Show when=move || signed_in.get()>
                    <CreateMenu/>
                    <Bell/>
                    <AccountMenu/>
                </Show>
                <Show when=move || known.get() && !signed_in.get()>
                    <LanguageMenu/>
                    <ThemeMenu/>
                    <LinkButton href=Route::Login.href() look=Look::Quiet>
                        {move || t_string!(i18n, shell.sign_in)}
                    </LinkButton>
                    <LinkButton href=Route::Register.href() look=Look::Main>
                        {move || t_string!(i18n, shell.register)}
                    </LinkButton>
                </Show>
                <span class="bar-fold">
                    <IconButton
                        label=move || t_string!(i18n, shell.main_menu)
                        icon=fold_icon
                        expanded=Signal::derive(move || !folded.get())
                        controls="main-menu"
                        on_click=move |()| folded.update(|folded| *folded = !*folded)
                    />
                </span>
            </div>
        </header>
    }
}

#[component]
fn CreateMenu() -> impl IntoView {
    let i18n = use_i18n();
    let trigger = view! { <Icon icon=icons::LuPlus/> }.into_any();
    view! {
        <Menu label=move || t_string!(i18n, shell.create) trigger>
            <MenuLink href=Route::NewProject.href() icon=icons::LuFolderGit2>
                {move || t_string!(i18n, shell.new_project)}
            </MenuLink>
            <MenuLink href=Route::NewDataset.href() icon=icons::LuDatabase>
                {move || t_string!(i18n, shell.new_dataset)}
            </MenuLink>
        </Menu>
    }
}

#[component]
fn LanguageMenu() -> impl IntoView {
    let i18n = use_i18n();
    let trigger = view! { <Icon icon=icons::LuLanguages/> }.into_any();
    view! {
        <Menu label=move || t_string!(i18n, shell.language) trigger>
            <Languages/>
        </Menu>
    }
}

/// Each in its own language: who cannot read the current one must find theirs.
#[component]
fn Languages() -> impl IntoView {
    let language = use_prefs().language;
    let is = move |wanted: Locale| Signal::derive(move || language.get() == wanted);
    view! {
        <MenuRadio checked=is(Locale::zh) on_click=move |()| language.set(Locale::zh)>
            <span lang="zh-CN">"中文"</span>
        </MenuRadio>
        <MenuRadio checked=is(Locale::en) on_click=move |()| language.set(Locale::en)>
            <span lang="en">"English"</span>
        </MenuRadio>
    }
}

#[component]
fn ThemeMenu() -> impl IntoView {
    let i18n = use_i18n();
    let trigger = view! { <Icon icon=icons::LuSunMoon/> }.into_any();
    view! {
        <Menu label=move || t_string!(i18n, shell.theme) trigger>
            <Themes/>
        </Menu>
    }
}

#[component]
fn Themes() -> impl IntoView {
    let i18n = use_i18n();
    let theme = use_prefs().theme;
    let is = move |wanted: Theme| Signal::derive(move || theme.get() == wanted);
    view! {
        <MenuRadio checked=is(Theme::Light) on_click=move |()| theme.set(Theme::Light)>
            {move || t_string!(i18n, shell.theme_light)}
        </MenuRadio>
        <MenuRadio checked=is(Theme::Dark) on_click=move |()| theme.set(Theme::Dark)>
            {move || t_string!(i18n, shell.theme_dark)}
        </MenuRadio>
        <MenuRadio checked=is(Theme::System) on_click=move |()| theme.set(Theme::System)>
            {move || t_string!(i18n, shell.theme_system)}
        </MenuRadio>
    }
}

#[component]
fn AccountMenu() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let name = Memo::new(move |_| session.name().unwrap_or_default());
    let picture = Memo::new(move |_| {
        let user = session.user()?;
        settings::picture(&user.username, user.avatar.as_deref())
    });
    let trigger = view! { <Avatar name picture/> }.into_any();
    let vip = Memo::new(move |_| {
        session
            .user()
            .is_some_and(|user| user.kind.as_deref() == Some("vip"))
    });
    let account = |tab: AccountTab| Route::Account { tab }.href();
    let sign_out = move |()| {
        session.sign_out();
        toasts.say(t_string!(i18n, shell.signed_out));
    };
    view! {
        <Menu label=move || t_string!(i18n, shell.account, user = name.get()) trigger>
            <MenuHeading>
                {move || name.get()}
                <Show when=move || vip.get()>
                    <VipBadge/>
                </Show>
            </MenuHeading>
            <MenuLink href=Signal::derive(move || Route::user(&name.get()).href()) icon=icons::LuUser>
                {move || t_string!(i18n, shell.profile)}
            </MenuLink>
            <MenuLink href=Route::settings().href() icon=icons::LuSettings>
                {move || t_string!(i18n, shell.settings)}
            </MenuLink>
            <MenuLink href=account(AccountTab::Usage) icon=icons::LuGauge>
                {move || t_string!(i18n, shell.usage)}
            </MenuLink>
            <MenuLink href=account(AccountTab::Wallet) icon=icons::LuWallet>
                {move || t_string!(i18n, shell.wallet)}
            </MenuLink>
            <MenuLink href=account(AccountTab::Plan) icon=icons::LuCrown>
                {move || t_string!(i18n, shell.plan)}
            </MenuLink>
            <MenuLink href=Route::Welcome.href() icon=icons::LuTerminal>
                {move || t_string!(i18n, shell.welcome)}
            </MenuLink>
            <MenuLink href=Route::Trash.href() icon=icons::LuTrash2>
                {move || t_string!(i18n, trash.title)}
            </MenuLink>
            <MenuGroup label=move || t_string!(i18n, shell.language)>
                <Languages/>
            </MenuGroup>
            <MenuGroup label=move || t_string!(i18n, shell.theme)>
                <Themes/>
            </MenuGroup>
            <MenuButton icon=icons::LuLogOut on_click=sign_out>
                {move || t_string!(i18n, shell.sign_out)}
            </MenuButton>
        </Menu>
    }
}

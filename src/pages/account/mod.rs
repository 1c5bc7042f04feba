//! One's own time and money: usage, wallet, plan, and the payment of an order.

mod buy;
mod days;
mod order;
mod plan;
mod records;
mod usage;
mod wallet;
mod words;

use crate::client::billing;
use crate::components::load::{Async, Load, load};
use crate::i18n::{t_string, use_i18n};
use crate::paths::{AccountTab, Route};
use crate::place::use_place;
use crate::ui::{EmptyState, PageHead, Tab, Tabs, icons};
use api::billing::Account;
use api::event::{Change, Kind};
use leptos::prelude::*;

/// Whether a change concerns time, storage or money: they are told as often as tasks are charged.
fn concerns(change: &Change) -> bool {
    change.kind == Kind::Balance
}

/// The page.
pub fn page(route: Route) -> AnyView {
    if let Route::Account {
        tab: AccountTab::Order { id },
    } = route
    {
        return view! { <order::Payment id/> }.into_any();
    }
    view! { <Parts/> }.into_any()
}

/// The account, kept up to date.
fn use_account() -> Load<Account> {
    load(|| async { billing::account().await }).live(concerns)
}

#[component]
fn Parts() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let part = Memo::new(move |last: Option<&AccountTab>| {
        place.route.with(|route| match route {
            Some(Route::Account { tab }) => tab.clone(),
            // On the way to another page.
            _ => last.cloned().unwrap_or(AccountTab::Usage),
        })
    });
    let tab = |label: TextProp, tab: AccountTab| {
        let href = Route::Account { tab: tab.clone() }.href();
        Tab::new(label, href, move || part.get() == tab)
    };
    let tabs = vec![
        tab(
            (move || t_string!(i18n, billing.tab_usage)).into(),
            AccountTab::Usage,
        ),
        tab(
            (move || t_string!(i18n, billing.tab_wallet)).into(),
            AccountTab::Wallet,
        ),
        tab(
            (move || t_string!(i18n, billing.tab_plan)).into(),
            AccountTab::Plan,
        ),
    ];
    let account = use_account();
    let shown = move |state: Signal<Account>| {
        let billing = Memo::new(move |_| state.with(|account| account.billing));
        (move || match (billing.get(), part.get()) {
            (false, _) => view! { <Off/> }.into_any(),
            (true, AccountTab::Wallet) => view! { <wallet::Wallet account=state/> }.into_any(),
            (true, AccountTab::Plan) => {
                view! { <plan::Plans account=state load=account/> }.into_any()
            }
            (true, _) => view! { <usage::UsageView account=state/> }.into_any(),
        })
        .into_any()
    };
    view! {
        <div class="content">
            <PageHead title=move || t_string!(i18n, billing.title)/>
            <Tabs tabs/>
            <Async load=account view=shown/>
        </div>
    }
}

/// This installation bills nothing.
#[component]
fn Off() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <EmptyState
            icon=icons::LuInfinity
            title=move || t_string!(i18n, billing.off_title)
            text=move || t_string!(i18n, billing.off_text)
        />
    }
}

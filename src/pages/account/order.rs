//! The payment of an order. Where the test provider takes it, its buttons are here.

use super::words;
use crate::client::billing;
use crate::components::load::{Async, Load, load};
use crate::components::submit::{Submit, SubmitError};
use crate::format;
use crate::i18n::*;
use crate::pages::not_found;
use crate::paths::{AccountTab, Route};
use crate::ui::{Badge, Button, Icon, LinkButton, Look, PageHead, TimeAt, Tone, icons};
use api::billing::{Account, Order, OrderState, Outcome, PayWith, Settlement};
use leptos::prelude::*;

/// Milliseconds after which an order that waits is asked for anew.
const WAITING: u32 = 3_000;

/// The page of an order.
#[component]
pub(super) fn Payment(id: String) -> impl IntoView {
    let i18n = use_i18n();
    let order = load(move || {
        let id = id.clone();
        async move { billing::order(&id).await }
    })
    .poll(|order: &Order| (order.state == OrderState::Pending).then_some(WAITING));
    let account = load(|| async { billing::account().await });
    let unknown = Memo::new(move |_| {
        order
            .error
            .with(|error| error.as_ref().is_some_and(|error| error.is_not_found()))
    });
    move || match unknown.get() {
        true => not_found::page(),
        false => {
            let shown = move |now: Signal<Order>| {
                view! { <Facts order=now load=order account/> }.into_any()
            };
            view! {
                <div class="content content-narrow">
                    <PageHead title=move || t_string!(i18n, billing.order_title)/>
                    <Async load=order view=shown/>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn Facts(order: Signal<Order>, load: Load<Order>, account: Load<Account>) -> impl IntoView {
    let i18n = use_i18n();
    let state = Memo::new(move |_| order.with(|order| order.state));
    let icon = Signal::derive(move || match state.get() {
        OrderState::Pending => icons::LuClock,
        OrderState::Paid => icons::LuCircleCheck,
        OrderState::Failed => icons::LuCircleX,
        OrderState::Expired => icons::LuTimerOff,
    });
    let tone = Signal::derive(move || match state.get() {
        OrderState::Pending => Tone::Info,
        OrderState::Paid => Tone::Ok,
        OrderState::Failed => Tone::Bad,
        OrderState::Expired => Tone::Muted,
    });
    let test = Memo::new(move |_| {
        account.data.with(|account| {
            account
                .as_ref()
                .is_some_and(|account| account.provider.test)
        })
    });
    view! {
        <div class="stack">
            <dl class="facts">
                <dt>{move || t_string!(i18n, billing.sum_what)}</dt>
                <dd>{move || order.with(|order| words::bought(i18n, order.product))}</dd>
                <dt>{move || t_string!(i18n, billing.order_amount)}</dt>
                <dd>
                    <b>{move || order.with(|order| format::money(order.amount, i18n.get_locale()))}</b>
                </dd>
                <dt>{move || t_string!(i18n, billing.order_state)}</dt>
                <dd>
                    <span role="status">
                    <Badge label=move || words::state(i18n, state.get()) icon tone/>
                    </span>
                </dd>
                <dt>
                    {move || match order.with(|order| order.settled.is_some()) {
                        true => t_string!(i18n, billing.order_settled),
                        false => t_string!(i18n, billing.order_expires),
                    }}
                </dt>
                <dd>
                    <TimeAt time=Signal::derive(move || {
                        order.with(|order| order.settled.unwrap_or(order.expires))
                    })/>
                </dd>
            </dl>
            {move || match state.get() {
                OrderState::Pending => test.get().then(|| view! { <TestProvider order load/> }.into_any()),
                _ => Some(view! { <WaysOn order/> }.into_any()),
            }}
        </div>
    }
}

/// The buttons of the provider that only pretends.
#[component]
fn TestProvider(order: Signal<Order>, load: Load<Order>) -> impl IntoView {
    let i18n = use_i18n();
    let submit = Submit::new(&[]);
    let tell = move |outcome: Outcome| {
        let (id, amount) = order.with_untracked(|order| (order.id.clone(), order.amount));
        let notice = Settlement { outcome, amount };
        submit.run(
            async move { billing::settle(&id, &notice).await },
            move |_| load.reload(),
        );
    };
    view! {
        <section class="note tone-warn">
            <Icon icon=icons::LuFlaskConical/>
            <div class="note-text stack-tight">
                <h2>{move || t_string!(i18n, billing.test_title)}</h2>
                <p>{move || t_string!(i18n, billing.test_text)}</p>
                <SubmitError submit/>
                <div class="form-actions">
                    <Button look=Look::Main busy=submit.pending on_click=move |()| tell(Outcome::Paid)>
                        {move || t_string!(i18n, billing.test_pay)}
                    </Button>
                    <Button on_click=move |()| tell(Outcome::Declined)>
                        {move || t_string!(i18n, billing.test_decline)}
                    </Button>
                    <Button on_click=move |()| tell(Outcome::Expired)>
                        {move || t_string!(i18n, billing.test_expire)}
                    </Button>
                </div>
            </div>
        </section>
    }
}

/// What came of it, and the ways on.
#[component]
fn WaysOn(order: Signal<Order>) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || {
        order.with(|order| match (order.state, order.product) {
            (OrderState::Paid, None) => t_string!(i18n, billing.paid_recharge),
            (OrderState::Paid, Some(_)) => t_string!(i18n, billing.paid_product),
            (OrderState::Failed, _) => t_string!(i18n, billing.failed_text),
            _ => t_string!(i18n, billing.expired_text),
        })
    };
    let recharge = move || order.with(|order| order.product.is_none());
    let way = |tab: AccountTab| Route::Account { tab }.href();
    let wallet = order.with_untracked(|order| order.pay_with == PayWith::Wallet);
    view! {
        <p>{text}</p>
        <div class="form-actions">
            <LinkButton
                look=Look::Main
                href=Signal::derive(move || match recharge() || wallet {
                    true => way(AccountTab::Wallet),
                    false => way(AccountTab::Plan),
                })
            >
                {move || match recharge() || wallet {
                    true => t_string!(i18n, billing.to_wallet),
                    false => t_string!(i18n, billing.to_plan),
                }}
            </LinkButton>
            <LinkButton href=way(AccountTab::Usage)>{move || t_string!(i18n, billing.to_usage)}</LinkButton>
        </div>
    }
}

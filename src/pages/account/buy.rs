//! What is about to be bought, and how it is paid: read before anything happens.

use super::words;
use crate::client::billing;
use crate::components::load::Load;
use crate::components::submit::{Submit, SubmitError};
use crate::format;
use crate::i18n::*;
use crate::paths::{AccountTab, Route};
use crate::place::use_place;
use crate::ui::{Button, Choice, Dialog, Look, Segmented, use_toasts};
use api::Time;
use api::billing::{Account, Goods, NewOrder, Offer, PACK_MONTHS, PayWith};
use leptos::prelude::*;

/// The dialog for the offer that is chosen.
#[component]
pub(super) fn BuyDialog(
    account: Signal<Account>,
    chosen: RwSignal<Option<Offer>>,
    /// Asked again after something was bought.
    load: Load<Account>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if chosen.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            chosen.set(None);
        }
    });
    view! {
        <Dialog open title=move || t_string!(i18n, billing.summary)>
            {move || {
                // The dialog keeps what it shows while it closes.
                let offer = chosen.get_untracked();
                offer.map(|offer| view! { <Summary account offer open load/> })
            }}
        </Dialog>
    }
}

/// Until when goods can be used that are bought now.
fn valid_until(account: &Account, goods: Goods, now: Time) -> Time {
    match goods {
        Goods::Vip { months } => account.vip_until.unwrap_or(now).plus_months(months),
        Goods::Pack { .. } => now.plus_months(PACK_MONTHS),
    }
}

#[component]
fn Summary(
    account: Signal<Account>,
    offer: Offer,
    open: RwSignal<bool>,
    load: Load<Account>,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let toasts = use_toasts();
    let submit = Submit::new(&[]);
    let money = move |fen: i64| format::money(fen, i18n.get_locale());
    let balance = Memo::new(move |_| account.with(|account| account.balance));
    let enough = Memo::new(move |_| balance.get() >= offer.price);
    let start = if enough.get_untracked() {
        "wallet"
    } else {
        "provider"
    };
    let pays = RwSignal::new(start.to_owned());
    let by_wallet = move || pays.with(|pays| pays == "wallet");
    let short = Signal::derive(move || by_wallet() && !enough.get());
    // One key for each way to pay: pressing twice, or again after an answer that was lost, buys once.
    let keys = StoredValue::new([billing::new_key(), billing::new_key()]);
    let until = move || {
        let until =
            account.with(|account| valid_until(account, offer.product.goods(), format::now()));
        format::date(until, i18n.get_locale())
    };
    let buy = move |()| {
        if short.get_untracked() {
            return;
        }
        let wallet = untrack(by_wallet);
        let new = NewOrder {
            product: Some(offer.product),
            amount: offer.price,
            pay_with: if wallet {
                PayWith::Wallet
            } else {
                PayWith::Provider
            },
            key: keys.with_value(|keys| keys[usize::from(wallet)].clone()),
        };
        let done = untrack(|| {
            let what = words::product(i18n, offer.product);
            t_string!(i18n, billing.bought, what = what)
        });
        submit.run(async move { billing::buy(&new).await }, move |order| {
            open.set(false);
            if wallet {
                toasts.say(done);
                load.reload();
            } else {
                let tab = AccountTab::Order { id: order.id };
                place.go(&Route::Account { tab }.href());
            }
        });
    };
    let choices = vec![
        Choice::new("wallet", move || t_string!(i18n, billing.pay_wallet)),
        Choice::new("provider", move || t_string!(i18n, billing.pay_provider)),
    ];
    view! {
        <div class="stack">
            <dl class="facts">
                <dt>{move || t_string!(i18n, billing.sum_what)}</dt>
                <dd>{move || words::product(i18n, offer.product)}</dd>
                <dt>{move || t_string!(i18n, billing.sum_price)}</dt>
                <dd>
                    <b>{move || money(offer.price)}</b>
                </dd>
                <dt>{move || t_string!(i18n, billing.sum_until)}</dt>
                <dd>{until}</dd>
            </dl>
            <Segmented
                name="pay_with"
                label=move || t_string!(i18n, billing.sum_pays)
                choices
                value=pays
                on_change=move |value| {
                    submit.mend();
                    pays.set(value);
                }
            />
            <Show when=by_wallet>
                <dl class="facts">
                    <dt>{move || t_string!(i18n, billing.balance_before)}</dt>
                    <dd>{move || money(balance.get())}</dd>
                    <Show when=move || enough.get()>
                        <dt>{move || t_string!(i18n, billing.balance_after)}</dt>
                        <dd>{move || money(balance.get() - offer.price)}</dd>
                    </Show>
                </dl>
            </Show>
            <p aria-live="polite" class="field-error" hidden=move || !short.get()>
                {move || {
                    let lacking = money(offer.price - balance.get());
                    short.get().then(|| t_string!(i18n, billing.balance_short, amount = lacking))
                }}
            </p>
            <SubmitError submit/>
            <div class="dialog-actions">
                <Button on_click=move |()| open.set(false)>{move || t_string!(i18n, common.cancel)}</Button>
                <Button look=Look::Main busy=submit.pending disabled=short on_click=buy>
                    {move || t_string!(i18n, billing.pay_now, amount = money(offer.price))}
                </Button>
            </div>
        </div>
    }
}

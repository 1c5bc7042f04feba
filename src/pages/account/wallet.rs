//! The balance, recharging it, and every change of it.

use super::records::Records;
use crate::client::billing;
use crate::components::submit::{Submit, SubmitError, focus_first_fault};
use crate::format;
use crate::i18n::*;
use crate::paths::{AccountTab, Route};
use crate::place::use_place;
use crate::ui::{Button, Look, Stat, TextInput, icons};
use api::billing::{Account, NewOrder, PayWith, RECHARGE_MAX, RECHARGE_MIN};
use leptos::html;
use leptos::prelude::*;

/// Amounts that are offered, in yuan.
const USUAL: [i64; 5] = [10, 20, 50, 100, 200];

/// The wallet.
#[component]
pub(super) fn Wallet(account: Signal<Account>) -> impl IntoView {
    let i18n = use_i18n();
    let balance = move || account.with(|account| format::money(account.balance, i18n.get_locale()));
    view! {
        <div class="account-wallet">
            <Stat
                label=move || t_string!(i18n, billing.balance)
                value=balance
                note=move || t_string!(i18n, billing.balance_note)
            />
            <Recharge/>
        </div>
        <section class="account-section" aria-label=move || t_string!(i18n, billing.records)>
            <h2>{move || t_string!(i18n, billing.records)}</h2>
            <Records/>
        </section>
    }
}

/// What somebody typed, if it can be paid.
fn amount_of(text: &str) -> Option<i64> {
    format::parse_yuan(text).filter(|fen| (RECHARGE_MIN..=RECHARGE_MAX).contains(fen))
}

#[component]
fn Recharge() -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let amount = RwSignal::new("50".to_owned());
    let tried = RwSignal::new(false);
    let submit = Submit::new(&["amount"]);
    let form = NodeRef::<html::Form>::new();
    // The same order until it is another amount: an answer that was lost makes no second one.
    let key = Memo::new(move |_| {
        amount.track();
        billing::new_key()
    });
    let told = submit.at("amount", move || i18n.get_locale());
    let error = Signal::derive(move || {
        let wrong = amount.with(|text| amount_of(text).is_none());
        (wrong && tried.get())
            .then(|| t_string!(i18n, billing.amount_wrong).to_owned())
            .or_else(|| told.get())
    });
    Effect::watch(move || amount.get(), move |_, _, _| submit.mend(), false);
    let send = move || {
        tried.set(true);
        let Some(fen) = amount.with_untracked(|text| amount_of(text)) else {
            return focus_first_fault(form);
        };
        let new = NewOrder {
            product: None,
            amount: fen,
            pay_with: PayWith::Provider,
            key: key.get_untracked(),
        };
        submit.run(async move { billing::buy(&new).await }, move |order| {
            let tab = AccountTab::Order { id: order.id };
            place.go(&Route::Account { tab }.href());
        });
    };
    let usual = USUAL.map(|yuan| {
        let chosen = move || amount.with(|text| amount_of(text) == Some(yuan * 100));
        view! {
            <button
                type="button"
                class="button"
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=move |_| amount.set(yuan.to_string())
            >
                {move || format::money(yuan * 100, i18n.get_locale())}
            </button>
        }
    });
    view! {
        <form
            class="form account-recharge"
            node_ref=form
            novalidate=true
            aria-label=move || t_string!(i18n, billing.recharge)
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <h2>{move || t_string!(i18n, billing.recharge)}</h2>
            <div class="row" role="group" aria-label=move || t_string!(i18n, billing.amount_quick)>
                {usual.into_iter().collect_view()}
            </div>
            <TextInput
                name="amount"
                label=move || t_string!(i18n, billing.amount)
                hint=Signal::derive(move || Some(t_string!(i18n, billing.amount_hint).to_owned()))
                value=amount
                error
            />
            <SubmitError submit/>
            <div class="form-actions">
                <Button look=Look::Main icon=icons::LuWallet submit=true busy=submit.pending>
                    {move || t_string!(i18n, billing.to_payment)}
                </Button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::amount_of;

    #[test]
    fn only_amounts_that_can_be_paid_are_taken() {
        assert_eq!(
            (amount_of("1"), amount_of("10000")),
            (Some(100), Some(1_000_000))
        );
        assert_eq!((amount_of("0.99"), amount_of("10000.01")), (None, None));
    }
}

//! What a new task costs, what pays for it, and how long.

use crate::client::billing;
use crate::components::load::load;
use crate::format;
use crate::i18n::*;
use crate::paths::packs_href;
use api::Time;
use api::billing::{Account, Compute, ComputeLeft};
use leptos::prelude::*;

/// What pays first.
#[derive(Debug, PartialEq, Eq)]
enum Payer {
    Plan(i64),
    Packs(i64),
    Balance(i64),
    Nothing,
}

fn payer(left: &ComputeLeft) -> Payer {
    match (left.plan_left, left.paid(), left.balance_seconds) {
        (plan, ..) if plan > 0 => Payer::Plan(plan),
        (_, packs, _) if packs > 0 => Payer::Packs(packs),
        (_, _, balance) if balance > 0 => Payer::Balance(balance),
        _ => Payer::Nothing,
    }
}

/// A line below the machine. Nothing where nothing is billed, or before it is known.
#[component]
pub(super) fn Cost(
    /// `cpu_high` or `gpu_high`.
    #[prop(into)]
    machine: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let account = load(|| async { billing::account().await });
    let time = move |seconds: i64| format::paid_time(seconds, i18n.get_locale());
    let words = move |account: &Account| {
        let left = account.left(Compute::of_instance(&machine.get()));
        let pays = match payer(left) {
            Payer::Plan(seconds) => t_string!(i18n, billing.cost_plan, time = time(seconds)),
            Payer::Packs(seconds) => t_string!(i18n, billing.cost_packs, time = time(seconds)),
            Payer::Balance(seconds) => {
                let price = format::money(left.hourly_price, i18n.get_locale());
                t_string!(
                    i18n,
                    billing.cost_balance,
                    price = price,
                    time = time(seconds)
                )
            }
            Payer::Nothing => return t_string!(i18n, billing.cost_nothing).to_owned(),
        };
        let most = i64::try_from(account.limits().task_seconds).unwrap_or(i64::MAX);
        let ends = if left.total() < most {
            let end = Time(format::now().0 + left.total() * 1_000_000);
            let date = format::absolute(end, i18n.get_locale());
            t_string!(i18n, billing.cost_ends, date = date)
        } else {
            t_string!(i18n, billing.cost_limit, time = time(most))
        };
        match i18n.get_locale() {
            Locale::en => format!("{pays} {ends}"),
            Locale::zh => format!("{pays}{ends}"),
        }
    };
    let more = move || packs_href(Compute::of_instance(&machine.get()));
    move || {
        let words = account.data.with(|account| {
            account
                .as_ref()
                .filter(|account| account.billing)
                .map(words)
        })?;
        let label = move || t_string!(i18n, billing.cost);
        Some(view! {
            <div class="field" role="group" aria-label=label>
                <span class="field-label">{label}</span>
                <p class="run-hint">
                    {words} " " <a href=more>{move || t_string!(i18n, billing.cost_more)}</a>
                </p>
            </div>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::billing::PackLeft;

    #[test]
    fn the_first_that_has_something_pays() {
        let mut left = ComputeLeft {
            plan_seconds: 10,
            plan_left: 4,
            packs: vec![PackLeft {
                id: String::new(),
                seconds: 9,
                left: 7,
                expires: Time(0),
            }],
            hourly_price: 100,
            balance_seconds: 3,
        };
        assert_eq!(payer(&left), Payer::Plan(4));
        left.plan_left = 0;
        assert_eq!(payer(&left), Payer::Packs(7));
        left.packs.clear();
        assert_eq!(payer(&left), Payer::Balance(3));
        left.balance_seconds = 0;
        assert_eq!(payer(&left), Payer::Nothing);
    }
}

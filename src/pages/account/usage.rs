//! What is left: three figures with bars, when they end, and the last 30 days.

use super::days::Days;
use crate::client::billing;
use crate::components::load::{Async, load};
use crate::format;
use crate::i18n::*;
use crate::paths::packs_href;
use crate::ui::{LinkButton, Progress, Stat};
use api::Time;
use api::billing::{Account, Compute, DayUse, Usage};
use leptos::prelude::*;

/// Days whose use a forecast goes by.
const RATE_DAYS: usize = 7;
const DAY: i64 = 86_400;

/// The figures.
#[component]
pub(super) fn UsageView(account: Signal<Account>) -> impl IntoView {
    let i18n = use_i18n();
    let used = load(|| async { billing::usage().await }).live(super::concerns);
    let shown = move |usage: Signal<Usage>| {
        view! {
            <div class="stats account-stats">
                <TimeLeft account usage compute=Compute::Cpu/>
                <TimeLeft account usage compute=Compute::Gpu/>
                <Storage usage/>
            </div>
            <p class="muted">
                {move || {
                    let date = account.with(|account| format::absolute(account.refreshes, i18n.get_locale()));
                    t_string!(i18n, billing.refreshes, date = date)
                }}
            </p>
            <Days days=Signal::derive(move || usage.with(|usage| usage.days.clone()))/>
        }
        .into_any()
    };
    view! { <Async load=used lines=8 view=shown/> }
}

#[component]
fn TimeLeft(account: Signal<Account>, usage: Signal<Usage>, compute: Compute) -> impl IntoView {
    let i18n = use_i18n();
    let left = Memo::new(move |_| account.with(|account| account.left(compute).clone()));
    let time = move |seconds: i64| format::paid_time(seconds, i18n.get_locale());
    let label = move || match compute {
        Compute::Cpu => t_string!(i18n, billing.cpu_time),
        Compute::Gpu => t_string!(i18n, billing.gpu_time),
    };
    let bar = move || match compute {
        Compute::Cpu => t_string!(i18n, billing.bar_cpu),
        Compute::Gpu => t_string!(i18n, billing.bar_gpu),
    };
    let buy = move || match compute {
        Compute::Cpu => t_string!(i18n, billing.buy_cpu),
        Compute::Gpu => t_string!(i18n, billing.buy_gpu),
    };
    let plan = move || {
        left.with(|left| match left.plan_seconds {
            0 => t_string!(i18n, billing.plan_none).to_owned(),
            all => {
                let (left, all) = (time(left.plan_left), time(all));
                t_string!(i18n, billing.plan_part, left = left, all = all)
            }
        })
    };
    let share = Signal::derive(move || {
        left.with(|left| match left.plan_seconds {
            0 => Some(0.0),
            all => Some((all - left.plan_left) as f64 / all as f64),
        })
    });
    let packs = move || {
        left.with(|left| left.packs.clone())
            .into_iter()
            .map(|pack| {
                let words = move || {
                    let date = format::date(pack.expires, i18n.get_locale());
                    let (left, all) = (time(pack.left), time(pack.seconds));
                    t_string!(i18n, billing.pack_part, left = left, all = all, date = date)
                };
                view! { <li>{words}</li> }
            })
            .collect_view()
    };
    let balance = move || {
        left.with(|left| {
            let price = format::money(left.hourly_price, i18n.get_locale());
            match left.balance_seconds {
                0 => t_string!(i18n, billing.balance_none, price = price),
                seconds => {
                    t_string!(
                        i18n,
                        billing.balance_part,
                        time = time(seconds),
                        price = price
                    )
                }
            }
        })
    };
    let forecast = move || {
        let used = usage.with(|usage| recent(&usage.days, compute));
        let refreshes = account.with(|account| account.refreshes);
        match forecast(left.with(|left| left.total()), used, format::now()) {
            Forecast::Unused => t_string!(i18n, billing.forecast_none).to_owned(),
            Forecast::Until(end) if end > refreshes && left.with(|left| left.plan_seconds > 0) => {
                t_string!(i18n, billing.forecast_refresh).to_owned()
            }
            Forecast::Until(end) => {
                let date = format::date(end, i18n.get_locale());
                t_string!(i18n, billing.forecast, date = date)
            }
        }
    };
    view! {
        <Stat label value=move || time(left.with(|left| left.paid())) note=plan>
            <Progress value=share label=bar/>
            <ul class="account-lines">
                {packs}
                <li>{balance}</li>
                <li>{forecast}</li>
            </ul>
            <LinkButton href=packs_href(compute)>{buy}</LinkButton>
        </Stat>
    }
}

#[component]
fn Storage(usage: Signal<Usage>) -> impl IntoView {
    let i18n = use_i18n();
    let used = move || usage.with(|usage| usage.versions_bytes + usage.outputs_bytes);
    let all = move || usage.with(|usage| usage.storage_bytes);
    let value = move || {
        let used = format::bytes(used());
        match all() {
            Some(all) => t_string!(
                i18n,
                billing.storage_of,
                used = used,
                all = format::bytes(all)
            ),
            None => used,
        }
    };
    let note = move || {
        let (versions, outputs) = usage.with(|usage| (usage.versions_bytes, usage.outputs_bytes));
        let (versions, outputs) = (format::bytes(versions), format::bytes(outputs));
        t_string!(
            i18n,
            billing.storage_parts,
            versions = versions,
            outputs = outputs
        )
    };
    let share = Signal::derive(move || all().map(|all| used() as f64 / all.max(1) as f64));
    view! {
        <Stat label=move || t_string!(i18n, billing.storage) value note>
            <Progress value=share label=move || t_string!(i18n, billing.bar_storage)/>
        </Stat>
    }
}

/// Seconds of a kind in the last days, today included.
fn recent(days: &[DayUse], compute: Compute) -> i64 {
    let days = days.iter().rev().take(RATE_DAYS);
    days.map(|day| match compute {
        Compute::Cpu => day.cpu,
        Compute::Gpu => day.gpu,
    })
    .sum()
}

#[derive(Debug, PartialEq)]
enum Forecast {
    Unused,
    Until(Time),
}

/// When `left` seconds are used up, if as many are used in the next days as the `used` of the last.
fn forecast(left: i64, used: i64, now: Time) -> Forecast {
    if used <= 0 {
        return Forecast::Unused;
    }
    let period = RATE_DAYS as i64 * DAY;
    // Wide: a rich account and a small use come to many years.
    let seconds = i128::from(left.max(0)) * i128::from(period) / i128::from(used);
    let century = 100 * 365 * DAY;
    let seconds = i64::try_from(seconds).map_or(century, |seconds| seconds.min(century));
    Forecast::Until(Time(now.0 + seconds * 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forecast_goes_by_the_last_week() {
        let now = Time::from_seconds(1_000_000);
        assert_eq!(forecast(100, 0, now), Forecast::Unused);
        assert_eq!(
            forecast(100, 700, now),
            Forecast::Until(Time::from_seconds(1_000_000 + DAY))
        );
        assert_eq!(forecast(-5, 700, now), Forecast::Until(now));
        let Forecast::Until(end) = forecast(i64::MAX, 1, now) else {
            panic!("it is used");
        };
        assert!(end > now);
        let day = |cpu| DayUse {
            noon: now,
            cpu,
            gpu: 0,
        };
        let days: Vec<DayUse> = (1..=10).map(day).collect();
        assert_eq!(recent(&days, Compute::Cpu), 4 + 5 + 6 + 7 + 8 + 9 + 10);
    }
}

//! The plan, what VIP adds to it, and everything that can be bought.

use super::buy::BuyDialog;
use super::words;
use crate::components::load::Load;
use crate::format;
use crate::i18n::*;
use crate::paths::packs_fragment;
use crate::place::use_place;
use crate::ui::{Button, Column, Stat, Table};
use api::billing::{Account, Compute, Goods, Offer, Plan, PlanLimits};
use leptos::html;
use leptos::prelude::*;

/// What stands beside the offers of one kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shelf {
    Vip,
    Packs(Compute),
}

impl Shelf {
    fn holds(self, offer: &Offer) -> bool {
        match (self, offer.product.goods()) {
            (Self::Vip, Goods::Vip { .. }) => true,
            (Self::Packs(own), Goods::Pack { compute, .. }) => own == compute,
            _ => false,
        }
    }
}

/// The plans.
#[component]
pub(super) fn Plans(account: Signal<Account>, load: Load<Account>) -> impl IntoView {
    let i18n = use_i18n();
    let chosen = RwSignal::new(None::<Offer>);
    let plan = move || account.with(|account| account.plan);
    let value = move || match plan() {
        Plan::Free => t_string!(i18n, billing.plan_free),
        Plan::Vip => t_string!(i18n, billing.plan_vip),
    };
    let note = move || match account.with(|account| account.vip_until) {
        Some(until) => {
            let date = format::absolute(until, i18n.get_locale());
            t_string!(i18n, billing.vip_until, date = date)
        }
        None => t_string!(i18n, billing.free_note).to_owned(),
    };
    let balance = move || account.with(|account| format::money(account.balance, i18n.get_locale()));
    view! {
        <div class="stats account-stats">
            <Stat label=move || t_string!(i18n, billing.plan_now) value note/>
            <Stat label=move || t_string!(i18n, billing.balance) value=balance/>
        </div>
        <Offers
            account
            shelf=Shelf::Vip
            chosen
            title=move || match plan() {
                Plan::Free => t_string!(i18n, billing.buy_vip),
                Plan::Vip => t_string!(i18n, billing.extend_vip),
            }
            hint=move || t_string!(i18n, billing.vip_hint)
        />
        <Offers
            account
            shelf=Shelf::Packs(Compute::Cpu)
            chosen
            title=move || t_string!(i18n, billing.packs_cpu)
            hint=move || t_string!(i18n, billing.packs_hint)
        />
        <Offers
            account
            shelf=Shelf::Packs(Compute::Gpu)
            chosen
            title=move || t_string!(i18n, billing.packs_gpu)
            hint=move || t_string!(i18n, billing.packs_hint)
        />
        <section class="account-section">
            <h2>{move || t_string!(i18n, billing.compare)}</h2>
            <Comparison account/>
        </section>
        <BuyDialog account chosen load/>
    }
}

#[component]
fn Offers(
    account: Signal<Account>,
    shelf: Shelf,
    chosen: RwSignal<Option<Offer>>,
    #[prop(into)] title: TextProp,
    #[prop(into)] hint: TextProp,
) -> impl IntoView {
    let i18n = use_i18n();
    let place = use_place();
    let offers = Memo::new(move |_| {
        account.with(|account| {
            let offers = account.offers.iter().filter(|offer| shelf.holds(offer));
            offers.copied().collect::<Vec<_>>()
        })
    });
    let heading = title.clone();
    let section = NodeRef::<html::Section>::new();
    let id = match shelf {
        Shelf::Vip => None,
        Shelf::Packs(compute) => Some(packs_fragment(compute)),
    };
    // The offers come after the page: whoever was led to these sees them then.
    Effect::new(move |_| {
        if let Some(section) = section.get()
            && id.is_some_and(|id| place.is_at(id))
        {
            section.scroll_into_view();
        }
    });
    let each = move || {
        offers
            .get()
            .into_iter()
            .map(|offer| {
                let name = move || words::product(i18n, offer.product);
                let price = move || format::money(offer.price, i18n.get_locale());
                let rate = move || {
                    let money = |fen: i64| format::money(fen, i18n.get_locale());
                    match offer.product.goods() {
                        Goods::Vip { months } => {
                            t_string!(i18n, billing.a_month, price = money(offer.price / months))
                        }
                        Goods::Pack { seconds, .. } => {
                            let hours = seconds / 3600;
                            t_string!(
                                i18n,
                                billing.an_hour,
                                price = money(offer.price / hours.max(1))
                            )
                        }
                    }
                };
                view! {
                    <li class="offer">
                        <span class="offer-name">{name}</span>
                        <span class="offer-price">{price}</span>
                        <span class="muted">{rate}</span>
                        <Button on_click=move |()| chosen.set(Some(offer))>
                            {move || t_string!(i18n, billing.buy)} " "
                            <span class="sr-only">{name}</span>
                        </Button>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <section class="account-section" id=id node_ref=section aria-label=move || title.get()>
            <h2>{move || heading.get()}</h2>
            <p class="muted">{move || hint.get()}</p>
            <ul class="offers">{each}</ul>
        </section>
    }
}

#[component]
fn Comparison(account: Signal<Account>) -> impl IntoView {
    let i18n = use_i18n();
    let head = move |plan: Plan| {
        let name = match plan {
            Plan::Free => t_string!(i18n, billing.plan_free),
            Plan::Vip => t_string!(i18n, billing.plan_vip),
        };
        match account.with(|account| account.plan == plan) {
            true => format!("{name} ({})", t_string!(i18n, billing.yours)),
            false => name.to_owned(),
        }
    };
    let columns = vec![
        Column::new(move || t_string!(i18n, billing.col_feature)),
        Column::new(move || head(Plan::Free)),
        Column::new(move || head(Plan::Vip)),
    ];
    let time = move |seconds: i64| format::paid_time(seconds, i18n.get_locale());
    let monthly = move |seconds: i64| match seconds {
        0 => t_string!(i18n, billing.none).to_owned(),
        seconds => t_string!(i18n, billing.per_month, time = time(seconds)),
    };
    let count = move |number: u64| match number {
        0 => t_string!(i18n, billing.none).to_owned(),
        number => format::number(number),
    };
    let values = move |limits: &PlanLimits| {
        [
            monthly(limits.cpu_seconds),
            monthly(limits.gpu_seconds),
            count(u64::try_from(limits.tasks).unwrap_or(0)),
            time(i64::try_from(limits.task_seconds).unwrap_or(i64::MAX)),
            format::bytes(limits.storage_bytes),
            count(limits.private_projects),
            count(limits.private_datasets),
            match limits.priority {
                true => t_string!(i18n, billing.queue_first).to_owned(),
                false => t_string!(i18n, billing.queue_usual).to_owned(),
            },
        ]
    };
    let rows = move || {
        let names = [
            t_string!(i18n, billing.row_cpu),
            t_string!(i18n, billing.row_gpu),
            t_string!(i18n, billing.row_tasks),
            t_string!(i18n, billing.row_task_time),
            t_string!(i18n, billing.row_storage),
            t_string!(i18n, billing.row_private_projects),
            t_string!(i18n, billing.row_private_datasets),
            t_string!(i18n, billing.row_queue),
        ];
        let (free, vip) = account.with(|account| (values(&account.free), values(&account.vip)));
        let cells = names.into_iter().zip(free).zip(vip);
        cells
            .map(|((name, free), vip)| {
                view! {
                    <tr>
                        <td class="cell-main">{name}</td>
                        <td data-label=move || t_string!(i18n, billing.plan_free)>{free}</td>
                        <td data-label=move || t_string!(i18n, billing.plan_vip)>
                            <b>{vip}</b>
                        </td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <Table caption=move || t_string!(i18n, billing.compare) columns>
            {rows}
        </Table>
    }
}

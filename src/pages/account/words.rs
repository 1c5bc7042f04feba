//! Words for what is bought and for the lines of the ledger.

use crate::components::task_words::Texts;
use crate::format;
use crate::i18n::t_string;
use api::billing::{Compute, Goods, OrderState, Product, Record, RecordKind};

/// What a product is called.
pub(super) fn product(i18n: Texts, product: Product) -> String {
    let time = |seconds| format::paid_time(seconds, i18n.get_locale());
    match product.goods() {
        Goods::Vip { months: 1 } => t_string!(i18n, billing.vip_months_1).to_owned(),
        Goods::Vip { months: 3 } => t_string!(i18n, billing.vip_months_3).to_owned(),
        Goods::Vip { .. } => t_string!(i18n, billing.vip_months_6).to_owned(),
        Goods::Pack {
            compute: Compute::Cpu,
            seconds,
        } => t_string!(i18n, billing.pack_cpu, time = time(seconds)),
        Goods::Pack {
            compute: Compute::Gpu,
            seconds,
        } => t_string!(i18n, billing.pack_gpu, time = time(seconds)),
    }
}

/// What an order is about.
pub(super) fn bought(i18n: Texts, bought: Option<Product>) -> String {
    match bought {
        Some(bought) => product(i18n, bought),
        None => t_string!(i18n, billing.order_recharge).to_owned(),
    }
}

/// The word for a state of an order.
pub(super) fn state(i18n: Texts, state: OrderState) -> &'static str {
    match state {
        OrderState::Pending => t_string!(i18n, billing.state_pending),
        OrderState::Paid => t_string!(i18n, billing.state_paid),
        OrderState::Failed => t_string!(i18n, billing.state_failed),
        OrderState::Expired => t_string!(i18n, billing.state_expired),
    }
}

/// The word for a kind of record.
pub(super) fn kind(i18n: Texts, kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Recharge => t_string!(i18n, billing.kind_recharge),
        RecordKind::Purchase => t_string!(i18n, billing.kind_purchase),
        RecordKind::Usage => t_string!(i18n, billing.kind_usage),
        RecordKind::Refund => t_string!(i18n, billing.kind_refund),
        RecordKind::Grant => t_string!(i18n, billing.kind_grant),
    }
}

/// What a record is about, without its kind.
pub(super) fn about(i18n: Texts, record: &Record) -> String {
    match (&record.task, record.product, &record.note) {
        (Some(task), ..) => task.name.clone(),
        (None, Some(bought), _) => product(i18n, bought),
        (None, None, note) => note.clone().unwrap_or_default(),
    }
}

/// What paid the seconds of a task.
pub(super) fn paid(i18n: Texts, record: &Record) -> String {
    let Some(task) = &record.task else {
        return String::new();
    };
    let time = |seconds| format::paid_time(seconds, i18n.get_locale());
    let seconds = task.seconds;
    let parts = [
        (
            seconds.plan,
            t_string!(i18n, billing.paid_plan, time = time(seconds.plan)),
        ),
        (
            seconds.packs,
            t_string!(i18n, billing.paid_packs, time = time(seconds.packs)),
        ),
        (
            seconds.balance,
            t_string!(i18n, billing.paid_balance, time = time(seconds.balance)),
        ),
        (
            seconds.waived,
            t_string!(i18n, billing.paid_waived, time = time(seconds.waived)),
        ),
    ];
    let parts = parts.into_iter().filter(|(seconds, _)| *seconds > 0);
    parts
        .map(|(_, words)| words)
        .collect::<Vec<_>>()
        .join(" · ")
}

//! The mark of a VIP.

use crate::i18n::{t_string, use_i18n};
use crate::ui::{Icon, icons};
use leptos::prelude::*;

/// The mark, beside the name of a VIP.
#[component]
pub fn VipBadge() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <span class="badge vip-badge" title=move || t_string!(i18n, shell.vip)>
            <Icon icon=icons::LuCrown/>
            <span>"VIP"</span>
        </span>
    }
}

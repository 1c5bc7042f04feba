//! The addresses of one's own account.

use super::Route;
use super::read::checked_id;
use api::billing::Compute;

/// The parts of one's own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountTab {
    /// What is left and what was used.
    Usage,
    /// Balance and records.
    Wallet,
    /// The plan, and what can be bought.
    Plan,
    /// The payment of an order.
    Order {
        /// Its id.
        id: String,
    },
}

/// What names the packs of a kind of time on the page of the plan.
pub fn packs_fragment(compute: Compute) -> &'static str {
    match compute {
        Compute::Cpu => "packs-cpu",
        Compute::Gpu => "packs-gpu",
    }
}

/// The address of the packs of a kind of time.
pub fn packs_href(compute: Compute) -> String {
    let plan = Route::Account {
        tab: AccountTab::Plan,
    };
    format!("{}#{}", plan.href(), packs_fragment(compute))
}

impl AccountTab {
    pub(super) fn parse(parts: &[&str]) -> Option<Self> {
        Some(match parts {
            [] | ["usage"] => Self::Usage,
            ["wallet"] => Self::Wallet,
            ["plan"] => Self::Plan,
            ["order", id] => Self::Order {
                id: checked_id(id)?,
            },
            _ => return None,
        })
    }
}

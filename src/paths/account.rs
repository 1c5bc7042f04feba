//! The addresses of one's own account.

use super::read::checked_id;

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

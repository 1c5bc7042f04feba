//! Orders and their payment.

use super::Product;
use crate::Time;
use serde::{Deserialize, Serialize};

/// What pays an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayWith {
    /// The balance, at once.
    Wallet,
    /// The payment provider, who tells later.
    Provider,
}

/// Body of a new order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewOrder {
    /// What is bought; a recharge when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// The price as the buyer saw it, or the amount of the recharge, in fen.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000))]
    pub amount: i64,
    /// What pays; a recharge is paid by the provider.
    pub pay_with: PayWith,
    /// Made by the client: sent twice, it means the same order.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub key: String,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// The provider has not told.
    Pending,
    /// Paid and fulfilled.
    Paid,
    /// The payment was declined.
    Failed,
    /// Nobody paid in time.
    Expired,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Order {
    /// Its id.
    pub id: String,
    /// What is bought; none of a recharge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<Product>,
    /// What is to be paid, in fen.
    pub amount: i64,
    /// What pays.
    pub pay_with: PayWith,
    /// How it stands.
    pub state: OrderState,
    /// When it was made.
    pub created: Time,
    /// Until when it can be paid.
    pub expires: Time,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Time>,
}

/// How a payment went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The money is there.
    Paid,
    /// It was declined.
    Declined,
    /// It took too long.
    Expired,
}

/// What the payment provider tells of an order. The test provider takes it from the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settlement {
    /// How it went.
    pub outcome: Outcome,
    /// What was paid, in fen.
    pub amount: i64,
}

//! The account's time and money.

use super::{ClientError, Request, call};
use api::billing::{Account, NewOrder, Order, Record, RecordQuery, Settlement, Usage, UsageQuery};
use api::{Page, routes};

/// How the account stands.
///
/// # Errors
/// What every request can meet.
pub async fn account() -> Result<Account, ClientError> {
    call(Request::get(routes::ACCOUNT_PLAN)).await
}

/// What the account has used, by days where the reader is.
///
/// # Errors
/// What every request can meet.
pub async fn usage() -> Result<Usage, ClientError> {
    // Minutes that UTC is ahead, as browsers count.
    let behind = js_sys::Date::new_0().get_timezone_offset();
    let query = UsageQuery {
        zone: -(behind as i32),
    };
    call(Request::get(routes::ACCOUNT_USAGE).query(&query)).await
}

/// A part of the ledger, newest first.
///
/// # Errors
/// What every request can meet.
pub async fn records(query: &RecordQuery) -> Result<Page<Record>, ClientError> {
    call(Request::get(routes::ACCOUNT_RECORDS).query(query)).await
}

/// A key that no other order has: sending an order again with it does not buy twice.
pub fn new_key() -> String {
    let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}{:08x}{:08x}", part(), part(), part(), part())
}

/// Buys or recharges.
///
/// # Errors
/// `NoBalance`, `PriceChanged`, `LimitReached` and what every request can meet.
pub async fn buy(new: &NewOrder) -> Result<Order, ClientError> {
    call(Request::post(routes::ACCOUNT_ORDERS).json(new)).await
}

/// An order.
///
/// # Errors
/// `NotFound` and what every request can meet.
pub async fn order(id: &str) -> Result<Order, ClientError> {
    call(Request::get(routes::fill(routes::ACCOUNT_ORDER, &[id]))).await
}

/// Tells how a payment went, in the test provider's place.
///
/// # Errors
/// `WrongState` and what every request can meet.
pub async fn settle(id: &str, notice: &Settlement) -> Result<Order, ClientError> {
    let address = routes::fill(routes::ACCOUNT_ORDER, &[id]);
    call(Request::post(address).json(notice)).await
}

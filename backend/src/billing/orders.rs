//! Orders: what is bought and recharged, once each.

use super::core::Account;
use super::ledger::{self, Entry};
use super::rows;
use crate::clock;
use crate::db::Tx;
use crate::error::ApiError;
use crate::events;
use crate::http::caller::User;
use crate::ids;
use crate::state::App;
use crate::tasks::rows::{key, word};
use api::billing::{
    Goods, NewOrder, Order, OrderState, Outcome, PayWith, Product, RECHARGE_MAX, RECHARGE_MIN,
    RecordKind, Settlement,
};
use api::event::Kind;
use api::{Code, Reason, Time, limits};

/// Seconds in which an order can be paid.
pub const PAY_SECONDS: u32 = 30 * 60;
/// Most orders of one user that wait for their payment.
const PENDING_MAX: i64 = 20;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_id: String,
    product: Option<String>,
    amount: i64,
    pay_with: String,
    state: String,
    created_at: i64,
    expires_at: i64,
    settled_at: Option<i64>,
}

const SELECT: &str = "SELECT id, user_id, product, amount, pay_with, state, created_at, expires_at, settled_at FROM billing_orders WHERE";

impl Row {
    fn wire(&self) -> Order {
        Order {
            id: self.id.clone(),
            product: self.product.as_deref().and_then(word),
            amount: self.amount,
            // The database allows no other words.
            pay_with: word(&self.pay_with).unwrap_or(PayWith::Provider),
            state: word(&self.state).unwrap_or(OrderState::Failed),
            created: Time(self.created_at),
            expires: Time(self.expires_at),
            settled: self.settled_at.map(Time),
        }
    }
}

/// An order and the id of its buyer.
///
/// # Errors
/// When the database fails.
pub async fn find(app: &App, id: &str) -> sqlx::Result<Option<(Order, String)>> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} id = $1")))
        .bind(id)
        .fetch_optional(app.db.read())
        .await?;
    Ok(row.map(|row| (row.wire(), row.user_id)))
}

/// How an order looks at `now`: one that nobody paid in time has expired, whether that is written down or not.
pub fn seen(mut order: Order, now: Time) -> Order {
    if order.state == OrderState::Pending && order.expires <= now {
        order.state = OrderState::Expired;
        order.settled = Some(order.expires);
    }
    order
}

/// Adds goods to an account.
pub(super) fn give(account: &mut Account, goods: Goods, now: Time) {
    match goods {
        Goods::Vip { months } => account.add_vip(months, now),
        Goods::Pack { compute, seconds } => {
            account.add_pack(ids::new_id(), compute, seconds, now);
        }
    }
}

fn check(new: &NewOrder) -> Result<(), ApiError> {
    if new.key.is_empty() {
        return Err(ApiError::missing("key"));
    }
    if new.key.len() > limits::CLIENT_ID_MAX {
        return Err(ApiError::field("key", Reason::TooLong));
    }
    match new.product {
        Some(product) if new.amount != product.price() => {
            let message = format!("the price is {} fen", product.price());
            Err(ApiError::bad(Reason::PriceChanged, message).at("amount"))
        }
        Some(_) => Ok(()),
        None if new.pay_with == PayWith::Wallet => {
            let message = "the balance cannot be recharged from itself";
            Err(ApiError::bad(Reason::Malformed, message).at("pay_with"))
        }
        None if !(RECHARGE_MIN..=RECHARGE_MAX).contains(&new.amount) => {
            let message = format!("a recharge is {RECHARGE_MIN} to {RECHARGE_MAX} fen");
            Err(ApiError::bad(Reason::Malformed, message).at("amount"))
        }
        None => Ok(()),
    }
}

/// Takes an order. One that the balance pays is fulfilled at once; sent again with its key, it is the same order.
///
/// # Errors
/// 518 or 519 at a wrong field, 527 when the balance does not suffice, 520 when too many orders wait.
pub async fn create(app: &App, user: &User, new: &NewOrder) -> Result<Order, ApiError> {
    check(new)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let known: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "{SELECT} user_id = $1 AND client_key = $2"
    )))
    .bind(&user.id)
    .bind(&new.key)
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(known) = known {
        let order = known.wire();
        let same = (order.product, order.amount, order.pay_with);
        if same != (new.product, new.amount, new.pay_with) {
            let message = "the key is that of another order";
            return Err(ApiError::bad(Reason::Malformed, message).at("key"));
        }
        return Ok(seen(order, now));
    }
    let mut row = Row {
        id: ids::new_id(),
        user_id: user.id.clone(),
        product: new.product.map(key),
        amount: new.amount,
        pay_with: key(new.pay_with),
        state: key(OrderState::Pending),
        created_at: now.0,
        expires_at: clock::after(now, PAY_SECONDS).0,
        settled_at: None,
    };
    if new.pay_with == PayWith::Wallet {
        row.state = key(OrderState::Paid);
        row.settled_at = Some(now.0);
    } else {
        let pending: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM billing_orders WHERE state = 'pending' AND expires_at > $1 AND user_id = $2",
        )
        .bind(now.0)
        .bind(&user.id)
        .fetch_one(&mut *tx)
        .await?;
        if pending >= PENDING_MAX {
            let message =
                format!("{PENDING_MAX} orders wait for their payment: pay or decline one first");
            return Err(ApiError::new(
                Code::OverLimit,
                Reason::LimitReached,
                message,
            ));
        }
    }
    insert(&mut tx, &row, &new.key).await?;
    if let (PayWith::Wallet, Some(product)) = (new.pay_with, new.product) {
        let before = rows::load(&mut tx, &user.id).await?;
        let mut account = before.clone();
        buy(app, &mut tx, &mut account, &row, product).await?;
        rows::save(&mut tx, &user.id, &before, &account).await?;
    }
    tx.commit().await?;
    events::user(app, &user.id, Kind::Balance);
    tracing::info!(order = row.id, user = user.name, product = ?new.product, fen = row.amount, "order");
    Ok(row.wire())
}

async fn insert(tx: &mut Tx, row: &Row, client_key: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO billing_orders (id, user_id, client_key, product, amount, pay_with, state, created_at, expires_at, settled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&row.id)
    .bind(&row.user_id)
    .bind(client_key)
    .bind(&row.product)
    .bind(row.amount)
    .bind(&row.pay_with)
    .bind(&row.state)
    .bind(row.created_at)
    .bind(row.expires_at)
    .bind(row.settled_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Buys from the balance.
async fn buy(
    app: &App,
    tx: &mut Tx,
    account: &mut Account,
    order: &Row,
    product: Product,
) -> Result<(), ApiError> {
    if account.balance < order.amount {
        let message = format!("the balance of {} fen does not suffice", account.balance);
        return Err(ApiError::new(Code::NoBalance, Reason::NoBalance, message).at("pay_with"));
    }
    account.balance -= order.amount;
    give(account, product.goods(), app.clock.now());
    let entry = Entry {
        user: &order.user_id,
        kind: RecordKind::Purchase,
        amount: -order.amount,
        product: Some(product),
        order: Some(&order.id),
        note: None,
    };
    Ok(ledger::write(app, tx, entry).await?)
}

/// Takes a notice of the payment provider, whose word it has been found to be. The same notice may come again. Money
/// that comes after the order has ended is put into the balance, and buys nothing.
///
/// # Errors
/// 517 without the order, 519 when the amount is another.
pub async fn settle(app: &App, id: &str, notice: &Settlement) -> Result<Order, ApiError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} id = $1")))
        .bind(id)
        .fetch_optional(&mut *tx)
        .await?;
    let Some(mut row) = row else {
        return Err(ApiError::not_found("order"));
    };
    let state = row.wire().state;
    let next = match (notice.outcome, state) {
        (Outcome::Paid, OrderState::Paid) => return Ok(row.wire()),
        (Outcome::Paid, _) => OrderState::Paid,
        (Outcome::Declined, OrderState::Pending) => OrderState::Failed,
        (Outcome::Expired, OrderState::Pending) => OrderState::Expired,
        (Outcome::Declined | Outcome::Expired, _) => return Ok(row.wire()),
    };
    if next == OrderState::Paid {
        if notice.amount != row.amount {
            tracing::error!(
                order = id,
                wanted = row.amount,
                paid = notice.amount,
                "a payment has another amount"
            );
            let message = format!("the order is about {} fen", row.amount);
            return Err(ApiError::bad(Reason::PriceChanged, message).at("amount"));
        }
        let before = rows::load(&mut tx, &row.user_id).await?;
        let mut account = before.clone();
        account.balance += row.amount;
        let entry = Entry {
            user: &row.user_id,
            kind: RecordKind::Recharge,
            amount: row.amount,
            product: None,
            order: Some(&row.id),
            note: None,
        };
        ledger::write(app, &mut tx, entry).await?;
        if let (OrderState::Pending, Some(product)) = (state, row.wire().product) {
            buy(app, &mut tx, &mut account, &row, product).await?;
        }
        rows::save(&mut tx, &row.user_id, &before, &account).await?;
    }
    row.state = key(next);
    row.settled_at = Some(now.0);
    sqlx::query("UPDATE billing_orders SET state = $1, settled_at = $2 WHERE id = $3")
        .bind(&row.state)
        .bind(now.0)
        .bind(&row.id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    events::user(app, &row.user_id, Kind::Balance);
    tracing::info!(
        order = id,
        state = row.state,
        fen = row.amount,
        "order settled"
    );
    Ok(row.wire())
}

/// Writes down which orders have expired.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE billing_orders SET state = 'expired', settled_at = expires_at WHERE state = 'pending' AND expires_at <= $1",
    )
    .bind(app.clock.now().0)
    .execute(app.db.write())
    .await?;
    Ok(())
}

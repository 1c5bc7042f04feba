//! What an operator gives and takes.

use super::ledger::{self, Entry};
use super::orders::give;
use super::rows;
use crate::error::ApiError;
use crate::state::App;
use api::billing::{Goods, RecordKind};
use api::{Code, Reason};

/// A change that an operator makes to an account.
#[derive(Clone, Debug)]
pub enum Change {
    /// Goods without a price.
    Give(Goods),
    /// VIP ends at once.
    EndVip,
    /// The balance changes by so many fen.
    Balance(i64),
    /// So many fen are given back for something.
    Refund(i64),
}

/// Makes the change, with a line in the ledger.
///
/// # Errors
/// 527 when more is taken than there is.
pub async fn change(app: &App, user: &str, change: Change, note: &str) -> Result<(), ApiError> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let before = rows::load(&mut tx, user).await?;
    let mut account = before.clone();
    account.reach(now);
    let (kind, amount) = match change {
        Change::Give(goods) => {
            give(&mut account, goods, now);
            (RecordKind::Grant, 0)
        }
        Change::EndVip => {
            account.end_vip(now);
            (RecordKind::Grant, 0)
        }
        Change::Balance(amount) => (RecordKind::Grant, amount),
        Change::Refund(amount) => (RecordKind::Refund, amount),
    };
    account.balance += amount;
    if account.balance < 0 {
        let message = format!("the balance is {} fen only", before.balance);
        return Err(ApiError::new(Code::NoBalance, Reason::NoBalance, message));
    }
    let entry = Entry {
        user,
        kind,
        amount,
        product: None,
        order: None,
        note: Some(note),
    };
    ledger::write(app, &mut tx, entry).await?;
    rows::save(&mut tx, user, &before, &account).await?;
    tx.commit().await?;
    Ok(())
}

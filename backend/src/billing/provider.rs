//! Who takes payments. [`Test`] only pretends.
//!
//! A provider is told of an order, takes the money in its own way and tells how that went ([`Settlement`]), perhaps late,
//! perhaps more than once; [`super::orders::settle`] takes each notice once.

use crate::error::ApiError;
use crate::http::Caller;
use api::billing::{Order, OrderState, Outcome, Provider as Wire, Settlement};
use api::{Code, Reason, Time};

/// A payment provider.
pub trait Provider: std::fmt::Debug + Send + Sync {
    /// As the app names it.
    fn wire(&self) -> Wire;

    /// Whether a notice about `order` really comes from the provider, whoever sent it.
    ///
    /// # Errors
    /// When it does not, in words for whoever sent it.
    fn check(
        &self,
        order: &Order,
        of: &str,
        notice: &Settlement,
        by: &Caller,
        now: Time,
    ) -> Result<(), ApiError>;
}

/// Takes no money: the buyer says how the payment went.
#[derive(Debug)]
pub struct Test;

impl Provider for Test {
    fn wire(&self) -> Wire {
        Wire {
            name: "test".to_owned(),
            test: true,
        }
    }

    fn check(
        &self,
        order: &Order,
        of: &str,
        notice: &Settlement,
        by: &Caller,
        now: Time,
    ) -> Result<(), ApiError> {
        if by.id() != Some(of) {
            return Err(by.not_found("order"));
        }
        // What it has told once it tells again, and nothing else.
        let told = match order.state {
            OrderState::Pending if order.expires <= now => Some(Outcome::Expired),
            OrderState::Pending => None,
            OrderState::Paid => Some(Outcome::Paid),
            OrderState::Failed => Some(Outcome::Declined),
            OrderState::Expired => Some(Outcome::Expired),
        };
        match told.is_none_or(|told| told == notice.outcome) {
            true => Ok(()),
            false => Err(ApiError::new(
                Code::OverPermission,
                Reason::WrongState,
                "the payment has ended already",
            )),
        }
    }
}

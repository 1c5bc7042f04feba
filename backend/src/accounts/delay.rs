//! Failed sign-ins slow the next one down, by account and by address; so do many registrations from one address.

use crate::error::ApiError;
use crate::state::App;
use api::{Code, Reason, Time};
use std::net::{IpAddr, Ipv6Addr};

/// Seconds to wait after the first, second, third and every later failure in a row.
pub const STEPS: [u32; 4] = [1, 3, 5, 10];
/// Failures an address has free: many people may share one.
const ADDRESS_FREE: i64 = 5;
/// Registrations an address has free: a class may sit behind one.
const REGISTRATIONS_FREE: i64 = 30;
/// After so many quiet seconds failures are forgotten.
pub const FORGET_SECONDS: i64 = 15 * 60;

/// Whose failures are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An account, or a name that is none.
    Account(String),
    /// An address on the network that signs in.
    Address(IpAddr),
    /// An address on the network that registers. Its attempts count, not its failures.
    Registration(IpAddr),
}

impl Subject {
    /// How the database, and those who wait for their turn, know it.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Account(name) => format!("user:{name}"),
            Self::Address(address) => format!("address:{}", network(*address)),
            Self::Registration(address) => format!("registration:{}", network(*address)),
        }
    }

    fn free(&self) -> i64 {
        match self {
            Self::Account(_) => 0,
            Self::Address(_) => ADDRESS_FREE,
            Self::Registration(_) => REGISTRATIONS_FREE,
        }
    }
}

/// The network that one customer has: of IPv6 the first 64 bits, whose other half anybody can choose anew each time.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(whole) => Ipv6Addr::from_bits(whole.to_bits() >> 64 << 64).into(),
    }
}

/// Whole seconds still to wait after `failures`, the last one at `last`.
fn remaining(failures: i64, free: i64, last: Time, now: Time) -> u32 {
    let Ok(counted) = usize::try_from(failures - free) else {
        return 0;
    };
    if counted == 0 {
        return 0;
    }
    let step = STEPS[counted.min(STEPS.len()) - 1];
    let passed = now.seconds_since(last);
    // The clock was set back: until it comes to `last` again nobody could sign in.
    if passed < 0.0 {
        return 0;
    }
    let left = f64::from(step) - passed;
    if left <= 0.0 { 0 } else { left.ceil() as u32 }
}

/// Refuses while any of the subjects has to wait.
///
/// # Errors
/// 503 `too_many_attempts` with the seconds to wait.
pub async fn check(app: &App, subjects: &[Subject]) -> Result<(), ApiError> {
    let now = app.clock.now();
    let mut wait = 0;
    for subject in subjects {
        let row: Option<(i64, i64)> =
            sqlx::query_as("SELECT failures, last_at FROM sign_in_failures WHERE subject = $1")
                .bind(subject.key())
                .fetch_optional(app.db.read())
                .await?;
        if let Some((failures, last)) = row {
            wait = wait.max(remaining(failures, subject.free(), Time(last), now));
        }
    }
    if wait == 0 {
        return Ok(());
    }
    let message = format!("too many attempts, wait {wait} s");
    Err(ApiError::new(Code::Busy, Reason::TooManyAttempts, message).retry_after(wait))
}

/// Counts a failure (or a registration) of each subject.
///
/// # Errors
/// When the database fails.
pub async fn count(app: &App, subjects: &[Subject]) -> Result<(), ApiError> {
    let now = app.clock.now().0;
    let mut tx = app.db.begin().await?;
    for subject in subjects {
        sqlx::query(
            "INSERT INTO sign_in_failures (subject, failures, last_at) VALUES ($1, 1, $2)
             ON CONFLICT (subject) DO UPDATE SET last_at = $2, failures =
                 CASE WHEN sign_in_failures.last_at < $3 THEN 1 ELSE sign_in_failures.failures + 1 END",
        )
        .bind(subject.key())
        .bind(now)
        .bind(now - FORGET_SECONDS * 1_000_000)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Forgets a subject's failures: it has signed in.
///
/// # Errors
/// When the database fails.
pub async fn clear(app: &App, subject: &Subject) -> Result<(), ApiError> {
    sqlx::query("DELETE FROM sign_in_failures WHERE subject = $1")
        .bind(subject.key())
        .execute(app.db.write())
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_to_ten_seconds_and_runs_down() {
        let at = Time::from_seconds;
        let waits: Vec<u32> = (0..6).map(|n| remaining(n, 0, at(0), at(0))).collect();
        assert_eq!(waits, [0, 1, 3, 5, 10, 10]);
        assert_eq!(remaining(4, 0, at(0), at(7)), 3);
        assert_eq!(remaining(4, 0, at(0), at(10)), 0);
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let at = Time::from_seconds;
        for now in [0, 50, 99] {
            assert_eq!(remaining(4, 0, at(100), at(now)), 0, "{now}");
        }
        assert_eq!(remaining(4, 0, at(100), at(100)), 10);
    }

    #[test]
    fn an_ipv6_customer_is_one_address() {
        let key = |text: &str| Subject::Address(text.parse().unwrap()).key();
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), "address:2001:db8:1:2::");
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("10.0.0.1"), "address:10.0.0.1");
    }

    #[test]
    fn an_address_has_some_free() {
        let now = Time(0);
        assert_eq!(remaining(ADDRESS_FREE, ADDRESS_FREE, now, now), 0);
        assert_eq!(remaining(ADDRESS_FREE + 2, ADDRESS_FREE, now, now), 3);
    }
}

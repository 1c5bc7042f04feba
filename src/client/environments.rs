//! Environments and machine types.

use super::{ClientError, Request, call};
use api::environment::Environments;
use api::routes;

/// What tasks can run in.
///
/// # Errors
/// What every request can meet.
pub async fn get() -> Result<Environments, ClientError> {
    call(Request::get(routes::ENVIRONMENTS)).await
}

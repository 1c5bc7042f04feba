//! The search over everything.

use super::{ClientError, Request, call};
use api::routes;
use api::search::{Found, SearchQuery};

/// Projects, datasets and users that the reader may see.
///
/// # Errors
/// `TooLong` and what every request can meet.
pub async fn search(query: &SearchQuery) -> Result<Found, ClientError> {
    call(Request::get(routes::SEARCH).query(query)).await
}

//! Versions as zips for the browser: a link leads to them, which can carry no token, so that a ticket stands in it.

pub mod pieces;
mod stored;

use crate::beneath::Beneath;
use crate::error::{Answer, ApiError, TransferError, ok};
use crate::http::{Caller, Path, Transfer};
use crate::modules::{self, ModuleRow};
use crate::openapi::answers::{Answered, Binary, Refused};
use crate::state::{App, Shared};
use crate::{db, ids};
use api::module::ModuleState;
use api::zip::ZipTicket;
use api::{Code, Reason, Time, limits, routes};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Zips that are sent at a time: each keeps a thread busy.
const STREAMS: usize = 16;
/// Most tickets that wait to be used.
const TICKETS: usize = 10_000;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(ticket))
        .routes(routes!(bytes))
}

#[derive(Debug)]
struct Entry {
    module: String,
    caller: Caller,
    void: Time,
}

/// Tickets that were given and not used, in memory: whoever's ticket a restart loses asks for another.
#[derive(Debug)]
pub struct Zips {
    open: Mutex<HashMap<String, Entry>>,
    streams: Arc<Semaphore>,
}

impl Default for Zips {
    fn default() -> Self {
        Self {
            open: Mutex::default(),
            streams: Arc::new(Semaphore::new(STREAMS)),
        }
    }
}

impl Zips {
    fn issue(&self, module: &str, caller: Caller, now: Time) -> Result<String, ApiError> {
        let mut open = self.lock();
        open.retain(|_, entry| entry.void > now);
        if open.len() >= TICKETS {
            return Err(busy());
        }
        let ticket = ids::new_id();
        let entry = Entry {
            module: module.to_owned(),
            caller,
            void: Time(now.0 + i64::from(limits::TICKET_SECONDS) * 1_000_000),
        };
        open.insert(ticket.clone(), entry);
        Ok(ticket)
    }

    /// What the ticket leads to, and whose it is. It is used up.
    fn take(&self, ticket: &str, now: Time) -> Option<Entry> {
        self.lock().remove(ticket).filter(|entry| entry.void > now)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        // The map is whole after any panic: each change is one call.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A ticket for a link to the zip of a complete version.
#[utoipa::path(
    post, path = routes::MODULE_ZIP, operation_id = "zip_ticket",
    params(("id" = String, Path, description = "The version")),
    responses((status = 200, description = "the ticket", body = Answered<ZipTicket>))
)]
async fn ticket(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<ZipTicket> {
    let module = complete(&app, &caller, &id).await?;
    let tree = modules::tree(&app, &module.id).await?;
    ok(ZipTicket {
        ticket: app.zips.issue(&module.id, caller, app.clock.now())?,
        name: name(&module),
        bytes: stored::length(&tree),
        files: db::count(module.files),
        marks: stored::marks(&tree),
    })
}

async fn complete(app: &App, caller: &Caller, id: &str) -> Result<ModuleRow, ApiError> {
    let module = modules::visible(app, caller, id).await?;
    if module.state() == ModuleState::Valid {
        return Ok(module);
    }
    let message = "the version is not complete";
    Err(ApiError::new(
        Code::ResourceUnavailable,
        Reason::VersionNotReady,
        message,
    ))
}

/// The names of projects and datasets need no quoting.
fn name(module: &ModuleRow) -> String {
    format!("{}-{}.zip", module.name, module.version)
}

/// The zip that a ticket leads to, packed while it is sent. Files are stored as they are, so that its length is known.
#[utoipa::path(
    get, path = routes::ZIP, operation_id = "zip", security(()),
    params(("ticket" = String, Path, description = "The ticket; used up by this")),
    responses(
        (status = 200, description = "the zip", body = Binary, content_type = "application/zip", headers(
            ("Content-Length" = u64, description = "Bytes"),
            ("Content-Disposition" = String, description = "An attachment, and its name"),
        )),
        Refused,
    )
)]
async fn bytes(
    State(app): State<Shared>,
    Transfer(Path(ticket)): Transfer<Path<String>>,
) -> Result<Response, TransferError> {
    let entry = app.zips.take(&ticket, app.clock.now());
    let Entry { module, caller, .. } = entry.ok_or_else(|| ApiError::not_found("ticket"))?;
    // It may have been deleted or made private since.
    let module = complete(&app, &caller, &module).await?;
    let permit = Arc::clone(&app.zips.streams).try_acquire_owned();
    let guard = (permit.map_err(|_| busy())?, app.readers.begin(&module.id));
    let tree = modules::tree(&app, &module.id).await?;
    let length = stored::length(&tree);
    let folder = app.store.module(&module.id);
    let pieces = pieces::stream(guard, move |mut out| {
        stored::write(&Beneath::at(&folder)?, &tree, &mut out)?;
        out.send()
    });
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_LENGTH, length.to_string()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", name(&module)),
        ),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// 503: not now.
fn busy() -> ApiError {
    let message = "too many versions are being downloaded";
    ApiError::new(Code::Busy, Reason::Busy, message).retry_after(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_works_once_and_not_for_long() {
        let zips = Zips::default();
        let issue = || zips.issue("m", Caller::Anonymous, Time(0)).unwrap();
        let (used, late) = (issue(), issue());
        let void = Time(i64::from(limits::TICKET_SECONDS) * 1_000_000);
        assert_eq!(zips.take(&used, Time(void.0 - 1)).unwrap().module, "m");
        assert!(zips.take(&used, Time(0)).is_none());
        assert!(zips.take(&late, void).is_none());
        issue();
        zips.issue("m", Caller::Anonymous, void).unwrap();
        assert_eq!(zips.lock().len(), 1, "void ones are forgotten");
    }
}

//! How the service stands: up or under maintenance, and what the operator has to say about it.
//!
//! The operator's command writes a small file into the data directory; the backend looks for it every second, so that open
//! pages show a banner without being loaded again.

use crate::error::{Answer, ok};
use crate::openapi::answers::Answered;
use crate::state::Shared;
use api::account::ServiceStatus;
use api::routes::SERVICE_STATUS;
use axum::extract::State;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::watch;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Longest message, in bytes.
pub const MESSAGE_MAX: usize = 500;
/// How often the file is looked for.
const EVERY: Duration = Duration::from_secs(1);

/// How the service stands, for all who listen.
#[derive(Debug)]
pub struct Service {
    file: PathBuf,
    status: watch::Sender<ServiceStatus>,
}

impl Service {
    /// As the data directory says.
    pub fn of(data: &Path) -> Self {
        let service = Self {
            file: data.join("service.json"),
            status: watch::Sender::new(ServiceStatus::up()),
        };
        service.look();
        service
    }

    /// How it stands, and each change.
    pub fn subscribe(&self) -> watch::Receiver<ServiceStatus> {
        self.status.subscribe()
    }

    /// Writes down how it stands; a running backend takes it up within a second.
    ///
    /// # Errors
    /// When the data directory cannot be written.
    pub fn set(&self, status: &ServiceStatus) -> io::Result<()> {
        if *status == ServiceStatus::up() {
            return match std::fs::remove_file(&self.file) {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                other => other,
            };
        }
        let folder = self.file.parent().unwrap_or(Path::new("."));
        // Whole or not at all: the backend may look at any moment.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut file, status)?;
        file.flush()?;
        file.persist(&self.file)?;
        Ok(())
    }

    /// Looks at the file, and tells those who listen if it says something else than before.
    pub fn look(&self) -> ServiceStatus {
        let status = read(&self.file);
        self.status.send_if_modified(|known| {
            let changed = *known != status;
            known.clone_from(&status);
            changed
        });
        status
    }
}

fn read(file: &Path) -> ServiceStatus {
    match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            tracing::warn!(file = %file.display(), %error, "cannot be understood");
            ServiceStatus::up()
        }),
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                tracing::warn!(file = %file.display(), %error, "cannot be read");
            }
            ServiceStatus::up()
        }
    }
}

/// Looks for ever.
pub async fn run(app: Shared) {
    loop {
        tokio::time::sleep(EVERY).await;
        app.service.look();
    }
}

/// The route of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(service_status))
}

/// Whether the service is up, and what its operator has to say.
#[utoipa::path(
    get, path = SERVICE_STATUS, security(()),
    responses((status = 200, description = "1 when it is up, 0 or less under maintenance", body = Answered<ServiceStatus>))
)]
async fn service_status(State(app): State<Shared>) -> Answer<ServiceStatus> {
    ok(app.service.look())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operator_says_is_heard_by_those_who_listen() {
        let dir = tempfile::tempdir().unwrap();
        let (service, command) = (Service::of(dir.path()), Service::of(dir.path()));
        let mut heard = service.subscribe();
        assert_eq!(*heard.borrow_and_update(), ServiceStatus::up());
        let maintained = ServiceStatus {
            service_status: 0,
            message: Some("back at 8".into()),
        };
        command.set(&maintained).unwrap();
        assert_eq!(service.look(), maintained);
        assert!(heard.has_changed().unwrap());
        assert_eq!(*heard.borrow_and_update(), maintained);
        service.look();
        assert!(!heard.has_changed().unwrap(), "the same again is no news");
        command.set(&ServiceStatus::up()).unwrap();
        command.set(&ServiceStatus::up()).unwrap();
        assert_eq!(service.look(), ServiceStatus::up());
    }

    #[test]
    fn a_broken_file_does_not_stop_the_service() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("service.json"), "{").unwrap();
        assert_eq!(Service::of(dir.path()).look(), ServiceStatus::up());
    }
}

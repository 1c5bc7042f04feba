//! Datasets of a task: `<version>` or `<version>:<mount>`, where a version is an id or `<user>/<dataset>/<number>`.

use super::submit::ready;
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::modules;
use crate::state::App;
use api::module::ModuleType;
use api::{Code, Reason, limits, name};

/// A dataset version and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// Id of the version.
    pub module_id: String,
    /// Name below `/input`.
    pub mount: String,
}

const FIELD: &str = "data_ids";

/// Finds the versions, which may be anybody's that `user` may see.
///
/// # Errors
/// At the field `data_ids`: too many, unknown, not valid, or two of one name.
pub async fn resolve(app: &App, user: &User, wanted: &[String]) -> Result<Vec<Resolved>, ApiError> {
    if wanted.len() > limits::MOUNTS_MAX {
        let message = format!("a task mounts at most {} datasets", limits::MOUNTS_MAX);
        return Err(ApiError::new(Code::OverLimit, Reason::TooManyMounts, message).at(FIELD));
    }
    let caller = Caller::User(user.clone());
    let mut all: Vec<Resolved> = Vec::new();
    for text in wanted {
        let (version, mount) = split(text);
        let module = modules::visible(app, &caller, version)
            .await
            .map_err(|error| error.at(FIELD))?;
        if module.module_type() != ModuleType::Data {
            let message = format!("{version} holds code, not data");
            return Err(ApiError::bad(Reason::Malformed, message).at(FIELD));
        }
        ready(&module, FIELD)?;
        let mount = mount.map_or_else(
            || format!("{}-{}", module.name, module.version),
            str::to_owned,
        );
        name::check_mount(&mount).map_err(|reason| ApiError::field(FIELD, reason))?;
        if all.iter().any(|other| other.mount == mount) {
            let message =
                format!("two datasets are to be mounted at /input/{mount}: give one another name");
            return Err(ApiError::new(Code::Duplicate, Reason::MountTaken, message).at(FIELD));
        }
        all.push(Resolved {
            module_id: module.id,
            mount,
        });
    }
    Ok(all)
}

fn split(text: &str) -> (&str, Option<&str>) {
    match text.split_once(':') {
        Some((version, mount)) => (version, Some(mount).filter(|mount| !mount.is_empty())),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_is_optional() {
        assert_eq!(split("1c24:train"), ("1c24", Some("train")));
        assert_eq!(split("alice/iris/1"), ("alice/iris/1", None));
        assert_eq!(split("alice/iris/1:x"), ("alice/iris/1", Some("x")));
        assert_eq!(split("1c24:"), ("1c24", None));
    }
}

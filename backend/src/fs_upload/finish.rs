//! From a whole archive to a valid version.

use super::archive;
use super::handshake::{Handshake, Increment};
use crate::beneath::Beneath;
use crate::error::ApiError;
use crate::modules::{self, ModuleRow};
use crate::state::Shared;
use crate::unpack::{self, Base, Limits, Tree, UnpackError};
use crate::{store, uploads};
use api::module::ModuleState;
use api::{Code, Reason, limits};

/// Unpacks the archive of `module` and makes the version valid. What is wrong with the archive makes it failed; what
/// is wrong with us while it is unpacked leaves the archive for another try.
///
/// # Errors
/// 532 or 533 when the archive is at fault.
pub(super) async fn finish(
    app: &Shared,
    module: &ModuleRow,
    handshake: &Handshake,
) -> Result<(), ApiError> {
    let base = match &handshake.increment {
        None => None,
        Some(increment) => Some(base(app, module, increment).await?),
    };
    let _reading = base.as_ref().map(|(old, _)| app.readers.begin(old));
    let work = {
        let (app, id, format) = (app.clone(), module.id.clone(), handshake.format);
        let limits = Limits {
            bytes: limits::module_bytes(module.module_type()),
            entries: limits::FILES_MAX,
        };
        let ignore = handshake.increment.as_ref().map(|i| i.ignore.clone());
        tokio::task::spawn_blocking(move || {
            let into = app.store.module(&id);
            // A try that a crash ended.
            store::remove_tree(&into)?;
            let ignore = ignore.unwrap_or_default();
            let folder = base.as_ref().map(|(old, _)| app.store.module(old));
            let base = base.as_ref().zip(folder.as_ref());
            let base = base.map(|((_, tree), folder)| Base {
                folder,
                tree,
                ignore: &ignore,
            });
            let archive = archive(&app, &id);
            let tree = unpack::unpack(&archive, format, &into, limits, base.as_ref())?;
            // Before the sync, so that the disk is spared bytes that nobody needs any more. Who loses the machine in
            // between sends again.
            std::fs::remove_file(&archive)?;
            Beneath::at(&into)?.sync()?;
            store::sync_folder(&app.store.root().join("modules"))?;
            Ok(tree)
        })
    };
    let tree = match work.await.map_err(ApiError::internal)? {
        Ok(tree) => tree,
        Err(UnpackError::Refused { reason, message }) => {
            let code = match reason {
                Reason::TooLarge | Reason::TooManyFiles => Code::UploadTooLarge,
                _ => Code::UploadFailed,
            };
            uploads::give_up(app, &module.id, &message).await?;
            return Err(ApiError::new(code, reason, message));
        }
        Err(UnpackError::Io(error)) => {
            // The archive stays for another try; on a full disk the rest is in its way.
            store::remove(app.store.module(&module.id)).await?;
            return Err(error.into());
        }
    };
    if !uploads::complete(app, &module.id, &tree).await? {
        let message = "the version was deleted or given up meanwhile";
        return Err(ApiError::new(
            Code::ModuleNotFound,
            Reason::UploadGone,
            message,
        ));
    }
    tracing::info!(module = %module.id, entries = tree.len(), "version uploaded");
    Ok(())
}

/// The older version an increment builds on, with its id.
async fn base(
    app: &Shared,
    module: &ModuleRow,
    increment: &Increment,
) -> Result<(String, Tree), ApiError> {
    let old = match crate::ids::is_id(&increment.base) {
        true => modules::find(app, &increment.base).await?,
        false => None,
    };
    let usable =
        old.filter(|old| old.entity_id == module.entity_id && old.state() == ModuleState::Valid);
    let Some(old) = usable else {
        let message =
            "the older version that the upload builds on is not there any more: upload again";
        uploads::give_up(app, &module.id, message).await?;
        return Err(ApiError::new(Code::UploadFailed, Reason::NotFound, message));
    };
    let tree = modules::tree(app, &old.id).await?;
    Ok((old.id, tree))
}

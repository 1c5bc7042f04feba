//! The output of a task as a version of a dataset, without a download in between.
//!
//! The files get second names where they can, so that they are stored once; nothing writes to an output after its task has
//! ended. The version becomes valid when all of it is there, or fails: nobody sees a part of it.

use crate::beneath::{Beneath, Found};
use crate::billing::limits;
use crate::entities::{self, Address, EntityRow, New};
use crate::error::{Answer, ApiError, ok};
use crate::hash::md5_of;
use crate::http::caller::User;
use crate::http::{Body, Path, SignedIn};
use crate::locks::Lock;
use crate::modules::{self, Announced};
use crate::openapi::answers::Answered;
use crate::readers::Reading;
use crate::state::{App, Shared};
use crate::store::sync_folder;
use crate::unpack::{Node, Tree};
use crate::walk::{Step, Walk};
use crate::{clock, events, tasks, uploads};
use api::dataset::{OutputToDataset, OutputVersion};
use api::event::Action;
use api::limits::{DATA_BYTES, FILES_MAX};
use api::module::{ModuleState, ModuleType};
use api::{Code, Reason, name, routes};
use axum::extract::State;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path as FilePath, PathBuf};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(to_dataset))
}

/// How long the answer waits for the end of the copy: of most outputs the version is complete then.
const PATIENCE: Duration = Duration::from_secs(2);

/// Makes the output of a task of one's own that has ended, or a folder of it, a new version of a dataset.
///
/// A large output is on its way when the answer comes: the version is `uploading` then, and `valid` or `failed` later.
#[utoipa::path(
    post, path = routes::TASK_DATASET, operation_id = "output_to_dataset", security(("token" = [])),
    params(("id" = String, Path, description = "The task")),
    request_body = OutputToDataset,
    responses((status = 200, description = "the version", body = Answered<OutputVersion>))
)]
async fn to_dataset(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Body(wanted): Body<OutputToDataset>,
) -> Answer<OutputVersion> {
    let task = tasks::rows::owned(&app, &user, &id).await?;
    if !task.state().is_final() {
        let message = "the task has not ended: its output may still change";
        return Err(ApiError::new(
            Code::OverPermission,
            Reason::WrongState,
            message,
        ));
    }
    name::check_description(&wanted.description)
        .map_err(|reason| ApiError::field("description", reason))?;
    if !wanted.path.is_empty() {
        name::check_path(&wanted.path).map_err(|reason| ApiError::field("path", reason))?;
    }
    // Before anything is looked at that a purge could take away.
    let reading = app.readers.begin(&id);
    let (output, path) = (app.store.output(&id), wanted.path.clone());
    let list = tokio::task::spawn_blocking(move || look(&output, &path))
        .await
        .map_err(ApiError::internal)??;
    // Second names take no room, but a file system may refuse them.
    uploads::room::check(&app.store, list.bytes)?;
    let dataset = dataset(&app, &user, &wanted).await?;
    let mut tx = app.db.begin().await?;
    limits::check_storage(&app, &mut tx, &user.id, list.bytes, "").await?;
    let announced = Announced {
        entity: &dataset.id,
        state: ModuleState::Uploading,
        description: &wanted.description,
        family: None,
        codehash: None,
    };
    let (module, version) = modules::announce(&app, &mut tx, announced).await?;
    tx.commit().await?;
    events::version(&app, &module, Action::Created).await;
    tracing::info!(task = %id, %module, files = list.files.len(), "an output becomes a version");
    let state = started(&app, &module, list, reading).await?;
    ok(OutputVersion {
        module_id: module,
        version,
        state,
        dataset_id: dataset.id,
        owner: dataset.owner,
        name: dataset.name,
    })
}

async fn dataset(app: &App, user: &User, wanted: &OutputToDataset) -> Result<EntityRow, ApiError> {
    match (&wanted.dataset_id, &wanted.name) {
        (Some(id), _) => entities::owned(app, user, ModuleType::Data, Address::Id(id))
            .await
            .map_err(|error| error.at("dataset_id")),
        (None, Some(name)) => {
            let new = New {
                kind: ModuleType::Data,
                description: String::new(),
                permission: wanted.permission,
                default_env: String::new(),
                tags: Vec::new(),
                forked_from: None,
            };
            entities::create(app, user, name, new).await
        }
        (None, None) => Err(ApiError::missing("name")),
    }
}

/// Begins to copy; answers how far it came while one can wait for it.
async fn started(
    app: &Shared,
    module: &str,
    list: List,
    reading: Reading,
) -> Result<ModuleState, ApiError> {
    let lock = app.sending.take_free(module);
    let lock = lock.ok_or_else(|| ApiError::internal("a new version is being sent to"))?;
    let (done, ended) = oneshot::channel();
    let (app, module) = (app.clone(), module.to_owned());
    tokio::spawn(async move {
        let result = copied(&app, &module, list, lock).await;
        drop(reading);
        // Nobody may be waiting any more.
        let _ = done.send(result);
    });
    match tokio::time::timeout(PATIENCE, ended).await {
        Ok(Ok(result)) => result.map(|()| ModuleState::Valid),
        Ok(Err(error)) => Err(ApiError::internal(error)),
        Err(_) => Ok(ModuleState::Uploading),
    }
}

async fn copied(app: &Shared, module: &str, list: List, lock: Lock) -> Result<(), ApiError> {
    let stop = CancellationToken::new();
    let work = {
        let (into, modules) = (app.store.module(module), app.store.root().join("modules"));
        let (stop, closing) = (stop.clone(), app.closing.clone());
        let stopped = move || stop.is_cancelled() || closing.is_cancelled();
        tokio::task::spawn_blocking(move || {
            let tree = copy(&list, &into, stopped)?;
            Beneath::at(&into)?.sync()?;
            sync_folder(&modules)?;
            io::Result::Ok(tree)
        })
    };
    tokio::pin!(work);
    let tree = tokio::select! {
        // Whoever deletes the version wants it.
        () = lock.wanted() => {
            stop.cancel();
            work.await
        }
        tree = &mut work => tree,
    };
    let error = match tree.map_err(io::Error::other).flatten() {
        Ok(tree) => match uploads::complete(app, module, &tree).await {
            Ok(true) => return Ok(()),
            Ok(false) => return Err(modules::gone()),
            Err(error) => error,
        },
        Err(error) => error.into(),
    };
    tracing::warn!(module, %error, "an output did not become a version");
    uploads::give_up(app, module, "the output could not be copied").await?;
    Err(error)
}

/// Gives up versions that were being copied when the backend ended: unlike an upload nobody goes on with them.
///
/// # Errors
/// When the database fails.
pub async fn recover(app: &Shared) -> Result<(), ApiError> {
    let lost: Vec<String> = sqlx::query_scalar(
        "SELECT m.id FROM modules m WHERE m.state = 'uploading'
             AND NOT EXISTS (SELECT 1 FROM uploads p WHERE p.module_id = m.id)",
    )
    .fetch_all(app.db.read())
    .await?;
    for module in lost {
        uploads::give_up(
            app,
            &module,
            "the backend ended while the output was copied",
        )
        .await?;
    }
    Ok(())
}

/// What is to be copied.
#[derive(Debug)]
struct List {
    /// The folder it is in.
    top: PathBuf,
    /// Files by their paths from there.
    files: Vec<String>,
    bytes: u64,
}

/// What there is to copy in the folder `path` of an output. Links and what else is no file stay behind: a version has
/// none.
///
/// # Errors
/// 519 or 520 when this can be no version.
fn look(output: &FilePath, path: &str) -> Result<List, ApiError> {
    let nothing = || ApiError::bad(Reason::Missing, "there are no files in it").at("path");
    let top = match Beneath::at(output).and_then(|top| top.open(path)) {
        // No part of the way is a link, as the folder's own path is taken from here on.
        Ok(Found::Folder(_)) => output.join(path),
        Ok(_) => return Err(ApiError::bad(Reason::NotFound, "this is no folder").at("path")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(match path {
                "" => nothing(),
                _ => ApiError::not_found("folder").at("path"),
            });
        }
        Err(error) => return Err(error.into()),
    };
    let real = top.canonicalize()?;
    if !real.starts_with(output.canonicalize()?) {
        return Err(ApiError::not_found("folder").at("path"));
    }
    let mut list = List {
        top: real.clone(),
        files: Vec::new(),
        bytes: 0,
    };
    let mut entries = 0;
    let mut walk = Walk::new(&real)?;
    while let Some(step) = walk.step() {
        let Step::Found(entry) = step? else { continue };
        entries += 1;
        if entries > FILES_MAX {
            let message = format!("a version has at most {} files and folders", FILES_MAX);
            return Err(ApiError::new(Code::OverLimit, Reason::TooManyFiles, message).at("path"));
        }
        if !entry.is_file() {
            continue;
        }
        let path = entry.at.path();
        let text = path.to_str().filter(|path| name::check_path(path).is_ok());
        let Some(text) = text else {
            let message = format!("{path:?} can be no path in a version");
            return Err(ApiError::bad(Reason::IllegalPath, message).at("path"));
        };
        list.bytes += entry.size();
        list.files.push(text.to_owned());
    }
    if list.bytes > DATA_BYTES {
        let message = "the output is larger than a version may be";
        return Err(ApiError::new(Code::OverLimit, Reason::TooLarge, message).at("path"));
    }
    if list.files.is_empty() {
        return Err(nothing());
    }
    list.files.sort_unstable();
    Ok(list)
}

/// Gives the files of the list second names in the new folder `into`, or copies them; answers what is there then.
/// Blocks.
fn copy(list: &List, into: &FilePath, stopped: impl Fn() -> bool) -> io::Result<Tree> {
    std::fs::create_dir(into)?;
    let (from, top) = (Beneath::at(&list.top)?, Beneath::at(into)?);
    let mut tree = Tree::new();
    for path in &list.files {
        if stopped() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        folders(&top, &mut tree, path)?;
        let Found::File(mut file, metadata) = from.open(path)? else {
            return Err(io::Error::other(format!("{path:?} is no file any more")));
        };
        // A version's files can be read by their owner and written by nobody else, and have no other rights.
        match metadata.permissions().mode() & 0o7777 {
            0o600 | 0o644 | 0o664 | 0o700 | 0o755 | 0o775 => top.link(&from, path, path)?,
            mode => {
                let mut copy = top.create(path, mode & 0o100 != 0)?;
                io::copy(&mut file, &mut copy)?;
                copy.set_modified(metadata.modified()?)?;
            }
        }
        let Found::File(file, metadata) = top.open(path)? else {
            return Err(io::Error::other(format!("{path:?} is no file any more")));
        };
        let node = Node::File {
            size: metadata.len(),
            modified: clock::of_system(metadata.modified()?),
            md5: md5_of(file)?,
        };
        tree.insert(path.clone(), node);
    }
    Ok(tree)
}

/// Makes the folders that a path is in.
fn folders(top: &Beneath, tree: &mut Tree, path: &str) -> io::Result<()> {
    for (at, _) in path.match_indices('/') {
        let folder = &path[..at];
        if !tree.contains_key(folder) {
            top.make_folder(folder)?;
            tree.insert(folder.to_owned(), Node::Folder);
        }
    }
    Ok(())
}

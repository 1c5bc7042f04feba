//! `russell-backend backup`: everything into one tar.
//!
//! The database comes first, as a snapshot; then the files that this snapshot names. A version never changes once it is
//! valid, so the two agree however busy the backend is. What running tasks write is taken as far as it is.

use super::DataArgs;
use crate::db::Db;
use crate::store::{Store, sync_folder};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use std::collections::HashMap;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tar::{Builder, EntryType, Header};

/// To restore: unpack the tar into an empty directory, run `check` on it, serve it.
#[derive(Debug, Args)]
#[command(
    after_help = "To restore, unpack FILE into an empty directory (tar -xf FILE -C DIR), \
    run `russell-backend check --data DIR`, and serve it."
)]
pub(super) struct BackupArgs {
    /// The tar to write; it must not exist yet.
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
}

pub(super) async fn run(args: BackupArgs) -> Result<ExitCode> {
    let file = args.file;
    if file.symlink_metadata().is_ok() {
        bail!("{} exists already", file.display());
    }
    let folder = match file.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let app = args.data.open().await?;
    // Beside the result: that is where there should be room.
    let work = tempfile::Builder::new()
        .prefix(".russell-backup-")
        .tempdir_in(&folder)
        .with_context(|| format!("cannot write to {}", folder.display()))?;
    let snapshot = work.path().join("russell.db");
    let path = snapshot.to_str().context("the path is not UTF-8")?;
    sqlx::query("VACUUM INTO $1")
        .bind(path)
        .execute(app.db.write())
        .await
        .context("cannot copy the database")?;
    let named = named(&snapshot).await?;
    let partial = work.path().join("backup.tar");
    let store = app.store.clone();
    let written = {
        let partial = partial.clone();
        tokio::task::spawn_blocking(move || write(&store, &snapshot, &named, &partial)).await??
    };
    // Unlike a rename this does not overwrite what somebody put there meanwhile.
    std::fs::hard_link(&partial, &file)
        .with_context(|| format!("cannot write {}", file.display()))?;
    sync_folder(&folder)?;
    let mut out = io::stdout();
    writeln!(
        out,
        "{}: {} files, {} bytes",
        file.display(),
        written.files,
        written.bytes
    )?;
    Ok(ExitCode::SUCCESS)
}

/// What the snapshot says there must be.
#[derive(Debug)]
struct Named {
    /// Files and folders of versions: version, path, kind, and whether the version is deleted.
    files: Vec<(String, String, String, bool)>,
    /// Valid versions.
    modules: Vec<String>,
    /// Tasks that are not deleted.
    tasks: Vec<String>,
}

async fn named(snapshot: &Path) -> Result<Named> {
    let db = Db::open(snapshot).await?;
    let modules = sqlx::query_scalar("SELECT id FROM modules WHERE state = 'valid'")
        .fetch_all(db.read())
        .await?;
    let files = sqlx::query_as(
        "SELECT f.module_id, f.path, f.kind, m.deleted_at IS NOT NULL FROM module_files f
         JOIN modules m ON m.id = f.module_id WHERE m.state = 'valid' ORDER BY m.created_at, f.module_id, f.path",
    )
    .fetch_all(db.read())
    .await?;
    let tasks = sqlx::query_scalar("SELECT id FROM tasks WHERE deleted_at IS NULL")
        .fetch_all(db.read())
        .await?;
    // The write-ahead log goes back into the file, which then is all there is.
    db.close().await;
    Ok(Named {
        files,
        modules,
        tasks,
    })
}

#[derive(Debug, Default)]
struct Written {
    files: u64,
    bytes: u64,
}

/// The tar being written.
struct Archive {
    tar: Builder<BufWriter<File>>,
    /// Files with several names that are in the tar: by device and inode, under which name.
    known: HashMap<(u64, u64), PathBuf>,
    written: Written,
}

fn write(store: &Store, snapshot: &Path, named: &Named, into: &Path) -> Result<Written> {
    // It holds the hashes of all passwords.
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(into)?;
    let mut archive = Archive {
        tar: Builder::new(BufWriter::with_capacity(1024 * 1024, file)),
        known: HashMap::new(),
        written: Written::default(),
    };
    archive.file(snapshot, Path::new("russell.db"))?;
    for module in &named.modules {
        archive.folder(&Path::new("modules").join(module))?;
    }
    for (module, path, kind, deleted) in &named.files {
        let name = Path::new("modules").join(module).join(path);
        let result = match kind.as_str() {
            "dir" => archive.folder(&name),
            _ => archive.file(&store.module(module).join(path), &name),
        };
        match result {
            // What is deleted may be cleared away at any time.
            Err(error) if *deleted && is_missing(&error) => {}
            other => other.with_context(|| {
                format!("{} is in the database, but not readable", name.display())
            })?,
        }
    }
    for task in &named.tasks {
        let log = Path::new("logs").join(format!("{task}.log"));
        ignore_missing(archive.file(&store.log(task), &log))?;
        let name = Path::new("outputs").join(task);
        ignore_missing(archive.tree(&store.output(task), &name))?;
    }
    let file = archive
        .tar
        .into_inner()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(archive.written)
}

impl Archive {
    fn folder(&mut self, name: &Path) -> Result<()> {
        let mut header = header(EntryType::Directory, 0, 0o755, 0);
        Ok(self.tar.append_data(&mut header, name, io::empty())?)
    }

    /// Exactly as many bytes as the file has now, whatever happens to it meanwhile.
    fn file(&mut self, path: &Path, name: &Path) -> Result<()> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let inode = (metadata.dev(), metadata.ino());
        let mut header = of_file(&metadata);
        self.written.files += 1;
        if metadata.nlink() > 1 {
            if let Some(first) = self.known.get(&inode) {
                header.set_entry_type(EntryType::Link);
                header.set_size(0);
                return Ok(self.tar.append_link(&mut header, name, first)?);
            }
            self.known.insert(inode, name.to_owned());
        }
        let size = metadata.len();
        self.written.bytes += size;
        let exactly = file.take(size).chain(io::repeat(0)).take(size);
        Ok(self.tar.append_data(&mut header, name, exactly)?)
    }

    /// A folder with all that is in it. Links stay links; what is neither file, folder nor link is left out.
    fn tree(&mut self, path: &Path, name: &Path) -> Result<()> {
        let entries = std::fs::read_dir(path)?;
        self.folder(name)?;
        for entry in entries {
            let entry = entry?;
            let (path, name) = (entry.path(), name.join(entry.file_name()));
            let kind = entry.file_type()?;
            let result = if kind.is_dir() {
                self.tree(&path, &name)
            } else if kind.is_file() {
                self.file(&path, &name)
            } else if kind.is_symlink() {
                self.link(&path, &name)
            } else {
                Ok(())
            };
            ignore_missing(result)?;
        }
        Ok(())
    }

    fn link(&mut self, path: &Path, name: &Path) -> Result<()> {
        let target = std::fs::read_link(path)?;
        let mut header = header(EntryType::Symlink, 0, 0o777, 0);
        Ok(self.tar.append_link(&mut header, name, target)?)
    }
}

fn of_file(metadata: &Metadata) -> Header {
    let modified = u64::try_from(metadata.mtime()).unwrap_or(0);
    header(
        EntryType::Regular,
        metadata.len(),
        metadata.mode() & 0o777,
        modified,
    )
}

fn header(kind: EntryType, size: u64, mode: u32, modified: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(mode);
    header.set_mtime(modified);
    header
}

fn is_missing(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// For what tasks may remove while we read.
fn ignore_missing(result: Result<()>) -> Result<()> {
    match result {
        Err(error) if is_missing(&error) => Ok(()),
        other => other,
    }
}

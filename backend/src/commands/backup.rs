//! `russell-backend backup`: everything into one tar.
//!
//! The database comes first, as a snapshot; then the files that this snapshot names. A version never changes once it is
//! valid, so the two agree however busy the backend is. What running tasks write is taken as far as it is. What cannot
//! be read is told and left out: a backup that lacks something is better than none.

use super::DataArgs;
use crate::beneath::{Beneath, Found};
use crate::db::Db;
use crate::store::{Store, sync_folder};
use crate::walk::{Place, Step, Walk};
use anyhow::{Context as _, Result, bail};
use clap::Args;
use rustix::fs::readlinkat;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Read as _, Write as _};
use std::os::unix::ffi::OsStringExt as _;
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
    for problem in &written.problems {
        eprintln!("russell-backend: {problem}");
    }
    if written.problems.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "russell-backend: {} is written, but lacks what is named above",
        file.display()
    );
    Ok(ExitCode::FAILURE)
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
    let db = Db::open_as_is(snapshot).await?;
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
    /// What is not in the tar, and why; for people.
    problems: Vec<String>,
}

/// Paths longer than this many bytes could not be unpacked: the system takes 4,095 in one call.
const NAME_MAX: usize = 3072;

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
    archive.file(File::open(snapshot)?, Path::new("russell.db"))?;
    for module in &named.modules {
        archive.folder(&Path::new("modules").join(module))?;
    }
    for (module, path, kind, deleted) in &named.files {
        let name = Path::new("modules").join(module).join(path);
        if kind == "dir" {
            archive.folder(&name)?;
            continue;
        }
        match open(&store.module(module), path) {
            Ok(file) => archive.file(file, &name)?,
            // What is deleted may be cleared away at any time.
            Err(error) if *deleted && error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => archive.lacks(&name, &error),
        }
    }
    for task in &named.tasks {
        let log = Path::new("logs").join(format!("{task}.log"));
        match File::open(store.log(task)) {
            Ok(file) => archive.file(file, &log)?,
            Err(error) => archive.lacks(&log, &error),
        }
        // Tasks that never ran have none.
        match File::open(store.monitor(task)) {
            Ok(file) => archive.file(file, &Path::new("monitors").join(task))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => archive.lacks(&Path::new("monitors").join(task), &error),
        }
        archive.tree(&store.output(task), &Path::new("outputs").join(task))?;
    }
    let file = archive
        .tar
        .into_inner()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(archive.written)
}

fn open(top: &Path, path: &str) -> io::Result<File> {
    match Beneath::at(top)?.open(path)? {
        Found::File(file, _) => Ok(file),
        Found::Folder(_) | Found::Other(_) => Err(io::Error::other("it is no file")),
    }
}

/// Its functions fail only where the tar cannot be written.
impl Archive {
    /// Notes what is not in the tar; what tasks removed while we read is none of it.
    fn lacks(&mut self, name: &Path, error: &io::Error) {
        if error.kind() != io::ErrorKind::NotFound || name.starts_with("modules") {
            // A name can be longer than anybody reads.
            let name: String = name.to_string_lossy().chars().take(200).collect();
            let problem = format!("{name:?} cannot be read: {error}");
            self.written.problems.push(problem);
        }
    }

    fn folder(&mut self, name: &Path) -> io::Result<()> {
        let mut header = header(EntryType::Directory, 0, 0o755, 0);
        self.tar.append_data(&mut header, name, io::empty())
    }

    /// Exactly as many bytes as the file has now, whatever happens to it meanwhile.
    fn file(&mut self, file: File, name: &Path) -> io::Result<()> {
        let metadata = file.metadata()?;
        let inode = (metadata.dev(), metadata.ino());
        let mut header = of_file(&metadata);
        self.written.files += 1;
        if metadata.nlink() > 1 {
            if let Some(first) = self.known.get(&inode) {
                header.set_entry_type(EntryType::Link);
                header.set_size(0);
                return self.tar.append_link(&mut header, name, first);
            }
            self.known.insert(inode, name.to_owned());
        }
        let size = metadata.len();
        self.written.bytes += size;
        let exactly = file.take(size).chain(io::repeat(0)).take(size);
        self.tar.append_data(&mut header, name, exactly)
    }

    /// A folder with all that is in it. Links stay links; what is neither file, folder nor link is left out.
    fn tree(&mut self, top: &Path, name: &Path) -> io::Result<()> {
        let mut walk = match Walk::new(top) {
            Ok(walk) => walk,
            Err(error) => {
                self.lacks(name, &error);
                return Ok(());
            }
        };
        self.folder(name)?;
        while let Some(step) = walk.step() {
            let entry = match step {
                Ok(Step::Found(entry)) => entry,
                Ok(Step::Left(_)) => continue,
                Err(error) => {
                    self.lacks(name, &error);
                    continue;
                }
            };
            if entry.at.path.as_os_str().len() + entry.at.name.count_bytes() > NAME_MAX {
                let long = io::Error::other("its path is too long");
                self.lacks(&name.join(entry.at.path), &long);
                if entry.is_folder() {
                    walk.pass_by();
                }
                continue;
            }
            let name = name.join(entry.at.path());
            if entry.is_folder() {
                self.folder(&name)?;
            } else if entry.is_file() {
                match entry.at.open_file() {
                    Ok(file) => self.file(file, &name)?,
                    Err(error) => self.lacks(&name, &error),
                }
            } else if entry.is_link() {
                match target(&entry.at) {
                    Ok(target) => self.link(&target, &name)?,
                    Err(error) => self.lacks(&name, &error),
                }
            }
        }
        Ok(())
    }

    fn link(&mut self, target: &Path, name: &Path) -> io::Result<()> {
        let mut header = header(EntryType::Symlink, 0, 0o777, 0);
        self.tar.append_link(&mut header, name, target)
    }
}

fn target(at: &Place<'_>) -> io::Result<PathBuf> {
    let target = readlinkat(at.folder, at.name, Vec::new())?;
    Ok(OsString::from_vec(target.into_bytes()).into())
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

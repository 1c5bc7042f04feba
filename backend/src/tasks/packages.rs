//! The packages that a task's code asks for: `russell_requirements.txt` in its top folder is installed before the command
//! runs, once for all tasks with the same file and interpreter. See docs/decisions/0013-packages.md.

use super::end::End;
use super::execute::{blocking, until_asked};
use super::follow::follow;
use super::queue::Stopper;
use crate::beneath::Beneath;
use crate::environments::{Environment, Packages};
use crate::ids::hex;
use crate::logs::writer::LogWriter;
use crate::runner::{Exit, Spec};
use crate::sandbox::Layout;
use crate::state::App;
use crate::store;
use api::task::EndReason;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tokio::sync::{OwnedRwLockReadGuard, RwLock, watch};

/// The file.
const FILE: &str = "russell_requirements.txt";
/// Most bytes it may have.
const FILE_MAX: u64 = 256 * 1024;
/// What nobody has used for so long is removed: 30 days.
const KEPT: Duration = Duration::from_secs(30 * 86_400);
/// The end of the name of what is being removed.
const GOING: &str = ".old";
/// Exit code of [`INSTALL`] where the interpreter has no pip.
const NO_PIP: i32 = 77;
/// The places are variables as without a sandbox they lie elsewhere.
const INSTALL: &str = r#""$RUSSELL_PYTHON" -c 'import pip' || exit 77
exec "$RUSSELL_PYTHON" -m pip install --disable-pip-version-check --no-input --no-cache-dir --progress-bar off \
  --no-warn-script-location --target "$RUSSELL_OUTPUT" -r "$RUSSELL_WORKSPACE/russell_requirements.txt""#;
/// Variables of the backend that pip needs where the machine's network is special.
const NETWORK: [&str; 8] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
];

/// Who uses which packages. A reader uses them, the writer installs or removes them.
#[derive(Debug, Default)]
pub struct Installed(Mutex<HashMap<String, Arc<RwLock<()>>>>);

impl Installed {
    fn of(&self, key: &str) -> Arc<RwLock<()>> {
        // The map is whole after any panic: each change is one call.
        let mut all = self.0.lock().unwrap_or_else(|poison| poison.into_inner());
        all.retain(|_, lock| Arc::strong_count(lock) > 1);
        all.entry(key.to_owned()).or_default().clone()
    }
}

/// Installed packages, which stay at least as long as this.
#[derive(Debug)]
pub(super) struct InUse {
    /// Where they are.
    pub folder: PathBuf,
    _guard: OwnedRwLockReadGuard<()>,
}

/// Installs what the code of `layout` asks for, unless it is there already; none when it asks for nothing.
///
/// # Errors
/// How the task ends when it cannot be installed, or is stopped meanwhile.
pub(super) async fn prepare(
    app: &App,
    layout: &Layout,
    log: &mut LogWriter<'_>,
    stopped: &mut watch::Receiver<Option<Stopper>>,
) -> Result<Option<InUse>, End> {
    let file = layout.workspace.join(FILE);
    let Some(wanted) = blocking(move || read(&file)).await? else {
        return Ok(None);
    };
    if wanted.len() as u64 > FILE_MAX {
        return Err(failed(format!("{FILE} has more than {FILE_MAX} bytes")));
    }
    if !app.catalog.packages.install {
        let message = format!("{FILE} asks for packages, but this service installs none");
        return Err(failed(message));
    }
    let key = key(&layout.environment, &wanted);
    let (lock, folder) = (app.packages.of(&key), app.store.packages(&key));
    loop {
        let guard = unless_stopped(lock.clone().read_owned(), stopped).await?;
        if folder.is_dir() {
            let touched = folder.clone();
            blocking(move || fs::File::open(touched)?.set_modified(SystemTime::now())).await?;
            let _guard = guard;
            return Ok(Some(InUse { folder, _guard }));
        }
        drop(guard);
        let guard = unless_stopped(lock.clone().write_owned(), stopped).await?;
        if folder.is_dir() {
            continue;
        }
        install(app, layout, &folder, wanted.clone(), log, stopped).await?;
        // As a reader nobody can remove them before the task has begun.
        let _guard = guard.downgrade();
        return Ok(Some(InUse { folder, _guard }));
    }
}

fn failed(message: String) -> End {
    End::failed(EndReason::PackagesFailed, message)
}

async fn unless_stopped<T>(
    work: impl Future<Output = T>,
    stopped: &mut watch::Receiver<Option<Stopper>>,
) -> Result<T, End> {
    tokio::select! {
        done = work => Ok(done),
        by = until_asked(stopped) => Err(End::stopped(by)),
    }
}

/// The file's content; none when there is no such file, or nothing in it but comments.
fn read(file: &Path) -> io::Result<Option<Vec<u8>>> {
    match file.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut wanted = Vec::new();
    let file = fs::File::open(file)?;
    file.take(FILE_MAX + 1).read_to_end(&mut wanted)?;
    let says = |line: &[u8]| !matches!(line.trim_ascii().first(), None | Some(b'#'));
    Ok(wanted
        .split(|byte| *byte == b'\n')
        .any(says)
        .then_some(wanted))
}

/// Names what the file asks for in this environment: 32 hexadecimal digits.
fn key(environment: &Environment, wanted: &[u8]) -> String {
    let python = &environment.python;
    let mut hash = Sha256::new();
    for part in [
        python.version.as_bytes(),
        python.executable.as_os_str().as_encoded_bytes(),
        wanted,
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..16])
}

async fn install(
    app: &App,
    layout: &Layout,
    folder: &Path,
    wanted: Vec<u8>,
    log: &mut LogWriter<'_>,
    stopped: &mut watch::Receiver<Option<Stopper>>,
) -> Result<(), End> {
    log.platform(&format!("installing the packages of {FILE}"))
        .await?;
    let root = app.store.task(&layout.task).join("install");
    let mut environment = layout.environment.clone();
    environment.network = true;
    environment.devices.clear();
    equip(&mut environment, &app.catalog.packages);
    let layout = Layout {
        environment,
        workspace: root.join("workspace"),
        output: root.join("output"),
        tmp: root.join("tmp"),
        mounts: Vec::new(),
        ..layout.clone()
    };
    let folders = [&layout.workspace, &layout.output, &layout.tmp.join("home")].map(PathBuf::from);
    blocking(move || {
        for folder in &folders {
            fs::create_dir_all(folder)?;
        }
        fs::write(folders[0].join(FILE), wanted)
    })
    .await?;
    let built = layout.output.clone();
    let spec = Spec {
        layout,
        command: INSTALL.to_owned(),
        limits: app.catalog.machine.limits,
    };
    let run = app
        .runner
        .start(spec)
        .map_err(|words| End::failed(EndReason::SandboxFailed, words))?;
    let exit = follow(run, log, stopped).await?;
    match exit {
        Exit {
            code: Some(0),
            reason: EndReason::Exit,
            ..
        } => {}
        Exit {
            code,
            reason: EndReason::Exit | EndReason::Signal,
            ..
        } => return Err(failed(why(code))),
        // The time limit and the like: the same words as for the command itself, and where it was.
        mut exit => {
            if let Some(message) = &mut exit.message {
                message.insert_str(0, "while its packages were installed, ");
            }
            return Err(End::of(exit, *stopped.borrow()));
        }
    }
    let folder = folder.to_owned();
    blocking(move || {
        // Whole on the disk before it has the name under which it counts as whole.
        Beneath::at(&built)?.sync()?;
        fs::rename(&built, &folder)?;
        folder.parent().map_or(Ok(()), store::sync_folder)
    })
    .await?;
    log.platform("the packages are installed").await?;
    Ok(())
}

fn why(code: Option<i32>) -> String {
    match code {
        Some(NO_PIP) => {
            format!("the environment has no pip to install the packages of {FILE} with")
        }
        Some(code) => format!(
            "pip could not install the packages of {FILE} (exit code {code}); the log has its words"
        ),
        None => format!("pip could not install the packages of {FILE}"),
    }
}

/// Gives pip what it has outside of the sandbox: the machine's settings, and the files that they name. What the operator
/// sets for packages has the last word.
fn equip(environment: &mut Environment, settings: &Packages) {
    let machine = std::env::vars();
    let machine =
        machine.filter(|(name, _)| name.starts_with("PIP_") || NETWORK.contains(&&**name));
    let mut variables: HashMap<String, String> = machine.collect();
    let mut shown = vec![
        PathBuf::from("/etc/pip.conf"),
        PathBuf::from("/etc/xdg/pip/pip.conf"),
    ];
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| home.as_ref().map(|home| home.join(".config")));
    let own = [
        config.map(|config| config.join("pip/pip.conf")),
        home.map(|home| home.join(".pip/pip.conf")),
    ];
    // Inside, home is elsewhere: the user's file is named instead.
    if let Some(own) = own.into_iter().flatten().find(|own| own.is_file())
        && let Some(path) = own.to_str()
    {
        variables
            .entry("PIP_CONFIG_FILE".to_owned())
            .or_insert(path.to_owned());
    }
    variables.extend(settings.variables.clone());
    let words = variables
        .values()
        .flat_map(|value| value.split_whitespace());
    shown.extend(words.map(|word| PathBuf::from(word.strip_prefix("file://").unwrap_or(word))));
    // What every sandbox sees is there already.
    let seen = ["/usr", "/etc/ssl/certs"];
    shown.retain(|path| {
        path.is_absolute()
            && path.parent().is_some()
            && path.exists()
            && !seen.iter().any(|seen| path.starts_with(seen))
    });
    shown.sort();
    shown.dedup();
    environment.binds.extend(shown);
    let python = environment.python.executable.to_string_lossy().into_owned();
    environment.variables.extend(variables);
    environment
        .variables
        .insert("RUSSELL_PYTHON".to_owned(), python);
}

/// Removes packages that nobody uses and nobody has used for 30 days.
///
/// # Errors
/// When the folder of them all cannot be read.
pub async fn sweep(app: &App) -> io::Result<()> {
    for entry in fs::read_dir(app.store.root().join("packages"))? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        let name = entry.file_name();
        if name.as_encoded_bytes().ends_with(GOING.as_bytes()) {
            // A removal that was cut short.
            store::remove(entry.path()).await?;
            continue;
        }
        let Some(key) = OsStr::to_str(&name).filter(|key| crate::ids::is_id(key) && age > KEPT)
        else {
            continue;
        };
        let Ok(_guard) = app.packages.of(key).try_write_owned() else {
            continue;
        };
        // Half of them must not be taken for all.
        let gone = app
            .store
            .root()
            .join("packages")
            .join(format!("{key}{GOING}"));
        fs::rename(entry.path(), &gone)?;
        match store::remove(gone).await {
            Ok(()) => tracing::info!(key, "packages that nobody used were removed"),
            Err(error) => tracing::warn!(key, %error, "packages that nobody uses stay"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::Catalog;

    #[test]
    fn a_file_of_comments_asks_for_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        assert!(read(&file).unwrap().is_none());
        for (text, asks) in [
            ("", false),
            ("# one\n\n  # two\r\n", false),
            ("# a\nb\n", true),
        ] {
            fs::write(&file, text).unwrap();
            assert_eq!(read(&file).unwrap().is_some(), asks, "{text:?}");
        }
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", &file).unwrap();
        assert!(
            read(&file).unwrap().is_none(),
            "a link leads out of the code"
        );
    }

    #[test]
    fn interpreters_and_files_have_packages_of_their_own() {
        let catalog = Catalog::load(None).unwrap();
        let mut environment = catalog.get("python3").unwrap().clone();
        let first = key(&environment, b"a");
        assert!(crate::ids::is_id(&first));
        assert_ne!(first, key(&environment, b"b"));
        environment.python.version.push('1');
        assert_ne!(first, key(&environment, b"a"));
    }

    #[test]
    fn files_that_the_operator_names_are_shown_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let wheels = dir.path().to_str().unwrap().to_owned();
        let catalog = Catalog::load(None).unwrap();
        let mut environment = catalog.get("python3").unwrap().clone();
        let settings = Packages {
            install: true,
            variables: [("PIP_FIND_LINKS", format!("file://{wheels} / /no/such"))]
                .map(|(name, value)| (name.to_owned(), value))
                .into(),
        };
        equip(&mut environment, &settings);
        assert!(environment.binds.contains(&dir.path().to_owned()));
        assert!(!environment.binds.iter().any(|path| path == Path::new("/")));
        assert!(environment.variables["PIP_FIND_LINKS"].contains(&wheels));
    }
}

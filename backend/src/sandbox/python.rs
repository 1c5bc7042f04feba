//! Finding an interpreter and what of the machine it needs.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A Python that was asked for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interpreter {
    /// The real program; not a shim that picks one.
    pub executable: PathBuf,
    /// Its folder with `bin` and `lib`: of the virtual environment where it is one.
    pub prefix: PathBuf,
    /// The folder of the Python below a virtual environment; else the same.
    pub base_prefix: PathBuf,
    /// For example `3.11.2`.
    pub version: String,
}

// Shims such as pyenv's start the real program, so the program itself is asked where it is.
const QUESTION: &str = "import sys; print(sys.executable, sys.prefix, sys.base_prefix, '%d.%d.%d' % sys.version_info[:3], sep='\\n')";

/// The servers that can be started with an interpreter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// JupyterLab.
    pub jupyter: bool,
    /// TensorBoard.
    pub tensorboard: bool,
}

// What is not there is told at once; what is there is imported, as it may be broken.
const IMPORT: &str = "import importlib, importlib.util, sys
if all(importlib.util.find_spec(name.split('.')[0]) for name in sys.argv[1:]):
    for name in sys.argv[1:]:
        importlib.import_module(name)
else:
    sys.exit(1)";
/// Longest time in which a module is imported; the first time on a slow disk takes longest.
const IMPORT_PATIENCE: Duration = Duration::from_secs(30);

/// Asks the interpreter `python` (or `python/bin/python3`; without one `python3` on PATH) where it really is.
///
/// # Errors
/// In words for the operator, when it cannot be started or is no Python 3.
pub fn find(python: Option<&Path>) -> anyhow::Result<Interpreter> {
    let program = match python {
        Some(path) if path.is_dir() => path.join("bin/python3"),
        Some(path) => path.to_owned(),
        None => "python3".into(),
    };
    let output = Command::new(&program)
        .args(["-I", "-c", QUESTION])
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start the Python interpreter {}", program.display()))?;
    if !output.status.success() {
        bail!(
            "{} is no working Python: {}",
            program.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let text = String::from_utf8(output.stdout).context("the interpreter's paths are not UTF-8")?;
    let lines: Vec<&str> = text.lines().collect();
    let [executable, prefix, base_prefix, version] = lines[..] else {
        bail!("{} does not answer like a Python", program.display());
    };
    if !version.starts_with("3.") {
        bail!("{} is Python {version}, not 3", program.display());
    }
    Ok(Interpreter {
        executable: executable.into(),
        prefix: prefix.into(),
        base_prefix: base_prefix.into(),
        version: version.to_owned(),
    })
}

impl Interpreter {
    /// The folder that goes first on PATH.
    pub fn bin(&self) -> PathBuf {
        self.executable
            .parent()
            .unwrap_or(Path::new("/usr/bin"))
            .to_owned()
    }

    /// Asks it which servers it can start.
    pub fn support(&self) -> Support {
        Support {
            jupyter: self.imports("jupyterlab.labapp"),
            tensorboard: self.imports("tensorboard.main"),
        }
    }

    fn imports(&self, module: &str) -> bool {
        let started = Command::new(&self.executable)
            .args(["-I", "-c", IMPORT, module])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = started else {
            return false;
        };
        let end = Instant::now() + IMPORT_PATIENCE;
        while Instant::now() < end {
            match child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(10)),
                ended => return ended.is_ok_and(|status| status.is_some_and(|s| s.success())),
            }
        }
        tracing::warn!(python = %self.executable.display(), module, "importing takes too long: not offered");
        // It may have ended at this very moment.
        child.kill().ok();
        child.wait().ok();
        false
    }

    /// What has to be seen for it to run: its folders, and where a virtual environment's `python3` is a link to
    /// a link, every stop on the way. Nothing below /usr, which every task sees.
    pub fn paths(&self) -> Vec<PathBuf> {
        let outside = |path: &Path| {
            path.is_absolute()
                && path.parent().is_some()
                && !["/usr", "/bin", "/sbin"]
                    .iter()
                    .any(|root| path.starts_with(root))
        };
        let mut paths = vec![self.base_prefix.clone(), self.prefix.clone()];
        let mut link = self.executable.clone();
        for _ in 0..8 {
            paths.push(link.clone());
            let Ok(target) = std::fs::read_link(&link) else {
                break;
            };
            link = link.parent().unwrap_or(Path::new("/")).join(target);
        }
        paths.retain(|path| outside(path));
        paths.sort();
        paths.dedup();
        let all = paths.clone();
        paths.retain(|path| {
            !all.iter()
                .any(|other| other != path && path.starts_with(other))
        });
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_s_python_is_a_real_program() {
        let python = find(None).unwrap();
        assert!(python.executable.is_file() && python.version.starts_with("3."));
        assert!(!python.executable.to_string_lossy().contains("shims"));
    }

    #[test]
    fn only_what_lies_outside_usr_has_to_be_mounted() {
        let python = |prefix: &str, base: &str| Interpreter {
            executable: Path::new(prefix).join("bin/python3"),
            prefix: prefix.into(),
            base_prefix: base.into(),
            version: "3.11.2".into(),
        };
        assert!(python("/usr", "/usr").paths().is_empty());
        assert!(python("/usr/local", "/usr/local").paths().is_empty());
        assert_eq!(
            python("/opt/none/venv", "/usr").paths(),
            [Path::new("/opt/none/venv")]
        );
        assert_eq!(
            python("/opt/none/py/venv", "/opt/none/py").paths(),
            [Path::new("/opt/none/py")]
        );
        assert_eq!(
            python("/opt/none/py", "/opt/none/py").bin(),
            Path::new("/opt/none/py/bin")
        );
    }

    #[test]
    fn only_what_can_be_imported_can_be_started() {
        let python = find(None).unwrap();
        assert!(python.imports("http.server") && !python.imports("no_such_module.x"));
        // There, but it does not work.
        assert!(!python.imports("http.no_such_module"));
    }

    #[test]
    fn what_is_no_python_is_told() {
        let error = format!("{:#}", find(Some(Path::new("/bin/false"))).unwrap_err());
        assert!(error.contains("/bin/false is no working Python"), "{error}");
        assert!(find(Some(Path::new("/no/such"))).is_err());
    }
}

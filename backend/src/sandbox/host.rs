//! What this machine is like, and whether bubblewrap works on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Facts about the machine that the sandbox's command line depends on.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// The bubblewrap program.
    pub bubblewrap: PathBuf,
    /// `/bin`, `/lib` and the like: a link's target where it is one.
    pub system: Vec<(PathBuf, Option<PathBuf>)>,
    /// Whether bubblewrap can forbid further user namespaces inside.
    pub can_disable_namespaces: bool,
    /// `passwd`, `group` and `hosts` of the sandbox's own.
    pub etc: PathBuf,
    /// What no task may see even where a folder above it is mounted: the data directory.
    pub hidden: Vec<PathBuf>,
}

const SYSTEM: [&str; 6] = ["/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32"];
const FILES: [(&str, &str); 3] = [
    (
        "passwd",
        "russell:x:1000:1000:task:/tmp/home:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    ),
    ("group", "russell:x:1000:\nnogroup:x:65534:\n"),
    ("hosts", "127.0.0.1 localhost russell\n::1 localhost\n"),
];

const INSTALL: &str = "install it (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap) and start \
the backend again";
const ENABLE: &str = "unprivileged user namespaces may be switched off: try `sysctl kernel.unprivileged_userns_clone=1` \
(Debian), `sysctl kernel.apparmor_restrict_unprivileged_userns=0` (Ubuntu 24.04) or `sysctl user.max_user_namespaces=15000`, \
and start the backend again";

impl Host {
    /// Looks at the machine and tries a sandbox. `etc` is a folder for the sandbox's own files.
    ///
    /// # Errors
    /// Why tasks cannot be sandboxed here and what helps, for people.
    pub fn probe(etc: &Path, hidden: &[PathBuf]) -> Result<Self, String> {
        let bubblewrap =
            on_path("bwrap").ok_or(format!("bubblewrap (bwrap) is not installed: {INSTALL}"))?;
        std::fs::create_dir_all(etc)
            .and_then(|()| {
                FILES
                    .iter()
                    .try_for_each(|(name, text)| std::fs::write(etc.join(name), text))
            })
            .map_err(|error| format!("cannot write {}: {error}", etc.display()))?;
        let system = SYSTEM
            .iter()
            .map(PathBuf::from)
            .filter(|path| path.exists());
        let mut host = Self {
            bubblewrap,
            system: system
                .map(|path| (path.clone(), std::fs::read_link(&path).ok()))
                .collect(),
            can_disable_namespaces: true,
            etc: etc.to_owned(),
            hidden: hidden.to_vec(),
        };
        // Bubblewrap before 0.8 does not know the option, and some kernels refuse it.
        if host.attempt().is_err() {
            host.can_disable_namespaces = false;
            host.attempt()
                .map_err(|words| format!("bubblewrap does not work here ({words}); {ENABLE}"))?;
        }
        Ok(host)
    }

    fn attempt(&self) -> Result<(), String> {
        let mut arguments = super::bubblewrap::isolation(self, false);
        arguments.extend(super::bubblewrap::system(self));
        arguments.extend(["--", "/bin/bash", "-c", "exit 0"].map(Into::into));
        let output = Command::new(&self.bubblewrap)
            .args(arguments)
            .env_clear()
            .stdin(Stdio::null())
            .output()
            .map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        }
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_can_sandbox() {
        let etc = tempfile::tempdir().unwrap();
        let host = Host::probe(etc.path(), &[]).unwrap();
        assert!(host.bubblewrap.ends_with("bwrap"));
        assert!(etc.path().join("passwd").is_file());
    }

    #[test]
    fn a_sandbox_that_fails_says_why() {
        let host = Host {
            bubblewrap: "/bin/false".into(),
            ..Host::default()
        };
        assert!(host.attempt().is_err());
    }
}

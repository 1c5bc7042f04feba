//! The command line.

use super::host::Host;
use super::{Layout, MARK, PRELUDE, places};
use crate::relay;
use std::ffi::OsString;
use std::path::Path;

/// Files and folders below /etc that programs need and that tell nothing about this machine's people.
const ETC: [&str; 10] = [
    "/etc/alternatives",
    "/etc/ca-certificates",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    // Not the folder above: it has the machine's private keys.
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/timezone",
];

fn words<const N: usize>(words: [&str; N]) -> Vec<OsString> {
    words.map(OsString::from).to_vec()
}

fn bind(option: &str, from: &Path, to: &Path) -> [OsString; 3] {
    [option.into(), from.into(), to.into()]
}

/// New namespaces, no capabilities, another user, dead with its parent.
pub(super) fn isolation(host: &Host, network: bool) -> Vec<OsString> {
    let mut line = words(["--unshare-user", "--unshare-all"]);
    if host.can_disable_namespaces {
        line.extend(words(["--disable-userns"]));
    }
    if network {
        line.extend(words(["--share-net"]));
    }
    line.extend(words([
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
    ]));
    line.extend(words([
        "--uid",
        "1000",
        "--gid",
        "1000",
        "--hostname",
        "russell",
        "--clearenv",
    ]));
    line
}

/// The machine's programs, read-only, and empty places.
pub(super) fn system(host: &Host) -> Vec<OsString> {
    let mut line = words(["--ro-bind", "/usr", "/usr"]);
    for (path, target) in &host.system {
        match target {
            Some(target) => line.extend(bind("--symlink", target, path)),
            None => line.extend(bind("--ro-bind", path, path)),
        }
    }
    for path in ETC {
        line.extend(bind("--ro-bind-try", Path::new(path), Path::new(path)));
    }
    for name in ["passwd", "group", "hosts"] {
        line.extend(bind(
            "--ro-bind",
            &host.etc.join(name),
            &Path::new("/etc").join(name),
        ));
    }
    line.extend(words(["--proc", "/proc", "--dev", "/dev"]));
    line
}

/// Open file descriptors of the started process.
#[derive(Clone, Copy, Debug)]
pub struct Descriptors {
    /// Where bubblewrap writes its status, as JSON.
    pub status: i32,
    /// What the relay reads, where [`Layout::relay`] asks for one.
    pub control: i32,
}

/// The arguments of `bwrap` that run `command` with exactly what `layout` gives it.
pub fn arguments(
    host: &Host,
    layout: &Layout,
    command: &str,
    Descriptors { status, control }: Descriptors,
) -> Vec<OsString> {
    let environment = &layout.environment;
    let mut line = isolation(host, environment.network);
    line.extend(words(["--json-status-fd", &status.to_string()]));
    line.extend(system(host));
    if environment.network {
        let resolver = Path::new("/etc/resolv.conf");
        line.extend(bind("--ro-bind-try", resolver, resolver));
    }
    // Where the number of processors is read.
    line.extend(words([
        "--ro-bind-try",
        "/sys/devices/system",
        "/sys/devices/system",
    ]));
    let shared = layout.shared_memory.to_string();
    if layout.shared_memory > 0 {
        line.extend(words(["--size", &shared]));
    }
    line.extend(words(["--tmpfs", "/dev/shm"]));
    for device in &environment.devices {
        line.extend(bind("--dev-bind-try", device, device));
    }
    // Without these the task could fill the memory through files in / and /dev.
    line.extend(words(["--remount-ro", "/dev"]));
    // /tmp before the rest: the interpreter or a mount may lie below the machine's own /tmp.
    line.extend(bind("--bind", &layout.tmp, Path::new("/tmp")));
    let mut shown = environment.python.paths();
    shown.extend(environment.binds.iter().cloned());
    for path in &shown {
        line.extend(bind("--ro-bind", path, path));
    }
    for hidden in &host.hidden {
        if shown.iter().any(|path| hidden.starts_with(path)) || hidden.starts_with("/usr") {
            line.extend(["--tmpfs".into(), hidden.into()]);
            line.extend(["--remount-ro".into(), hidden.into()]);
        }
    }
    line.extend(bind(
        "--bind",
        &layout.workspace,
        Path::new(places::WORKSPACE),
    ));
    line.extend(bind("--bind", &layout.output, Path::new(places::OUTPUT)));
    if let Some(packages) = &layout.packages {
        line.extend(bind("--ro-bind", packages, Path::new(places::PACKAGES)));
    }
    line.extend(words(["--dir", places::INPUT]));
    for (mount, folder) in &layout.mounts {
        line.extend(bind(
            "--ro-bind",
            folder,
            &Path::new(places::INPUT).join(mount),
        ));
    }
    if let Some(relay) = &layout.relay {
        line.extend(bind("--ro-bind", &relay.program, Path::new(relay::PROGRAM)));
    }
    for (name, value) in variables(layout, Path::new("/")) {
        line.extend(["--setenv".into(), name.into(), value]);
    }
    line.extend(words([
        "--chdir",
        places::WORKSPACE,
        "--remount-ro",
        "/",
        "--",
    ]));
    line.extend(words([
        "/bin/bash",
        "-c",
        PRELUDE,
        &layout.processes.to_string(),
        command,
    ]));
    if let Some(relay) = &layout.relay {
        line.extend(words([&control.to_string(), relay::PROGRAM, "relay", "--"]));
        line.extend(relay.tensorboard.iter().cloned());
    }
    line
}

/// The task's whole environment; its places are below `root`.
pub fn variables(layout: &Layout, root: &Path) -> Vec<(String, OsString)> {
    let below = |place: &str| root.join(place.trim_start_matches('/')).into_os_string();
    let mut path = OsString::new();
    if layout.packages.is_some() {
        path.push(below(places::PACKAGES));
        path.push("/bin:");
    }
    path.push(layout.environment.python.bin());
    path.push(":/usr/local/bin:/usr/bin:/bin");
    let own = [
        ("PATH", path),
        ("HOME", below("/tmp/home")),
        ("TMPDIR", below("/tmp")),
        ("USER", "russell".into()),
        ("LOGNAME", "russell".into()),
        ("SHELL", "/bin/bash".into()),
        ("LANG", "C.UTF-8".into()),
        ("MPLBACKEND", "Agg".into()),
        ("PYTHONUNBUFFERED", "1".into()),
        ("RUSSELL_WORKSPACE", below(places::WORKSPACE)),
        ("RUSSELL_INPUT", below(places::INPUT)),
        ("RUSSELL_OUTPUT", below(places::OUTPUT)),
    ];
    let mut all: Vec<(String, OsString)> =
        own.map(|(name, value)| (name.to_owned(), value)).to_vec();
    for (name, value) in &layout.environment.variables {
        all.retain(|(other, _)| other != name);
        all.push((name.clone(), value.into()));
    }
    if layout.packages.is_some() {
        let mut path = below(places::PACKAGES);
        if let Some(at) = all.iter().position(|(name, _)| name == "PYTHONPATH") {
            path.push(":");
            path.push(all.swap_remove(at).1);
        }
        all.push(("PYTHONPATH".to_owned(), path));
    }
    all.retain(|(name, _)| name != MARK);
    all.push((MARK.to_owned(), layout.task.clone().into()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environments::{Environment, Instance};
    use crate::sandbox::Relay;
    use crate::sandbox::python::Interpreter;

    fn host() -> Host {
        Host {
            bubblewrap: "/usr/bin/bwrap".into(),
            system: vec![
                ("/bin".into(), Some("usr/bin".into())),
                ("/lib32".into(), None),
            ],
            can_disable_namespaces: true,
            etc: "/d/sandbox".into(),
            hidden: vec!["/opt/py/data".into()],
        }
    }

    fn layout(network: bool) -> Layout {
        let prefix = std::path::PathBuf::from("/opt/py");
        Layout {
            task: "7a".into(),
            environment: Environment {
                name: "e".into(),
                description: String::new(),
                python: Interpreter {
                    executable: "/opt/py/bin/python3".into(),
                    prefix: prefix.clone(),
                    base_prefix: prefix,
                    version: "3.11.2".into(),
                },
                instances: vec![Instance::Cpu],
                network,
                binds: vec![],
                devices: vec![],
                variables: [("LANG", "de_DE.UTF-8"), (MARK, "forged")]
                    .map(|(k, v)| (k.to_owned(), v.to_owned()))
                    .into(),
                support: Default::default(),
            },
            workspace: "/d/w".into(),
            output: "/d/o".into(),
            tmp: "/d/t".into(),
            mounts: vec![("iris".into(), "/d/m".into())],
            packages: None,
            shared_memory: 5,
            processes: 9,
            relay: None,
        }
    }

    fn line(network: bool) -> String {
        said(&layout(network))
    }

    fn said(layout: &Layout) -> String {
        let descriptors = Descriptors {
            status: 7,
            control: 8,
        };
        let line = arguments(&host(), layout, "echo $HOME; ls", descriptors);
        let words: Vec<_> = line.iter().map(|word| word.to_str().unwrap()).collect();
        words.join(" ")
    }

    #[test]
    fn a_task_gets_its_places_and_nothing_else_to_write() {
        let line = line(false);
        let writable: Vec<_> = line
            .match_indices(" --bind ")
            .map(|(at, _)| &line[at + 8..at + 25])
            .collect();
        assert_eq!(writable.len(), 3, "{writable:?}");
        for part in [
            "--bind /d/w /workspace",
            "--bind /d/o /output",
            "--bind /d/t /tmp",
            "--ro-bind /d/m /input/iris",
            "--ro-bind /opt/py /opt/py",
            "--symlink usr/bin /bin",
            "--ro-bind /lib32 /lib32",
            "--ro-bind /d/sandbox/passwd /etc/passwd",
            "--size 5 --tmpfs /dev/shm",
            "--json-status-fd 7",
            "--chdir /workspace --remount-ro / -- /bin/bash -c",
        ] {
            assert!(line.contains(part), "{part} in {line}");
        }
        assert!(
            line.ends_with(" 9 echo $HOME; ls"),
            "the command is one word: {line}"
        );
    }

    #[test]
    fn a_relay_is_there_only_where_it_is_asked_for() {
        assert!(!line(false).contains(relay::PROGRAM));
        let line = said(&Layout {
            relay: Some(Relay {
                program: "/opt/russell".into(),
                tensorboard: ["python3", "-m", "tensorboard.main"].map(Into::into).into(),
            }),
            ..layout(false)
        });
        assert!(line.contains("--ro-bind /opt/russell /run/russell-relay "));
        let end = " echo $HOME; ls 8 /run/russell-relay relay -- python3 -m tensorboard.main";
        assert!(line.ends_with(end), "{line}");
    }

    #[test]
    fn it_is_cut_off() {
        let cut = line(false);
        for part in [
            "--unshare-user --unshare-all --disable-userns",
            "--die-with-parent",
            "--new-session",
            "--cap-drop ALL",
            "--clearenv",
        ] {
            assert!(cut.contains(part), "{part}");
        }
        assert!(!cut.contains("--share-net") && !cut.contains("resolv.conf"));
        assert!(line(true).contains("--share-net") && line(true).contains("resolv.conf"));
    }

    #[test]
    fn the_data_directory_is_covered_where_a_folder_above_it_is_shown() {
        let line = line(false);
        let shown = line.find("--ro-bind /opt/py /opt/py").unwrap();
        let covered = line.find("--tmpfs /opt/py/data").unwrap();
        assert!(shown < covered && covered < line.find("--bind /d/w").unwrap());
    }

    #[test]
    fn packages_come_before_everything_else_and_cannot_be_written() {
        let mut layout = layout(false);
        layout.packages = Some("/d/p".into());
        layout
            .environment
            .variables
            .insert("PYTHONPATH".into(), "/opt/lib".into());
        let line = said(&layout);
        assert!(line.contains("--ro-bind /d/p /packages "), "{line}");
        assert!(
            line.contains("--setenv PATH /packages/bin:/opt/py/bin:"),
            "{line}"
        );
        assert!(
            line.contains("--setenv PYTHONPATH /packages:/opt/lib "),
            "{line}"
        );
    }

    #[test]
    fn the_mark_cannot_be_forged_and_an_environment_can_set_the_rest() {
        let variables = variables(&layout(false), Path::new("/"));
        let get = |name: &str| -> Vec<_> {
            variables
                .iter()
                .filter(|(n, _)| n == name)
                .map(|(_, v)| v.to_str().unwrap())
                .collect()
        };
        assert_eq!(get(MARK), ["7a"]);
        assert_eq!(get("LANG"), ["de_DE.UTF-8"]);
        assert_eq!(get("PATH"), ["/opt/py/bin:/usr/local/bin:/usr/bin:/bin"]);
        assert_eq!(get("RUSSELL_OUTPUT"), ["/output"]);
    }
}

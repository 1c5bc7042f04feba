//! With real processes in real sandboxes.

use super::local::{LocalRunner, is_alive};
use super::{Exit, Run, Runner, Spec};
use crate::environments::{Catalog, Limits};
use crate::ids::new_id;
use crate::sandbox::{Layout, host::Host};
use api::task::EndReason;
use std::fs;
use std::time::{Duration, Instant};

struct Bench {
    folder: tempfile::TempDir,
    runner: LocalRunner,
}

const LIMITS: Limits = Limits {
    kept_bytes: 0,
    memory_bytes: 0,
    time_limit: 60,
    output_bytes: 0,
    log_bytes: 0,
    processes: 100,
    grace: 1,
};

impl Bench {
    fn sandboxed() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().canonicalize().unwrap();
        let host = Host::probe(&data.join("sandbox"), &[data]);
        Self {
            folder,
            runner: LocalRunner::sandboxed(host),
        }
    }

    fn bare() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            runner: LocalRunner::without_sandbox(),
        }
    }

    fn start(&self, command: &str, limits: Limits) -> (Run, String) {
        let task = new_id();
        let root = self.folder.path().join("tasks").join(&task);
        let place = |name: &str| {
            let place = root.join(name);
            fs::create_dir_all(&place).unwrap();
            place
        };
        place("tmp/home");
        let kept = self.folder.path().join("out").join(&task);
        fs::create_dir_all(&kept).unwrap();
        let layout = Layout {
            task: task.clone(),
            environment: Catalog::load(None).unwrap().get("python3").unwrap().clone(),
            workspace: place("workspace"),
            output: kept,
            tmp: place("tmp"),
            mounts: vec![("iris".into(), place("data"))],
            packages: None,
            shared_memory: 1 << 20,
            processes: limits.processes,
            relay: None,
        };
        let spec = Spec {
            layout,
            command: command.to_owned(),
            limits,
        };
        (self.runner.start(spec).unwrap(), task)
    }

    async fn run(&self, command: &str, limits: Limits) -> (String, Exit) {
        let (run, task) = self.start(command, limits);
        let end = finish(run).await;
        assert!(!is_alive(&task), "something of `{command}` is still alive");
        end
    }
}

async fn finish(mut run: Run) -> (String, Exit) {
    let mut text = Vec::new();
    while let Some(bytes) = run.output.recv().await {
        text.extend_from_slice(&bytes);
    }
    (
        String::from_utf8_lossy(&text).into_owned(),
        run.exit.await.unwrap(),
    )
}

async fn until(run: &mut Run, words: &str) -> String {
    let mut text = String::new();
    while !text.contains(words) {
        let bytes = tokio::time::timeout(Duration::from_secs(20), run.output.recv()).await;
        text.push_str(&String::from_utf8_lossy(
            &bytes.unwrap().expect("more output"),
        ));
    }
    text
}

#[tokio::test]
async fn output_comes_in_order_and_the_exit_code_is_the_command_s() {
    for bench in [Bench::sandboxed(), Bench::bare()] {
        let (text, exit) = bench
            .run("echo a; echo b >&2; printf 'c\\r\\377'; exit 7", LIMITS)
            .await;
        assert_eq!(text, "a\nb\nc\r\u{fffd}");
        assert_eq!(
            exit,
            Exit {
                code: Some(7),
                reason: EndReason::Exit,
                message: None
            }
        );
    }
}

#[tokio::test]
async fn a_signal_is_told_as_one() {
    let (_, exit) = Bench::sandboxed().run("kill -SEGV $$", LIMITS).await;
    assert_eq!((exit.code, exit.reason), (Some(139), EndReason::Signal));
    assert!(exit.message.unwrap().contains("SIGSEGV"));
}

#[tokio::test]
async fn the_places_are_there_and_only_these_are_writable() {
    let command = "pwd; touch here /output/kept /tmp/x; for p in / /input /input/iris /usr /etc /dev; do \
                   touch $p/x 2>/dev/null && echo wrote $p; done; python3 -c 'print(1 + 1)'; id -un";
    let (text, exit) = Bench::sandboxed().run(command, LIMITS).await;
    assert_eq!(
        (text.as_str(), exit.code),
        ("/workspace\n2\nrussell\n", Some(0))
    );
}

#[tokio::test]
async fn nothing_else_of_the_machine_is_seen() {
    let bench = Bench::sandboxed();
    let secret = bench.folder.path().join("russell.db");
    fs::write(&secret, "secret").unwrap();
    // Visible to every process of this user outside of a sandbox.
    let command = format!(
        "cat {} 2>/dev/null; ls -A /etc/ssl | grep -v '^certs$\\|^openssl.cnf$'; ls -A /root /home /work /var /srv /mnt 2>/dev/null | grep -v '^/root:$\\|^.pyenv$\\|^$'; \
         cat /proc/*/environ | tr '\\0' '\\n' | grep -c CARGO; ls /proc | grep -c '^[0-9]*$'; \
         cat /etc/shadow /etc/hostname 2>/dev/null; hostname; ls /sys/class/net 2>/dev/null; \
         python3 -c 'import socket; s = socket.socket(); s.settimeout(2); print(s.connect_ex((\"1.1.1.1\", 53)))'; \
         grep CapEff /proc/self/status",
        secret.display()
    );
    let (text, _) = bench.run(&command, LIMITS).await;
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "0", "no variable of the backend: {text}");
    assert!(
        lines[1].parse::<u32>().unwrap() < 10,
        "only its own processes: {text}"
    );
    // 101 is ENETUNREACH.
    assert_eq!(
        lines[2..],
        ["russell", "101", "CapEff:\t0000000000000000"],
        "{text}"
    );
}

#[tokio::test]
async fn everything_ends_with_the_command() {
    for bench in [Bench::sandboxed(), Bench::bare()] {
        let escape = "(setsid bash -c 'trap \"\" TERM HUP; (sleep 300 & sleep 300)' &) ; sleep 0.3; echo done";
        let (text, exit) = bench.run(escape, LIMITS).await;
        assert_eq!((text.as_str(), exit.code), ("done\n", Some(0)));
    }
}

#[tokio::test]
async fn a_stop_ends_what_does_not_want_to() {
    for bench in [Bench::sandboxed(), Bench::bare()] {
        let stubborn = "trap '' TERM; (setsid setsid python3 -c \"
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork(): os._exit(0)
print('up', flush=True)
time.sleep(300)\" &); sleep 300; sleep 300";
        let (mut run, task) = bench.start(stubborn, LIMITS);
        until(&mut run, "up").await;
        assert!(is_alive(&task));
        let began = Instant::now();
        run.stop.stop();
        let (_, exit) = finish(run).await;
        assert_eq!(exit.reason, EndReason::Stopped);
        assert!(began.elapsed() >= Duration::from_secs(1), "it had its time");
        assert!(!is_alive(&task));
    }
}

#[tokio::test]
async fn a_stopped_program_may_tidy_up_and_the_next_command_does_not_start() {
    for bench in [Bench::sandboxed(), Bench::bare()] {
        let command = "python3 -c \"
import signal, sys, time
def end(*_):
    time.sleep(0.5); print('saved', flush=True); sys.exit(0)
signal.signal(signal.SIGTERM, end)
print('up', flush=True)
time.sleep(300)\"; echo next";
        let limits = Limits {
            grace: 10,
            ..LIMITS
        };
        let (mut run, _) = bench.start(command, limits);
        until(&mut run, "up").await;
        run.stop.stop();
        let (text, exit) = finish(run).await;
        assert_eq!((text.trim(), exit.reason), ("saved", EndReason::Stopped));
    }
}

#[tokio::test]
async fn a_stop_at_once_is_a_stop() {
    let (run, task) = Bench::sandboxed().start("sleep 300", LIMITS);
    run.stop.stop();
    let (_, exit) = finish(run).await;
    assert_eq!(exit.reason, EndReason::Stopped);
    assert!(!is_alive(&task));
}

#[tokio::test]
async fn memory_has_its_limit_over_all_processes() {
    let limits = Limits {
        memory_bytes: 200 << 20,
        ..LIMITS
    };
    let eat = "eat() { python3 -c 'import time; x = bytearray(120 << 20); time.sleep(60)'; }; eat & eat & wait";
    let (_, exit) = Bench::sandboxed().run(eat, limits).await;
    assert_eq!(exit.reason, EndReason::MemoryLimit, "{exit:?}");
    // The same bytes seen by two processes count once.
    let share = "python3 -c '
import os, time
x = bytearray(120 << 20)
os.fork()
time.sleep(2)'";
    let (_, exit) = Bench::sandboxed().run(share, limits).await;
    assert_eq!(exit.reason, EndReason::Exit, "{exit:?}");
}

#[tokio::test]
async fn time_has_its_limit() {
    let limits = Limits {
        time_limit: 1,
        ..LIMITS
    };
    let (text, exit) = Bench::sandboxed()
        .run("echo a; sleep 300; echo b", limits)
        .await;
    assert_eq!((text.as_str(), exit.reason), ("a\n", EndReason::TimeLimit));
}

#[tokio::test]
async fn disk_and_log_have_their_limits() {
    let limits = Limits {
        output_bytes: 4 << 20,
        ..LIMITS
    };
    let fill = "head -c 8M /dev/urandom > /output/x; sleep 300";
    let (_, exit) = Bench::sandboxed().run(fill, limits).await;
    assert_eq!(exit.reason, EndReason::DiskLimit);
    let limits = Limits {
        log_bytes: 1 << 20,
        ..LIMITS
    };
    let (text, exit) = Bench::sandboxed().run("yes", limits).await;
    assert_eq!(exit.reason, EndReason::DiskLimit);
    assert!(text.len() <= 1 << 20);
}

#[tokio::test]
async fn processes_have_their_limit() {
    let limits = Limits {
        processes: 20,
        ..LIMITS
    };
    let many = "for i in $(seq 40); do sleep 5 & done 2>&1; sleep 3; echo over";
    let (text, exit) = Bench::sandboxed().run(many, limits).await;
    // The kernel refuses new ones, except where the backend is root: then the watch ends the task.
    let refused = text.contains("fork");
    assert!(
        refused || exit.reason == EndReason::MemoryLimit,
        "{text} {exit:?}"
    );
}

#[tokio::test]
async fn without_bubblewrap_nothing_runs_and_it_says_why() {
    let runner = LocalRunner::sandboxed(Err("install bubblewrap".to_owned()));
    assert_eq!(runner.unavailable(), Some("install bubblewrap"));
}

#[tokio::test]
async fn what_hides_and_keeps_the_output_open_holds_nobody_up() {
    let bench = Bench::bare();
    let hide = "printf out; env -i setsid -f sleep 20";
    let (run, _) = bench.start(hide, LIMITS);
    let ended = tokio::time::timeout(Duration::from_secs(15), finish(run)).await;
    let (text, exit) = ended.expect("it ends before what hides does");
    assert_eq!((text.as_str(), exit.code), ("out", Some(0)));
}

#[tokio::test]
async fn a_predecessor_s_processes_are_found_and_ended() {
    let bench = Bench::bare();
    let (mut run, task) = bench.start("echo up; sleep 300", LIMITS);
    until(&mut run, "up").await;
    tokio::task::spawn_blocking({
        let task = task.clone();
        move || LocalRunner::without_sandbox().bury(&[task])
    })
    .await
    .unwrap();
    assert!(!is_alive(&task));
    assert_eq!(finish(run).await.1.code, Some(137));
}

//! The binary as an operator runs it: first start, crash, end, and what it says when something is missing.

use crate::support::backend::{Backend, command};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

/// Whether a process of the task is alive.
fn is_alive(task: &str) -> bool {
    let mark = format!("RUSSELL_TASK={task}");
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes.into_iter().any(|process| {
        std::fs::read(process.path().join("environ")).is_ok_and(|environ| {
            environ
                .split(|byte| *byte == 0)
                .any(|pair| pair == mark.as_bytes())
        })
    })
}

#[test]
fn the_first_start_makes_an_account_and_an_example_that_runs() {
    let data = tempfile::tempdir().unwrap();
    let backend = Backend::start(data.path(), &[]);
    let line = backend
        .said
        .iter()
        .find(|line| line.contains("sign in as demo"))
        .expect("the account");
    let password = line
        .split("password ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_owned();
    let header = backend.signed_in("demo", &password);
    let (_, tasks) = backend.call("GET", "/api/v1/experiments", &header, "");
    let id = tasks["list"][0]["id"].as_str().unwrap().to_owned();
    let task = backend.until(&header, &id, "success");
    assert_eq!(task["name"], "iris-softmax");
    let (_, output) = backend.call("GET", &format!("/api/v1/files/{id}"), "", "");
    let names: Vec<_> = output["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["confusion.png", "loss.svg", "metrics.json", "model.json"]
    );
    drop(backend);
    let again = Backend::start(data.path(), &[]);
    assert!(
        again.said.is_empty(),
        "the password is told once: {:?}",
        again.said
    );
    again.signed_in("demo", &password);
}

#[test]
fn after_a_crash_the_task_has_failed_and_nothing_of_it_is_alive() {
    let data = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(data.path(), &["--empty"]);
    let (header, module) = backend.with_project();
    let body = json!({"module_id": module, "command": "echo up; (setsid sleep 300 &); sleep 300"});
    let (_, task) = backend.call("POST", "/api/v1/experiment/run", &header, &body.to_string());
    let id = task["id"].as_str().unwrap();
    backend.until(&header, id, "running");
    let log = format!("/api/v1/experiment/{id}/log");
    while !backend
        .call("GET", &log, &header, "")
        .1
        .as_str()
        .unwrap()
        .contains("up\n")
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(is_alive(id));
    backend.kill();
    let began = Instant::now();
    while is_alive(id) {
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "processes outlive the backend"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let again = Backend::start(data.path(), &["--empty"]);
    let task = again.task(&header, id);
    assert_eq!(
        (&task["state"], &task["end_reason"]),
        (&json!("failed"), &json!("backend_lost"))
    );
    let text = again.call("GET", &log, &header, "").1;
    assert!(
        text.as_str()
            .unwrap()
            .contains("The backend ended while the task ran"),
        "{text}"
    );
}

#[test]
fn a_second_backend_on_the_same_data_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let _first = Backend::start(data.path(), &["--empty"]);
    let second = command(data.path(), &["--empty"]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&second.stderr).contains("another backend uses the data directory")
    );
}

#[test]
fn it_ends_when_told_and_its_task_with_it() {
    let data = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(data.path(), &["--empty"]);
    let (header, module) = backend.with_project();
    let body = json!({"module_id": module, "command": "sleep 300"});
    let (_, task) = backend.call("POST", "/api/v1/experiment/run", &header, &body.to_string());
    let id = task["id"].as_str().unwrap().to_owned();
    backend.until(&header, &id, "running");
    backend.signal("TERM");
    assert_eq!(backend.child.wait().unwrap().code(), Some(0));
    assert!(!is_alive(&id));
    let again = Backend::start(data.path(), &["--empty"]);
    let task = again.task(&header, &id);
    assert_eq!(
        task["end_message"],
        "the backend was shut down while the task ran"
    );
}

#[test]
fn an_upload_that_stalls_is_ended_with_the_backend_and_keeps_what_has_come() {
    let data = tempfile::tempdir().unwrap();
    let mut backend = Backend::start(data.path(), &["--empty"]);
    let (header, _) = backend.with_project();
    let (_, dataset) = backend.call("PUT", "/api/v1/carol/dataset/d", &header, "{}");
    let files = json!([{"path": "a", "size": 10}]);
    let list = json!({"entity_id": dataset["id"], "module_type": "data", "files": files});
    let (_, created) = backend.call("POST", "/api/v1/uploads", &header, &list.to_string());
    let id = created["id"].as_str().unwrap();
    let patch = format!(
        "PATCH /api/v1/uploads/{id} HTTP/1.1\r\nHost: a\r\n{header}Upload-Offset: 0\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: 10\r\n\r\n12345"
    );
    let mut stream = TcpStream::connect(&backend.address).unwrap();
    stream.write_all(patch.as_bytes()).unwrap();
    let file = data.path().join("modules").join(id).join("a");
    while !file.exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    backend.signal("TERM");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(backend.child.wait().unwrap().code(), Some(0));
    assert_eq!(std::fs::read(&file).unwrap(), b"12345");
}

#[test]
fn without_bubblewrap_tasks_are_refused_unless_the_operator_insists() {
    let data = tempfile::tempdir().unwrap();
    let bin = tempfile::tempdir().unwrap();
    let python = russell_backend::sandbox::python::find(None)
        .unwrap()
        .executable;
    std::os::unix::fs::symlink(python, bin.path().join("python3")).unwrap();
    let start = |more: &[&str]| {
        let mut command = command(data.path(), more);
        command.env("PATH", bin.path());
        Backend::of(command)
    };
    let backend = start(&["--empty"]);
    let (header, module) = backend.with_project();
    let run = json!({"module_id": module, "command": "echo $PWD; ls $RUSSELL_OUTPUT"}).to_string();
    let (code, problem) = backend.call("POST", "/api/v1/experiment/run", &header, &run);
    assert_eq!((code, &problem["reason"]), (530, &json!("sandbox_missing")));
    assert!(
        problem["message"]
            .as_str()
            .unwrap()
            .contains("apt-get install bubblewrap")
    );
    let (_, environments) = backend.call("GET", "/api/v1/env", "", "");
    assert!(
        environments["unavailable"]
            .as_str()
            .unwrap()
            .contains("bubblewrap")
    );
    drop(backend);

    let backend = start(&["--empty", "--unsafe-no-sandbox"]);
    let (code, task) = backend.call("POST", "/api/v1/experiment/run", &header, &run);
    assert_eq!(code, 200, "{task}");
    backend.until(&header, task["id"].as_str().unwrap(), "success");
}

#[test]
fn long_heads_are_taken_and_longer_ones_refused() {
    let data = tempfile::tempdir().unwrap();
    let backend = Backend::start(data.path(), &["--empty"]);
    let head = |size: usize| format!("X-Long: {}\r\n", "x".repeat(size));
    assert_eq!(
        backend
            .call("GET", "/api/v1/cli_version", &head(600_000), "")
            .0,
        200
    );
    let request = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{}\r\n",
        head(3_000_000)
    );
    let mut stream = TcpStream::connect(&backend.address).unwrap();
    // The server may close before it has read everything.
    stream.write_all(request.as_bytes()).ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
    assert!(!String::from_utf8_lossy(&answer).starts_with("HTTP/1.1 200"));
    assert_eq!(
        backend.call("GET", "/healthz", "", "").0,
        200,
        "others are served"
    );
}

#[test]
fn mistakes_on_the_command_line_are_told_in_words() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let cases: [(&[&str], &str); 3] = [
        (&["--port", &port], "cannot listen on"),
        (&["--web", "/no/such"], "has no index.html"),
        (
            &["--environments", "/no/such"],
            "cannot read the environments file",
        ),
    ];
    for (more, words) in cases {
        let mut command = Command::new(env!("CARGO_BIN_EXE_russell-backend"));
        command
            .args(["serve", "--empty", "--data"])
            .arg(data.path())
            .args(more);
        let ended = command.output().unwrap();
        let text = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{text}");
        assert!(text.contains(words), "{text}");
    }
}

//! Tasks from the queue to their end, with real processes in the real sandbox.

use crate::support::lab::{Lab, one_slot};
use crate::support::{Who, World, bytes};
use axum::body::Body;
use axum::http::{Method, Request};
use russell_backend::tasks::queue;
use serde_json::json;
use std::fs;

#[tokio::test]
async fn a_task_reads_its_data_writes_its_output_and_succeeds() {
    let lab = Lab::new(0).await;
    let command = "python3 main.py && cat /input/iris-1/iris.csv && cat d/x && echo > d/x && \
                   mkdir /output/m && cp /input/iris-1/iris.csv /output/m/ && printf end$lr";
    let more = json!({"data_ids": ["owner/iris/1"], "description": "first", "mode": "job", "params": ["lr:0.1"]});
    let id = lab.run(command, more).await;
    let task = lab.until(&id, "success").await;
    assert_eq!(
        (&task["exit_code"], &task["end_reason"]),
        (&json!(0), &json!("exit"))
    );
    assert_eq!(task["stage"], "finished");
    let stages: Vec<_> = task["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["stage"].as_str().unwrap())
        .collect();
    assert_eq!(
        stages,
        ["queued", "creating", "configuring", "running", "finished"]
    );
    assert_eq!(task["data"][0]["mount"], "iris-1");
    assert_eq!(
        (&task["mode"], &task["name"], &task["code_version"]),
        (&json!("cli"), &json!("p"), &json!(1))
    );
    assert!(task.get("version").is_none(), "the CLI fails on it");
    assert_eq!(task["canvas"]["nodes"]["1"]["taskInstanceId"], json!(id));

    let log = lab.log(&id);
    assert_eq!(task["log_bytes"], json!(log.len()));
    let frame = "#".repeat(80);
    let (before, rest) = log.split_once(&format!("{frame}\n")).unwrap();
    let (said, after) = rest.split_once(&format!("\n{frame}\n")).unwrap();
    assert_eq!(
        said, "hello\n5.1,3.5\n1end0.1",
        "the program's bytes, a parameter's value, and the frame on a line of its own"
    );
    assert!(before.starts_with('[') && !before.contains("\n\n"));
    for words in [
        "Task submitted successfully, queued for processing",
        "mount dir: /workspace",
        "Task is running now ~",
    ] {
        assert!(
            before.contains("] [INFO] | ") && before.contains(words),
            "{words} in {before}"
        );
    }
    assert!(
        after.contains("[INFO] | [success] Finishing execution in "),
        "{after}"
    );

    let store = &lab.world.app.store;
    assert_eq!(
        fs::read_to_string(store.output(&id).join("m/iris.csv")).unwrap(),
        "5.1,3.5\n"
    );
    assert_eq!(
        fs::read_to_string(store.module(&lab.code).join("d/x")).unwrap(),
        "1",
        "versions never change"
    );
    assert!(!store.task(&id).exists(), "the workspace is gone");
}

#[tokio::test]
async fn a_command_that_fails_says_how() {
    let lab = Lab::new(0).await;
    let id = lab.run("exit 3", json!({})).await;
    let task = lab.until(&id, "failed").await;
    assert_eq!(
        (&task["exit_code"], &task["end_reason"]),
        (&json!(3), &json!("exit"))
    );
    let id = lab.run("kill -9 $$", json!({})).await;
    let task = lab.until(&id, "failed").await;
    assert_eq!(
        (&task["exit_code"], &task["end_reason"]),
        (&json!(137), &json!("signal"))
    );
    assert!(lab.log(&id).contains("[failed] Finishing execution"));
}

#[tokio::test]
async fn a_running_task_is_stopped_and_a_stopped_one_deleted() {
    let lab = Lab::new(0).await;
    let id = lab.run("echo up; sleep 300", json!({})).await;
    lab.said(&id, "up\n").await;
    let path = format!("/api/v1/experiment/{id}");
    let early = lab.world.delete(&lab.world.owner, &path).await;
    assert_eq!(early.failure(), (522, "wrong_state", ""));
    let stopped = lab.stop(&id).await;
    assert_eq!(
        (stopped.code, stopped.text("state").as_str()),
        (200, "stopped")
    );
    let task = lab.task(&id).await;
    assert_eq!(
        (&task["state"], &task["end_reason"]),
        (&json!("stopped"), &json!("stopped")),
        "the CLI asks at once"
    );
    assert!(lab.log(&id).contains("[stopped] Finishing execution in"));
    assert_eq!(lab.stop(&id).await.failure(), (522, "wrong_state", ""));
    assert_eq!(lab.world.delete(&lab.world.owner, &path).await.code, 200);
    assert_eq!(lab.world.get(&lab.world.owner, &path).await.code, 517);
}

#[tokio::test]
async fn the_queue_is_first_in_first_out_and_a_waiting_task_is_stopped_at_once() {
    let world = World::with(one_slot).await;
    let lab = Lab::idle(world, 0).await;
    queue::start(&lab.world.app).await.unwrap();
    let first = lab.run("echo up; sleep 300", json!({})).await;
    lab.said(&first, "up\n").await;
    lab.world
        .app
        .clock
        .advance(std::time::Duration::from_secs(1));
    let second = lab.run("echo second", json!({})).await;
    lab.world
        .app
        .clock
        .advance(std::time::Duration::from_secs(1));
    let third = lab.run("echo third", json!({})).await;
    assert_eq!(lab.task(&second).await["queue"]["position"], 0);
    assert_eq!(lab.task(&third).await["queue"]["position"], 1);
    assert_eq!(lab.task(&third).await["state"], "waiting");

    assert_eq!(lab.stop(&second).await.code, 200);
    let task = lab.task(&second).await;
    assert_eq!(
        (&task["state"], &task["duration"]),
        (&json!("stopped"), &json!(0))
    );
    assert!(lab.log(&second).contains("[stopped]"));
    assert_eq!(lab.task(&third).await["queue"]["position"], 0);
    assert_eq!(lab.stop(&first).await.code, 200);
    lab.until(&third, "success").await;
}

#[tokio::test]
async fn what_cannot_run_is_refused_at_its_field() {
    let lab = Lab::idle(World::new().await, 0).await;
    let pending = lab.world.version(&lab.project, "code").await;
    let run = async |more: serde_json::Value| {
        let mut body = json!({"module_id": lab.code, "command": "ls"});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let reply = lab
            .world
            .post(&lab.world.owner, "/api/v1/experiment/run", body)
            .await;
        let (code, reason, field) = reply.failure();
        (code, reason.to_owned(), field.to_owned())
    };
    let data = &lab.data;
    let cases = [
        (json!({"module_id": ""}), (518, "missing", "module_id")),
        (
            json!({"module_id": "0".repeat(32)}),
            (517, "not_found", "module_id"),
        ),
        (json!({"module_id": data}), (519, "malformed", "module_id")),
        (
            json!({"module_id": pending}),
            (530, "version_not_ready", "module_id"),
        ),
        (json!({"command": "  \n"}), (518, "missing", "command")),
        (
            json!({"command": "x".repeat(8193)}),
            (519, "too_long", "command"),
        ),
        (json!({"command": "a\u{0}b"}), (519, "malformed", "command")),
        (
            json!({"description": "x".repeat(1025)}),
            (519, "too_long", "description"),
        ),
        (
            json!({"mode": "jupyter"}),
            (519, "mode_unsupported", "mode"),
        ),
        (
            json!({"enable_tensorboard": true}),
            (519, "mode_unsupported", "enable_tensorboard"),
        ),
        (
            json!({"environment": "keras"}),
            (519, "unknown_environment", "environment"),
        ),
        (
            json!({"instance_type": "gpu_high"}),
            (519, "unknown_instance", "instance_type"),
        ),
        (json!({"params": ["a b:1"]}), (519, "malformed", "params")),
        (
            json!({"data_ids": ["owner/none/1"]}),
            (517, "not_found", "data_ids"),
        ),
        (
            json!({"data_ids": [format!("{data}:../x")]}),
            (519, "illegal_name", "data_ids"),
        ),
        (
            json!({"data_ids": [format!("{data}:a"), format!("{data}:a")]}),
            (521, "mount_taken", "data_ids"),
        ),
        (
            json!({"data_ids": vec![data.clone(); 6]}),
            (520, "too_many_mounts", "data_ids"),
        ),
        (
            json!({"data_ids": [lab.code]}),
            (519, "malformed", "data_ids"),
        ),
    ];
    for (more, (code, reason, field)) in cases {
        assert_eq!(
            run(more.clone()).await,
            (code, reason.to_owned(), field.to_owned()),
            "{more}"
        );
    }
    let none = lab.world.get(&lab.world.owner, "/api/v1/experiments").await;
    assert_eq!(none.data["total"], 0);
    let logs = fs::read_dir(lab.world.app.store.root().join("logs"))
        .unwrap()
        .count();
    assert_eq!(logs, 0, "nothing is left of what was refused");
}

#[tokio::test]
async fn who_may_do_what() {
    for (permission, read) in [(0, 200), (1, 517)] {
        let lab = Lab::idle(World::new().await, permission).await;
        let world = &lab.world;
        let id = lab.run("ls", json!({"family_id": "F"})).await;
        let expired = if read == 200 { 200 } else { 512 };
        for path in [
            format!("/api/v1/experiment/{id}"),
            format!("/api/v1/taskinstances/{id}"),
            format!("/api/v1/task/{id}"),
        ] {
            assert_eq!(
                world.codes(Method::GET, &path, None).await,
                [200, read, read, expired],
                "{path}"
            );
        }
        let write = if read == 200 { 522 } else { 517 };
        let body = json!({"module_id": lab.code, "command": "ls"});
        let run = world
            .codes(Method::POST, "/api/v1/experiment/run", Some(body))
            .await;
        assert_eq!(run, [200, write, 512, 512]);
        let stop = format!("/api/v1/experiment/{id}?action=stop");
        assert_eq!(
            world.codes(Method::POST, &stop, None).await,
            [200, write, 512, 512]
        );
        let path = format!("/api/v1/experiment/{id}");
        assert_eq!(
            world.codes(Method::DELETE, &path, None).await,
            [200, write, 512, 512]
        );
        let family = "/api/v1/experiment/%7Bid%7D?family_id=F";
        assert_eq!(
            world.codes(Method::GET, family, None).await,
            [200, 200, 512, 512]
        );
        let own = "/api/v1/experiments";
        assert_eq!(
            world.codes(Method::GET, own, None).await,
            [200, 200, 512, 512]
        );
        let all = format!("/api/v1/experiments?project={}", lab.project);
        let total = async |who| world.get(who, &all).await.data["total"].clone();
        assert_eq!(total(&world.owner).await, 1, "the second one");
        assert_eq!(total(&world.other).await, json!(u8::from(read == 200)));
        assert_eq!(world.get(&world.other, "/api/v1/env").await.code, 200);
    }
}

#[tokio::test]
async fn a_stranger_does_not_learn_the_name_of_private_data() {
    let lab = Lab::idle(World::new().await, 0).await;
    let id = lab.run("ls", json!({"data_ids": [lab.data]})).await;
    let path = format!("/api/v1/experiment/{id}");
    let own = lab.world.get(&lab.world.owner, &path).await.data["data"][0].clone();
    assert_eq!(
        (&own["owner"], &own["name"], &own["version"]),
        (&json!("owner"), &json!("iris"), &json!(1))
    );
    let seen = lab.world.get(&lab.world.other, &path).await.data["data"][0].clone();
    assert_eq!(
        (&seen["owner"], &seen["name"], &seen["version"]),
        (&json!(""), &json!(""), &json!(0))
    );
    queue::start(&lab.world.app).await.unwrap();
    lab.until(&id, "success").await;
    let log = format!("{path}/log");
    let own = [path.as_str(), "/api/v1/experiments?user=owner"];
    for path in own.into_iter().chain([log.as_str()]) {
        let basic = lab.world.other.basic().unwrap();
        let request = Request::get(path).header("authorization", format!("Basic {basic}"));
        let response = lab.world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        let text = String::from_utf8(bytes(response).await).unwrap();
        assert!(text.contains(&id) || text.contains("data mounted below /input"));
        assert!(!text.contains("iris"), "{path}: {text}");
    }
    let other = lab
        .run("ls", json!({"data_ids": [format!("{}:train", lab.data)]}))
        .await;
    lab.until(&other, "success").await;
    assert!(lab.log(&other).contains("data mounted at /input/train"));
    let path = format!("/api/v1/experiment/{other}");
    let seen = lab.world.get(&Who::Anonymous, &path).await;
    assert_eq!(seen.data["data"][0]["mount"], "train");
    let body = json!({"module_id": lab.code, "command": "ls", "data_ids": ["owner/iris/1"]});
    let refused = lab
        .world
        .post(&lab.world.other, "/api/v1/experiment/run", body)
        .await;
    assert_eq!(refused.code, 522);
}

#[tokio::test]
async fn lists_are_searched_filtered_and_paged() {
    let lab = Lab::idle(World::new().await, 0).await;
    for (command, description) in [
        ("python a.py", "LR 0.1"),
        ("python b.py", "50%"),
        ("ls", ""),
    ] {
        lab.world
            .app
            .clock
            .advance(std::time::Duration::from_secs(1));
        lab.run(
            command,
            json!({"description": description, "family_id": "F"}),
        )
        .await;
    }
    let list = async |query: &str| {
        let reply = lab
            .world
            .get(&lab.world.owner, &format!("/api/v1/experiments?{query}"))
            .await;
        let commands: Vec<String> = reply
            .column("command")
            .into_iter()
            .map(str::to_owned)
            .collect();
        (commands, reply.data["total"].as_u64().unwrap())
    };
    assert_eq!(
        list("").await,
        (
            vec!["ls".into(), "python b.py".into(), "python a.py".into()],
            3
        )
    );
    assert_eq!(list("q=lr").await.0, ["python a.py"]);
    assert_eq!(list("q=50%25").await.0, ["python b.py"]);
    assert_eq!(list("q=_").await.1, 0, "no wildcard");
    assert_eq!(list("state=running").await.1, 0);
    assert_eq!(
        list("user=OWNER&page=2&page_size=2").await,
        (vec!["python a.py".into()], 3)
    );
    assert_eq!(list("user=nobody").await.1, 0);
    let family = lab
        .world
        .get(&lab.world.owner, "/api/v1/experiment/%7Bid%7D?family_id=F")
        .await;
    assert_eq!(family.data.as_array().unwrap().len(), 3, "a bare array");
}

#[tokio::test]
async fn environments_are_listed_as_the_cli_reads_them() {
    let world = World::new().await;
    let environments = world
        .get(&Who::BasicNone, "/api/v1/env?check_support=1")
        .await
        .data;
    assert!(environments.get("unavailable").is_none());
    assert_eq!(environments["cpu"][0]["name"], "python3");
    assert_eq!(environments["cpu"][0]["support_jupyter"], false);
    assert_eq!(environments["cpu"][0]["support_tensorboard"], false);
    assert_eq!(environments["gpu"], json!([]));
}

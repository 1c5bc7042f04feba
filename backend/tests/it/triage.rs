//! Why tasks failed, with real failures in the real sandbox.

use crate::support::lab::Lab;
use crate::support::{Who, World};
use axum::http::Method;
use russell_backend::tasks::queue;
use serde_json::{Value, json};

async fn failed(lab: &Lab, command: &str) -> Value {
    let id = lab.run(command, json!({})).await;
    lab.until(&id, "failed").await;
    let path = format!("/api/v1/experiment/{id}/triage");
    let reply = lab.world.get(&Who::Anonymous, &path).await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    shown_as_in_the_log(lab, &id, &reply.data);
    reply.data
}

/// The lines stand in the log under the numbers they are told with.
fn shown_as_in_the_log(lab: &Lab, id: &str, triage: &Value) {
    let Some(text) = triage["lines"]["text"].as_array() else {
        return;
    };
    let log = lab.log(id);
    let all: Vec<&str> = log.lines().collect();
    let last = triage["lines"]["last"].as_u64().unwrap() as usize;
    let told: Vec<&str> = text.iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(all[last - told.len()..last], told, "{triage}\n{log}");
}

#[tokio::test]
async fn programs_of_python_tell_what_they_miss() {
    let lab = Lab::new(0).await;
    let module = failed(&lab, "python3 -c 'import sklearn.svm_of_none'").await;
    assert_eq!(
        (&module["cause"], &module["package"]),
        (&json!("missing_module"), &json!("scikit-learn"))
    );
    let file = failed(&lab, "python3 trian.py").await;
    assert_eq!(
        (&file["cause"], &file["subject"]),
        (&json!("missing_file"), &json!("/workspace/trian.py"))
    );
    let data = failed(
        &lab,
        "echo 'def load():\n    open(\"/input/none.csv\")\nload()' > t.py; python3 t.py",
    )
    .await;
    assert_eq!(
        (&data["cause"], &data["subject"]),
        (&json!("missing_file"), &json!("/input/none.csv"))
    );
    let place = json!({"file": "t.py", "line": 2, "function": "load"});
    assert_eq!(data["place"], place);
    let write = failed(&lab, "python3 -c 'open(\"/input/x\", \"w\")'").await;
    assert_eq!(
        (&write["cause"], &write["subject"]),
        (&json!("permission_denied"), &json!("/input/x"))
    );
}

#[tokio::test]
async fn exceptions_and_programs_that_cannot_be_read_have_a_place() {
    let lab = Lab::new(0).await;
    let command =
        "printf 'import json\\ndef main():\\n  json.loads(\"{\")\\nmain()\\n' > t.py; python3 t.py";
    let error = failed(&lab, command).await;
    assert_eq!(error["cause"], "error");
    let place = json!({"file": "t.py", "line": 3, "function": "main"});
    assert_eq!(error["place"], place);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("json.decoder.JSONDecodeError: "),
        "{message}"
    );
    let syntax = failed(&lab, "echo 'def f(' > t.py; python3 t.py").await;
    assert_eq!(syntax["cause"], "error");
    assert_eq!(syntax["place"], json!({"file": "t.py", "line": 1}));
}

#[tokio::test]
async fn commands_tell_what_they_miss_and_codes_what_nothing_tells() {
    let lab = Lab::new(0).await;
    let command = failed(&lab, "pyton train.py").await;
    assert_eq!(
        (&command["cause"], &command["subject"]),
        (&json!("command_not_found"), &json!("pyton"))
    );
    let script = failed(&lab, "echo true > run.sh; ./run.sh").await;
    assert_eq!(
        (&script["cause"], &script["subject"]),
        (&json!("permission_denied"), &json!("./run.sh"))
    );
    let file = failed(&lab, "cat /input/none.txt").await;
    assert_eq!(
        (&file["cause"], &file["subject"]),
        (&json!("missing_file"), &json!("/input/none.txt"))
    );
    assert_eq!(
        failed(&lab, "echo hello; exit 3").await,
        json!({"cause": "exit"})
    );
    assert_eq!(failed(&lab, "kill -9 $$").await, json!({"cause": "killed"}));
    assert_eq!(
        failed(&lab, "kill -15 $$").await,
        json!({"cause": "signal"})
    );
    let crash = failed(
        &lab,
        "python3 -c 'import ctypes; ctypes.string_at(0)'; exit $?",
    )
    .await;
    assert_eq!(crash["cause"], "crash");
    assert!(
        crash["message"]
            .as_str()
            .unwrap()
            .contains("Segmentation fault")
    );
}

#[tokio::test]
async fn a_limit_of_the_platform_is_told_with_its_own_line() {
    let world = World::with(|config| {
        let file = config.data.with_extension("toml");
        let text = "[machine]\nmemory_bytes = 150_000_000\n[[environment]]\nname = \"python3\"\n";
        std::fs::write(&file, text).unwrap();
        config.environments = Some(file);
    })
    .await;
    let lab = Lab::idle(world, 0).await;
    queue::start(&lab.world.app).await.unwrap();
    let memory = failed(
        &lab,
        "python3 -c 'x = bytearray(400_000_000); import time; time.sleep(30)'",
    )
    .await;
    assert_eq!(memory["cause"], "memory_limit");
    let line = memory["lines"]["text"][0].as_str().unwrap();
    assert!(line.contains("Task ended: its processes used"), "{line}");
    // A program that is told no in time says so itself.
    let own = "import resource; resource.setrlimit(resource.RLIMIT_AS, (90_000_000,) * 2); bytearray(400_000_000)";
    let own = failed(&lab, &format!("python3 -c '{own}'")).await;
    assert_eq!(
        (&own["cause"], &own["message"]),
        (&json!("out_of_memory"), &json!("MemoryError"))
    );
}

#[tokio::test]
async fn only_of_failed_tasks_and_for_whoever_may_read_the_log() {
    for (permission, read) in [(0, 200), (1, 517)] {
        let lab = Lab::new(permission).await;
        let id = lab.run("exit 1", json!({})).await;
        lab.until(&id, "failed").await;
        let path = format!("/api/v1/experiment/{id}/triage");
        let expired = if read == 200 { 200 } else { 512 };
        let codes = lab.world.codes(Method::GET, &path, None).await;
        assert_eq!(codes, [200, read, read, expired]);
        let id = lab.run("true", json!({})).await;
        lab.until(&id, "success").await;
        let path = format!("/api/v1/experiment/{id}/triage");
        let reply = lab.world.get(&lab.world.owner, &path).await;
        assert_eq!(reply.failure(), (522, "wrong_state", ""));
    }
}

#[tokio::test]
async fn a_log_that_is_gone_tells_nothing() {
    let lab = Lab::new(0).await;
    let id = lab.run("exit 7", json!({})).await;
    lab.until(&id, "failed").await;
    std::fs::remove_file(lab.world.app.store.log(&id)).unwrap();
    let path = format!("/api/v1/experiment/{id}/triage");
    let reply = lab.world.get(&lab.world.owner, &path).await;
    assert_eq!(reply.data, json!({"cause": "exit"}));
}

//! Metrics of tasks for lists and comparison.

use crate::support::lab::Lab;
use crate::support::{Who, World, bytes};
use api::routes;
use axum::body::Body;
use axum::http::Request;
use russell_backend::trash::purge;
use serde_json::{Value, json};
use std::time::Duration;

async fn one(world: &World, who: &Who, id: &str) -> Value {
    let reply = world
        .get(who, &routes::fill(routes::TASK_METRICS, &[id]))
        .await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    assert_eq!(
        (&reply.data["id"], &reply.data["state"]),
        (&json!(id), &json!("ready"))
    );
    reply.data["metrics"].clone()
}

async fn many(world: &World, who: &Who, ids: &[&str]) -> Value {
    let path = format!("{}?ids={}", routes::TASKS_METRICS, ids.join(","));
    let reply = world.get(who, &path).await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    let list = reply.data["list"].clone();
    assert_eq!(reply.data["total"], list.as_array().unwrap().len());
    list
}

/// The list once nothing of it is to be read any more.
async fn settled(world: &World, who: &Who, ids: &[&str]) -> Value {
    for _ in 0..200 {
        let list = many(world, who, ids).await;
        if list
            .as_array()
            .unwrap()
            .iter()
            .all(|task| task["state"] == "ready")
        {
            return list;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("logs are not read: {}", many(world, who, ids).await);
}

/// Name and last value of each metric.
fn lasts(metrics: &Value) -> Vec<(String, Value)> {
    let metrics = metrics.as_array().unwrap().iter();
    let last = |metric: &Value| {
        let name = metric["name"].as_str().unwrap().to_owned();
        (name, metric["last"]["value"].clone())
    };
    metrics.map(last).collect()
}

/// A task that ended before anybody read logs, with this one.
async fn old(world: &World, project: &str, module: &str, log: &str) -> String {
    let id = world.task_row(project, module).await;
    let path = world.app.store.log(&id);
    std::fs::write(&path, log).unwrap();
    sqlx::query("UPDATE tasks SET log_bytes = $1 WHERE id = $2")
        .bind(log.len() as i64)
        .bind(&id)
        .execute(world.app.db.write())
        .await
        .unwrap();
    id
}

async fn csv(world: &World, query: &str) -> (u16, String) {
    let path = format!("{}?user=owner&{query}", routes::TASKS_CSV);
    let mut request = Request::get(path);
    if let Some(basic) = world.owner.basic() {
        request = request.header("authorization", format!("Basic {basic}"));
    }
    let response = world.send(request.body(Body::empty()).unwrap()).await;
    let status = response.status().as_u16();
    (status, String::from_utf8(bytes(response).await).unwrap())
}

#[tokio::test]
async fn a_task_that_ended_has_its_metrics() {
    let lab = Lab::new(0).await;
    let command = "printf 'loss=0.5\\nstep 2 loss=nan acc=1\\nstep 3 loss=0.25 lr=1e-05\\n'";
    let id = lab.run(command, json!({})).await;
    lab.until(&id, "success").await;
    let log = lab.log(&id);
    let line = |text: &str| 1 + log.lines().position(|line| line == text).unwrap() as u64;
    let at = |value: f64, text: &str| json!({"value": value, "line": line(text)});
    let (first, second, last) = (
        "loss=0.5",
        "step 2 loss=nan acc=1",
        "step 3 loss=0.25 lr=1e-05",
    );
    let wanted = json!([
        {"name": "loss", "count": 3, "last": at(0.25, last), "min": at(0.25, last), "max": at(0.5, first), "last_step": 3.0},
        {"name": "acc", "count": 1, "last": at(1.0, second), "min": at(1.0, second), "max": at(1.0, second), "last_step": 2.0},
        {"name": "lr", "count": 1, "last": at(1e-5, last), "min": at(1e-5, last), "max": at(1e-5, last), "last_step": 3.0},
    ]);
    assert_eq!(one(&lab.world, &Who::Anonymous, &id).await, wanted);
    let list = settled(&lab.world, &Who::Anonymous, &[&id]).await;
    assert_eq!(
        list,
        json!([{"id": id, "state": "ready", "metrics": wanted}])
    );
}

#[tokio::test]
async fn its_log_is_read_when_it_ends_without_being_asked() {
    let lab = Lab::new(0).await;
    let id = lab.run("echo loss=1", json!({})).await;
    lab.until(&id, "success").await;
    for _ in 0..200 {
        let found: i64 = sqlx::query_scalar("SELECT count(*) FROM task_series WHERE task_id = $1")
            .bind(&id)
            .fetch_one(lab.world.app.db.read())
            .await
            .unwrap();
        if found == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody read the log");
}

#[tokio::test]
async fn old_tasks_are_read_when_they_are_asked_for() {
    let lab = Lab::idle(World::new().await, 0).await;
    let (world, project, code) = (&lab.world, &lab.project, &lab.code);
    let diverged = old(world, project, code, "loss=1\nloss=inf\n").await;
    let lost = old(world, project, code, "loss=1\nloss=nan\n").await;
    let silent = old(
        world,
        project,
        code,
        "hello\nDownloading 12 MB at 10.0.0.3\n",
    )
    .await;
    let gone = world.task_row(project, code).await;
    let ids = [&*silent, &*diverged, &*gone, &*lost, "none", &*silent];
    let first = many(world, &world.owner, &ids).await;
    let told = |list: &Value, key: &str| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|task| task[key].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(told(&first, "id"), [&*silent, &*diverged, &*gone, &*lost]);
    assert_eq!(told(&first, "state"), ["pending"; 4], "nobody waits");
    assert!(first[0]["metrics"].as_array().unwrap().is_empty());
    let list = settled(world, &world.owner, &ids).await;
    let metrics = |at: usize| lasts(&list[at]["metrics"]);
    assert_eq!(metrics(0), []);
    assert_eq!(metrics(1), [("loss".to_owned(), json!("Infinity"))]);
    assert_eq!(metrics(2), []);
    assert_eq!(metrics(3), [("loss".to_owned(), json!("NaN"))]);
    assert_eq!(
        list[1]["metrics"][0]["max"],
        json!({"value": 1.0, "line": 1})
    );
    // What is asked for alone is waited for.
    let single = old(world, project, code, "acc: 0.5\n").await;
    assert_eq!(
        lasts(&one(world, &world.owner, &single).await),
        [("acc".to_owned(), json!(0.5))]
    );
    assert_eq!(many(world, &world.owner, &[]).await, json!([]));
    let path = format!("{}?ids={}", routes::TASKS_METRICS, vec!["a"; 101].join(","));
    let reply = world.get(&world.owner, &path).await;
    assert_eq!(reply.failure(), (519, "too_long", "ids"));
}

#[tokio::test]
async fn they_are_read_anew_when_patterns_reader_or_log_are_others() {
    let lab = Lab::idle(World::new().await, 0).await;
    let world = &lab.world;
    let id = old(world, &lab.project, &lab.code, "loss=1\nquality 31.5 dB\n").await;
    let read = async || lasts(&settled(world, &world.owner, &[&id]).await[0]["metrics"]);
    let named = |name: &str, value: f64| (name.to_owned(), json!(value));
    let loss = [named("loss", 1.0)];
    assert_eq!(read().await, loss);
    let patterns = routes::fill(routes::METRIC_PATTERNS, &[&lab.project]);
    let body = json!({"patterns": [{"name": "psnr", "pattern": "(?<value>[-0-9.]+) dB"}]});
    assert_eq!(world.put(&world.owner, &patterns, body).await.code, 200);
    let first = many(world, &world.owner, &[&id]).await;
    assert_eq!(first[0]["state"], "pending");
    assert_eq!(lasts(&first[0]["metrics"]), loss, "what is known");
    assert_eq!(read().await, [named("loss", 1.0), named("psnr", 31.5)]);
    world
        .put(&world.owner, &patterns, json!({"patterns": []}))
        .await;
    assert_eq!(lasts(&one(world, &world.owner, &id).await), loss);
    let alter = async |sql: &'static str| {
        let sql = sqlx::query(sql).bind(&id).execute(world.app.db.write());
        sql.await.unwrap();
        many(world, &world.owner, &[&id]).await[0]["state"].clone()
    };
    assert_eq!(
        alter("UPDATE task_metrics SET reader = 0 WHERE task_id = $1").await,
        "pending"
    );
    assert_eq!(read().await, loss);
    std::fs::write(world.app.store.log(&id), "loss=1\nloss=2\n").unwrap();
    assert_eq!(
        alter("UPDATE tasks SET log_bytes = 14 WHERE id = $1").await,
        "pending"
    );
    assert_eq!(read().await, [named("loss", 2.0)]);
}

#[tokio::test]
async fn strangers_learn_nothing_of_private_tasks() {
    let lab = Lab::idle(World::new().await, 1).await;
    let world = &lab.world;
    let id = old(world, &lab.project, &lab.code, "loss=1\n").await;
    let path = routes::fill(routes::TASK_METRICS, &[&id]);
    for who in [&world.other, &Who::Anonymous] {
        assert_eq!(world.get(who, &path).await.code, 517);
        assert_eq!(many(world, who, &[&id]).await, json!([]));
    }
    assert_eq!(world.get(&world.owner, &path).await.code, 200);
    for who in [&world.other, &Who::Anonymous] {
        assert_eq!(many(world, who, &[&id]).await, json!([]));
    }
}

#[tokio::test]
async fn those_of_a_task_that_runs_grow() {
    let lab = Lab::new(0).await;
    let command = "n=0; while [ $n -lt 1000 ]; do n=$((n+1)); echo loss=$n; sleep 0.1; done";
    let id = lab.run(command, json!({})).await;
    lab.said(&id, "loss=1").await;
    let count = async || {
        let metrics = one(&lab.world, &lab.world.owner, &id).await;
        metrics[0]["count"].as_u64().unwrap_or(0)
    };
    let first = count().await;
    assert!(first > 0);
    assert_eq!(count().await, first, "not each time");
    let mut grown = first;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        grown = settled(&lab.world, &lab.world.owner, &[&id]).await[0]["metrics"][0]["count"]
            .as_u64()
            .unwrap();
        if grown > first {
            break;
        }
    }
    assert!(grown > first);
    lab.stop(&id).await;
    lab.until_ended(&id).await;
    let told = lab.log(&id).matches("loss=").count() as u64;
    assert_eq!(count().await, told, "the last line counts at once");
}

#[tokio::test]
async fn the_file_of_a_list_has_the_columns_asked_for() {
    let lab = Lab::idle(World::new().await, 0).await;
    let (world, project, code) = (&lab.world, &lab.project, &lab.code);
    let plain = csv(world, "").await.1;
    let mut ids = Vec::new();
    for log in [
        "loss=0.25\n{\"a,b\": 3, \"n\": 1e-7}\n",
        "hello\n",
        "loss=nan\n{\"a,b\": -2}\n",
        "loss=-inf\n",
    ] {
        ids.push(old(world, project, code, log).await);
    }
    let (status, text) = csv(world, "metrics=loss,a%252Cb,n,none").await;
    assert_eq!(status, 200, "{text}");
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    let head = plain.trim_end();
    assert_eq!(
        lines[0],
        format!("{head},metric.loss,\"metric.a,b\",metric.n,metric.none")
    );
    for (id, cells) in ids
        .iter()
        .zip(["0.25,3,1e-7,", ",,,", "NaN,-2,,", "-Infinity,,,"])
    {
        let line = lines.iter().find(|line| line.starts_with(id.as_str()));
        let line = line.unwrap();
        assert!(
            line.ends_with(&format!(",0,owner,{},{cells}", line_bytes(world, id).await)),
            "{line}"
        );
    }
    assert_eq!(csv(world, "").await.1.lines().next(), plain.lines().next());
    let (status, _) = csv(world, &format!("metrics={}", vec!["a"; 51].join(","))).await;
    assert_eq!(status, 400);
}

async fn line_bytes(world: &World, id: &str) -> u64 {
    std::fs::metadata(world.app.store.log(id)).unwrap().len()
}

#[tokio::test]
async fn what_is_gone_for_good_leaves_none_behind() {
    let lab = Lab::idle(World::new().await, 0).await;
    let world = &lab.world;
    let id = old(world, &lab.project, &lab.code, "loss=1\n").await;
    one(world, &world.owner, &id).await;
    world
        .delete(&world.owner, &routes::fill(routes::TASK, &[&id]))
        .await;
    assert_eq!(many(world, &world.owner, &[&id]).await, json!([]));
    world
        .delete(&world.owner, &routes::fill(routes::TRASHED, &[&id]))
        .await;
    purge::clear(&world.app).await.unwrap();
    for table in ["task_metrics", "task_series"] {
        let sql = format!("SELECT count(*) FROM {table}");
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(world.app.db.read())
            .await
            .unwrap();
        assert_eq!(left, 0, "{table}");
    }
}

//! Lists of tasks: which, in what order, as a file, and many at once.

use crate::support::lab::{Lab, one_slot};
use crate::support::{Reply, Who, World, bytes};
use api::routes;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

/// What is special about a task of a list.
struct Made {
    remark: &'static str,
    command: &'static str,
    state: &'static str,
    mode: &'static str,
    machine: &'static str,
    environment: &'static str,
    /// Seconds after the beginning at which it was submitted.
    created: i64,
    /// Seconds it ran.
    ran: Option<i64>,
}

const MADE: [Made; 5] = [
    Made {
        remark: "学习率 0.1",
        command: "python train.py --lr 0.1",
        state: "success",
        mode: "cli",
        machine: "cpu_high",
        environment: "python3",
        created: 0,
        ran: Some(30),
    },
    Made {
        remark: "",
        command: "bash Run.sh",
        state: "failed",
        mode: "cli",
        machine: "gpu_high",
        environment: "python3",
        created: 10,
        ran: Some(5),
    },
    Made {
        remark: "=cmd|' /C calc'!A0",
        command: "echo 50%_off",
        state: "stopped",
        mode: "serve",
        machine: "cpu_high",
        environment: "torch",
        created: 20,
        ran: None,
    },
    Made {
        remark: "zeta",
        command: "",
        state: "success",
        mode: "jupyter",
        machine: "cpu_high",
        environment: "torch",
        created: 30,
        ran: Some(7),
    },
    Made {
        remark: "  ",
        command: "alpha, \"beta\"",
        state: "failed",
        mode: "cli",
        machine: "cpu_high",
        environment: "keras",
        created: 40,
        ran: Some(100),
    },
];

/// Rows as the queue would leave them; answers their ids.
async fn make(lab: &Lab) -> Vec<String> {
    let mut ids = Vec::new();
    for made in &MADE {
        let id = lab.world.task_row(&lab.project, &lab.code).await;
        let at = |seconds: i64| seconds * 1_000_000;
        sqlx::query(
            "UPDATE tasks SET description = $1, command = $2, state = $3, mode = $4, instance_type = $5, environment = $6,
                 created_at = $7, running_at = $8, finished_at = $9, search_key = $10, name = 'p' WHERE id = $11",
        )
        .bind(made.remark)
        .bind(made.command)
        .bind(made.state)
        .bind(made.mode)
        .bind(made.machine)
        .bind(made.environment)
        .bind(at(made.created))
        .bind(made.ran.map(|_| at(made.created)))
        .bind(at(made.created + made.ran.unwrap_or(1)))
        .bind(format!("{id}\np\n{}\n{}", made.remark, made.command).to_lowercase())
        .bind(&id)
        .execute(lab.world.app.db.write())
        .await
        .unwrap();
        ids.push(id);
    }
    ids
}

async fn ask(lab: &Lab, query: &str) -> Reply {
    let path = format!("{}?{query}", routes::TASKS);
    lab.world.get(&lab.world.owner, &path).await
}

/// Which of the tasks made a list has, in its order.
async fn found(lab: &Lab, ids: &[String], query: &str) -> Vec<usize> {
    let reply = ask(lab, query).await;
    assert_eq!(reply.code, 200, "{query}: {}", reply.data);
    let list = reply.column("id");
    assert_eq!(reply.data["total"], list.len(), "{query}");
    let place = |id: &&str| ids.iter().position(|made| made == id).unwrap();
    list.iter().map(place).collect()
}

#[tokio::test]
async fn filters_and_orders_mean_what_they_say() {
    let lab = Lab::idle(World::new().await, 0).await;
    let ids = make(&lab).await;
    let start = &ids[3][..8];
    let project = lab.project.clone();
    let cases: Vec<(String, Vec<usize>)> = [
        ("", vec![4, 3, 2, 1, 0]),
        ("state=failed", vec![4, 1]),
        ("state=failed,stopped", vec![4, 2, 1]),
        ("mode=serve,jupyter", vec![3, 2]),
        ("machine=gpu_high", vec![1]),
        ("environment=torch,keras&state=success", vec![3]),
        (
            "from=1970-01-01T00:00:10&to=1970-01-01T00:00:30",
            vec![2, 1],
        ),
        ("from=1970-01-01T00:00:40", vec![4]),
        ("sort=name", vec![2, 4, 1, 3, 0]),
        ("sort=name&ascending=false", vec![0, 3, 1, 4, 2]),
        ("sort=duration", vec![4, 0, 3, 1, 2]),
        (
            "sort=duration&ascending=true&state=failed,success",
            vec![1, 3, 0, 4],
        ),
        ("sort=created&ascending=true", vec![0, 1, 2, 3, 4]),
        ("q=TRAIN", vec![0]),
        ("q=run.SH", vec![1]),
        ("q=%E5%AD%A6", vec![0]),
        ("q=%E5%AD%A6%E4%B9%A0", vec![0]),
        ("q=%E5%AD%A6%E4%B9%A0%E7%8E%87%200", vec![0]),
        ("q=50%25_", vec![2]),
        ("q=%25_o", vec![2]),
        ("q=%22beta%22", vec![4]),
        ("q=nothing%20here", vec![]),
        ("q=cmd&state=stopped&mode=serve&sort=name", vec![2]),
        ("mode=nonsense", vec![]),
    ]
    .into_iter()
    .map(|(query, wanted)| (query.to_owned(), wanted))
    .chain([(format!("q={start}"), vec![3])])
    .collect();
    for (query, wanted) in cases {
        assert_eq!(found(&lab, &ids, &query).await, wanted, "{query}");
        let query = format!("{query}&project={project}");
        assert_eq!(found(&lab, &ids, &query).await, wanted, "{query}");
    }
    for wrong in [
        "state=solar",
        "sort=size",
        "from=yesterday",
        "ascending=up",
        "page=x",
    ] {
        let reply = ask(&lab, wrong).await;
        assert_eq!(reply.failure().0, 519, "{wrong}: {}", reply.data);
    }
}

#[tokio::test]
async fn a_running_task_counts_as_longest_and_a_search_finds_what_many_have() {
    let lab = Lab::idle(World::new().await, 0).await;
    let ids = make(&lab).await;
    sqlx::query("UPDATE tasks SET state = 'running', stage = 'running', running_at = 1, finished_at = NULL WHERE id = $1")
        .bind(&ids[2])
        .execute(lab.world.app.db.write())
        .await
        .unwrap();
    assert_eq!(found(&lab, &ids, "sort=duration").await[0], 2);
    // More than are looked up one by one: a thousand tasks of somebody else have the word too.
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
         INSERT INTO tasks (id, owner_id, project_id, module_id, code_version, name, description, command, search_key,
             mode, instance_type, environment, enable_tensorboard, params, state, stage, created_at, log_bytes, output_bytes)
         SELECT 'x' || n.i, u.id, t.project_id, t.module_id, 1, 'p', '', 'zeta', 'zeta', 'cli', 'cpu_high', 'python3', 0, '[]',
             'success', 'finished', 0, 0, 0 FROM n, users u, tasks t WHERE u.username = 'other' AND t.id = $1",
    )
    .bind(&ids[0])
    .execute(lab.world.app.db.write())
    .await
    .unwrap();
    assert_eq!(found(&lab, &ids, "q=zeta").await, [3]);
}

#[tokio::test]
async fn a_remark_is_changed_and_found() {
    let lab = Lab::idle(World::new().await, 0).await;
    let id = lab
        .run("ls", json!({"description": "before", "params": ["lr:0.1"]}))
        .await;
    assert_eq!(lab.task(&id).await["params"], json!(["lr:0.1"]));
    let path = routes::fill(routes::TASK, &[&id]);
    let put = async |who: &Who, text: &str| {
        let body = json!({"description": text});
        lab.world.put(who, &path, body).await
    };
    let owner = &lab.world.owner;
    let changed = put(owner, "之后 after").await;
    assert_eq!(changed.text("description"), "之后 after");
    for (query, hits) in [("before", 0), ("after", 1), ("ls", 1)] {
        let reply = ask(&lab, &format!("q={query}")).await;
        assert_eq!(reply.data["total"], hits, "{query}");
    }
    let long = put(owner, &"x".repeat(1025)).await;
    assert_eq!(long.failure(), (519, "too_long", "description"));
    assert_eq!(put(&lab.world.other, "mine").await.code, 522);
    assert_eq!(put(owner, "").await.text("description"), "");
}

#[tokio::test]
async fn the_same_task_sent_twice_is_one() {
    let lab = Lab::idle(World::new().await, 0).await;
    let keyed = json!({"client_key": "k1"});
    let (one, two) = tokio::join!(lab.run("ls", keyed.clone()), lab.run("ls", keyed.clone()));
    assert_eq!(one, two);
    // Its code may be gone by the time the answer is asked for again.
    assert_eq!(lab.stop(&one).await.code, 200);
    let project = "/api/v1/owner/project/p";
    assert_eq!(lab.world.delete(&lab.world.owner, project).await.code, 200);
    assert_eq!(lab.run("ls", keyed).await, one);
    let logs = std::fs::read_dir(lab.world.app.store.log(&one).parent().unwrap());
    assert_eq!(logs.unwrap().count(), 1, "a second one leaves no log");
    let lab = Lab::idle(World::new().await, 0).await;
    let other = lab.run("ls", json!({"client_key": "k2"})).await;
    assert_ne!(lab.run("ls", json!({"client_key": "k3"})).await, other);
    assert_ne!(lab.run("ls", json!({"client_key": ""})).await, other);
    let body = json!({"module_id": lab.code, "command": "ls", "client_key": "k".repeat(65)});
    let long = lab
        .world
        .post(&lab.world.owner, routes::TASK_RUN, body)
        .await;
    assert_eq!(long.failure(), (519, "too_long", "client_key"));
}

async fn csv(lab: &Lab, who: &Who, query: &str) -> (StatusCode, String) {
    let mut request = Request::get(format!("{}?{query}", routes::TASKS_CSV));
    if let Some(basic) = who.basic() {
        request = request.header("authorization", format!("Basic {basic}"));
    }
    let response = lab.world.send(request.body(Body::empty()).unwrap()).await;
    let status = response.status();
    if status.is_success() {
        assert_eq!(
            response.headers()["content-type"],
            "text/csv; charset=utf-8"
        );
    }
    (status, String::from_utf8(bytes(response).await).unwrap())
}

#[tokio::test]
async fn a_file_has_every_task_of_the_list_and_no_formula() {
    let lab = Lab::idle(World::new().await, 0).await;
    let ids = make(&lab).await;
    let owner = &lab.world.owner;
    let (status, text) = csv(&lab, owner, "page=9&page_size=1&sort=name").await;
    assert_eq!(status, StatusCode::OK);
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert!(
        lines[0].starts_with("id,state,remark,project,"),
        "{}",
        lines[0]
    );
    assert_eq!((lines.len(), lines[6]), (7, ""));
    assert!(lines[1].starts_with(&ids[4]), "newest first");
    assert!(text.contains(",'=cmd|' /C calc'!A0,"), "{text}");
    assert!(text.contains(",学习率 0.1,owner/p,1,cli,"), "{text}");
    assert!(text.contains(",\"alpha, \"\"beta\"\"\","), "{text}");
    assert!(
        text.contains(",1970-01-01T00:00:00,1970-01-01T00:00:00,1970-01-01T00:00:30,30,"),
        "{text}"
    );
    let (_, few) = csv(&lab, owner, "state=failed&q=run").await;
    assert_eq!(few.matches("\r\n").count(), 2);
    assert_eq!(
        csv(&lab, &Who::Anonymous, "").await.0,
        StatusCode::UNAUTHORIZED
    );
    let (_, public) = csv(&lab, &Who::Anonymous, "user=owner").await;
    assert_eq!(public.matches("\r\n").count(), 6);
    assert_eq!(
        csv(&lab, owner, "state=solar").await.0,
        StatusCode::BAD_REQUEST
    );
    let (_, nobody) = csv(&lab, owner, "user=nobody").await;
    assert_eq!(nobody.matches("\r\n").count(), 1);
}

#[tokio::test]
async fn a_file_is_read_in_pieces_without_a_gap() {
    let lab = Lab::idle(World::new().await, 0).await;
    let first = lab.world.task_row(&lab.project, &lab.code).await;
    // Many of the same moment: the pieces end within it.
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
         INSERT INTO tasks (id, owner_id, project_id, module_id, code_version, name, description, command, search_key,
             mode, instance_type, environment, enable_tensorboard, params, state, stage, created_at, log_bytes, output_bytes)
         SELECT 'x' || n.i, owner_id, project_id, module_id, 1, 'p', '', 'ls', '', 'cli', 'cpu_high', 'python3', 0, '[]', 'success',
             'finished', n.i / 700, 0, 0 FROM n, tasks WHERE id = $1",
    )
    .bind(&first)
    .execute(lab.world.app.db.write())
    .await
    .unwrap();
    let (_, text) = csv(&lab, &lab.world.owner, "").await;
    let mut ids: Vec<&str> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1501);
}

async fn bulk(lab: &Lab, who: &Who, body: Value) -> Reply {
    lab.world.post(who, routes::TASKS_BULK, body).await
}

fn failures(reply: &Reply) -> Vec<(&str, &str)> {
    let list = reply.data["failed"].as_array().unwrap();
    list.iter()
        .map(|f| (f["id"].as_str().unwrap(), f["reason"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn many_are_stopped_and_deleted_and_each_failure_is_told() {
    let lab = Lab::idle(World::new().await, 0).await;
    let owner = &lab.world.owner;
    let (one, two) = (lab.run("a", json!({})).await, lab.run("b", json!({})).await);
    let ended = lab.world.task_row(&lab.project, &lab.code).await;
    let ids = json!([one, two, ended, one, "nonsense"]);
    let reply = bulk(
        &lab,
        owner,
        json!({"action": "delete", "ids": [ended, one]}),
    )
    .await;
    assert_eq!((reply.code, &reply.data["done"]), (200, &json!(1)));
    assert_eq!(failures(&reply), [(one.as_str(), "wrong_state")]);
    let reply = bulk(&lab, owner, json!({"action": "stop", "ids": ids})).await;
    assert_eq!(reply.data["done"], 2);
    let mut told = failures(&reply);
    told.sort_by_key(|(id, _)| id.len());
    assert_eq!(
        told,
        [("nonsense", "not_found"), (ended.as_str(), "not_found")]
    );
    assert_eq!(lab.task(&one).await["state"], "stopped");
    // Others see them and change nothing.
    let reply = bulk(
        &lab,
        &lab.world.other,
        json!({"action": "delete", "ids": [one, two]}),
    )
    .await;
    assert_eq!(reply.data["done"], 0);
    assert!(
        failures(&reply)
            .iter()
            .all(|(_, reason)| *reason == "not_allowed")
    );
    let reply = bulk(&lab, owner, json!({"action": "delete", "ids": [one, two]})).await;
    assert_eq!(
        (&reply.data["done"], &reply.data["failed"]),
        (&json!(2), &json!([]))
    );
    assert_eq!(ask(&lab, "").await.data["total"], 0);
    for (body, failure) in [
        (json!({"action": "delete"}), (518, "missing", "ids")),
        (
            json!({"action": "explode", "ids": ["a"]}),
            (519, "malformed", ""),
        ),
        (
            json!({"action": "stop", "ids": vec!["a"; 1001]}),
            (519, "too_long", "ids"),
        ),
    ] {
        assert_eq!(bulk(&lab, owner, body).await.failure(), failure);
    }
}

#[tokio::test]
async fn all_that_match_are_the_callers_own() {
    let lab = Lab::idle(World::new().await, 0).await;
    let ids = make(&lab).await;
    let (owner, other) = (&lab.world.owner, &lab.world.other);
    let waiting = lab.run("wait", json!({})).await;
    let by = |query: Value| json!({"action": "delete", "query": query});
    for query in [
        json!({"user": "owner"}),
        json!({"project": lab.project}),
        json!({}),
    ] {
        let reply = bulk(&lab, other, by(query)).await;
        assert_eq!((reply.code, &reply.data["done"]), (200, &json!(0)));
    }
    let reply = bulk(
        &lab,
        owner,
        by(json!({"state": "failed,waiting", "sort": "name"})),
    )
    .await;
    assert_eq!(
        (&reply.data["done"], &reply.data["left"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(failures(&reply), [(waiting.as_str(), "wrong_state")]);
    let reply = bulk(&lab, owner, by(json!({"q": "zeta"}))).await;
    assert_eq!(reply.data["done"], 1);
    let reply = bulk(&lab, owner, by(json!({"state": "waiting"}))).await;
    assert_eq!(
        (&reply.data["done"], failures(&reply).len()),
        (&json!(0), 1)
    );
    let reply = bulk(&lab, owner, json!({"action": "stop", "query": {}})).await;
    assert_eq!(reply.data["done"], 1);
    let mut list = found_ids(&lab).await;
    list.sort();
    let mut rest = vec![ids[0].clone(), ids[2].clone(), waiting];
    rest.sort();
    assert_eq!(list, rest);
}

async fn found_ids(lab: &Lab) -> Vec<String> {
    let reply = ask(lab, "").await;
    reply.column("id").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn who_waits_is_told_for_what() {
    let lab = Lab::idle(World::with(one_slot).await, 0).await;
    let first = lab.run("echo up; sleep 300", json!({})).await;
    lab.world.app.clock.advance(Duration::from_secs(1));
    let second = lab.run("true", json!({})).await;
    let queue = async |id: &str| lab.task(id).await["queue"].clone();
    assert_eq!(
        queue(&first).await,
        json!({"position": 0, "reason": "starting"})
    );
    assert_eq!(
        queue(&second).await,
        json!({"position": 1, "reason": "before"})
    );
    russell_backend::tasks::queue::start(&lab.world.app)
        .await
        .unwrap();
    lab.said(&first, "up\n").await;
    assert_eq!(queue(&first).await, Value::Null);
    let places = json!({"position": 0, "reason": "places", "limit": 1});
    assert_eq!(queue(&second).await, places);
    assert_eq!(
        bulk(
            &lab,
            &lab.world.owner,
            json!({"action": "stop", "query": {}})
        )
        .await
        .data["done"],
        2
    );
    assert_eq!(lab.task(&first).await["end_reason"], "stopped");
}

//! Every address of the API, asked by its owner, another user, nobody and somebody whose token has expired, for public
//! and for private things.

use crate::support::lab::Lab;
use crate::support::{Who, World, addresses, bytes};
use api::routes;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use serde_json::{Value, json};

/// What the owner, another user, nobody and an expired token get.
type Codes = [u64; 4];

const ALL: Codes = [200; 4];
const USERS: Codes = [200, 200, 512, 512];
/// Reading something private, changing something public, changing something private.
const CLOSED: Codes = [200, 517, 517, 512];
const THEIRS: Codes = [200, 522, 512, 512];
const UNKNOWN: Codes = [200, 517, 512, 512];

/// One request; its owner's answer may change what comes after it.
struct Row {
    method: &'static str,
    pattern: &'static str,
    path: String,
    body: Value,
    codes: Codes,
}

/// What a table is about: everything of one owner that is public, or everything that is private.
struct Place {
    public: bool,
    rows: Vec<Row>,
}

impl Place {
    fn ask(
        &mut self,
        method: &'static str,
        pattern: &'static str,
        values: &[&str],
        query: &str,
        codes: Codes,
    ) -> &mut Row {
        self.rows.push(Row {
            method,
            pattern,
            path: routes::fill(pattern, values) + query,
            body: json!({}),
            codes,
        });
        self.rows.last_mut().unwrap()
    }

    fn read(&mut self, pattern: &'static str, values: &[&str], query: &str) {
        let codes = if self.public { ALL } else { CLOSED };
        self.ask("GET", pattern, values, query, codes);
    }

    fn change(
        &mut self,
        method: &'static str,
        pattern: &'static str,
        values: &[&str],
        query: &str,
    ) -> &mut Row {
        let codes = if self.public { THEIRS } else { UNKNOWN };
        self.ask(method, pattern, values, query, codes)
    }
}

/// The owner's things, and the requests about them in an order in which each still finds its own.
async fn place(world: &World, public: bool) -> Place {
    let permission = i64::from(!public);
    let name = |kind: &str| format!("{kind}{permission}");
    let project = world.entity("project", &name("p"), permission).await;
    let code = world.version(&project, "code").await;
    world.fill(&code, &[("a", b"code")]).await;
    let dataset = world.entity("dataset", &name("d"), permission).await;
    let data = world.version(&dataset, "data").await;
    world.fill(&data, &[("a", b"data")]).await;
    let task = world.task_row(&project, &code).await;
    let output = world.app.store.output(&task);
    std::fs::create_dir_all(&output).unwrap();
    std::fs::write(output.join("a"), b"output").unwrap();
    std::fs::write(world.app.store.log(&task), b"log").unwrap();
    let failed = world.task_row(&project, &code).await;
    sqlx::query("UPDATE tasks SET state = 'failed', end_reason = 'exit' WHERE id = $1")
        .bind(&failed)
        .execute(world.app.db.write())
        .await
        .unwrap();
    // Tasks that wait keep their project.
    let runs = world.entity("project", &name("runs"), permission).await;
    let run = world.version(&runs, "code").await;
    world.fill(&run, &[("a", b"code")]).await;
    let task_body = json!({"module_id": run, "command": "ls"});
    let waiting = world
        .post(&world.owner, routes::TASK_RUN, task_body.clone())
        .await
        .text("id");
    let comments = routes::fill(routes::COMMENTS, &[&project]);
    let body = json!({"body": "mine"});
    let comment = world.post(&world.owner, &comments, body).await.text("id");
    let upload_body =
        json!({"entity_id": dataset, "module_type": "data", "files": [{"path": "a", "size": 1}]});
    let upload = async || {
        let reply = send(
            &world.router,
            &world.owner,
            "POST",
            routes::UPLOADS,
            &upload_body,
        )
        .await;
        let body: Value = serde_json::from_slice(&bytes(reply).await).unwrap();
        body["data"]["id"].as_str().unwrap().to_owned()
    };
    let (filled, given_up) = (upload().await, upload().await);

    let mut place = Place {
        public,
        rows: Vec::new(),
    };
    let p = &mut place;
    p.read(routes::PROJECT_CLONE, &[&project], "");
    let stepwise = if public { USERS } else { UNKNOWN };
    p.ask("GET", routes::PROJECT_CLONE_TASK, &[&project], "", stepwise);
    for (pattern, list, kind, id) in [
        (routes::PROJECT, routes::PROJECTS, "p", &project),
        (routes::DATASET, routes::DATASETS, "d", &dataset),
    ] {
        p.read(pattern, &["owner", &name(kind)], "");
        p.read(pattern, &["anonymous", "anonymous"], &format!("?id={id}"));
        p.ask("GET", list, &[], "?user=owner", ALL);
        let new = p.ask("PUT", pattern, &["owner", &name("new")], "", THEIRS);
        new.body = json!({"permission": permission});
    }
    p.read(routes::METRIC_PATTERNS, &[&project], "");
    p.change("PUT", routes::METRIC_PATTERNS, &[&project], "")
        .body = json!({"patterns": []});
    let origin = format!("?forked_from={project}");
    p.read(routes::PROJECTS, &[], &origin);
    // Whoever sees a thing may star it, fork it and comment on it.
    let take_part = if public { USERS } else { UNKNOWN };
    for entity in [&project, &dataset] {
        p.change("PUT", routes::ENTITY_TAGS, &[entity], "").body = json!({"tags": ["seen"]});
        p.ask("PUT", routes::STAR, &[entity], "", take_part);
        p.ask("DELETE", routes::STAR, &[entity], "", take_part);
        let fork = p.ask("POST", routes::FORK, &[entity], "", take_part);
        fork.body = json!({"name": format!("fork{permission}"), "permission": permission});
        p.read(routes::COMMENTS, &[entity], "");
        let comment = p.ask("POST", routes::COMMENTS, &[entity], "", take_part);
        comment.body = json!({"body": "well done"});
    }
    p.change("POST", routes::COMMENT, &[&comment], "").body = json!({"body": "better"});
    p.change("DELETE", routes::COMMENT, &[&comment], "");
    for (kind, entity, module) in [("code", &project, &code), ("data", &dataset, &data)] {
        let of = format!("?module_type={kind}&entity_id={entity}");
        p.read(routes::MODULES, &[], &of);
        p.read(routes::MODULE_FILEHASH, &[], &of);
        p.read(routes::MODULE, &[], &format!("?id={module}"));
        p.read(
            routes::MODULE,
            &[],
            &format!("?entity_id={entity}&version=1"),
        );
        p.change("PUT", routes::MODULE, &[], "").body =
            json!({"entity_id": entity, "module_type": kind});
        p.change("POST", routes::MODULE, &[], "").body =
            json!({"id": module, "description": "changed"});
    }
    for module in [&code, &data] {
        let codes = if public { ALL } else { CLOSED };
        p.ask("POST", routes::MODULE_ZIP, &[module], "", codes);
    }
    for module in [&code, &data] {
        p.read(routes::MODULE_FIND, &[module], "?end=a");
    }
    p.read(routes::DATASET_TASKS, &[&dataset], "");
    for id in [&project, &dataset, &code, &data] {
        // What hangs on a public thing is its owner's business too.
        p.ask("GET", routes::DEPENDENTS, &[id], "", UNKNOWN);
    }
    for (pattern, kind) in [(routes::PROJECT, "p"), (routes::DATASET, "d")] {
        p.change("POST", pattern, &["owner", &name(kind)], "").body =
            json!({"description": "changed"});
    }
    p.change("POST", routes::TASK_DATASET, &[&task], "").body =
        json!({"name": name("from"), "permission": permission});
    for id in [&code, &data, &task] {
        p.read(routes::FILES, &[id], "");
        p.read(routes::FILES, &[id], "?path=a");
        p.read(routes::FILE_RAW, &[id], "?path=a");
    }
    p.read(routes::TASK, &[&task], "");
    p.read(routes::TASK_LOG, &[&task], "");
    p.read(routes::TASK_MONITOR, &[&task], "");
    p.read(routes::TASK_METRICS, &[&task], "");
    p.ask(
        "GET",
        routes::TASKS_METRICS,
        &[],
        &format!("?ids={task}"),
        ALL,
    );
    p.read(routes::TASK_TRIAGE, &[&failed], "");
    p.read(routes::LOG_DOWNLOAD, &[&task], "");
    p.read(routes::TASK_INSTANCE, &[&task], "");
    p.read(routes::TASK_DETAIL, &[&task], "?content=detail");
    p.ask("GET", routes::TASKS, &[], "", USERS);
    p.ask("GET", routes::TASKS, &[], "?user=owner", ALL);
    p.ask(
        "GET",
        routes::TASKS,
        &[],
        &format!("?project={project}"),
        ALL,
    );
    p.ask("GET", routes::TASKS_CSV, &[], "", USERS);
    p.ask("GET", routes::TASKS_CSV, &[], "?user=owner", ALL);
    // Of tasks that are not the caller's, nothing but their failure is told.
    p.ask("POST", routes::TASKS_BULK, &[], "", USERS).body =
        json!({"action": "delete", "ids": ["0"]});
    p.change("PUT", routes::TASK, &[&task], "").body = json!({"description": "changed"});
    p.ask("GET", routes::TASK, &["{id}"], "?family_id=f", USERS);
    p.change("POST", routes::TASK, &[&waiting], "?action=stop");
    p.change("POST", routes::TASK_RUN, &[], "").body = task_body;
    p.change("DELETE", routes::TASK, &[&task], "");
    p.change("POST", routes::UPLOADS, &[], "").body = upload_body.clone();
    // An upload is nobody else's business, wherever it goes.
    for (method, id) in [("HEAD", &filled), ("PATCH", &filled), ("DELETE", &given_up)] {
        p.ask(method, routes::UPLOAD, &[id], "", UNKNOWN);
    }
    for module in [&code, &data] {
        p.change("DELETE", routes::MODULE, &[], &format!("?id={module}"));
    }
    for (module, kind) in [(&code, "p"), (&data, "d")] {
        p.ask("POST", routes::TRASHED, &[module], "", UNKNOWN);
        let pattern = if kind == "p" {
            routes::PROJECT
        } else {
            routes::DATASET
        };
        p.change("DELETE", pattern, &["owner", &name(kind)], "");
    }
    p.ask("GET", routes::TRASH, &[], "", USERS);
    for id in [&project, &dataset] {
        p.ask("DELETE", routes::TRASHED, &[id], "", UNKNOWN);
    }
    place
}

fn an_order() -> Value {
    json!({"amount": 700, "pay_with": "provider", "key": "k"})
}

/// What belongs to nobody in particular, and accounts, with a notification, a named token and an order of the owner's;
/// signing out comes last.
fn common(notification: &str, token: &str, order: &str) -> Place {
    let mut place = Place {
        public: true,
        rows: Vec::new(),
    };
    let p = &mut place;
    for pattern in [
        routes::CLI_VERSION,
        routes::SERVICE_STATUS,
        routes::ENVIRONMENTS,
        routes::RESUME_CHECK,
        routes::HEALTH,
        routes::OPENAPI,
    ] {
        p.read(pattern, &[], "");
    }
    p.read(routes::PROFILE, &["owner"], "");
    for pattern in [
        routes::ACCOUNT_PLAN,
        routes::ACCOUNT_USAGE,
        routes::ACCOUNT_RECORDS,
    ] {
        p.ask("GET", pattern, &[], "", USERS);
    }
    p.ask("POST", routes::ACCOUNT_ORDERS, &[], "", USERS).body = an_order();
    p.ask("GET", routes::ACCOUNT_ORDER, &[order], "", UNKNOWN);
    p.ask("POST", routes::ACCOUNT_ORDER, &[order], "", CLOSED)
        .body = json!({"outcome": "declined", "amount": 0});
    // Everybody has notifications of his own, and sees no others.
    p.ask("GET", routes::NOTIFICATIONS, &[], "", USERS);
    p.ask("GET", routes::NOTIFICATIONS_UNREAD, &[], "", USERS);
    p.ask("POST", routes::NOTIFICATIONS_UNREAD, &[], "", USERS);
    p.ask("GET", routes::NOTIFICATION_SETTINGS, &[], "", USERS);
    p.ask("PUT", routes::NOTIFICATION_SETTINGS, &[], "", USERS);
    p.ask("DELETE", routes::NOTIFICATION, &[notification], "", UNKNOWN);
    p.read(routes::ACTIVITY, &["owner"], "?zone=60");
    p.read(routes::TAGS, &[], "?module_type=code");
    p.read(routes::SEARCH, &[], "?q=o");
    let no_picture = [517, 517, 517, 512];
    p.ask("GET", routes::AVATAR, &["owner"], "", no_picture);
    p.ask("PUT", routes::OWN_AVATAR, &[], "", [519, 519, 512, 512]);
    p.ask("DELETE", routes::OWN_AVATAR, &[], "", USERS);
    p.ask("PUT", routes::OWN_PROFILE, &[], "", USERS).body =
        json!({"display_name": "", "bio": "", "place": "", "website": ""});
    for pattern in [routes::OWN_EMAIL, routes::OWN_PASSWORD] {
        p.ask("PUT", pattern, &[], "", [518, 518, 512, 512]);
    }
    p.ask("GET", routes::OWN_TOKENS, &[], "", USERS);
    p.ask("POST", routes::OWN_TOKENS, &[], "", USERS).body = json!({"name": "n", "days": 1});
    p.ask("DELETE", routes::OWN_TOKEN, &[token], "", UNKNOWN);
    p.ask("GET", routes::ZIP, &["none"], "", [517; 4]);
    p.ask("POST", routes::TICKET, &[], "", USERS);
    p.ask("GET", routes::USER, &[], "", USERS);
    p.ask("POST", routes::USER, &[], "", [518; 4]);
    p.ask("GET", routes::TOKEN, &[], "", [512; 4]);
    p.ask("DELETE", routes::TOKEN, &[], "", USERS);
    place
}

async fn send(
    router: &Router,
    who: &Who,
    method: &str,
    path: &str,
    body: &Value,
) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(basic) = who.basic() {
        request = request.header("authorization", format!("Basic {basic}"));
    }
    let body = match method {
        "PATCH" => {
            request = request
                .header("content-type", "application/offset+octet-stream")
                .header("upload-offset", 0);
            Body::from("x")
        }
        _ => Body::from(body.to_string()),
    };
    let request = request.body(body).unwrap();
    tower::ServiceExt::oneshot(router.clone(), request)
        .await
        .unwrap()
}

/// The code of the envelope; of answers that have none, what their status means.
async fn code(response: Response<Body>) -> u64 {
    let status = response.status().as_u16();
    assert!(!response.headers().contains_key("www-authenticate"));
    let body = bytes(response).await;
    match serde_json::from_slice::<Value>(&body) {
        Ok(envelope) if envelope["code"].is_u64() => envelope["code"].as_u64().unwrap(),
        _ => match status {
            200..300 => 200,
            401 => 512,
            404 => 517,
            other => u64::from(other),
        },
    }
}

async fn walk(world: &World, rows: &[Row]) {
    let router = russell_backend::web::router(world.app.clone(), None, None);
    for Row {
        method,
        path,
        body,
        codes,
        ..
    } in rows
    {
        let ask = async |who: &Who| code(send(&router, who, method, path, body).await).await;
        // The owner comes last, as it may change what the others must not.
        let none = ask(&Who::BasicNone).await;
        let (other, anonymous) = (ask(&world.other).await, ask(&Who::Anonymous).await);
        let expired = ask(&world.expired).await;
        let found = [ask(&world.owner).await, other, anonymous, expired];
        assert_eq!(found, *codes, "{method} {path} {body}");
        assert_eq!(none, anonymous, "{method} {path}: Basic None is anonymous");
    }
}

/// WebSockets are not asked by requests: see `logs`, `events` and `fs_upload`.
const ELSEWHERE: [&str; 5] = [
    routes::EVENTS,
    routes::TASK_LOG_STREAM,
    routes::FS_CODE,
    routes::FS_DATA,
    routes::FS_LOG,
];

#[tokio::test]
async fn every_address_knows_who_may() {
    let world = World::new().await;
    let (public, private) = (place(&world, true).await, place(&world, false).await);
    let notification = crate::notifications::one(&world).await;
    let new = json!({"name": "walk", "days": 1});
    let made = world.post(&world.owner, routes::OWN_TOKENS, new).await;
    let token = made.data["info"]["id"].as_str().unwrap().to_owned();
    let order = world.post(&world.owner, routes::ACCOUNT_ORDERS, an_order());
    let order = order.await.text("id");
    let tables = [public, private, common(&notification, &token, &order)];
    let asked = |pattern: &str| {
        ELSEWHERE.contains(&pattern)
            || tables
                .iter()
                .any(|t| t.rows.iter().any(|row| row.pattern == pattern))
    };
    let missing: Vec<&str> = addresses().filter(|pattern| !asked(pattern)).collect();
    assert_eq!(missing, [""; 0], "an address that nobody asks here");
    for table in &tables {
        walk(&world, &table.rows).await;
    }
}

#[tokio::test]
async fn nobody_mounts_the_private_data_of_others() {
    let lab = Lab::idle(World::new().await, 0).await;
    let world = &lab.world;
    let path = "/api/v1/other/project/mine";
    let project = world.put(&world.other, path, json!({})).await.text("id");
    let body = json!({"entity_id": project, "module_type": "code"});
    let code = world
        .put(&world.other, routes::MODULE, body)
        .await
        .text("id");
    world.fill(&code, &[("a", b"code")]).await;
    for name in [lab.data.as_str(), "owner/iris/1"] {
        let body = json!({"module_id": code, "command": "ls", "data_ids": [name]});
        let reply = world.post(&world.other, routes::TASK_RUN, body).await;
        assert_eq!(reply.failure(), (517, "not_found", "data_ids"), "{name}");
    }
}

#[tokio::test]
async fn lists_of_tasks_hold_nothing_of_others() {
    for (permission, seen) in [(0, 1), (1, 0)] {
        let lab = Lab::idle(World::new().await, permission).await;
        let world = &lab.world;
        let id = lab.run("ls", json!({"family_id": "f"})).await;
        let total = async |who: &Who, query: &str| {
            let reply = world.get(who, &format!("{}?{query}", routes::TASKS)).await;
            assert_eq!(reply.code, 200, "{query}");
            reply.data["total"].clone()
        };
        for query in ["user=owner".to_owned(), format!("project={}", lab.project)] {
            assert_eq!(total(&world.owner, &query).await, 1);
            for who in [&world.other, &Who::Anonymous, &world.expired] {
                assert_eq!(total(who, &query).await, seen, "{who:?} {query}");
            }
        }
        let family = "/api/v1/experiment/%7Bid%7D?family_id=f";
        let own = world.get(&world.owner, family).await.data;
        assert_eq!(own[0]["id"], json!(id));
        assert_eq!(world.get(&world.other, family).await.data, json!([]));
    }
}

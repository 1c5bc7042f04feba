//! Money, time and limits, with a clock that the tests move.

use crate::support::lab::{Lab, one_slot};
use crate::support::{Reply, Who, World, user};
use api::billing::{Goods, Notice, OrderState, Outcome};
use api::routes;
use russell_backend::accounts::{tokens, users};
use russell_backend::billing::operator::{self, Change};
use russell_backend::billing::{ledger, meter, orders};
use russell_backend::sweep;
use russell_backend::tasks::queue;
use serde_json::{Value, json};
use std::time::Duration;

/// A world in which everything counts.
async fn world() -> World {
    World::with(|config| config.billing = true).await
}

/// A lab in which everything counts, on one machine.
async fn lab(permission: i64) -> Lab {
    let world = World::with(|config| {
        one_slot(config);
        config.billing = true;
    })
    .await;
    vip(&world).await;
    let lab = Lab::idle(world, permission).await;
    queue::start(&lab.world.app).await.unwrap();
    lab
}

async fn give(world: &World, change: Change) {
    operator::change(&world.app, &world.owner_id, change, "of the test")
        .await
        .unwrap();
}

async fn vip(world: &World) {
    give(world, Change::Give(Goods::Vip { months: 1 })).await;
}

/// Uses up the owner's plan, and leaves so many seconds of each kind.
async fn leave(world: &World, cpu: i64) {
    plan(world).await;
    let done = sqlx::query(
        "INSERT INTO billing_accounts (user_id, anchor, vip_months, period, cpu_used, gpu_used, balance, credit, vip_until)
         SELECT id, created_at, 0, 0, 36000 - $1, 0, 0, 0, 0 FROM users WHERE id = $2
         ON CONFLICT (user_id) DO UPDATE SET cpu_used = CASE WHEN vip_months > 0 THEN 72000 ELSE 36000 END - $1",
    )
    .bind(cpu)
    .bind(&world.owner_id)
    .execute(world.app.db.write())
    .await
    .unwrap();
    assert_eq!(done.rows_affected(), 1);
}

async fn plan(world: &World) -> Value {
    let reply = world.get(&world.owner, routes::ACCOUNT_PLAN).await;
    assert_eq!(reply.code, 200);
    reply.data
}

async fn records(world: &World) -> Vec<Value> {
    let reply = world.get(&world.owner, routes::ACCOUNT_RECORDS).await;
    assert_eq!(ledger::unbalanced(&world.app).await.unwrap(), [""; 0]);
    reply.data["list"].as_array().unwrap().clone()
}

fn order(product: Option<&str>, amount: i64, pay_with: &str, key: &str) -> Value {
    let mut body = json!({"amount": amount, "pay_with": pay_with, "key": key});
    if let Some(product) = product {
        body["product"] = json!(product);
    }
    body
}

async fn buy(world: &World, body: Value) -> Reply {
    world.post(&world.owner, routes::ACCOUNT_ORDERS, body).await
}

async fn tell(world: &World, id: &str, outcome: &str, amount: i64) -> Reply {
    let path = routes::fill(routes::ACCOUNT_ORDER, &[id]);
    let body = json!({"outcome": outcome, "amount": amount});
    world.post(&world.owner, &path, body).await
}

async fn pass(lab: &Lab, seconds: u64) {
    lab.world.app.clock.advance(Duration::from_secs(seconds));
    meter::slice(&lab.world.app).await.unwrap();
}

#[tokio::test]
async fn a_new_account_is_free() {
    let world = world().await;
    let account = plan(&world).await;
    assert_eq!(
        (&account["billing"], &account["plan"], &account["balance"]),
        (&json!(true), &json!("free"), &json!(0))
    );
    assert_eq!(account["refreshes"], "2026-04-02T12:00:01");
    assert_eq!(account["cpu"]["plan_left"], 36_000);
    assert_eq!(account["gpu"]["plan_left"], 0);
    assert!(account.get("vip_until").is_none());
    let usage = world
        .get(&world.owner, "/api/v1/account/usage?zone=480")
        .await;
    assert_eq!(usage.data["days"].as_array().unwrap().len(), 30);
    // Noon in Shanghai.
    assert_eq!(usage.data["days"][29]["noon"], "2026-03-02T04:00:00");
    assert_eq!(usage.data["storage_bytes"], 10_u64 << 30);
    let wrong = world
        .get(&world.owner, "/api/v1/account/usage?zone=9999")
        .await;
    assert_eq!(wrong.failure(), (519, "malformed", "zone"));
}

#[tokio::test]
async fn a_recharge_counts_once_it_is_paid_and_once_only() {
    let world = world().await;
    let created = buy(&world, order(None, 2_000, "provider", "a")).await;
    assert_eq!(
        (created.code, created.text("state").as_str()),
        (200, "pending")
    );
    let id = created.text("id");
    assert_eq!(
        buy(&world, order(None, 2_000, "provider", "a"))
            .await
            .text("id"),
        id
    );
    let other = buy(&world, order(None, 3_000, "provider", "a")).await;
    assert_eq!(other.failure(), (519, "malformed", "key"));
    assert_eq!(plan(&world).await["balance"], 0);
    assert!(records(&world).await.is_empty());

    let wrong = tell(&world, &id, "paid", 1_999).await;
    assert_eq!(wrong.failure(), (519, "price_changed", "amount"));
    assert_eq!(plan(&world).await["balance"], 0);
    // The provider may be impatient, and tell the same thing at once from all sides.
    let told = (0..5).map(|_| tell(&world, &id, "paid", 2_000));
    for reply in futures::future::join_all(told).await {
        assert_eq!((reply.code, reply.text("state").as_str()), (200, "paid"));
    }
    assert_eq!(plan(&world).await["balance"], 2_000);
    let list = records(&world).await;
    assert_eq!(list.len(), 1);
    assert_eq!(
        (&list[0]["kind"], &list[0]["amount"]),
        (&json!("recharge"), &json!(2_000))
    );
    let late = tell(&world, &id, "declined", 0).await;
    assert_eq!(late.failure(), (522, "wrong_state", ""));
}

#[tokio::test]
async fn declined_and_expired_orders_change_nothing() {
    let world = world().await;
    let declined = buy(&world, order(Some("gpu_10"), 8_000, "provider", "a"))
        .await
        .text("id");
    assert_eq!(
        tell(&world, &declined, "declined", 0).await.text("state"),
        "failed"
    );
    assert_eq!(
        tell(&world, &declined, "paid", 8_000).await.failure(),
        (522, "wrong_state", "")
    );
    let expired = buy(&world, order(Some("vip_1"), 5_000, "provider", "b"))
        .await
        .text("id");
    world
        .app
        .clock
        .advance(Duration::from_secs(u64::from(orders::PAY_SECONDS)));
    let path = routes::fill(routes::ACCOUNT_ORDER, &[&expired]);
    assert_eq!(
        world.get(&world.owner, &path).await.text("state"),
        "expired"
    );
    assert_eq!(
        tell(&world, &expired, "paid", 5_000).await.failure(),
        (522, "wrong_state", "")
    );
    sweep::sweep(&world.app).await.unwrap();
    assert_eq!(
        world.get(&world.owner, &path).await.text("state"),
        "expired"
    );
    let account = plan(&world).await;
    assert_eq!(
        (&account["plan"], &account["balance"]),
        (&json!("free"), &json!(0))
    );
    assert_eq!(account["gpu"]["packs"], json!([]));
    assert!(records(&world).await.is_empty());
}

#[tokio::test]
async fn money_that_comes_late_is_not_lost_and_buys_nothing() {
    let world = world().await;
    let id = buy(&world, order(Some("vip_1"), 5_000, "provider", "a"))
        .await
        .text("id");
    tell(&world, &id, "expired", 0).await;
    let paid = Notice {
        outcome: Outcome::Paid,
        amount: 5_000,
    };
    for _ in 0..2 {
        let order = orders::settle(&world.app, &id, &paid).await.unwrap();
        assert_eq!(order.state, OrderState::Paid);
    }
    let account = plan(&world).await;
    assert_eq!(
        (&account["plan"], &account["balance"]),
        (&json!("free"), &json!(5_000))
    );
    assert_eq!(records(&world).await.len(), 1);
}

#[tokio::test]
async fn the_provider_pays_a_purchase_and_the_books_show_both() {
    let world = world().await;
    let id = buy(&world, order(Some("vip_3"), 12_000, "provider", "a"))
        .await
        .text("id");
    tell(&world, &id, "paid", 12_000).await;
    let account = plan(&world).await;
    assert_eq!(
        (&account["plan"], &account["balance"]),
        (&json!("vip"), &json!(0))
    );
    assert_eq!(account["vip_until"], "2026-06-02T12:00:01");
    assert_eq!(account["gpu"]["plan_left"], 36_000);
    let kinds: Vec<Value> = records(&world)
        .await
        .iter()
        .map(|r| r["amount"].clone())
        .collect();
    assert!(kinds.contains(&json!(12_000)) && kinds.contains(&json!(-12_000)));
    let me = world.get(&world.owner, routes::USER).await;
    assert_eq!(me.text("type"), "vip");
    let profile = world.get(&Who::Anonymous, "/api/v1/users/owner").await;
    assert_eq!(profile.data["vip"], true);
}

#[tokio::test]
async fn the_balance_buys_no_more_than_it_has() {
    let world = world().await;
    give(&world, Change::Balance(1_000)).await;
    // Seven yuan each, at once: one of them only.
    let bought = (0..4).map(|n| {
        let key = format!("k{n}");
        let world = &world;
        async move { buy(world, order(Some("cpu_10"), 700, "wallet", &key)).await }
    });
    let replies = futures::future::join_all(bought).await;
    assert_eq!(replies.iter().filter(|reply| reply.code == 200).count(), 1);
    for reply in replies.iter().filter(|reply| reply.code != 200) {
        assert_eq!(reply.failure(), (527, "no_balance", "pay_with"));
    }
    let account = plan(&world).await;
    assert_eq!(
        (&account["balance"], &account["cpu"]["packs"][0]["left"]),
        (&json!(300), &json!(36_000))
    );
    assert_eq!(account["cpu"]["packs"][0]["expires"], "2027-03-02T12:00:01");
    assert_eq!(records(&world).await.len(), 2);
    for (body, failure) in [
        (
            order(Some("cpu_10"), 600, "wallet", "x"),
            (519, "price_changed", "amount"),
        ),
        (
            order(None, 500, "wallet", "x"),
            (519, "malformed", "pay_with"),
        ),
        (
            order(None, 99, "provider", "x"),
            (519, "malformed", "amount"),
        ),
        (
            order(None, 1_000_001, "provider", "x"),
            (519, "malformed", "amount"),
        ),
        (
            order(None, -500, "provider", "x"),
            (519, "malformed", "amount"),
        ),
        (order(None, 500, "provider", ""), (518, "missing", "key")),
    ] {
        assert_eq!(buy(&world, body.clone()).await.failure(), failure, "{body}");
    }
    let unknown = buy(&world, order(Some("moon"), 500, "wallet", "x")).await;
    assert_eq!(unknown.failure().1, "malformed");
    assert_eq!(plan(&world).await["balance"], 300);
}

#[tokio::test]
async fn a_purchase_sent_twice_is_one() {
    let world = world().await;
    give(&world, Change::Balance(10_000)).await;
    let sent = (0..5).map(|_| buy(&world, order(Some("vip_1"), 5_000, "wallet", "same")));
    let ids: Vec<String> = futures::future::join_all(sent)
        .await
        .iter()
        .map(|r| r.text("id"))
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    let account = plan(&world).await;
    assert_eq!(
        (&account["balance"], &account["vip_until"]),
        (&json!(5_000), &json!("2026-04-02T12:00:01"))
    );
}

#[tokio::test]
async fn too_many_open_orders_are_refused() {
    let world = world().await;
    for n in 0..20 {
        assert_eq!(
            buy(&world, order(None, 500, "provider", &format!("k{n}")))
                .await
                .code,
            200
        );
    }
    let refused = buy(&world, order(None, 500, "provider", "more")).await;
    assert_eq!(refused.failure(), (520, "limit_reached", ""));
}

#[tokio::test]
async fn the_ledger_cannot_be_rewritten() {
    let world = world().await;
    give(&world, Change::Balance(500)).await;
    for statement in ["UPDATE ledger SET amount = 1", "DELETE FROM ledger"] {
        let refused = sqlx::query(statement).execute(world.app.db.write()).await;
        assert!(
            refused.unwrap_err().to_string().contains("ledger"),
            "{statement}"
        );
    }
    let error = operator::change(&world.app, &world.owner_id, Change::Balance(-501), "").await;
    assert_eq!(error.unwrap_err().code, api::Code::NoBalance);
    give(&world, Change::Refund(7)).await;
    assert_eq!(plan(&world).await["balance"], 507);
    assert_eq!(records(&world).await.len(), 2);
}

#[tokio::test]
async fn a_task_is_charged_by_the_second_and_its_record_grows() {
    let lab = lab(0).await;
    let world = &lab.world;
    leave(world, 25).await;
    give(world, Change::Balance(1)).await;
    let id = lab
        .run("echo up; while :; do sleep 0.1; done", json!({}))
        .await;
    lab.said(&id, "up\n").await;
    pass(&lab, 10).await;
    let usage = |list: &[Value]| list.iter().find(|r| r["kind"] == "usage").cloned().unwrap();
    let record = usage(&records(world).await);
    assert_eq!(
        record["task"]["seconds"],
        json!({"plan": 10, "packs": 0, "balance": 0, "waived": 0})
    );
    assert_eq!(
        (&record["task"]["running"], &record["amount"]),
        (&json!(true), &json!(0))
    );
    // Twice is once, and a clock that is set back or on is no time.
    meter::slice(&world.app).await.unwrap();
    world.app.clock.jump(-3_600_000_000);
    meter::slice(&world.app).await.unwrap();
    world.app.clock.jump(7_200_000_000);
    meter::slice(&world.app).await.unwrap();
    assert_eq!(plan(world).await["cpu"]["plan_left"], 15);
    pass(&lab, 20).await;
    let record = usage(&records(world).await);
    assert_eq!(
        record["task"]["seconds"],
        json!({"plan": 25, "packs": 0, "balance": 5, "waived": 0})
    );
    assert_eq!(record["amount"], -1);
    assert_eq!(plan(world).await["balance"], 0);
    lab.stop(&id).await;
    let record = usage(&records(world).await);
    assert_eq!(
        (&record["task"]["running"], &record["task"]["id"]),
        (&json!(false), &json!(id))
    );
    assert_eq!(record["task"]["seconds"]["balance"], 5);
    let days = world.get(&world.owner, routes::ACCOUNT_USAGE).await;
    assert_eq!(days.data["days"][29]["cpu"], 30);
}

#[tokio::test]
async fn a_task_that_nothing_pays_any_more_is_stopped_and_says_why() {
    let lab = lab(0).await;
    let world = &lab.world;
    leave(world, 10).await;
    let id = lab.run("echo up; sleep 300", json!({})).await;
    lab.said(&id, "up\n").await;
    pass(&lab, 12).await;
    lab.until_ended(&id).await;
    let task = lab.task(&id).await;
    assert_eq!(
        (&task["state"], &task["end_reason"]),
        (&json!("stopped"), &json!("no_balance"))
    );
    assert!(
        lab.log(&id).contains("balance are used up"),
        "{}",
        lab.log(&id)
    );
    let told = world.get(&world.owner, routes::NOTIFICATIONS).await;
    let told = told.data["list"].as_array().unwrap().clone();
    assert!(
        told.iter()
            .any(|n| n["notice"]["what"] == "cpu_time" || n["what"] == "cpu_time"),
        "{told:?}"
    );
    let record = &records(world).await[0];
    assert_eq!(
        record["task"]["seconds"],
        json!({"plan": 10, "packs": 0, "balance": 0, "waived": 2})
    );
    let body = json!({"module_id": lab.code, "command": "ls"});
    let refused = world
        .post(&world.owner, routes::TASK_RUN, body.clone())
        .await;
    assert_eq!(refused.failure(), (527, "no_balance", "instance_type"));
    give(world, Change::Balance(1)).await;
    assert_eq!(
        world.post(&world.owner, routes::TASK_RUN, body).await.code,
        200
    );
}

#[tokio::test]
async fn parallel_tasks_share_what_is_left() {
    let world = World::with(|config| config.billing = true).await;
    vip(&world).await;
    let lab = Lab::idle(world, 0).await;
    queue::start(&lab.world.app).await.unwrap();
    leave(&lab.world, 20).await;
    let tasks = [
        lab.run("echo up; sleep 300", json!({})).await,
        lab.run("echo up; sleep 300", json!({})).await,
    ];
    for id in &tasks {
        lab.said(id, "up\n").await;
    }
    pass(&lab, 9).await;
    assert_eq!(plan(&lab.world).await["cpu"]["plan_left"], 2);
    // What is left lasts for a second of both: the meter comes again before it is over.
    assert_eq!(
        meter::slice(&lab.world.app).await.unwrap(),
        Duration::from_secs(1)
    );
    pass(&lab, 1).await;
    for id in &tasks {
        lab.until_ended(id).await;
        assert_eq!(lab.task(id).await["end_reason"], "no_balance");
    }
    let seconds = |record: &Value| record["task"]["seconds"].clone();
    let list = records(&lab.world).await;
    let all = json!({"plan": 10, "packs": 0, "balance": 0, "waived": 0});
    assert_eq!((seconds(&list[0]), seconds(&list[1])), (all.clone(), all));
}

#[tokio::test]
async fn after_a_crash_what_was_charged_stays_and_nothing_is_charged_twice() {
    let lab = lab(0).await;
    let id = lab.run("echo up; sleep 300", json!({})).await;
    lab.said(&id, "up\n").await;
    pass(&lab, 30).await;
    lab.world.app.clock.advance(Duration::from_secs(7));
    // Ends the process of this world, without a word to the database.
    lab.world.app.runner.bury(std::slice::from_ref(&id));
    let Lab { world, .. } = lab;
    let before = world.app.clone();
    let world = world.restarted().await;
    world.app.clock.advance(Duration::from_secs(5 * 3600));
    queue::start(&world.app).await.unwrap();
    meter::slice(&world.app).await.unwrap();
    let list = records(&world).await;
    let record = list.iter().find(|r| r["kind"] == "usage").unwrap();
    assert_eq!(record["task"]["running"], false);
    assert_eq!(record["task"]["seconds"]["plan"], 30);
    // Should the old process still think that it runs, its line is closed.
    meter::slice(&before).await.unwrap();
    assert_eq!(plan(&world).await["cpu"]["plan_left"], 72_000 - 30);
}

#[tokio::test]
async fn free_accounts_have_nothing_private_and_keep_what_they_had() {
    let world = world().await;
    for kind in ["project", "dataset"] {
        let path = format!("/api/v1/owner/{kind}/secret");
        let refused = world
            .put(&world.owner, &path, json!({"permission": 1}))
            .await;
        assert_eq!(refused.failure(), (520, "private_limit", "permission"));
    }
    vip(&world).await;
    for n in 0..10 {
        world.entity("project", &format!("p{n}"), 1).await;
    }
    let more = world
        .put(
            &world.owner,
            "/api/v1/owner/project/p10",
            json!({"permission": 1}),
        )
        .await;
    assert_eq!(more.failure(), (520, "private_limit", "permission"));
    world.entity("dataset", "d", 1).await;
    assert_eq!(plan(&world).await["private_projects"], 10);
    // VIP ends: what is private stays so, and its owner's.
    world.app.clock.advance(Duration::from_secs(32 * 86_400));
    let id = world.owner_id.clone();
    let token = tokens::issue(&world.app, &id).await.unwrap();
    let owner = Who::Token(token);
    let account = world.get(&owner, routes::ACCOUNT_PLAN).await.data;
    assert_eq!(
        (&account["plan"], &account["cpu"]["plan_left"]),
        (&json!("free"), &json!(36_000))
    );
    let path = "/api/v1/owner/project/p0";
    assert_eq!(world.get(&owner, path).await.data["permission"], 1);
    assert_eq!(world.get(&Who::Anonymous, path).await.code, 517);
    let refused = world
        .put(&owner, "/api/v1/owner/dataset/e", json!({"permission": 1}))
        .await;
    assert_eq!(refused.failure(), (520, "private_limit", "permission"));
}

#[tokio::test]
async fn storage_is_limited_where_it_is_asked_for() {
    let world = world().await;
    let lab = {
        vip(&world).await;
        let lab = Lab::idle(world, 0).await;
        give(&lab.world, Change::EndVip).await;
        lab
    };
    let world = &lab.world;
    let limit: i64 = 10 << 30;
    let set = async |bytes: i64| {
        sqlx::query("UPDATE modules SET size_bytes = $1 WHERE id = $2")
            .bind(bytes)
            .bind(&lab.data)
            .execute(world.app.db.write())
            .await
            .unwrap();
    };
    let usage = async || world.get(&world.owner, routes::ACCOUNT_USAGE).await.data;
    let code = usage().await["versions_bytes"].as_i64().unwrap() - 8;
    let begin = async |size: i64| {
        let body = json!({"entity_id": lab.project, "module_type": "code", "files": [{"path": "a", "size": size}]});
        let request = axum::http::Request::post(routes::UPLOADS)
            .header(
                "authorization",
                format!("Basic {}", world.owner.basic().unwrap()),
            )
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        world.send(request).await.status().as_u16()
    };
    set(limit - code - 10).await;
    assert_eq!(begin(11).await, 507);
    assert_eq!(begin(10).await, 201);
    // What is on its way has its place.
    assert_eq!(begin(1).await, 507);
    let announce = json!({"entity_id": lab.project, "module_type": "code", "size": 1});
    let refused = world.put(&world.owner, routes::MODULE, announce).await;
    assert_eq!(refused.failure(), (520, "storage_full", ""));
    let body = json!({"module_id": lab.code, "command": "ls"});
    let refused = world.post(&world.owner, routes::TASK_RUN, body).await;
    assert_eq!(refused.failure(), (520, "storage_full", ""));
}

#[tokio::test]
async fn outputs_end_where_the_storage_ends() {
    let lab = lab(0).await;
    sqlx::query("UPDATE modules SET size_bytes = $1 WHERE id = $2")
        .bind((100_i64 << 30) - 2_000_000)
        .bind(&lab.data)
        .execute(lab.world.app.db.write())
        .await
        .unwrap();
    let id = lab
        .run("head -c 9000000 /dev/zero > /tmp/a; echo kept; head -c 3000000 /dev/zero > /output/a; sleep 300", json!({}))
        .await;
    let task = lab.until(&id, "failed").await;
    assert_eq!(task["end_reason"], "disk_limit");
    assert!(
        task["end_message"].as_str().unwrap().contains("storage"),
        "{task}"
    );
}

/// Users with a public project each, whose tasks wait.
async fn waiting(world: &World, name: &str) -> (Who, String) {
    let id = match users::by_name(&world.app, name).await.unwrap() {
        Some(row) => row.id,
        None => user(&world.app, name).await,
    };
    let who = Who::Token(tokens::issue(&world.app, &id).await.unwrap());
    let path = format!("/api/v1/{name}/project/p");
    let project = world.put(&who, &path, json!({})).await.text("id");
    let body = json!({"entity_id": project, "module_type": "code"});
    let code = world.put(&who, routes::MODULE, body).await.text("id");
    world.fill(&code, &[("a", b"code")]).await;
    (who, code)
}

async fn submit(world: &World, (who, code): &(Who, String)) -> String {
    let body = json!({"module_id": code, "command": "ls"});
    let reply = world.post(who, routes::TASK_RUN, body).await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    world.app.clock.advance(Duration::from_secs(1));
    reply.text("id")
}

async fn place(world: &World, (who, _): &(Who, String), id: &str) -> Value {
    let task = world.get(who, &routes::fill(routes::TASK, &[id])).await;
    task.data["queue"].clone()
}

async fn before(world: &World, who: &(Who, String), id: &str) -> u64 {
    place(world, who, id).await["position"].as_u64().unwrap()
}

#[tokio::test]
async fn vips_go_first_until_others_have_waited_for_long() {
    let world = world().await;
    vip(&world).await;
    let (free, paying) = (
        waiting(&world, "free").await,
        waiting(&world, "owner").await,
    );
    let first = submit(&world, &free).await;
    let second = submit(&world, &free).await;
    let vips = submit(&world, &paying).await;
    assert_eq!(before(&world, &paying, &vips).await, 0);
    assert_eq!(before(&world, &free, &first).await, 1);
    assert_eq!(before(&world, &free, &second).await, 2);
    world.app.clock.advance(Duration::from_secs(29 * 60));
    assert_eq!(before(&world, &free, &first).await, 1);
    world.app.clock.advance(Duration::from_secs(60));
    assert_eq!(before(&world, &free, &first).await, 0);
    assert_eq!(before(&world, &paying, &vips).await, 2);
}

#[tokio::test]
async fn tasks_above_the_limit_wait_and_say_so() {
    let world = world().await;
    let (mine, other) = (
        waiting(&world, "owner").await,
        waiting(&world, "other").await,
    );
    let mut tasks = Vec::new();
    for _ in 0..3 {
        tasks.push(submit(&world, &mine).await);
    }
    let others = submit(&world, &other).await;
    assert_eq!(
        place(&world, &mine, &tasks[2]).await,
        json!({"position": 2, "reason": "before"})
    );
    for id in &tasks[..2] {
        sqlx::query(
            "UPDATE tasks SET stage = 'running', state = 'running', running_at = 0 WHERE id = $1",
        )
        .bind(id)
        .execute(world.app.db.write())
        .await
        .unwrap();
    }
    let limited = json!({"position": 0, "reason": "own_limit", "limit": 2});
    assert_eq!(place(&world, &mine, &tasks[2]).await, limited);
    let next = json!({"position": 1, "reason": "before"});
    assert_eq!(place(&world, &other, &others).await, next);
    // A VIP may run five: the third task may start.
    vip(&world).await;
    assert_eq!(
        place(&world, &mine, &tasks[2]).await,
        json!({"position": 0, "reason": "starting"})
    );
}

#[tokio::test]
async fn the_limit_at_once_holds_when_tasks_really_start() {
    let world = World::with(|config| {
        let file = config.data.with_extension("toml");
        let text = "[machine]\ncpu_slots = 4\n[[environment]]\nname = \"python3\"\n";
        std::fs::write(&file, text).unwrap();
        config.environments = Some(file);
        config.billing = true;
    })
    .await;
    vip(&world).await;
    let lab = Lab::idle(world, 0).await;
    give(&lab.world, Change::EndVip).await;
    queue::start(&lab.world.app).await.unwrap();
    let first = lab.run("sleep 300", json!({})).await;
    let second = lab.run("sleep 300", json!({})).await;
    lab.until(&first, "running").await;
    lab.until(&second, "running").await;
    let third = lab.run("ls", json!({})).await;
    let task = lab.task(&third).await;
    assert_eq!(
        (&task["stage"], &task["queue"]["reason"]),
        (&json!("queued"), &json!("own_limit"))
    );
    lab.stop(&first).await;
    lab.until(&third, "success").await;
}

#[tokio::test]
async fn without_billing_nothing_is_counted() {
    let lab = Lab::new(1).await;
    leave(&lab.world, 0).await;
    let id = lab.run("ls", json!({})).await;
    lab.until(&id, "success").await;
    assert_eq!(plan(&lab.world).await["billing"], false);
    assert!(records(&lab.world).await.is_empty());
    let usage = lab.world.get(&lab.world.owner, routes::ACCOUNT_USAGE).await;
    assert!(usage.data.get("storage_bytes").is_none());
}

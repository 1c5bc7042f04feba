//! Money, time and limits, with a clock that the tests move.

mod limits;
mod money;
mod tasks;

use crate::support::lab::{Lab, one_slot};
use crate::support::{Reply, Who, World, user};
use api::billing::{Goods, OrderState, Outcome, Settlement};
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

//! Notifications: who is told of what, once, and who reads it.

use crate::support::lab::Lab;
use crate::support::{Who, World};
use api::Time;
use api::module::ModuleType;
use api::notification::{MOST, Notice, Quota, Thing};
use axum::http::Method;
use russell_backend::{notifications, sweep};
use serde_json::{Value, json};
use std::time::Duration;

const LIST: &str = "/api/v1/notifications";
const UNREAD: &str = "/api/v1/notifications/unread";

/// Tells the owner that `by` starred the project; answers whether there was anything to tell.
async fn star(world: &World, by: &str, project: &str) -> bool {
    let notice = Notice::Star {
        by: by.to_owned(),
        thing: Thing {
            id: project.to_owned(),
            module_type: ModuleType::Code,
            owner: "owner".to_owned(),
            name: "p".to_owned(),
        },
    };
    tell(world, by, &notice).await
}

async fn tell(world: &World, by: &str, notice: &Notice) -> bool {
    let to = notifications::To {
        user: &world.owner_id,
        by: Some(by),
    };
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    let new = notifications::notify(&mut tx, now, to, notice)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    new
}

fn quota() -> Notice {
    Notice::Quota {
        what: Quota::CpuTime,
        percent: 90,
    }
}

/// A notification of the owner; answers its id.
pub async fn one(world: &World) -> String {
    assert!(tell(world, "", &quota()).await);
    list(world, "").await[0]["id"].as_str().unwrap().to_owned()
}

async fn list(world: &World, query: &str) -> Vec<Value> {
    let reply = world.get(&world.owner, &format!("{LIST}{query}")).await;
    assert_eq!(reply.code, 200, "{}", reply.data);
    reply.data["list"].as_array().unwrap().clone()
}

async fn unread(world: &World) -> Value {
    world.get(&world.owner, UNREAD).await.data["unread"].clone()
}

#[tokio::test]
async fn what_happens_again_before_it_is_read_is_one_notification() {
    let world = World::new().await;
    let project = world.entity("project", "p", 0).await;
    assert!(star(&world, "bob", &project).await);
    world.app.clock.advance(Duration::from_secs(60));
    assert!(star(&world, "carol", &project).await);
    let found = list(&world, "").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["count"], 2);
    assert_eq!(found[0]["notice"]["by"], "carol", "the last one");
    let now: Time = serde_json::from_value(found[0]["date_created"].clone()).unwrap();
    assert_eq!(now, world.app.clock.now());
    assert_eq!(unread(&world).await, 1);

    let id = found[0]["id"].as_str().unwrap();
    let reply = world
        .post(&world.owner, UNREAD, json!({"ids": [id, "nothing"]}))
        .await;
    assert_eq!(reply.data, json!({"unread": 0}));
    world.app.clock.advance(Duration::from_secs(60));
    assert!(star(&world, "dave", &project).await);
    let found = list(&world, "").await;
    let counts: Vec<_> = found.iter().map(|n| (&n["count"], &n["read"])).collect();
    assert_eq!(
        counts,
        [(&json!(1), &json!(false)), (&json!(2), &json!(true))]
    );
    assert_eq!(list(&world, "?unread=true").await.len(), 1);
    assert_eq!(list(&world, "?kind=fork").await.len(), 0);
    assert_eq!(list(&world, "?kind=star&page=2&page_size=1").await.len(), 1);
    let wrong = world.get(&world.owner, &format!("{LIST}?kind=moon")).await;
    assert_eq!(wrong.failure().0, 519);
}

#[tokio::test]
async fn nobody_is_told_of_his_own_doing_or_of_what_he_does_not_want() {
    let world = World::new().await;
    let project = world.entity("project", "p", 0).await;
    let own = world.owner_id.clone();
    assert!(!star(&world, &own, &project).await);
    let settings = "/api/v1/notifications/settings";
    let reply = world
        .put(&world.owner, settings, json!({"star": false}))
        .await;
    let wanted = json!({"task": true, "star": false, "fork": true, "comment": true, "quota": true});
    assert_eq!(reply.data, wanted);
    assert_eq!(world.get(&world.owner, settings).await.data, wanted);
    assert!(!star(&world, "bob", &project).await);
    assert!(tell(&world, "", &quota()).await, "only stars");
    let reply = world.put(&world.owner, settings, json!({})).await;
    assert_eq!(reply.data["star"], true);
    assert!(star(&world, "bob", &project).await);
    let other = world.get(&world.other, LIST).await;
    assert_eq!(other.data, json!({"list": [], "total": 0}));
}

#[tokio::test]
async fn notifications_are_marked_and_deleted_by_their_user_alone() {
    let world = World::new().await;
    let project = world.entity("project", "p", 0).await;
    star(&world, "bob", &project).await;
    let star = list(&world, "").await[0]["id"].as_str().unwrap().to_owned();
    one(&world).await;
    let mark = json!({"ids": [star]});
    assert_eq!(world.post(&world.other, UNREAD, mark).await.code, 200);
    assert_eq!(unread(&world).await, 2, "ids of others count for nothing");
    let none = json!({"ids": []});
    assert_eq!(
        world.post(&world.owner, UNREAD, none).await.data["unread"],
        2
    );
    let many = json!({"ids": vec!["x"; 201]});
    let reply = world.post(&world.owner, UNREAD, many).await;
    assert_eq!(reply.failure(), (519, "too_long", "ids"));
    let path = format!("{LIST}/{star}");
    let codes = world.codes(Method::DELETE, &path, None).await;
    assert_eq!(codes, [200, 517, 512, 512]);
    assert_eq!(world.delete(&world.owner, &path).await.code, 517);
    let all = world.post(&world.owner, UNREAD, json!({})).await;
    assert_eq!(all.data["unread"], 0);
    assert_eq!(list(&world, "").await.len(), 1);
}

#[tokio::test]
async fn what_has_become_private_to_others_is_not_told_any_more() {
    let world = World::new().await;
    let path = "/api/v1/other/project/theirs";
    let project = world.put(&world.other, path, json!({})).await.text("id");
    star(&world, "bob", &project).await;
    assert_eq!(unread(&world).await, 1);
    sqlx::query("UPDATE entities SET permission = 1 WHERE id = $1")
        .bind(&project)
        .execute(world.app.db.write())
        .await
        .unwrap();
    assert_eq!(unread(&world).await, 0);
    assert_eq!(list(&world, "").await, [Value::Null; 0]);
}

#[tokio::test]
async fn the_oldest_go() {
    let world = World::new().await;
    let mut tx = world.app.db.begin().await.unwrap();
    for n in 0..i64::from(MOST) + 1 {
        sqlx::query(
            "INSERT INTO notifications (id, user_id, kind, subject, notice, times, created_at, read_at)
             VALUES ($1, $2, 'quota', 'old', '{\"kind\":\"quota\",\"what\":\"storage\",\"percent\":1}', 1, $3, 1)",
        )
        .bind(format!("{n:032}"))
        .bind(&world.owner_id)
        .bind(world.app.clock.now().0 - 10_000 + n)
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let newest = one(&world).await;
    let reply = world.get(&world.owner, LIST).await;
    assert_eq!(reply.data["total"], MOST);
    assert_eq!(reply.data["list"][0]["id"], json!(newest));
    world.app.clock.advance(Duration::from_secs(90 * 86_400));
    assert!(tell(&world, "", &quota()).await);
    sweep::sweep(&world.app).await.unwrap();
    // Nobody is signed in any more.
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM notifications")
        .fetch_one(world.app.db.read())
        .await
        .unwrap();
    assert_eq!(left, 1, "the newest was counted again today");
}

#[tokio::test]
async fn the_end_of_a_task_is_told_unless_its_owner_stopped_it() {
    let lab = Lab::new(1).await;
    let failed = lab.run("exit 3", json!({"description": "third try"})).await;
    lab.until_ended(&failed).await;
    let found = list(&lab.world, "?kind=task").await;
    let notice = &found[0]["notice"];
    assert_eq!(notice["id"], json!(failed));
    assert_eq!(notice["state"], "failed");
    assert_eq!(notice["reason"], "exit");
    assert_eq!(notice["description"], "third try");
    assert_eq!(notice["project"]["owner"], "owner");

    let stopped = lab.run("sleep 600", json!({})).await;
    lab.until(&stopped, "running").await;
    lab.stop(&stopped).await;
    lab.until_ended(&stopped).await;
    assert_eq!(list(&lab.world, "?kind=task").await.len(), 1);
    let anonymous = lab.world.get(&Who::Anonymous, LIST).await;
    assert_eq!(anonymous.failure().0, 512);
}

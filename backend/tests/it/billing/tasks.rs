//! What running tasks are charged.

use super::*;

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

/// A task that ran for 37 seconds, of which 30 are charged.
async fn between_two_slices() -> (Lab, String) {
    let lab = lab(0).await;
    let id = lab.run("echo up; sleep 300", json!({})).await;
    lab.said(&id, "up\n").await;
    pass(&lab, 30).await;
    lab.world.app.clock.advance(Duration::from_secs(7));
    (lab, id)
}

/// The next process of this world, five hours later, and the seconds that the task was charged.
async fn succeeded(world: World) -> (World, i64) {
    let world = world.restarted().await;
    world.app.clock.advance(Duration::from_secs(5 * 3600));
    queue::start(&world.app).await.unwrap();
    meter::slice(&world.app).await.unwrap();
    let list = records(&world).await;
    let record = list.iter().find(|r| r["kind"] == "usage").unwrap();
    assert_eq!(record["task"]["running"], false);
    let charged = record["task"]["seconds"]["plan"].as_i64().unwrap();
    (world, charged)
}

#[tokio::test]
async fn after_a_crash_what_was_charged_stays_and_nothing_more_is_charged() {
    let (lab, id) = between_two_slices().await;
    // Ends the process of this world, without a word to the database.
    lab.world.app.db.close().await;
    lab.world.app.runner.bury(std::slice::from_ref(&id));
    let Lab { world, .. } = lab;
    let (world, charged) = succeeded(world).await;
    assert_eq!(charged, 30);
    assert_eq!(plan(&world).await["cpu"]["plan_left"], 72_000 - 30);
}

#[tokio::test]
async fn a_process_that_lives_on_beside_its_successor_charges_nothing_twice() {
    let (lab, _) = between_two_slices().await;
    let Lab { world, .. } = lab;
    let before = world.app.clone();
    let (world, charged) = succeeded(world).await;
    // Whichever of the two wrote the end: the old one knows of seven seconds more.
    assert!([30, 37].contains(&charged), "{charged}");
    meter::slice(&before).await.unwrap();
    assert_eq!(plan(&world).await["cpu"]["plan_left"], 72_000 - charged);
}

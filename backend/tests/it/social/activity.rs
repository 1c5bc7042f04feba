use crate::support::{Who, World};
use serde_json::{Value, json};

const DAY: i64 = 86_400_000_000;

#[tokio::test]
async fn runs_are_counted_by_the_day_of_the_reader() {
    let world = World::new().await;
    let (open, open_code) = super::filled(&world, "project", "open", 0).await;
    let (closed, closed_code) = super::filled(&world, "project", "closed", 1).await;
    let now = world.app.clock.now().0;
    let midnight = now - now.rem_euclid(DAY);
    let run = async |project: &str, code: &str, at: i64| {
        let id = world.task_row(project, code).await;
        sqlx::query("UPDATE tasks SET created_at = $1 WHERE id = $2")
            .bind(at)
            .bind(&id)
            .execute(world.app.db.write())
            .await
            .unwrap();
        id
    };
    // The world's time is 2 March 2026.
    let hour = DAY / 24;
    run(&open, &open_code, midnight - hour).await;
    run(&open, &open_code, midnight + hour).await;
    run(&closed, &closed_code, midnight + hour).await;
    run(&open, &open_code, midnight - 400 * DAY).await;
    let deleted = run(&open, &open_code, midnight).await;
    world
        .delete(&world.owner, &format!("/api/v1/experiment/{deleted}"))
        .await;
    let days = async |who: &Who, query: &str| -> Vec<(String, u64)> {
        let path = format!("/api/v1/users/owner/activity{query}");
        let reply = world.get(who, &path).await;
        assert_eq!(reply.code, 200, "{}", reply.data);
        let day = |day: &Value| {
            let date = day["date"].as_str().unwrap().to_owned();
            (date, day["runs"].as_u64().unwrap())
        };
        let days: Vec<_> = reply.data["days"]
            .as_array()
            .unwrap()
            .iter()
            .map(day)
            .collect();
        let sum: u64 = days.iter().map(|(_, runs)| runs).sum();
        assert_eq!(reply.data["total"], json!(sum));
        days
    };
    let (first, second) = ("2026-03-01".to_owned(), "2026-03-02".to_owned());
    let own = [(first.clone(), 1), (second.clone(), 2)];
    assert_eq!(days(&world.owner, "").await, own);
    for who in [&world.other, &Who::Anonymous] {
        let seen = days(who, "").await;
        assert_eq!(seen, [(first.clone(), 1), (second.clone(), 1)]);
    }
    assert_eq!(days(&world.owner, "?zone=480").await, [(second.clone(), 3)]);
    assert_eq!(days(&world.owner, "?zone=-120").await, [(first.clone(), 3)]);
    // Clocks go forward by two hours at midnight: only what comes before is a day earlier.
    let zone = format!("?zone=-60,{}:120", midnight / 1_000_000);
    assert_eq!(days(&world.owner, &zone).await, own);
    for bad in ["x", "60,1", "100000"] {
        let path = format!("/api/v1/users/owner/activity?zone={bad}");
        let reply = world.get(&world.owner, &path).await;
        assert_eq!(reply.failure(), (519, "malformed", "zone"), "{bad}");
    }
}

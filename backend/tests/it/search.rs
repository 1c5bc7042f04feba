//! The search over projects, datasets and users.

use crate::support::{Who, World, user};
use api::routes;
use serde_json::{Value, json};
use std::time::Duration;

async fn found(world: &World, who: &Who, query: &str) -> Value {
    let reply = world.get(who, &format!("{}?{query}", routes::SEARCH)).await;
    assert_eq!(reply.code, 200, "{query}");
    reply.data
}

fn names(found: &Value, kind: &str, key: &str) -> Vec<String> {
    let list = found[kind]["list"].as_array().unwrap();
    let name = |entry: &Value| entry[key].as_str().unwrap().to_owned();
    list.iter().map(name).collect()
}

#[tokio::test]
async fn a_search_finds_what_the_caller_may_see() {
    let world = World::new().await;
    world.entity("project", "digits", 0).await;
    world.entity("project", "secret-digits", 1).await;
    world.entity("dataset", "digits-data", 1).await;
    for (who, projects, datasets) in [
        (&world.owner, 2, 1),
        (&world.other, 1, 0),
        (&Who::Anonymous, 1, 0),
        (&world.expired, 1, 0),
    ] {
        let found = found(&world, who, "q=DIGITS").await;
        assert_eq!(found["projects"]["total"], projects, "{who:?}");
        assert_eq!(names(&found, "projects", "name").len(), projects);
        assert_eq!(found["datasets"]["total"], datasets);
        assert_eq!(names(&found, "datasets", "name").len(), datasets);
    }
    for query in ["", "q=", "q=%20", "q=nothing-of-it", "q=%25", "q=_"] {
        let found = found(&world, &world.owner, query).await;
        assert_eq!(found["projects"]["total"], 0, "{query}");
    }
    let long = format!("{}?q={}", routes::SEARCH, "x".repeat(201));
    let reply = world.get(&world.owner, &long).await;
    assert_eq!(reply.failure(), (519, "too_long", "q"));
}

#[tokio::test]
async fn own_things_come_first_then_names_that_begin_so() {
    let world = World::new().await;
    let put = async |who: &Who, path: &str, description: &str| {
        world.app.clock.advance(Duration::from_secs(1));
        let body = json!({"permission": 0, "description": description});
        assert_eq!(world.put(who, path, body).await.code, 200);
    };
    put(&world.owner, "/api/v1/owner/project/old-iris", "").await;
    put(&world.other, "/api/v1/other/project/iris-net", "").await;
    put(&world.other, "/api/v1/other/project/flowers", "about iris").await;
    put(&world.other, "/api/v1/other/project/my-iris", "鸢尾花数据").await;
    let of = async |who: &Who, query: &str| {
        let found = found(&world, who, query).await;
        names(&found, "projects", "name")
    };
    assert_eq!(
        of(&world.owner, "q=iris").await,
        ["old-iris", "iris-net", "my-iris", "flowers"]
    );
    assert_eq!(
        of(&Who::Anonymous, "q=iris&limit=2").await,
        ["iris-net", "my-iris"]
    );
    // Chinese words of two characters, words in any order, owner and name.
    assert_eq!(of(&world.owner, "q=%E6%95%B0%E6%8D%AE").await, ["my-iris"]);
    assert_eq!(of(&world.owner, "q=iris%20about").await, ["flowers"]);
    assert_eq!(of(&world.other, "q=Owner%2Firis").await, ["old-iris"]);
    assert_eq!(of(&world.owner, "q=own%2F").await, ["old-iris"]);
    // The second page, with the lengths of the others.
    let page = found(&world, &world.owner, "q=iris&kind=projects&limit=3&page=2").await;
    assert_eq!(names(&page, "projects", "name"), ["flowers"]);
    assert_eq!(page["projects"]["total"], 4);
    let other = found(&world, &world.owner, "q=iris&kind=users").await;
    assert_eq!(other["projects"]["total"], 4);
    assert!(names(&other, "projects", "name").is_empty());
}

#[tokio::test]
async fn users_are_found_by_both_of_their_names() {
    let world = World::new().await;
    user(&world.app, "another").await;
    let change = json!({"display_name": "王小明 Ming", "bio": "Trees", "place": "", "website": ""});
    world.put(&world.owner, routes::OWN_PROFILE, change).await;
    let of = async |query: &str| {
        let found = found(&world, &Who::Anonymous, query).await;
        names(&found, "users", "username")
    };
    assert_eq!(of("q=%E5%B0%8F%E6%98%8E").await, ["owner"]);
    assert_eq!(of("q=ming").await, ["owner"]);
    assert_eq!(of("q=OTHER").await, ["other", "another"]);
    assert_eq!(of("q=own%2F").await, ["owner"]);
}

//! What users change about their account, and their tokens.

use crate::accounts::sign_in;
use crate::support::{PASSWORD, Reply, Who, World};
use api::routes;
use russell_backend::accounts::tokens;
use serde_json::{Value, json};
use std::time::Duration;

async fn profile(world: &World) -> Value {
    world.get(&world.other, "/api/v1/users/owner").await.data
}

#[tokio::test]
async fn a_profile_says_what_its_owner_says() {
    let world = World::new().await;
    let change = json!({"display_name": " 李 Owner ", "bio": "Trees\nand graphs", "place": "深圳",
        "website": "https://example.org/~o"});
    let reply = world.put(&world.owner, routes::OWN_PROFILE, change).await;
    assert_eq!(reply.code, 200);
    let profile = profile(&world).await;
    assert_eq!(profile["display_name"], "李 Owner");
    assert_eq!(profile["bio"], "Trees\nand graphs");
    assert_eq!(profile["place"], "深圳");
    assert_eq!(profile["website"], "https://example.org/~o");
    assert_eq!(profile.get("avatar"), None);
}

#[tokio::test]
async fn a_bad_profile_names_its_field_and_changes_nothing() {
    let world = World::new().await;
    let long = |count| "名".repeat(count);
    for (field, value, reason) in [
        ("display_name", long(61), "too_long"),
        ("bio", long(201), "too_long"),
        ("place", long(61), "too_long"),
        ("place", "a\nb".to_owned(), "malformed"),
        (
            "website",
            "javascript:alert(1)".to_owned(),
            "illegal_website",
        ),
    ] {
        let mut change =
            json!({"display_name": "x", "bio": "x", "place": "x", "website": "https://x"});
        change[field] = value.into();
        let reply = world.put(&world.owner, routes::OWN_PROFILE, change).await;
        assert_eq!(reply.failure(), (519, reason, field));
    }
    assert_eq!(profile(&world).await["bio"], "");
}

async fn change_email(world: &World, email: &str, password: &str) -> Reply {
    let body = json!({"email": email, "password": password});
    world.put(&world.owner, routes::OWN_EMAIL, body).await
}

#[tokio::test]
async fn an_e_mail_address_changes_with_the_password() {
    let world = World::new().await;
    let reply = change_email(&world, "New@Example.org", PASSWORD).await;
    assert_eq!(reply.code, 200);
    let found = world.get(&world.owner, "/api/v1/user").await;
    assert_eq!(found.text("email"), "New@Example.org");
    for (login, code) in [("new@example.org", 200), ("owner@example.org", 512)] {
        let reply = sign_in(&world, format!("{login}:{PASSWORD}").as_bytes()).await;
        assert_eq!(reply.code, code, "{login}");
    }
    // The old one is free again, one's own is no other's.
    let reply = change_email(&world, "owner@example.org", PASSWORD).await;
    assert_eq!(reply.code, 200);
    let reply = change_email(&world, "OWNER@example.org", PASSWORD).await;
    assert_eq!(reply.code, 200);
}

#[tokio::test]
async fn a_bad_change_of_the_address_names_its_field() {
    let world = World::new().await;
    for (email, password, failure) in [
        ("nowhere", PASSWORD, (519, "illegal_email", "email")),
        ("", PASSWORD, (518, "missing", "email")),
        ("Other@example.org", PASSWORD, (521, "email_taken", "email")),
        ("a@b.cn", "", (518, "missing", "password")),
        ("a@b.cn", "not the one", (519, "wrong_password", "password")),
    ] {
        let reply = change_email(&world, email, password).await;
        assert_eq!(reply.failure(), failure, "{email} {password}");
        world.app.clock.advance(Duration::from_secs(10));
    }
    let found = world.get(&world.owner, "/api/v1/user").await;
    assert_eq!(found.text("email"), "owner@example.org");
}

#[tokio::test]
async fn a_wrong_password_slows_down_changes_and_sign_ins_alike() {
    let world = World::new().await;
    assert_eq!(change_email(&world, "a@b.cn", "wrong").await.code, 519);
    let reply = change_email(&world, "a@b.cn", PASSWORD).await;
    assert_eq!(reply.failure(), (503, "too_many_attempts", ""));
    let reply = sign_in(&world, format!("owner:{PASSWORD}").as_bytes()).await;
    assert_eq!(reply.failure(), (503, "too_many_attempts", ""));
    world.app.clock.advance(Duration::from_secs(1));
    assert_eq!(change_email(&world, "a@b.cn", PASSWORD).await.code, 200);
    // And the other way round.
    assert_eq!(sign_in(&world, b"owner:wrong").await.code, 512);
    let body = json!({"password": PASSWORD, "new_password": "another one"});
    let reply = world.put(&world.owner, routes::OWN_PASSWORD, body).await;
    assert_eq!(reply.failure(), (503, "too_many_attempts", ""));
}

async fn named(world: &World, name: &str, days: u32) -> Reply {
    let body = json!({"name": name, "days": days});
    world.post(&world.owner, routes::OWN_TOKENS, body).await
}

async fn is_signed_in(world: &World, token: &str) -> bool {
    let who = Who::Token(token.to_owned());
    world.get(&who, "/api/v1/user").await.code == 200
}

#[tokio::test]
async fn a_new_password_ends_all_other_sign_ins() {
    for revoke in [false, true] {
        let world = World::new().await;
        let elsewhere = sign_in(&world, format!("owner:{PASSWORD}").as_bytes()).await;
        let token = named(&world, "cluster", 30).await.text("token");
        let body =
            json!({"password": PASSWORD, "new_password": "another one", "revoke_tokens": revoke});
        let reply = world.put(&world.owner, routes::OWN_PASSWORD, body).await;
        assert_eq!((reply.code, &reply.data["duration"]), (200, &json!(86_400)));
        assert!(is_signed_in(&world, &reply.text("token")).await);
        assert!(!is_signed_in(&world, &elsewhere.text("token")).await);
        assert_eq!(is_signed_in(&world, &token).await, !revoke);
        let old = world.get(&world.owner, "/api/v1/user").await;
        assert_eq!(old.failure(), (512, "not_signed_in", ""));
        assert_eq!(world.get(&world.other, "/api/v1/user").await.code, 200);
        assert_eq!(sign_in(&world, b"owner:another one").await.code, 200);
        let old = sign_in(&world, format!("owner:{PASSWORD}").as_bytes()).await;
        assert_eq!(old.code, 512);
    }
}

#[tokio::test]
async fn a_bad_new_password_names_its_field_and_ends_nothing() {
    let world = World::new().await;
    for (password, new, failure) in [
        (
            PASSWORD,
            "short",
            (519, "password_too_short", "new_password"),
        ),
        (PASSWORD, "", (518, "missing", "new_password")),
        ("wrong", "long enough", (519, "wrong_password", "password")),
    ] {
        let body = json!({"password": password, "new_password": new, "revoke_tokens": true});
        let reply = world.put(&world.owner, routes::OWN_PASSWORD, body).await;
        assert_eq!(reply.failure(), failure);
    }
    assert_eq!(world.get(&world.owner, "/api/v1/user").await.code, 200);
}

#[tokio::test]
async fn of_two_changes_of_the_password_at_once_one_counts() {
    let world = World::new().await;
    let change = async |new: &str| {
        let body = json!({"password": PASSWORD, "new_password": new});
        world.put(&world.owner, routes::OWN_PASSWORD, body).await
    };
    let (one, two) = tokio::join!(change("password one"), change("password two"));
    let mut codes = [one.code, two.code];
    codes.sort_unstable();
    assert_eq!(codes[0], 200, "{codes:?}");
    assert!([512, 519].contains(&codes[1]), "{codes:?}");
    let right = if one.code == 200 { "one" } else { "two" };
    world.app.clock.advance(Duration::from_secs(60));
    let login = format!("owner:password {right}");
    assert_eq!(sign_in(&world, login.as_bytes()).await.code, 200);
}

#[tokio::test]
async fn tokens_are_listed_and_ended() {
    let world = World::new().await;
    let made = named(&world, " laptop 笔记本 ", 7).await;
    assert_eq!(made.code, 200, "{}", made.data);
    let info = &made.data["info"];
    assert_eq!(info["name"], "laptop 笔记本");
    assert_eq!(info["date_expires"], "2026-03-09T12:00:01");
    let elsewhere = sign_in(&world, format!("owner:{PASSWORD}").as_bytes()).await;
    let list = world.get(&world.owner, routes::OWN_TOKENS).await;
    assert_eq!(list.data["total"], 3);
    let ids = list.column("id");
    let current: Vec<&Value> = list.data["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|token| &token["current"])
        .collect();
    assert_eq!(
        ids[0],
        info["id"].as_str().unwrap(),
        "named ones come first"
    );
    assert_eq!(
        current.iter().filter(|current| **current == true).count(),
        1
    );
    let text = list.data.to_string();
    assert!(!text.contains(&made.text("token")), "told once only");
    // The token itself signs in, and sees itself as the one that asks.
    let by_token = Who::Token(made.text("token"));
    let seen = world.get(&by_token, routes::OWN_TOKENS).await;
    assert_eq!(seen.data["list"][0]["current"], true);
    let end = |who: Who, id: String| {
        let path = routes::fill(routes::OWN_TOKEN, &[&id]);
        let world = &world;
        async move { world.delete(&who, &path).await.code }
    };
    let id = ids[0].to_owned();
    assert_eq!(end(world.other.clone(), id.clone()).await, 517);
    assert_eq!(end(world.owner.clone(), id.clone()).await, 200);
    assert_eq!(end(world.owner.clone(), id).await, 517);
    assert!(!is_signed_in(&world, &made.text("token")).await);
    assert!(is_signed_in(&world, &elsewhere.text("token")).await);
}

#[tokio::test]
async fn a_named_token_lasts_as_long_as_it_says() {
    let world = World::new().await;
    let token = named(&world, "week", 7).await.text("token");
    world.app.clock.advance(Duration::from_secs(7 * 86_400 - 1));
    assert!(is_signed_in(&world, &token).await);
    world.app.clock.advance(Duration::from_secs(1));
    assert!(!is_signed_in(&world, &token).await);
}

#[tokio::test]
async fn bad_tokens_are_refused_at_their_field() {
    let world = World::new().await;
    let long = "x".repeat(61);
    for (name, days, failure) in [
        ("", 7, (518, "missing", "name")),
        ("   ", 7, (518, "missing", "name")),
        (long.as_str(), 7, (519, "too_long", "name")),
        ("a", 0, (519, "malformed", "days")),
        ("a", 36_500, (519, "malformed", "days")),
    ] {
        assert_eq!(named(&world, name, days).await.failure(), failure);
    }
}

#[tokio::test]
async fn fifty_named_tokens_are_enough() {
    let world = World::new().await;
    for number in 0..50 {
        let days = if number == 0 { 1 } else { 7 };
        assert_eq!(named(&world, &number.to_string(), days).await.code, 200);
    }
    let reply = named(&world, "one more", 7).await;
    assert_eq!(reply.failure(), (520, "limit_reached", ""));
    // One that has expired makes room.
    world.app.clock.advance(Duration::from_secs(86_400));
    let token = tokens::issue(&world.app, &world.owner_id).await.unwrap();
    let body = json!({"name": "one more", "days": 7});
    let reply = world
        .post(&Who::Token(token), routes::OWN_TOKENS, body)
        .await;
    assert_eq!(reply.code, 200);
}

#[tokio::test]
async fn the_use_of_a_token_is_noted_now_and_then() {
    let world = World::new().await;
    let noted = async || -> i64 {
        sqlx::query_scalar("SELECT max(used_at) FROM tokens WHERE user_id = $1")
            .bind(&world.owner_id)
            .fetch_one(world.app.db.write())
            .await
            .unwrap()
    };
    let first = noted().await;
    world.app.clock.advance(Duration::from_secs(299));
    world.get(&world.owner, "/api/v1/user").await;
    assert_eq!(noted().await, first);
    world.app.clock.advance(Duration::from_secs(1));
    world.get(&world.owner, "/api/v1/user").await;
    // It is written beside the request.
    while noted().await == first {
        tokio::task::yield_now().await;
    }
    assert_eq!(noted().await, world.app.clock.now().0);
}

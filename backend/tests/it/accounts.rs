use crate::support::{PASSWORD, Reply, Who, World};
use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::time::Duration;

pub async fn sign_in(world: &World, credentials: &[u8]) -> Reply {
    let request = axum::http::Request::get("/api/v1/token")
        .header(
            "authorization",
            format!("Basic {}", STANDARD.encode(credentials)),
        )
        .body(axum::body::Body::empty())
        .unwrap();
    let response = world.send(request).await;
    let value: serde_json::Value =
        serde_json::from_slice(&crate::support::bytes(response).await).unwrap();
    Reply {
        code: value["code"].as_u64().unwrap(),
        data: value["data"].clone(),
    }
}

#[tokio::test]
async fn registering_signs_in() {
    let world = World::new().await;
    let new = json!({"username": "Ann-1", "email": "ann@example.org", "password": "long enough"});
    let reply = world.post(&Who::Anonymous, "/api/v1/user", new).await;
    assert_eq!((reply.code, &reply.data["duration"]), (200, &json!(86_400)));
    let who = Who::Token(reply.text("token"));
    let reply = world.get(&who, "/api/v1/user").await;
    assert_eq!(reply.code, 200);
    let uid = reply.text("uid");
    assert_eq!(
        reply.data,
        json!({"uid": uid, "username": "Ann-1", "email": "ann@example.org", "type": "free"})
    );
}

#[tokio::test]
async fn a_bad_registration_names_its_field() {
    let world = World::new().await;
    let cases = [
        (
            "ann",
            "a@b.c",
            "short",
            (519, "password_too_short", "password"),
        ),
        (
            "a",
            "a@b.c",
            "long enough",
            (519, "illegal_name", "username"),
        ),
        (
            "login",
            "a@b.c",
            "long enough",
            (519, "reserved_name", "username"),
        ),
        (
            "ann",
            "nowhere",
            "long enough",
            (519, "illegal_email", "email"),
        ),
        ("", "a@b.c", "long enough", (518, "missing", "username")),
        (
            "OWNER",
            "a@b.c",
            "long enough",
            (521, "name_taken", "username"),
        ),
        (
            "ann",
            "Owner@Example.org",
            "long enough",
            (521, "email_taken", "email"),
        ),
    ];
    for (username, email, password, failure) in cases {
        let new = json!({"username": username, "email": email, "password": password});
        let reply = world.post(&Who::Anonymous, "/api/v1/user", new).await;
        assert_eq!(reply.failure(), failure, "{username} {email} {password}");
    }
    let reply = world
        .post(&Who::Anonymous, "/api/v1/user", json!({"username": "ann"}))
        .await;
    assert_eq!(reply.failure(), (518, "missing", "email"));
}

#[tokio::test]
async fn name_and_address_both_sign_in() {
    let world = World::new().await;
    for login in ["owner", "OWNER", "owner@example.org"] {
        let reply = sign_in(&world, format!("{login}:{PASSWORD}").as_bytes()).await;
        assert_eq!(reply.code, 200, "{login}: {}", reply.data);
        let who = Who::Token(reply.text("token"));
        assert_eq!(
            world.get(&who, "/api/v1/user").await.text("username"),
            "owner"
        );
    }
}

#[tokio::test]
async fn latin1_and_utf8_passwords_sign_in() {
    let world = World::new().await;
    let new =
        json!({"username": "umlaut", "email": "u@example.org", "password": "p\u{e4}ssw\u{f6}rd"});
    assert_eq!(
        world.post(&Who::Anonymous, "/api/v1/user", new).await.code,
        200
    );
    let utf8 = "umlaut:p\u{e4}ssw\u{f6}rd".as_bytes();
    assert_eq!(sign_in(&world, utf8).await.code, 200);
    assert_eq!(sign_in(&world, b"umlaut:p\xe4ssw\xf6rd").await.code, 200);
}

#[tokio::test]
async fn only_the_holder_of_a_valid_token_is_somebody() {
    let world = World::new().await;
    assert_eq!(
        world.codes(Method::GET, "/api/v1/user", None).await,
        [200, 200, 512, 512]
    );
    let reply = world.get(&world.expired, "/api/v1/user").await;
    assert_eq!(reply.failure(), (512, "token_expired", ""));
    let reply = world
        .get(&Who::Token("made-up".into()), "/api/v1/user")
        .await;
    assert_eq!(reply.failure(), (512, "not_signed_in", ""));
    // A day later the owner's has expired too.
    world.app.clock.advance(Duration::from_secs(86_399));
    assert_eq!(world.get(&world.owner, "/api/v1/user").await.code, 200);
    world.app.clock.advance(Duration::from_secs(1));
    assert_eq!(world.get(&world.owner, "/api/v1/user").await.code, 512);
}

#[tokio::test]
async fn signing_out_ends_this_token_only() {
    let world = World::new().await;
    let second = sign_in(&world, format!("owner:{PASSWORD}").as_bytes()).await;
    let second = Who::Token(second.text("token"));
    assert_eq!(world.delete(&world.owner, "/api/v1/token").await.code, 200);
    let reply = world.get(&world.owner, "/api/v1/user").await;
    assert_eq!(reply.failure(), (512, "not_signed_in", ""));
    assert_eq!(world.get(&second, "/api/v1/user").await.code, 200);
    assert_eq!(
        world.delete(&Who::Anonymous, "/api/v1/token").await.code,
        512
    );
    assert_eq!(
        world.delete(&world.expired, "/api/v1/token").await.code,
        512
    );
}

#[tokio::test]
async fn the_database_holds_no_usable_token() {
    let world = World::new().await;
    let Who::Token(token) = &world.owner else {
        unreachable!("the owner has a token")
    };
    let rows: Vec<String> = sqlx::query_scalar("SELECT hash FROM tokens")
        .fetch_all(world.app.db.read())
        .await
        .unwrap();
    assert!(rows.len() >= 3 && rows.iter().all(|hash| hash != token && hash.len() == 64));
}

#[tokio::test]
async fn a_profile_counts_what_the_caller_may_see() {
    let world = World::new().await;
    world.entity("project", "open", 0).await;
    world.entity("project", "closed", 1).await;
    world.entity("dataset", "closed", 1).await;
    for (who, projects, datasets) in [(&world.owner, 2, 1), (&world.other, 1, 0)] {
        let reply = world.get(who, "/api/v1/users/Owner").await;
        assert_eq!(reply.data["projects"], json!(projects));
        assert_eq!(reply.data["datasets"], json!(datasets));
        assert_eq!(reply.text("username"), "owner");
        assert_eq!(
            reply.data.get("email"),
            None,
            "addresses are nobody's business"
        );
    }
    let path = "/api/v1/users/owner";
    assert_eq!(world.codes(Method::GET, path, None).await, [200; 4]);
    assert_eq!(
        world.get(&world.owner, "/api/v1/users/nobody").await.code,
        517
    );
}

#[tokio::test]
async fn tickets_are_for_users() {
    let world = World::new().await;
    assert_eq!(
        world.codes(Method::POST, "/api/v1/ticket", None).await,
        [200, 200, 512, 512]
    );
    let reply = world
        .call(&world.owner, Method::POST, "/api/v1/ticket", None)
        .await;
    assert_eq!(reply.data["expires_in"], json!(30));
    let now = world.app.clock.now();
    let holder = world.app.accounts.tickets.take(&reply.text("ticket"), now);
    let holder = holder.unwrap();
    assert_eq!(holder.user.id, world.owner_id);
    let alive = russell_backend::accounts::tokens::is_alive;
    assert!(alive(&world.app, &holder.token_hash).await.unwrap());
    world.delete(&world.owner, "/api/v1/token").await;
    assert!(!alive(&world.app, &holder.token_hash).await.unwrap());
}

#[tokio::test]
async fn start_up_calls_never_refuse() {
    let world = World::new().await;
    for path in ["/api/v1/cli_version", "/api/v1/service_status"] {
        assert_eq!(world.codes(Method::GET, path, None).await, [200; 4]);
    }
    let reply = world.get(&Who::BasicNone, "/api/v1/cli_version").await;
    assert_eq!(
        reply.data,
        json!({"latest_version": "0.7.8", "min_version": "0.5.0"})
    );
    let reply = world.get(&Who::BasicNone, "/api/v1/service_status").await;
    assert_eq!(reply.data, json!({"service_status": 1}));
}

#[tokio::test]
async fn an_address_nobody_serves_is_not_found_in_the_envelope() {
    let world = World::new().await;
    for path in ["/api/v1/nowhere", "/api/", "/api/v3/user"] {
        assert_eq!(world.get(&world.owner, path).await.code, 517, "{path}");
    }
}

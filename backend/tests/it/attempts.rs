//! Guessing at passwords and registering in numbers: both slow down.

use crate::accounts::sign_in;
use crate::support::{PASSWORD, World, bytes};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

#[tokio::test]
async fn wrong_credentials_are_told_alike_and_slow_down() {
    let world = World::new().await;
    for login in ["owner", "nobody"] {
        let bad = format!("{login}:wrong");
        let reply = sign_in(&world, bad.as_bytes()).await;
        assert_eq!(reply.failure(), (512, "wrong_credentials", ""), "{login}");
        for wait in [1, 3, 5, 10, 10] {
            let reply = sign_in(&world, bad.as_bytes()).await;
            assert_eq!(reply.failure(), (503, "too_many_attempts", ""), "{login}");
            assert_eq!(reply.data["retry_after"], json!(wait), "{login}");
            // Asking while waiting is no new failure.
            world.app.clock.advance(Duration::from_secs(wait));
            assert_eq!(sign_in(&world, bad.as_bytes()).await.code, 512, "{login}");
        }
    }
    // Even the right password waits, and then forgives everything.
    let good = format!("owner:{PASSWORD}");
    assert_eq!(sign_in(&world, b"owner:wrong").await.code, 512);
    assert_eq!(sign_in(&world, good.as_bytes()).await.code, 503);
    world.app.clock.advance(Duration::from_secs(10));
    assert_eq!(sign_in(&world, good.as_bytes()).await.code, 200);
    assert_eq!(sign_in(&world, b"owner:wrong").await.code, 512);
    let reply = sign_in(&world, good.as_bytes()).await;
    assert_eq!(reply.data["retry_after"], json!(1));
}

#[tokio::test]
async fn guesses_in_parallel_gain_nothing() {
    let world = World::new().await;
    let guesses = (0..6).map(|n| {
        let bad = format!("owner:guess{n}");
        let world = &world;
        async move { sign_in(world, bad.as_bytes()).await.code }
    });
    let codes = futures::future::join_all(guesses).await;
    assert_eq!(
        codes.iter().filter(|code| **code == 512).count(),
        1,
        "{codes:?}"
    );
}

/// Where a request comes from: the peer, and what it says of those before it.
#[derive(Clone, Copy)]
struct From<'a> {
    peer: &'a str,
    forwarded: &'a str,
}

fn peer(peer: &str) -> From<'_> {
    From {
        peer,
        forwarded: "",
    }
}

async fn ask(world: &World, method: Method, from: From<'_>, basic: &str, body: Value) -> u64 {
    let path = match method {
        Method::GET => "/api/v1/token",
        _ => "/api/v1/user",
    };
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Basic {}", STANDARD.encode(basic)));
    if !from.forwarded.is_empty() {
        request = request.header("x-forwarded-for", from.forwarded);
    }
    let mut request = request.body(Body::from(body.to_string())).unwrap();
    let peer = SocketAddr::new(from.peer.parse().unwrap(), 1);
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer: Value = serde_json::from_slice(&bytes(world.send(request).await).await).unwrap();
    answer["code"].as_u64().unwrap()
}

/// Guesses at an account that is nobody's.
async fn guess(world: &World, name: &str, from: From<'_>) -> u64 {
    ask(world, Method::GET, from, &format!("{name}:x"), json!(null)).await
}

async fn register(world: &World, name: &str, from: From<'_>) -> u64 {
    let new =
        json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD});
    ask(world, Method::POST, from, "None", new).await
}

#[tokio::test]
async fn an_address_that_guesses_at_many_names_slows_down() {
    let world = World::new().await;
    for n in 0..6 {
        assert_eq!(
            guess(&world, &format!("name{n}"), peer("10.0.0.1")).await,
            512
        );
    }
    assert_eq!(guess(&world, "name6", peer("10.0.0.1")).await, 503);
    assert_eq!(guess(&world, "name6", peer("10.0.0.2")).await, 512);
}

#[tokio::test]
async fn guesses_at_many_names_in_parallel_gain_nothing() {
    let world = World::new().await;
    let guesses = (0..16).map(|n| {
        let world = &world;
        async move { guess(world, &format!("name{n}"), peer("10.0.0.1")).await }
    });
    let codes = futures::future::join_all(guesses).await;
    let tried = codes.iter().filter(|code| **code == 512).count();
    assert!((1..=6).contains(&tried), "{codes:?}");
}

#[tokio::test]
async fn a_network_of_ipv6_is_one_address() {
    let world = World::new().await;
    for n in 0..6 {
        let address = format!("2001:db8:0:1:{n}::1");
        assert_eq!(
            guess(&world, &format!("name{n}"), peer(&address)).await,
            512
        );
    }
    assert_eq!(guess(&world, "name6", peer("2001:db8:0:1::9")).await, 503);
    assert_eq!(guess(&world, "name6", peer("2001:db8:0:2::9")).await, 512);
}

#[tokio::test]
async fn registrations_from_one_address_slow_down() {
    let world = World::new().await;
    let from = peer("10.0.0.1");
    // A name that is taken costs as much as one that is free.
    for _ in 0..28 {
        assert_eq!(register(&world, "owner", from).await, 521);
    }
    let more = (0..12).map(|_| register(&world, "owner", from));
    let codes = futures::future::join_all(more).await;
    let tried = codes.iter().filter(|code| **code == 521).count();
    assert!((1..=3).contains(&tried), "in parallel: {codes:?}");
    while register(&world, "owner", from).await == 521 {}
    assert_eq!(register(&world, "ann", peer("10.0.0.2")).await, 200);
    world.app.clock.advance(Duration::from_secs(1));
    assert_eq!(register(&world, "bob", from).await, 200);
    assert_eq!(register(&world, "eve", from).await, 503);
}

/// Guesses until the address is refused, each time at another name; the address of each guess is `from(n)`.
async fn refused<'a>(world: &World, mut from: impl FnMut(usize) -> From<'a>) -> bool {
    for n in 0..7 {
        if guess(world, &format!("name{n}"), from(n)).await == 503 {
            return true;
        }
    }
    false
}

const CLAIMS: [&str; 7] = [
    "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7",
];

#[tokio::test]
async fn a_forged_forwarding_header_is_not_believed() {
    let world = World::new().await;
    let forged = |n: usize| From {
        peer: "192.0.2.1",
        forwarded: CLAIMS[n],
    };
    assert!(refused(&world, forged).await);
}

#[tokio::test]
async fn our_own_proxy_tells_the_address_and_only_its_own_entry_counts() {
    let proxy: IpAddr = "127.0.0.1".parse().unwrap();
    for peer in ["127.0.0.1", "::ffff:127.0.0.1"] {
        let world = World::with(|config| config.trusted_proxies = vec![proxy]).await;
        let honest = |n: usize| From {
            peer,
            forwarded: CLAIMS[n],
        };
        assert!(!refused(&world, honest).await, "seven visitors by {peer}");
        let world = World::with(|config| config.trusted_proxies = vec![proxy]).await;
        let before = CLAIMS.map(|claim| format!("{claim}, 192.0.2.1"));
        let forged = |n: usize| From {
            peer,
            forwarded: &before[n],
        };
        assert!(refused(&world, forged).await, "one visitor by {peer}");
    }
}

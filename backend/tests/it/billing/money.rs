//! Recharges, purchases and the ledger.

use super::*;

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
    let paid = Settlement {
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

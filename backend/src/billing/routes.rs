//! The routes of an account: each about the caller's own.

use super::core::Account;
use super::{ledger, limits, orders, rows, usage};
use crate::error::{Answer, ApiError, ok};
use crate::http::{Body, Caller, Path, Query, SignedIn};
use crate::openapi::answers::Answered;
use crate::state::{App, Shared};
use api::billing::{
    Account as Wire, Compute, ComputeLeft, FREE, NewOrder, Offer, Order, PackLeft, Product, Record,
    RecordQuery, Settlement, Usage, UsageQuery, VIP,
};
use api::module::ModuleType;
use api::{Page, Time, routes};
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(account))
        .routes(routes!(used))
        .routes(routes!(records))
        .routes(routes!(create))
        .routes(routes!(order, notice))
}

fn left(account: &Account, compute: Compute, now: Time) -> ComputeLeft {
    let packs = account.usable(compute, now).map(|pack| PackLeft {
        id: pack.id.clone(),
        seconds: pack.seconds,
        left: pack.left,
        expires: pack.expires,
    });
    ComputeLeft {
        plan_seconds: account.limits().seconds(compute),
        plan_left: account.plan_left(compute),
        packs: packs.collect(),
        hourly_price: compute.hourly_price(),
        balance_seconds: account.balance_seconds(compute),
    }
}

/// Plan, balance and the time that is left.
#[utoipa::path(
    get, path = routes::ACCOUNT_PLAN, security(("token" = [])),
    responses((status = 200, description = "the account", body = Answered<Wire>))
)]
async fn account(State(app): State<Shared>, SignedIn(user): SignedIn) -> Answer<Wire> {
    ok(wire(&app, &user.id).await?)
}

async fn wire(app: &App, user: &str) -> Result<Wire, ApiError> {
    let now = app.clock.now();
    let account = rows::now(app, user).await?;
    let mut db = app.db.read().acquire().await?;
    let offer = |product: Product| Offer {
        product,
        price: product.price(),
    };
    Ok(Wire {
        billing: app.config.billing,
        plan: account.plan(),
        vip_until: account.vip_until().filter(|until| *until > now),
        refreshes: account.refreshes(),
        balance: account.balance,
        cpu: left(&account, Compute::Cpu, now),
        gpu: left(&account, Compute::Gpu, now),
        private_projects: limits::private(&mut db, user, ModuleType::Code).await?,
        private_datasets: limits::private(&mut db, user, ModuleType::Data).await?,
        free: FREE,
        vip: VIP,
        offers: Product::ALL.map(offer).to_vec(),
        provider: app.payments.wire(),
    })
}

/// Storage, and the time used on each of the last 30 days.
#[utoipa::path(
    get, path = routes::ACCOUNT_USAGE, operation_id = "usage", security(("token" = [])),
    params(UsageQuery),
    responses((status = 200, description = "what was used", body = Answered<Usage>))
)]
async fn used(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Query(query): Query<UsageQuery>,
) -> Answer<Usage> {
    ok(usage::of(&app, &user.id, query.zone).await?)
}

/// The account's ledger, newest first.
#[utoipa::path(
    get, path = routes::ACCOUNT_RECORDS, security(("token" = [])),
    params(RecordQuery),
    responses((status = 200, description = "a part of the ledger", body = Answered<Page<Record>>))
)]
async fn records(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Query(query): Query<RecordQuery>,
) -> Answer<Page<Record>> {
    ok(ledger::list(&app, &user.id, &query).await?)
}

/// Buys something or begins a recharge.
///
/// What the balance pays is there at once; what the payment provider takes, once it has told so. Sent twice with the
/// same `key`, it is the same order.
#[utoipa::path(
    post, path = routes::ACCOUNT_ORDERS, operation_id = "create_order", security(("token" = [])),
    request_body = NewOrder,
    responses((status = 200, description = "the order", body = Answered<Order>))
)]
async fn create(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Body(new): Body<NewOrder>,
) -> Answer<Order> {
    ok(orders::create(&app, &user, &new).await?)
}

/// An order of the caller's.
#[utoipa::path(
    get, path = routes::ACCOUNT_ORDER, security(("token" = [])),
    params(("id" = String, Path, description = "The order")),
    responses((status = 200, description = "the order", body = Answered<Order>))
)]
async fn order(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<Order> {
    match orders::find(&app, &id).await? {
        Some((order, of)) if of == user.id => ok(orders::seen(order, app.clock.now())),
        _ => Err(ApiError::not_found("order")),
    }
}

/// What the payment provider tells of an order. The test provider takes it from the buyer.
#[utoipa::path(
    post, path = routes::ACCOUNT_ORDER, operation_id = "settle_order",
    params(("id" = String, Path, description = "The order")),
    request_body = Settlement,
    responses((status = 200, description = "the order", body = Answered<Order>))
)]
async fn notice(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    Body(notice): Body<Settlement>,
) -> Answer<Order> {
    let Some((order, of)) = orders::find(&app, &id).await? else {
        return Err(caller.not_found("order"));
    };
    app.payments
        .check(&order, &of, &notice, &caller, app.clock.now())?;
    ok(orders::settle(&app, &id, &notice).await?)
}

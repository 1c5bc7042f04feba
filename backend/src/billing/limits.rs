//! What a plan allows, asked where something is made.

use super::core::Account;
use super::rows;
use crate::db::{self, Tx};
use crate::entities::kind_key;
use crate::error::ApiError;
use crate::state::App;
use api::billing::Compute;
use api::module::ModuleType;
use api::{Code, Reason};
use sqlx::SqliteConnection;

/// Bytes of a user's versions and outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Versions, and uploads on their way with all that is to come.
    pub versions: u64,
    /// Outputs of tasks that have ended.
    pub outputs: u64,
}

impl Stored {
    /// Both.
    pub fn total(self) -> u64 {
        self.versions.saturating_add(self.outputs)
    }
}

/// What a user has stored: the sizes that the lists show, each version with all of its files. `but` is a version that
/// does not count.
///
/// # Errors
/// When the database fails.
pub async fn stored(db: &mut SqliteConnection, user: &str, but: &str) -> sqlx::Result<Stored> {
    let sum =
        |statement: &'static str| sqlx::query_scalar::<_, i64>(statement).bind(user.to_owned());
    let versions = sum(
        "SELECT CAST(coalesce(sum(m.size_bytes), 0) AS BIGINT) FROM entities e JOIN modules m ON m.entity_id = e.id
         WHERE e.owner_id = $1 AND e.deleted_at IS NULL AND m.deleted_at IS NULL AND m.state = 'valid'",
    );
    let versions = versions.fetch_one(&mut *db).await?;
    let coming = sum(
        "SELECT CAST(coalesce(sum(p.total_bytes + p.kept_bytes), 0) AS BIGINT) FROM uploads p JOIN modules m ON m.id = p.module_id
         WHERE p.user_id = $1 AND m.state <> 'valid' AND p.module_id <> $2",
    );
    let coming = coming.bind(but.to_owned()).fetch_one(&mut *db).await?;
    let outputs = sum(
        "SELECT CAST(coalesce(sum(output_bytes), 0) AS BIGINT) FROM tasks WHERE owner_id = $1 AND deleted_at IS NULL",
    );
    let outputs = outputs.fetch_one(&mut *db).await?;
    Ok(Stored {
        versions: db::count(versions.saturating_add(coming)),
        outputs: db::count(outputs),
    })
}

async fn account(app: &App, tx: &mut Tx, user: &str) -> sqlx::Result<Account> {
    let mut account = rows::load(tx, user).await?;
    account.reach(app.clock.now());
    Ok(account)
}

/// Whether `bytes` more may be stored. `but` is the version that they are for, if it has an upload already.
///
/// # Errors
/// 520 when they are too many.
pub async fn check_storage(
    app: &App,
    tx: &mut Tx,
    user: &str,
    bytes: u64,
    but: &str,
) -> Result<(), ApiError> {
    if !app.config.billing {
        return Ok(());
    }
    let limit = account(app, tx, user).await?.limits().storage_bytes;
    let used = stored(tx, user, but).await?.total();
    // Where nothing is added, what is there must not be too much already.
    if used.saturating_add(bytes.max(1)) <= limit {
        return Ok(());
    }
    let message =
        format!("versions and outputs take up {used} of {limit} bytes: delete some, or become VIP");
    Err(ApiError::new(Code::OverLimit, Reason::StorageFull, message))
}

/// Whether one more project or dataset may be private.
///
/// # Errors
/// 520 when there are as many as the plan allows.
pub async fn check_private(
    app: &App,
    tx: &mut Tx,
    user: &str,
    kind: ModuleType,
) -> Result<(), ApiError> {
    if !app.config.billing {
        return Ok(());
    }
    let limits = account(app, tx, user).await?.limits();
    let limit = match kind {
        ModuleType::Code => limits.private_projects,
        ModuleType::Data => limits.private_datasets,
    };
    if private(tx, user, kind).await? < limit {
        return Ok(());
    }
    let message = match limit {
        0 => "private projects and datasets need VIP".to_owned(),
        limit => format!("the plan allows {limit} private ones, and there are as many"),
    };
    Err(ApiError::new(Code::OverLimit, Reason::PrivateLimit, message).at("permission"))
}

/// How many private projects or datasets a user has.
///
/// # Errors
/// When the database fails.
pub async fn private(db: &mut SqliteConnection, user: &str, kind: ModuleType) -> sqlx::Result<u64> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM entities WHERE kind = $1 AND permission = 1 AND owner_id = $2 AND deleted_at IS NULL",
    )
    .bind(kind_key(kind))
    .bind(user)
    .fetch_one(db)
    .await?;
    Ok(db::count(count))
}

/// Whether a task may be submitted: something can pay its first second, and there is room for its output. How many run
/// at once is the queue's matter.
///
/// # Errors
/// 527 without time and balance, 520 without room.
pub async fn check_task(
    app: &App,
    tx: &mut Tx,
    user: &str,
    compute: Compute,
) -> Result<(), ApiError> {
    if !app.config.billing {
        return Ok(());
    }
    if !account(app, tx, user)
        .await?
        .can_pay(compute, app.clock.now())
    {
        let message =
            "neither the plan nor packs nor the balance have time left for this kind of machine";
        return Err(ApiError::new(Code::NoBalance, Reason::NoBalance, message).at("instance_type"));
    }
    check_storage(app, tx, user, 0, "").await
}

/// What a task that begins now may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskLimits {
    /// Seconds it may run; 0 is no limit.
    pub seconds: u64,
    /// Bytes of its output; 0 is no limit.
    pub output_bytes: u64,
}

/// The limits of a task that begins now. It keeps them to its end, whatever becomes of the plan.
///
/// # Errors
/// When the database fails.
pub async fn of_task(app: &App, user: &str) -> sqlx::Result<TaskLimits> {
    if !app.config.billing {
        return Ok(TaskLimits {
            seconds: 0,
            output_bytes: 0,
        });
    }
    let account = rows::now(app, user).await?;
    let limits = account.limits();
    let used = stored(&mut *app.db.read().acquire().await?, user, "").await?;
    Ok(TaskLimits {
        seconds: limits.task_seconds,
        output_bytes: limits.storage_bytes.saturating_sub(used.total()).max(1),
    })
}

/// Whether a user is VIP now.
///
/// # Errors
/// When the database fails.
pub async fn is_vip(app: &App, user: &str) -> sqlx::Result<bool> {
    let until: Option<i64> =
        sqlx::query_scalar("SELECT vip_until FROM billing_accounts WHERE user_id = $1")
            .bind(user)
            .fetch_optional(app.db.read())
            .await?;
    Ok(app.config.billing && until.is_some_and(|until| until > app.clock.now().0))
}

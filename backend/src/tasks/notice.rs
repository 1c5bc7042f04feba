//! What a task's owner is told when it ends.

use crate::db;
use crate::entities::kind_of;
use crate::notifications::{To, notify};
use crate::tasks::rows::word;
use api::Time;
use api::notification::{Notice, Thing};
use api::task::{EndReason, TaskState};

#[derive(sqlx::FromRow)]
struct Ended {
    owner_id: String,
    description: String,
    state: String,
    end_reason: Option<String>,
    project_id: String,
    kind: String,
    name: String,
    project_owner: String,
}

/// Writes the notification of a task whose end has just been written; answers its owner if there is something to tell.
/// Whoever stopped a task knows that it ended.
///
/// # Errors
/// When the database fails.
pub(super) async fn ended(tx: &mut db::Tx, now: Time, task: &str) -> sqlx::Result<Option<String>> {
    let row: Ended = sqlx::query_as(
        "SELECT t.owner_id, t.description, t.state, t.end_reason, e.id AS project_id, e.kind, e.name,
             u.username AS project_owner
         FROM tasks t JOIN entities e ON e.id = t.project_id JOIN users u ON u.id = e.owner_id WHERE t.id = $1",
    )
    .bind(task)
    .fetch_one(&mut **tx)
    .await?;
    let reason = row.end_reason.as_deref().and_then(word);
    let reason = reason.unwrap_or(EndReason::Unknown);
    if reason == EndReason::Stopped {
        return Ok(None);
    }
    let notice = Notice::Task {
        id: task.to_owned(),
        project: Thing {
            id: row.project_id,
            module_type: kind_of(&row.kind),
            owner: row.project_owner,
            name: row.name,
        },
        description: row.description,
        state: word(&row.state).unwrap_or(TaskState::Failed),
        reason,
    };
    let to = To {
        user: &row.owner_id,
        by: None,
    };
    let new = notify(tx, now, to, &notice).await?;
    Ok(new.then_some(row.owner_id))
}

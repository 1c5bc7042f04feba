//! What changes, told to open pages as it happens.
//!
//! Whoever changes something calls one of these *after* the transaction has committed, so that whoever is told and asks finds
//! the new state:
//!
//! - [`task`], [`version`], [`entity`]: by the id. Owner, project and who may know of it are read from the rows.
//! - [`comment`]: a comment of a project or dataset.
//! - [`closed`]: a project or dataset that others saw until now has become private.
//! - [`user`]: something of an account that is nobody else's business (settings, balance, notifications).
//!
//! A change says what to ask for anew and nothing of how it is now: permission is checked where the question is answered.
//! Telling cannot fail: what cannot be read is left out and stands in the log.
//!
//! [`Hub`] keeps the newest changes once for all, [`Subscription`] is a place among them; [`routes`] is the WebSocket.

mod hub;
mod routes;

pub use hub::{Audience, Batch, Event, Hub, Subscription};
pub use routes::router;

use crate::state::App;
use api::event::{Action, Kind};
use api::module::ModuleType;

#[derive(sqlx::FromRow)]
struct About {
    owner: String,
    owner_id: String,
    entity: String,
    kind: String,
    /// Of the project or dataset.
    holder_id: String,
    permission: i64,
}

impl About {
    fn audience(self) -> Audience {
        match self.permission {
            0 => Audience::Everybody,
            _ if self.owner_id == self.holder_id => Audience::Users(vec![self.owner_id]),
            _ => Audience::Users(vec![self.owner_id, self.holder_id]),
        }
    }

    fn kind(&self) -> Kind {
        match crate::entities::kind_of(&self.kind) {
            ModuleType::Code => Kind::Project,
            ModuleType::Data => Kind::Dataset,
        }
    }
}

/// A task was created, changed (its stage, its remark) or deleted.
pub async fn task(app: &App, id: &str, action: Action) {
    let about = "SELECT u.username AS owner, t.owner_id, e.id AS entity, e.kind, e.owner_id AS holder_id, e.permission
        FROM tasks t JOIN entities e ON e.id = t.project_id JOIN users u ON u.id = t.owner_id WHERE t.id = $1";
    tell(app, about, id, action, |_| Kind::Task).await;
}

/// A version was announced, changed (its state, its remark) or deleted.
pub async fn version(app: &App, id: &str, action: Action) {
    let about = "SELECT u.username AS owner, e.owner_id, e.id AS entity, e.kind, e.owner_id AS holder_id, e.permission
        FROM modules m JOIN entities e ON e.id = m.entity_id JOIN users u ON u.id = e.owner_id WHERE m.id = $1";
    tell(app, about, id, action, |_| Kind::Version).await;
}

const ENTITY: &str = "SELECT u.username AS owner, e.owner_id, e.id AS entity, e.kind, e.owner_id AS holder_id, e.permission
    FROM entities e JOIN users u ON u.id = e.owner_id WHERE e.id = $1";

/// A project or dataset was created, changed (its settings, tags, stars, forks) or deleted.
pub async fn entity(app: &App, id: &str, action: Action) {
    tell(app, ENTITY, id, action, About::kind).await;
}

/// Something was said about the project or dataset `id`, or taken back.
pub async fn comment(app: &App, id: &str, action: Action) {
    tell(app, ENTITY, id, action, |_| Kind::Comment).await;
}

/// A project or dataset that everybody saw is private now: for all others it is as good as deleted. Comes beside
/// [`entity`], which from now on reaches its owner alone.
pub async fn closed(app: &App, id: &str) {
    if let Some(about) = read(app, ENTITY, id).await {
        app.events.publish(Event {
            kind: about.kind(),
            action: Action::Deleted,
            id: Some(id.to_owned()),
            entity: Some(about.entity),
            owner: Some(about.owner),
            audience: Audience::Everybody,
        });
    }
}

/// Something of an account changed that only its user sees.
pub fn user(app: &App, user: &str, kind: Kind) {
    app.events.publish(Event {
        kind,
        action: Action::Changed,
        id: None,
        entity: None,
        owner: None,
        audience: Audience::Users(vec![user.to_owned()]),
    });
}

async fn tell(
    app: &App,
    sql: &'static str,
    id: &str,
    action: Action,
    kind: impl FnOnce(&About) -> Kind,
) {
    let Some(about) = read(app, sql, id).await else {
        return;
    };
    app.events.publish(Event {
        kind: kind(&about),
        action,
        id: Some(id.to_owned()),
        entity: Some(about.entity.clone()),
        owner: Some(about.owner.clone()),
        audience: about.audience(),
    });
}

async fn read(app: &App, sql: &'static str, id: &str) -> Option<About> {
    let row = sqlx::query_as(sql).bind(id).fetch_optional(app.db.read());
    match row.await {
        Ok(Some(about)) => Some(about),
        Ok(None) => {
            tracing::warn!(id, "a change of something that is not there");
            None
        }
        Err(error) => {
            tracing::warn!(id, %error, "a change cannot be told");
            None
        }
    }
}

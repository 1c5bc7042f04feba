//! The routes of projects and datasets.

use super::create::{New, check_permission, checked_tags, insert};
use super::rows::{Address, EntityRow};
use super::{complete, list, rows, thing};
use crate::accounts::users;
use crate::billing::limits;
use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::caller::User;
use crate::http::{Body, Caller, Path, Query, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::{App, Shared};
use api::dataset::{Dataset, NewDataset};
use api::event::Action;
use api::module::ModuleType;
use api::project::{EntityQuery, NewProject, Project};
use api::routes::{DATASET, DATASETS, PROJECT, PROJECTS};
use api::{Code, Page, Reason, name};
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(projects))
        .routes(routes!(project, create_project, delete_project))
        .routes(routes!(datasets))
        .routes(routes!(dataset, create_dataset, delete_dataset))
}

type Names = Path<(String, String)>;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ById {
    /// The id, where both names in the path are `anonymous`.
    id: Option<String>,
}

/// The two names of the path, or the id of the query where both are the word `anonymous`.
fn address<'a>(names: &'a (String, String), query: &'a ById) -> Result<Address<'a>, ApiError> {
    match (names.0.as_str(), names.1.as_str()) {
        ("anonymous", "anonymous") => match query.id.as_deref() {
            Some(id) => Ok(Address::Id(id)),
            None => Err(ApiError::missing("id")),
        },
        (user, name) => Ok(Address::Name { user, name }),
    }
}

/// Projects that the caller may see.
#[utoipa::path(
    get, path = PROJECTS,
    params(EntityQuery),
    responses((status = 200, description = "a part of the list", body = Answered<Page<Project>>))
)]
async fn projects(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<EntityQuery>,
) -> Answer<Page<Project>> {
    let page = list::list(&app, &caller, ModuleType::Code, &query).await?;
    let first = app.catalog.default_name();
    ok(Page {
        list: page.list.into_iter().map(|e| e.project(first)).collect(),
        total: page.total,
    })
}

/// Datasets that the caller may see.
#[utoipa::path(
    get, path = DATASETS,
    params(EntityQuery),
    responses((status = 200, description = "a part of the list", body = Answered<Page<Dataset>>))
)]
async fn datasets(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<EntityQuery>,
) -> Answer<Page<Dataset>> {
    let page = list::list(&app, &caller, ModuleType::Data, &query).await?;
    ok(Page {
        list: page.list.into_iter().map(EntityRow::dataset).collect(),
        total: page.total,
    })
}

/// A project.
#[utoipa::path(
    get, path = PROJECT,
    params(
        ("user" = String, Path, description = "The owner's name, or `anonymous`"),
        ("name" = String, Path, description = "The project's name, or `anonymous`"),
        ById
    ),
    responses((status = 200, description = "the project", body = Answered<Project>))
)]
async fn project(
    State(app): State<Shared>,
    caller: Caller,
    Path(names): Names,
    Query(query): Query<ById>,
) -> Answer<Project> {
    let address = address(&names, &query)?;
    let mut row = rows::visible(&app, &caller, ModuleType::Code, address).await?;
    complete(&app, &caller, std::slice::from_mut(&mut row)).await?;
    ok(row.project(app.catalog.default_name()))
}

/// A dataset.
#[utoipa::path(
    get, path = DATASET,
    params(
        ("user" = String, Path, description = "The owner's name, or `anonymous`"),
        ("name" = String, Path, description = "The dataset's name, or `anonymous`"),
        ById
    ),
    responses((status = 200, description = "the dataset", body = Answered<Dataset>))
)]
async fn dataset(
    State(app): State<Shared>,
    caller: Caller,
    Path(names): Names,
    Query(query): Query<ById>,
) -> Answer<Dataset> {
    let address = address(&names, &query)?;
    let mut row = rows::visible(&app, &caller, ModuleType::Data, address).await?;
    complete(&app, &caller, std::slice::from_mut(&mut row)).await?;
    ok(row.dataset())
}

/// Creates a project under one's own name.
#[utoipa::path(
    put, path = PROJECT, security(("token" = [])),
    params(
        ("user" = String, Path, description = "The owner's name, or `anonymous`"),
        ("name" = String, Path, description = "The project's name, or `anonymous`")
    ),
    request_body = NewProject,
    responses((status = 200, description = "the project", body = Answered<Project>))
)]
async fn create_project(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(names): Names,
    Body(new): Body<NewProject>,
) -> Answer<Project> {
    if !new.default_env.is_empty() && app.catalog.get(&new.default_env).is_none() {
        let message = "the service has no environment of this name";
        return Err(ApiError::bad(Reason::UnknownEnvironment, message).at("default_env"));
    }
    let new = New {
        kind: ModuleType::Code,
        description: new.description,
        permission: new.permission,
        default_env: new.default_env,
        tags: checked_tags(&new.tags)?,
        forked_from: None,
    };
    let row = create(&app, &user, &names, new).await?;
    ok(row.project(app.catalog.default_name()))
}

/// Creates a dataset under one's own name.
#[utoipa::path(
    put, path = DATASET, security(("token" = [])),
    params(
        ("user" = String, Path, description = "The owner's name, or `anonymous`"),
        ("name" = String, Path, description = "The dataset's name, or `anonymous`")
    ),
    request_body = NewDataset,
    responses((status = 200, description = "the dataset", body = Answered<Dataset>))
)]
async fn create_dataset(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(names): Names,
    Body(new): Body<NewDataset>,
) -> Answer<Dataset> {
    let new = New {
        kind: ModuleType::Data,
        description: new.description,
        permission: new.permission,
        default_env: String::new(),
        tags: checked_tags(&new.tags)?,
        forked_from: None,
    };
    ok(create(&app, &user, &names, new).await?.dataset())
}

async fn create(
    app: &App,
    user: &User,
    (owner, name): &(String, String),
    new: New,
) -> Result<EntityRow, ApiError> {
    let owner = users::by_name(app, owner).await?;
    let owner = owner.ok_or_else(|| ApiError::not_found("user"))?;
    if owner.id != user.id {
        let message = format!(
            "a {} can only be made under one's own name",
            thing(new.kind)
        );
        return Err(ApiError::not_allowed(&message));
    }
    name::check_name(name).map_err(|r| ApiError::field("name", r))?;
    name::check_description(&new.description).map_err(|r| ApiError::field("description", r))?;
    check_permission(new.permission)?;
    let mut tx = app.db.begin().await?;
    if new.permission == 1 {
        limits::check_private(app, &mut tx, &user.id, new.kind).await?;
    }
    let id = insert(&mut tx, app.clock.now(), &user.id, name, &new).await?;
    tx.commit().await?;
    events::entity(app, &id, Action::Created).await;
    let caller = Caller::User(user.clone());
    let mut row = rows::any(app, &caller, &id).await?;
    complete(app, &caller, std::slice::from_mut(&mut row)).await?;
    Ok(row)
}

/// Deletes a project that no task uses.
#[utoipa::path(
    delete, path = PROJECT, security(("token" = [])),
    params(
        ("user" = String, Path, description = "The owner's name, or `anonymous`"),
        ("name" = String, Path, description = "The project's name, or `anonymous`"),
        ById
    ),
    responses((status = 200, description = "deleted", body = Answered<Nothing>))
)]
async fn delete_project(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(names): Names,
    Query(query): Query<ById>,
) -> Answer<()> {
    let address = address(&names, &query)?;
    let row = rows::owned(&app, &user, ModuleType::Code, address).await?;
    ok(delete(&app, &row).await?)
}

/// Deletes a dataset that no task uses.
#[utoipa::path(
    delete, path = DATASET, security(("token" = [])),
    params(
        ("user" = String, Path, description = "The owner's name, or `anonymous`"),
        ("name" = String, Path, description = "The dataset's name, or `anonymous`"),
        ById
    ),
    responses((status = 200, description = "deleted", body = Answered<Nothing>))
)]
async fn delete_dataset(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(names): Names,
    Query(query): Query<ById>,
) -> Answer<()> {
    let address = address(&names, &query)?;
    let row = rows::owned(&app, &user, ModuleType::Data, address).await?;
    ok(delete(&app, &row).await?)
}

async fn delete(app: &App, row: &EntityRow) -> Result<(), ApiError> {
    let mut tx = app.db.begin().await?;
    let busy = crate::tasks::rows::busy(&mut tx, &row.id).await?;
    if busy > 0 {
        let message = format!("{busy} running or waiting tasks use it; stop them first");
        return Err(ApiError::new(
            Code::ResourceUnavailable,
            Reason::InUse,
            message,
        ));
    }
    sqlx::query("UPDATE entities SET deleted_at = $1 WHERE id = $2 AND deleted_at IS NULL")
        .bind(app.clock.now().0)
        .bind(&row.id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    events::entity(app, &row.id, Action::Deleted).await;
    Ok(())
}

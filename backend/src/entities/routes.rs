//! The routes of projects and datasets.

use super::rows::{Address, EntityRow};
use super::{change, delete, kind_key, list, rows, thing};
use crate::accounts::users;
use crate::error::{Answer, ApiError, ok};
use crate::events;
use crate::http::{Body, Caller, Path, Query, SignedIn};
use crate::ids;
use crate::openapi::answers::{Answered, Nothing};
use crate::state::{App, Shared};
use api::dataset::{Dataset, NewDataset};
use api::event::Action;
use api::module::ModuleType;
use api::project::{EntityChange, EntityQuery, NewProject, Project};
use api::routes::{DATASET, DATASETS, DEPENDENTS, PROJECT, PROJECTS};
use api::trash::Dependents;
use api::{Page, name};
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(projects))
        .routes(routes!(
            project,
            create_project,
            change_project,
            delete_project
        ))
        .routes(routes!(datasets))
        .routes(routes!(
            dataset,
            create_dataset,
            change_dataset,
            delete_dataset
        ))
        .routes(routes!(dependents))
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
    let row = rows::visible(&app, &caller, ModuleType::Code, address).await?;
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
    let row = rows::visible(&app, &caller, ModuleType::Data, address).await?;
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
    change::check_environment(&app, &new.default_env)?;
    let new = New {
        kind: ModuleType::Code,
        description: new.description,
        permission: new.permission,
        default_env: new.default_env,
    };
    let row = create_named(&app, &user.id, &names, new).await?;
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
    };
    ok(create_named(&app, &user.id, &names, new).await?.dataset())
}

/// What a new project or dataset is, besides its name.
#[derive(Clone, Debug)]
pub struct New {
    /// Which of the two.
    pub kind: ModuleType,
    /// Plain text.
    pub description: String,
    /// 0 is public, 1 private.
    pub permission: i64,
    /// The environment of a project; else empty.
    pub default_env: String,
}

async fn create_named(
    app: &App,
    user: &str,
    (owner, name): &(String, String),
    new: New,
) -> Result<EntityRow, ApiError> {
    let owner = users::by_name(app, owner).await?;
    let owner = owner.ok_or_else(|| ApiError::not_found("user"))?;
    if owner.id != user {
        let message = format!(
            "a {} can only be made under one's own name",
            thing(new.kind)
        );
        return Err(ApiError::not_allowed(&message));
    }
    create(app, user, name, new).await
}

/// Makes a project or dataset of `user`, an id.
///
/// # Errors
/// 519 or 521 at the field that is wrong.
pub async fn create(app: &App, user: &str, name: &str, new: New) -> Result<EntityRow, ApiError> {
    name::check_name(name).map_err(|r| ApiError::field("name", r))?;
    name::check_description(&new.description).map_err(|r| ApiError::field("description", r))?;
    change::check_permission(new.permission)?;
    let id = ids::new_id();
    let mut tx = app.db.begin().await?;
    sqlx::query(
        "INSERT INTO entities (id, kind, owner_id, name, name_key, description, search_key, permission,
             default_env, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
    )
    .bind(&id)
    .bind(kind_key(new.kind))
    .bind(user)
    .bind(name)
    .bind(name.to_lowercase())
    .bind(&new.description)
    .bind(change::search_key(name, &new.description))
    .bind(new.permission)
    .bind(&new.default_env)
    .bind(app.clock.now().0)
    .execute(&mut *tx)
    .await?;
    change::take_name(&mut tx, user, new.kind, name).await?;
    tx.commit().await?;
    events::entity(app, &id, Action::Created).await;
    rows::find(app, new.kind, Address::Id(&id))
        .await?
        .ok_or_else(|| ApiError::internal("a row just written is not there"))
}

/// Changes a project: what is left out stays. An old name leads on to it until somebody takes it.
#[utoipa::path(
    post, path = PROJECT, security(("token" = [])),
    params(
        ("user" = String, Path, description = "The owner's name, or `anonymous`"),
        ("name" = String, Path, description = "The project's name, or `anonymous`"),
        ById
    ),
    request_body = EntityChange,
    responses((status = 200, description = "the project", body = Answered<Project>))
)]
async fn change_project(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(names): Names,
    Query(query): Query<ById>,
    Body(new): Body<EntityChange>,
) -> Answer<Project> {
    let address = address(&names, &query)?;
    let row = rows::owned(&app, &user, ModuleType::Code, address).await?;
    let row = change::change(&app, row, new).await?;
    ok(row.project(app.catalog.default_name()))
}

/// Changes a dataset: what is left out stays. An old name leads on to it until somebody takes it.
#[utoipa::path(
    post, path = DATASET, security(("token" = [])),
    params(
        ("user" = String, Path, description = "The owner's name, or `anonymous`"),
        ("name" = String, Path, description = "The dataset's name, or `anonymous`"),
        ById
    ),
    request_body = EntityChange,
    responses((status = 200, description = "the dataset", body = Answered<Dataset>))
)]
async fn change_dataset(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(names): Names,
    Query(query): Query<ById>,
    Body(new): Body<EntityChange>,
) -> Answer<Dataset> {
    let address = address(&names, &query)?;
    let row = rows::owned(&app, &user, ModuleType::Data, address).await?;
    ok(change::change(&app, row, new).await?.dataset())
}

/// What hangs on a project, dataset or version of one's own: to be told before it is deleted or made private.
#[utoipa::path(
    get, path = DEPENDENTS, security(("token" = [])),
    params(("id" = String, Path, description = "The project, dataset or version")),
    responses((status = 200, description = "how much of what", body = Answered<Dependents>))
)]
async fn dependents(
    State(app): State<Shared>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Answer<Dependents> {
    ok(delete::dependents(&app, &user, &id).await?)
}

/// Puts a project into the trash. Its tasks that wait or run are stopped.
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
    ok(delete::delete(&app, &row).await?)
}

/// Puts a dataset into the trash. Tasks that mount it keep it until they end.
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
    ok(delete::delete(&app, &row).await?)
}

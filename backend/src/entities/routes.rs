//! The routes of projects and datasets.

use super::create::{self, New, checked_tags};
use super::rows::{Address, EntityRow};
use super::{change, complete, delete, list, patterns, rows, thing};
use crate::accounts::users;
use crate::error::{Answer, ApiError, ok};
use crate::http::caller::User;
use crate::http::{Body, Caller, Path, Query, SignedIn};
use crate::openapi::answers::{Answered, Nothing};
use crate::state::{App, Shared};
use api::Page;
use api::dataset::{Dataset, NewDataset};
use api::module::ModuleType;
use api::project::{EntityChange, EntityQuery, NewProject, Project};
use api::routes::{DATASET, DATASETS, DEPENDENTS, PROJECT, PROJECTS};
use api::trash::Dependents;
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
        .merge(patterns::router())
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
    change::check_environment(&app, &new.default_env)?;
    let new = New {
        kind: ModuleType::Code,
        description: new.description,
        permission: new.permission,
        default_env: new.default_env,
        tags: checked_tags(&new.tags)?,
        forked_from: None,
    };
    let row = create_named(&app, &user, &names, new).await?;
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
    ok(create_named(&app, &user, &names, new).await?.dataset())
}

async fn create_named(
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
    create::create(app, user, name, new).await
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
    let row = change::change(&app, &user, row, new).await?;
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
    ok(change::change(&app, &user, row, new).await?.dataset())
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

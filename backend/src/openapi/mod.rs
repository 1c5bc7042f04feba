//! The API's description of itself (OpenAPI 3.1), made of what stands at the handlers.
//!
//! A route is mounted and described by the same line (`routes!` of utoipa-axum), so that neither is without the other.
//! Here is what holds for many routes: how answers travel ([`answers`]), who asks, and the document around them.

pub mod answers;

use crate::state::Shared;
use answers::Failure;
use api::event::StreamEvent;
use api::log::LogEvent;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::OnceLock;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, PathItem, Ref, ResponseBuilder};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What is true of the whole API.
const ABOUT: &str = "The API of Russell Cloud: that of RussellCloud as `russell-cli` 0.7.8 speaks it, and what the app needs \
besides.\n\n\
JSON answers have HTTP status 200 and the envelope `{\"code\", \"data\"}`: `code` 200 is success, anything else a failure whose \
`data` is a problem. Transfers (contents of files, logs, uploads of the app) answer by HTTP status; the envelope is the body \
of their failures. Bodies are read as JSON whatever `Content-Type` says, and unknown keys are ignored. An address answers 405 \
with `Allow` to a method that it does not take. Whoever sends a token that is none, or none at all, is an anonymous caller.";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Russell Cloud", description = ABOUT),
    modifiers(&Callers),
    components(schemas(Failure, LogEvent, StreamEvent)),
    security((), ("token" = []))
)]
struct Document;

/// The ways to say who asks.
struct Callers;

impl Modify for Callers {
    fn modify(&self, document: &mut OpenApi) {
        let basic = |words: &str| {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Basic);
            SecurityScheme::Http(scheme.description(Some(words)).build())
        };
        let file_server = ApiKeyValue::with_description(
            "access_token",
            "`base64(T + \":\")`, as the CLI sends it to the file server",
        );
        let components = document.components.get_or_insert_default();
        for (name, scheme) in [
            ("token", basic("the token as user name, an empty password")),
            (
                "password",
                basic("user name or e-mail address, and password"),
            ),
            (
                "file_server",
                SecurityScheme::ApiKey(ApiKey::Header(file_server)),
            ),
        ] {
            components.add_security_scheme(name, scheme);
        }
    }
}

/// The routes of a module under one heading of the description.
pub fn chapter(name: &str, mut routes: OpenApiRouter<Shared>) -> OpenApiRouter<Shared> {
    for item in routes.get_openapi_mut().paths.paths.values_mut() {
        for operation in operations(item) {
            operation.tags = Some(vec![name.to_owned()]);
        }
    }
    routes
}

/// The route of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(describe))
}

/// This description.
#[utoipa::path(
    get, path = api::routes::OPENAPI, security(()),
    responses((status = 200, description = "an OpenAPI document", body = Value, content_type = "application/json"))
)]
async fn describe() -> impl IntoResponse {
    // It is the same for as long as the process lives, and few ask.
    static TEXT: OnceLock<Bytes> = OnceLock::new();
    let text = TEXT.get_or_init(|| Bytes::from(document().to_string()));
    ([(CONTENT_TYPE, "application/json")], text.clone())
}

/// The description of every route.
pub fn document() -> Value {
    let mut document = Document::openapi();
    document.merge(crate::http::routes().into_openapi());
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        let failed = ResponseBuilder::new()
            .description("the backend failed")
            .content(
                "application/json",
                Content::new(Some(Ref::from_schema_name("Failure"))),
            );
        let responses = &mut operation.responses.responses;
        responses
            .entry("500".to_owned())
            .or_insert_with(|| failed.into());
    }
    let mut value = serde_json::to_value(document).expect("a document of texts and numbers");
    without_links(&mut value);
    by_name(&mut value);
    value
}

/// Refers to schemas that have a name where they are written out, as in all that is generic.
fn by_name(document: &mut Value) {
    fn replace(value: &mut Value, names: &HashMap<String, String>) {
        match value {
            Value::Object(map) => map.values_mut().for_each(|value| shorten(value, names)),
            Value::Array(list) => list.iter_mut().for_each(|value| shorten(value, names)),
            _ => {}
        }
    }
    fn shorten(value: &mut Value, names: &HashMap<String, String>) {
        match names.get(&value.to_string()) {
            Some(name) => *value = json!({"$ref": format!("#/components/schemas/{name}")}),
            None => replace(value, names),
        }
    }
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else {
        return;
    };
    let of = |(name, schema): (&String, &Value)| (schema.to_string(), name.clone());
    let names = schemas.iter().map(of).collect();
    for schema in schemas.values_mut() {
        replace(schema, &names);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        options,
        head,
        patch,
        ..
    } = item;
    [get, put, post, delete, options, head, patch]
        .into_iter()
        .flatten()
}

/// Descriptions are the comments of the code, where words in brackets are links to other code.
fn without_links(value: &mut Value) {
    match value {
        Value::String(text) if text.contains("[`") => {
            *text = text
                .replace("[`", "`")
                .replace("`]", "`")
                .replace("`crate::", "`");
        }
        Value::Array(list) => list.iter_mut().for_each(without_links),
        Value::Object(map) => map.values_mut().for_each(without_links),
        _ => {}
    }
}

//! How answers travel, for the description: what [`crate::error`] and the handlers send.

use api::{Code, Problem};
use std::collections::BTreeMap;
use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{Content, KnownFormat, Ref, RefOr, Response, ResponseBuilder, Schema};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

/// A JSON answer: HTTP 200 whether it is a success or a failure.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum Answered<T> {
    /// A success.
    Done {
        /// Always 200.
        #[schema(value_type = Done)]
        code: Code,
        /// The answer.
        data: T,
    },
    /// A failure.
    Failed(Failure),
}

/// The envelope of a success where a failure has another HTTP status.
#[derive(ToSchema)]
pub struct Success<T> {
    /// Always 200.
    #[schema(value_type = Done)]
    pub code: Code,
    /// The answer.
    pub data: T,
}

/// The envelope of a failure.
#[derive(ToSchema)]
pub struct Failure {
    /// The kind of failure.
    pub code: Code,
    /// The cause.
    pub data: Problem,
}

/// The code of a success.
pub struct Done;

impl PartialSchema for Done {
    fn schema() -> RefOr<Schema> {
        let code = ObjectBuilder::new().schema_type(Type::Integer);
        code.enum_values(Some([u16::from(Code::Ok)])).into()
    }
}

impl ToSchema for Done {}

/// `null`: there is nothing more to say.
pub struct Nothing;

impl PartialSchema for Nothing {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Null).into()
    }
}

impl ToSchema for Nothing {}

/// Bytes as they are.
pub struct Binary;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
            .into()
    }
}

impl ToSchema for Binary {}

/// The failures that any transfer may answer with, by HTTP status.
pub struct Refused;

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        failures(&[
            (400, "a parameter is missing or wrong"),
            (401, "not signed in, or the sign-in has expired"),
            (404, "there is no such thing, or it is private"),
            (409, "the state of the thing does not allow it"),
            (503, "busy, try again"),
        ])
    }
}

/// The failures that an upload may answer with besides [`Refused`].
pub struct UploadRefused;

impl IntoResponses for UploadRefused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        failures(&[
            (403, "the project or dataset is somebody else's"),
            (410, "the upload has ended, failed or expired"),
            (413, "more bytes or files than allowed"),
            (423, "another request is sending to the upload"),
            (
                507,
                "the disk of the service or the storage of the account is full",
            ),
        ])
    }
}

/// What a WebSocket's address answers to a request over HTTP.
pub struct Upgraded;

impl IntoResponses for Upgraded {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let text = || {
            (
                "text/plain; charset=utf-8",
                Content::new(Some(String::schema())),
            )
        };
        let failure = || {
            (
                "application/json",
                Content::new(Some(Ref::from_schema_name("Failure"))),
            )
        };
        let of = |status: u16, words: &str, contents: Vec<(&str, Content)>| {
            let response = ResponseBuilder::new().description(words);
            let response = contents
                .into_iter()
                .fold(response, |response, (kind, content)| {
                    response.content(kind, content)
                });
            (status.to_string(), RefOr::T(response.build()))
        };
        BTreeMap::from([
            of(101, "the WebSocket", vec![]),
            of(
                400,
                "no upgrade to a WebSocket, or its query is wrong",
                vec![text(), failure()],
            ),
            of(404, "there is no such address", vec![failure()]),
            of(426, "the connection cannot be upgraded", vec![text()]),
        ])
    }
}

fn failures(list: &[(u16, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let failure = |words: &str| {
        let content = Content::new(Some(Ref::from_schema_name("Failure")));
        ResponseBuilder::new()
            .description(words)
            .content("application/json", content)
            .build()
    };
    let of = |(status, words): &(u16, &str)| (status.to_string(), RefOr::T(failure(words)));
    list.iter().map(of).collect()
}

//! The API as the example's maker uses it: real requests, without a socket.

use crate::state::Shared;
use anyhow::{Context as _, Result, ensure};
use api::upload::{TUS_CONTENT_TYPE, TUS_VERSION, UploadCreated};
use api::{Envelope, routes};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Somebody signed in.
pub struct Client {
    router: Router,
    authorization: String,
}

impl Client {
    /// Whoever holds this token.
    pub fn new(app: &Shared, token: &str) -> Self {
        let basic = STANDARD.encode(format!("{token}:"));
        Self {
            router: crate::http::router(app.clone()),
            authorization: format!("Basic {basic}"),
        }
    }

    /// Sends a PUT; answers the `id` of what it made.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn put(&self, path: &str, body: Value) -> Result<String> {
        self.id(Method::PUT, path, body).await
    }

    /// Sends a POST; answers the `id` of what it made.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn post(&self, path: &str, body: Value) -> Result<String> {
        self.id(Method::POST, path, body).await
    }

    /// Uploads files as a new version; answers its id.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn upload(
        &self,
        entity: &str,
        kind: &str,
        description: &str,
        files: &[super::File],
    ) -> Result<String> {
        let list: Vec<Value> = files
            .iter()
            .map(|(path, bytes)| json!({"path": path, "size": bytes.len()}))
            .collect();
        let body = json!({"entity_id": entity, "module_type": kind, "description": description, "files": list});
        let created: UploadCreated = self
            .send(Method::POST, routes::UPLOADS, body.to_string().into_bytes())
            .await?;
        let bytes: Vec<u8> = files
            .iter()
            .flat_map(|(_, bytes)| *bytes)
            .copied()
            .collect();
        let path = routes::fill(routes::UPLOAD, &[&created.id]);
        self.raw(Method::PATCH, &path, bytes).await?;
        Ok(created.module_id)
    }

    async fn id(&self, method: Method, path: &str, body: Value) -> Result<String> {
        let data: Value = self
            .send(method, path, body.to_string().into_bytes())
            .await?;
        let id = data["id"]
            .as_str()
            .with_context(|| format!("{path} answers no id"))?;
        Ok(id.to_owned())
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<T> {
        let bytes = self.raw(method, path, body).await?;
        let envelope: Envelope<Value> = serde_json::from_slice(&bytes)?;
        ensure!(envelope.code.is_success(), "{path}: {}", envelope.data);
        Ok(serde_json::from_value(envelope.data)?)
    }

    async fn raw(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Vec<u8>> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, &self.authorization)
            .header(header::CONTENT_TYPE, TUS_CONTENT_TYPE)
            .header(header::CONTENT_LENGTH, body.len())
            .header("tus-resumable", TUS_VERSION)
            .header("upload-offset", 0)
            .body(Body::from(body))?;
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await?
            .to_vec();
        ensure!(
            status.is_success(),
            "{path}: {status}: {}",
            String::from_utf8_lossy(&bytes)
        );
        Ok(bytes)
    }
}

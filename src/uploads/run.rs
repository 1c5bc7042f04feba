//! One upload from its announcement to its last byte.

use super::pick;
use crate::backoff::Backoff;
use crate::client::{self, ClientError};
use api::Reason;
use api::module::ModuleState;
use api::upload::{NewUpload, UploadCreated};
use engine::plan::{Plan, Request};
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use leptos::web_sys::{Blob, File};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

/// Why an upload stands still for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A request failed.
    Client(ClientError),
    /// This file changed or vanished after it was chosen.
    FileChanged(String),
    /// The version did not become valid; the reason in English, if there is one.
    Failed(Option<String>),
}

/// What the outside learns while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The server is asked to take it, or how far it is.
    Starting,
    /// So many bytes of all have left.
    Sent(u64),
    /// Something failed that may pass: tried again in so many seconds.
    Waiting(u32),
}

/// What is sent.
pub struct Work {
    /// The announcement.
    pub new: NewUpload,
    /// The files in the order of their bytes.
    pub files: Vec<File>,
    /// What goes into one request.
    pub plan: Plan,
    /// The server's answer to the announcement.
    pub created: RefCell<Option<UploadCreated>>,
}

impl Work {
    /// Sends everything that the server does not have yet. Dropping the future pauses: the next run goes on there.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn run(
        &self,
        tell: impl Fn(Event) + Clone + 'static,
    ) -> Result<UploadCreated, Trouble> {
        let mut backoff = Backoff::new((js_sys::Math::random() * f64::from(u32::MAX)) as u32);
        tell(Event::Starting);
        let fresh = self.created.borrow().is_none();
        let created = loop {
            if let Some(created) = self.created.borrow().clone() {
                break created;
            }
            match client::uploads::begin(&self.new).await {
                Ok(created) => *self.created.borrow_mut() = Some(created),
                Err(error) => self.pause(error, &mut backoff, &tell).await?,
            }
        };
        let mut known = fresh.then_some(0);
        let mut finished = false;
        while !finished {
            let offset = match known.take() {
                Some(offset) => offset,
                None => match client::uploads::offset(&created.id).await {
                    Ok(offset) => offset,
                    Err(error) if error.reason() == Some(Reason::UploadGone) => {
                        match self.was_finished(&created, error).await {
                            Ok(()) => break,
                            Err(Trouble::Client(error)) if error.is_passing() => {
                                self.pause(error, &mut backoff, &tell).await?;
                                continue;
                            }
                            Err(trouble) => {
                                // The next try begins anew.
                                self.created.take();
                                return Err(trouble);
                            }
                        }
                    }
                    Err(error) => {
                        self.pause(error, &mut backoff, &tell).await?;
                        continue;
                    }
                },
            };
            tell(Event::Sent(offset));
            match self.send(&created.id, offset, tell.clone()).await {
                Ok(next) => {
                    backoff.success();
                    finished = next >= self.plan.bytes();
                    known = Some(next);
                }
                Err(error) => {
                    self.check_files(&error, offset).await?;
                    self.pause(error, &mut backoff, &tell).await?;
                }
            }
        }
        tell(Event::Sent(self.plan.bytes()));
        Ok(created)
    }

    async fn send(
        &self,
        id: &str,
        offset: u64,
        tell: impl Fn(Event) + 'static,
    ) -> Result<u64, ClientError> {
        let body = match self.plan.next(offset) {
            Some(request) => self.body(&request),
            // Files without bytes, or an answer that was lost: the server finishes with an empty request.
            None => Blob::new(),
        };
        let body = body.map_err(|_| ClientError::Malformed("no Blob".to_owned()))?;
        client::uploads::append(id, offset, &body, move |sent| {
            tell(Event::Sent(offset + sent))
        })
        .await
    }

    /// The bytes of a request. A whole file is handed over as it is: browsers send it twice as fast as a part of it.
    fn body(&self, request: &Request) -> Result<Blob, JsValue> {
        let part = |part: &engine::plan::Part| -> Result<Blob, JsValue> {
            let file = &self.files[part.file];
            if part.from == 0 && part.to as f64 == file.size() {
                Ok(file.clone().unchecked_into())
            } else {
                file.slice_with_f64_and_f64(part.from as f64, part.to as f64)
            }
        };
        if let [only] = request.parts.as_slice() {
            return part(only);
        }
        let parts = request
            .parts
            .iter()
            .map(part)
            .collect::<Result<Array, JsValue>>()?;
        Blob::new_with_blob_sequence(&parts)
    }

    /// A request that broke without an answer may be a file's fault: a browser reads it only while it sends.
    async fn check_files(&self, error: &ClientError, offset: u64) -> Result<(), Trouble> {
        if !matches!(error, ClientError::Offline | ClientError::Timeout) {
            return Ok(());
        }
        let Some(request) = self.plan.next(offset) else {
            return Ok(());
        };
        for part in &request.parts {
            if !pick::is_readable(&self.files[part.file]).await {
                return Err(Trouble::FileChanged(self.new.files[part.file].path.clone()));
            }
        }
        Ok(())
    }

    /// Waits if the failure may pass.
    async fn pause(
        &self,
        error: ClientError,
        backoff: &mut Backoff,
        tell: &impl Fn(Event),
    ) -> Result<(), Trouble> {
        let out_of_step = matches!(
            error.reason(),
            Some(Reason::OffsetMismatch | Reason::UploadLocked)
        );
        if !out_of_step && !error.is_passing() {
            return Err(Trouble::Client(error));
        }
        let least = match &error {
            ClientError::Api { problem, .. } => problem.retry_after,
            _ => None,
        };
        let seconds = (backoff.failure(least) / 1000.0).ceil() as u32;
        for left in (1..=seconds).rev() {
            tell(Event::Waiting(left));
            TimeoutFuture::new(1_000).await;
        }
        Ok(())
    }

    /// The upload is gone: because it was finished and only the answer was lost, or because it expired.
    async fn was_finished(
        &self,
        created: &UploadCreated,
        error: ClientError,
    ) -> Result<(), Trouble> {
        match client::modules::get(&created.module_id).await {
            Ok(module) if module.state == ModuleState::Valid => Ok(()),
            Ok(module) if module.state == ModuleState::Failed => {
                Err(Trouble::Failed(module.reason))
            }
            Err(other) if other.is_passing() => Err(Trouble::Client(other)),
            _ => Err(Trouble::Client(error)),
        }
    }
}

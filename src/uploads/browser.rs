//! The world of an upload in a browser: requests, the user's files, timers.

use super::kept::{Again, Memory};
use super::outbox::Outbox;
use super::pick;
use super::run::Transport;
use crate::client::uploads::Kind;
use crate::client::{self, ClientError};
use crate::work::Check;
use api::module::Module;
use api::upload::{NewUpload, UploadCreated};
use engine::plan::{Part, Request};
use futures::future::{FutureExt, LocalBoxFuture};
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use leptos::web_sys::{Blob, File};
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};

/// After how many milliseconds the speed of a line is known.
const MEASURE_MS: f64 = 1_000.0;
/// Bytes that a slow line takes in a millisecond: well below what is hashed in that time.
const SLOW_BYTES_PER_MS: f64 = 64_000.0;

/// What a browser offers.
pub struct Browser {
    /// The files, and who sends and hashes them.
    pub outbox: Rc<Outbox>,
    /// What is remembered of the upload beyond this page.
    pub memory: Rc<Memory>,
    /// What is to be chosen again.
    pub again: Option<Again>,
}

impl Transport for Browser {
    fn begin(
        &self,
        new: &NewUpload,
    ) -> LocalBoxFuture<'static, Result<UploadCreated, ClientError>> {
        self.memory.remember(new);
        let (asked, memory) = (client::uploads::begin(new), Rc::clone(&self.memory));
        async move {
            let created = asked.await?;
            memory.created(&created);
            Ok(created)
        }
        .boxed_local()
    }

    fn offset(&self, id: &str) -> impl Future<Output = Result<u64, ClientError>> {
        client::uploads::offset(id)
    }

    async fn append(
        &self,
        id: &str,
        offset: u64,
        request: Option<&Request>,
        progress: impl Fn(u64) + 'static,
    ) -> Result<u64, ClientError> {
        let Some(request) = request else {
            return client::uploads::finish(id, offset).await;
        };
        let progress = Rc::new(progress);
        if request.is_pack {
            let patch = client::uploads::patch(id, offset, Kind::Form);
            let told = Rc::clone(&progress);
            let sent = self.outbox.send(&patch, request, move |sent| told(sent));
            if let Some(outcome) = sent.await {
                return client::uploads::settle(&patch, outcome);
            }
        }
        let body = self.body(request);
        let body = body.map_err(|_| ClientError::Malformed("no Blob".to_owned()))?;
        let hash = self.hash_beside(request);
        let progress = move |sent| {
            hash(sent);
            progress(sent);
        };
        client::uploads::append(id, offset, &body, progress).await
    }

    fn check(
        &self,
        new: &NewUpload,
        created: &UploadCreated,
    ) -> impl Future<Output = Option<Check>> {
        self.outbox.check(new, created)
    }

    fn give_up(&self, id: &str) -> impl Future<Output = Result<(), ClientError>> {
        client::uploads::give_up(id)
    }

    fn version(&self, module_id: &str) -> impl Future<Output = Result<Module, ClientError>> {
        client::modules::get(module_id)
    }

    fn is_readable(&self, file: usize) -> impl Future<Output = bool> {
        let file = self.outbox.files().borrow()[file].clone();
        async move {
            match file {
                Some(file) => pick::is_readable(&file).await,
                None => false,
            }
        }
    }

    fn id(&self) -> String {
        self.memory.id()
    }

    fn again(&self) -> Option<Again> {
        self.again.clone()
    }

    fn drop_record(&self) {
        self.memory.drop_record();
    }

    fn sleep(&self, ms: u32) -> impl Future<Output = ()> {
        TimeoutFuture::new(ms)
    }

    fn random(&self) -> u32 {
        random()
    }
}

/// Any number.
pub fn random() -> u32 {
    (js_sys::Math::random() * f64::from(u32::MAX)) as u32
}

impl Browser {
    /// What hashes a big file while it is sent, as soon as the line shows to be slower than that: on a fast one it would
    /// only take the sending's time.
    fn hash_beside(&self, request: &Request) -> impl Fn(u64) + 'static {
        let outbox = Rc::clone(&self.outbox);
        let big = request.parts.first().map(|part| part.file);
        let big = big.filter(|_| !request.is_pack);
        let begin = js_sys::Date::now();
        move |sent| {
            let ms = js_sys::Date::now() - begin;
            if let Some(file) = big
                && ms > MEASURE_MS
                && (sent as f64) < ms * SLOW_BYTES_PER_MS
            {
                outbox.hash(file);
            }
        }
    }

    /// The bytes of a request. A whole file is handed over as it is: browsers send it twice as fast as a part of it.
    fn body(&self, request: &Request) -> Result<Blob, JsValue> {
        let part = |part: &Part| -> Result<Blob, JsValue> {
            let files = self.outbox.files().borrow();
            let file: &File = files[part.file].as_ref().ok_or(JsValue::NULL)?;
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
}

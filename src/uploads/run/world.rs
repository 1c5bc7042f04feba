//! What an upload needs of the world.

use crate::client::ClientError;
use crate::uploads::kept::Again;
use crate::work::Check;
use api::module::Module;
use api::upload::{NewUpload, UploadCreated};
use engine::plan::Request;
use futures::future::LocalBoxFuture;
use std::future::Future;

/// What an upload needs of the world. Another world is put in its place in tests.
pub trait Transport {
    /// Announces the upload.
    fn begin(&self, new: &NewUpload)
    -> LocalBoxFuture<'static, Result<UploadCreated, ClientError>>;

    /// How many bytes the server has.
    fn offset(&self, id: &str) -> impl Future<Output = Result<u64, ClientError>>;

    /// Sends a request's bytes and tells the new offset. None: all are there, and the version is made of them, not before.
    fn append(
        &self,
        id: &str,
        offset: u64,
        request: Option<&Request>,
        progress: impl Fn(u64) + 'static,
    ) -> impl Future<Output = Result<u64, ClientError>>;

    /// Compares what the server stored with the files. `None` when that cannot be told.
    fn check(
        &self,
        new: &NewUpload,
        created: &UploadCreated,
    ) -> impl Future<Output = Option<Check>>;

    /// Ends the upload and what it has sent.
    fn give_up(&self, id: &str) -> impl Future<Output = Result<(), ClientError>>;

    /// The version that the upload makes.
    fn version(&self, module_id: &str) -> impl Future<Output = Result<Module, ClientError>>;

    /// Whether a file, counted in the order of the upload, is still as it was when it was chosen.
    fn is_readable(&self, file: usize) -> impl Future<Output = bool>;

    /// Tells the upload from all others of this browser.
    fn id(&self) -> String;

    /// The files that are to be chosen again, of one that another page has begun.
    fn again(&self) -> Option<Again>;

    /// Nothing needs to be remembered of the upload beyond this page any more.
    fn drop_record(&self);

    /// Ends after so many milliseconds.
    fn sleep(&self, ms: u32) -> impl Future<Output = ()>;

    /// Any number.
    fn random(&self) -> u32;
}

//! The envelope of every JSON answer and what an error says.

use crate::Code;
use serde::{Deserialize, Serialize};

/// `{"code": 200, "data": ...}`: how every JSON answer travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// Success or the kind of failure.
    pub code: Code,
    /// The answer, or a [`Problem`].
    pub data: T,
}

impl<T> Envelope<T> {
    /// A success carrying `data`.
    pub fn ok(data: T) -> Self {
        Self {
            code: Code::Ok,
            data,
        }
    }
}

/// What went wrong, precise enough for the app to say it in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// The exact cause.
    pub reason: Reason,
    /// One English sentence for logs, the CLI's `-v` and API users.
    pub message: String,
    /// The request's field at fault, as it is spelled in the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Seconds to wait before the next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem without field and waiting time.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            reason,
            message: message.into(),
            field: None,
            retry_after: None,
        }
    }

    /// The same, at a field of the request.
    pub fn at(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }
}

/// The exact cause of a failure. The app has a sentence for each in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// User name or password is wrong.
    WrongCredentials,
    /// Too many failed sign-ins; see `retry_after`.
    TooManyAttempts,
    /// No token was sent, or it is not one of ours.
    NotSignedIn,
    /// The token was valid once.
    TokenExpired,
    /// The thing belongs to somebody else.
    NotAllowed,
    /// There is no such thing.
    NotFound,
    /// A user, project or dataset of this name exists.
    NameTaken,
    /// The name breaks the rule; see [`crate::name`].
    IllegalName,
    /// The name is one of the app's own addresses.
    ReservedName,
    /// The e-mail address is taken.
    EmailTaken,
    /// The e-mail address is none.
    IllegalEmail,
    /// The address of a website is none that a browser opens.
    IllegalWebsite,
    /// The current password, asked for once more before a change, is wrong.
    WrongPassword,
    /// The file is no picture of a kind that is taken, or a broken one.
    BadPicture,
    /// The password is shorter than [`crate::limits::PASSWORD_MIN`].
    PasswordTooShort,
    /// A text is longer than its limit.
    TooLong,
    /// A value is missing.
    Missing,
    /// The request cannot be read.
    Malformed,
    /// A path in an upload or a request leaves its folder or cannot be a file's name.
    IllegalPath,
    /// An upload is larger than its kind may be.
    TooLarge,
    /// More files than an upload may have.
    TooManyFiles,
    /// An upload has no file.
    EmptyUpload,
    /// The archive is broken or of another format.
    BadArchive,
    /// The bytes do not have the announced checksum.
    ChecksumMismatch,
    /// The upload's offset is not where the server stands.
    OffsetMismatch,
    /// Somebody else is sending to this upload right now.
    UploadLocked,
    /// The upload has ended, failed or expired.
    UploadGone,
    /// The version is not valid (yet).
    VersionNotReady,
    /// The environment is not one of the service's.
    UnknownEnvironment,
    /// The machine type is not one of the service's.
    UnknownInstance,
    /// The environment cannot do what the mode needs.
    ModeUnsupported,
    /// Two datasets have the same mount name.
    MountTaken,
    /// More than [`crate::limits::TAGS_MAX`] tags.
    TooManyTags,
    /// More than [`crate::limits::MOUNTS_MAX`] datasets.
    TooManyMounts,
    /// The task's state does not allow it.
    WrongState,
    /// Tasks still use it.
    InUse,
    /// Tasks cannot run: the sandbox is missing on the server.
    SandboxMissing,
    /// The account's limit is reached.
    LimitReached,
    /// The account has neither time nor balance left.
    NoBalance,
    /// The account's versions and outputs take up all the storage it has.
    StorageFull,
    /// The account's plan allows no more private projects or datasets.
    PrivateLimit,
    /// The price is another than the buyer saw.
    PriceChanged,
    /// The disk of the service is full.
    DiskFull,
    /// The service is under maintenance or overloaded.
    Busy,
    /// The backend failed; its log says why.
    Internal,
    /// A cause that this version does not know.
    #[serde(other)]
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_a_code_and_data() {
        let text = serde_json::to_string(&Envelope::ok(vec![1, 2])).unwrap();
        assert_eq!(text, r#"{"code":200,"data":[1,2]}"#);
    }

    #[test]
    fn a_problem_names_its_field() {
        let problem = Problem::new(Reason::NameTaken, "there is a project of this name").at("name");
        let envelope = Envelope {
            code: Code::Duplicate,
            data: problem,
        };
        let text = serde_json::to_string(&envelope).unwrap();
        assert_eq!(
            text,
            r#"{"code":521,"data":{"reason":"name_taken","message":"there is a project of this name","field":"name"}}"#
        );
        assert_eq!(
            serde_json::from_str::<Envelope<Problem>>(&text).unwrap(),
            envelope
        );
    }

    #[test]
    fn a_reason_from_the_future_is_unknown() {
        let problem: Problem =
            serde_json::from_str(r#"{"reason":"solar_flare","message":"m","more":1}"#).unwrap();
        assert_eq!(problem.reason, Reason::Unknown);
    }
}

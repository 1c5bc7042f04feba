//! The codes of an answer: `code` in the envelope.

use serde::{Deserialize, Serialize};

/// What an answer says of itself, as a number in the envelope.
///
/// Sent with HTTP status 200 whatever the code is, because that is what `russell-cli` understands; only
/// [`Code::Internal`] travels with HTTP 500, and file transfers use HTTP's own statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "u16", into = "u16")]
pub enum Code {
    /// 200: done, `data` is the answer.
    Ok,
    /// 201: the offset at which an upload goes on (file server only).
    Offset,
    /// 500: the backend failed. Travels with HTTP status 500.
    Internal,
    /// 503: busy, try again.
    Busy,
    /// 506: the token is not one of ours (file server only).
    TokenInvalid,
    /// 507: the token has expired (file server only).
    TokenExpired,
    /// 512: not signed in, or the credentials are wrong.
    Authentication,
    /// 517: there is no such thing, or the caller may not know of it.
    NotFound,
    /// 518: a parameter that is needed is missing.
    NoRequest,
    /// 519: a parameter is wrong.
    BadRequest,
    /// 520: over a limit of the account or the service.
    OverLimit,
    /// 521: the name exists already.
    Duplicate,
    /// 522: not allowed.
    OverPermission,
    /// 525: the task could not be submitted.
    TaskSubmit,
    /// 526: the local project is behind the server's.
    VersionTooOld,
    /// 527: the balance does not suffice.
    NoBalance,
    /// 529: the module is not found (file server's form of 517).
    ModuleNotFound,
    /// 530: not available right now, for example a version that is still being uploaded.
    ResourceUnavailable,
    /// 532: an upload failed: broken archive or wrong checksum (file server only).
    UploadFailed,
    /// 533: an upload is larger than allowed (file server only).
    UploadTooLarge,
    /// 534: an upload cannot be resumed because its beginning is gone (file server only).
    ResumeImpossible,
    /// Any code this version does not know.
    Other(u16),
}

const KNOWN: [(Code, u16); 22] = [
    (Code::Ok, 200),
    (Code::Offset, 201),
    (Code::Internal, 500),
    (Code::Busy, 503),
    (Code::TokenInvalid, 506),
    (Code::TokenExpired, 507),
    (Code::Authentication, 512),
    (Code::NotFound, 517),
    (Code::NoRequest, 518),
    (Code::BadRequest, 519),
    (Code::OverLimit, 520),
    (Code::Duplicate, 521),
    (Code::OverPermission, 522),
    (Code::TaskSubmit, 525),
    (Code::VersionTooOld, 526),
    (Code::NoBalance, 527),
    (Code::ModuleNotFound, 529),
    (Code::ResourceUnavailable, 530),
    (Code::UploadFailed, 532),
    (Code::UploadTooLarge, 533),
    (Code::ResumeImpossible, 534),
    // Older servers answered 404 in the body too; it means what 517 means.
    (Code::NotFound, 404),
];

impl Code {
    /// Whether the answer is a success: 200 to 299.
    pub fn is_success(self) -> bool {
        (200..300).contains(&u16::from(self))
    }
}

impl From<u16> for Code {
    fn from(number: u16) -> Self {
        KNOWN
            .iter()
            .find(|(_, n)| *n == number)
            .map_or(Self::Other(number), |(code, _)| *code)
    }
}

impl From<Code> for u16 {
    fn from(code: Code) -> Self {
        match code {
            Code::Other(number) => number,
            known => KNOWN
                .iter()
                .find(|(c, _)| *c == known)
                .map_or(500, |(_, n)| *n),
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Code {
    /// The failures: a success is described where its answer is.
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let known = KNOWN.into_iter().filter(|(code, n)| u16::from(*code) == *n);
        let failures = known.filter(|(code, _)| !code.is_success());
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::Integer)
            .description(Some("The kind of failure."))
            .enum_values(Some(failures.map(|(_, number)| number)))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Code {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_wire() {
        for (code, number) in KNOWN.into_iter().filter(|(_, n)| *n != 404) {
            assert_eq!(serde_json::to_string(&code).unwrap(), number.to_string());
            assert_eq!(
                serde_json::from_str::<Code>(&number.to_string()).unwrap(),
                code
            );
        }
        assert_eq!(
            serde_json::from_str::<Code>("599").unwrap(),
            Code::Other(599)
        );
        assert_eq!(u16::from(Code::Other(599)), 599);
    }

    #[test]
    fn only_the_two_hundreds_are_success() {
        assert!(Code::Ok.is_success() && Code::Offset.is_success());
        assert!(!Code::Internal.is_success() && !Code::Other(300).is_success());
    }

    #[test]
    fn a_string_is_no_code() {
        assert!(serde_json::from_str::<Code>("\"200\"").is_err());
    }
}

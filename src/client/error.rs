//! What can go wrong with a request.

use crate::json;
use api::{Code, Problem, Reason};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::rc::Rc;

/// Why a request failed. [`super::words::words`] says it in the reader's language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The backend answered with a problem.
    #[error("{}: {}", u16::from(*code), problem.message)]
    Api {
        /// The kind of failure.
        code: Code,
        /// The exact cause.
        problem: Problem,
    },
    /// No answer: no network, or the server is gone.
    #[error("the server cannot be reached")]
    Offline,
    /// No answer within the time allowed.
    #[error("no answer in time")]
    Timeout,
    /// Something before the backend answered, for example a proxy.
    #[error("HTTP status {status}")]
    Http {
        /// The HTTP status.
        status: u16,
    },
    /// The answer is none of ours.
    #[error("the answer cannot be read: {0}")]
    Malformed(String),
}

impl ClientError {
    /// The exact cause, if the backend told one.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::Api { problem, .. } => Some(problem.reason),
            _ => None,
        }
    }

    /// The request's field at fault, as it is spelled in the request.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Api { problem, .. } => problem.field.as_deref(),
            _ => None,
        }
    }

    /// Whether there is no such thing, or none that the reader may know of.
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Api { code, .. } => matches!(code, Code::NotFound | Code::ModuleNotFound),
            Self::Http { status } => *status == 404,
            _ => false,
        }
    }

    /// Whether the session is over: the token has expired or is none of the backend's.
    pub fn ends_session(&self) -> bool {
        matches!(
            self.reason(),
            Some(Reason::NotSignedIn | Reason::TokenExpired)
        )
    }

    /// Whether it is a fault of the installation, of which its operator should hear: neither the reader's doing nor a
    /// line that is down.
    pub fn is_fault(&self) -> bool {
        match self {
            Self::Offline => false,
            Self::Timeout | Self::Malformed(_) => true,
            Self::Http { status } => *status >= 500,
            Self::Api { problem, .. } => problem.reason == Reason::Internal,
        }
    }

    /// Whether the same request may succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Offline | Self::Timeout => true,
            Self::Http { status } => matches!(status, 429 | 502..=504),
            Self::Api { code, .. } => *code == Code::Busy,
            Self::Malformed(_) => false,
        }
    }
}

/// Opens an answer: the envelope's `data` as it came, or why there is none. `status` is the HTTP status. Not generic, so
/// that what each kind of answer adds to the page is its own fields alone.
///
/// # Errors
/// [`ClientError::Api`] for a problem in the envelope, [`ClientError::Http`] for an answer of somebody in between,
/// [`ClientError::Malformed`] for one that is not in the contract.
pub fn open(status: u16, body: &str) -> Result<Rc<str>, ClientError> {
    let http_error = !(200..300).contains(&status);
    let (code, data) = match envelope(body) {
        Ok(parts) => parts,
        Err(_) if http_error => return Err(ClientError::Http { status }),
        Err(error) => return Err(malformed(&error)),
    };
    match (code.is_success(), data) {
        (true, _) if http_error => Err(ClientError::Http { status }),
        (true, Some(data)) => Ok(data.into()),
        (true, None) => Err(ClientError::Malformed(
            "an envelope without data".to_owned(),
        )),
        (false, data) => Err(ClientError::Api {
            code,
            problem: data
                .and_then(|data| json::read(data).ok())
                .unwrap_or_else(|| Problem::new(Reason::Unknown, "")),
        }),
    }
}

/// Reads what [`open`] found.
///
/// # Errors
/// [`ClientError::Malformed`] when it is not in the contract.
pub fn read<T: DeserializeOwned>(data: &str) -> Result<T, ClientError> {
    json::read(data).map_err(|error| malformed(&error))
}

fn malformed(error: &json::Error) -> ClientError {
    ClientError::Malformed(error.to_string())
}

/// Why a request failed whose answer has no body to say it, as to HEAD.
pub fn without_body(status: u16) -> ClientError {
    match status {
        401 => ClientError::Api {
            code: Code::Authentication,
            problem: Problem::new(Reason::NotSignedIn, ""),
        },
        status => ClientError::Http { status },
    }
}

/// What [`api::Envelope`] has, its `data` unread.
fn envelope(body: &str) -> Result<(Code, Option<&str>), json::Error> {
    let (mut code, mut data) = (None, None);
    let mut reader = json::Reader::new(body);
    reader.object(&mut |key, reader| {
        match key {
            "code" => code = Some(Code::deserialize(reader)?),
            "data" => data = Some(reader.skip()?),
            _ => drop(reader.skip()?),
        }
        Ok(())
    })?;
    reader.end()?;
    let code = code.ok_or_else(|| serde::de::Error::missing_field("code"))?;
    Ok((code, data))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode<T: DeserializeOwned>(status: u16, body: &str) -> Result<T, ClientError> {
        read(&open(status, body)?)
    }

    fn failed(status: u16, body: &str) -> ClientError {
        decode::<Vec<u8>>(status, body).unwrap_err()
    }

    #[test]
    fn data_is_handed_on() {
        assert_eq!(
            decode::<Vec<u8>>(200, r#"{"code":200,"data":[1]}"#),
            Ok(vec![1])
        );
        assert_eq!(decode::<()>(200, r#"{"code":200,"data":null}"#), Ok(()));
    }

    #[test]
    fn a_problem_is_one_whatever_the_http_status() {
        let body = r#"{"code":517,"data":{"reason":"not_found","message":"no such project"}}"#;
        for status in [200, 404] {
            let error = failed(status, body);
            assert!(error.is_not_found() && !error.ends_session(), "{status}");
            assert_eq!(error.reason(), Some(Reason::NotFound));
        }
        let internal = failed(
            500,
            r#"{"code":500,"data":{"reason":"internal","message":"m"}}"#,
        );
        assert_eq!(internal.reason(), Some(Reason::Internal));
    }

    #[test]
    fn a_problem_without_the_expected_shape_is_still_a_problem() {
        let error = failed(200, r#"{"code":530,"data":""}"#);
        assert_eq!(error.reason(), Some(Reason::Unknown));
        assert!(matches!(
            error,
            ClientError::Api {
                code: Code::ResourceUnavailable,
                ..
            }
        ));
    }

    #[test]
    fn somebody_in_between_is_told_from_the_backend() {
        assert_eq!(
            failed(502, "<html>Bad Gateway"),
            ClientError::Http { status: 502 }
        );
        assert_eq!(failed(413, ""), ClientError::Http { status: 413 });
        assert_eq!(
            failed(404, r#"{"code":200,"data":[1]}"#),
            ClientError::Http { status: 404 }
        );
        assert!(failed(503, "").is_passing() && !failed(413, "").is_passing());
    }

    #[test]
    fn what_is_not_in_the_contract_is_malformed() {
        for body in [
            "",
            "<html>",
            "[]",
            r#"{"data":[1]}"#,
            r#"{"code":"200","data":[1]}"#,
            r#"{"code":200}"#,
        ] {
            assert!(
                matches!(failed(200, body), ClientError::Malformed(_)),
                "{body}"
            );
        }
        let wrong = failed(200, r#"{"code":200,"data":"no list"}"#);
        assert!(matches!(wrong, ClientError::Malformed(_)));
    }

    #[test]
    fn what_the_reader_did_is_no_fault() {
        assert!(failed(502, "").is_fault() && failed(200, "<html>").is_fault());
        assert!(ClientError::Timeout.is_fault() && !ClientError::Offline.is_fault());
        let api = |code, reason| {
            failed(
                200,
                &format!(r#"{{"code":{code},"data":{{"reason":"{reason}","message":""}}}}"#),
            )
        };
        assert!(api(500, "internal").is_fault());
        assert!(!api(517, "not_found").is_fault() && !failed(404, "").is_fault());
    }

    #[test]
    fn only_a_dead_token_ends_the_session() {
        let with = |reason| {
            failed(
                200,
                &format!(r#"{{"code":512,"data":{{"reason":"{reason}","message":""}}}}"#),
            )
        };
        assert!(with("token_expired").ends_session());
        assert!(with("not_signed_in").ends_session());
        assert!(!with("wrong_credentials").ends_session());
        assert!(!ClientError::Offline.ends_session());
        assert!(without_body(401).ends_session() && !without_body(404).ends_session());
    }
}

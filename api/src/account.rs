//! Accounts, tokens and the service itself.

use crate::Time;
use serde::{Deserialize, Serialize};

/// Answer to a sign-in: the raw token `T`.
///
/// The header of every later request is `Authorization: Basic base64(T + ":")`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// The token; of the characters `A-Z a-z 0-9 - _ .` only.
    pub token: String,
    /// Seconds until it expires.
    pub duration: u32,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// The user's id.
    pub uid: String,
    /// The name in addresses.
    pub username: String,
    /// The e-mail address; may be empty, never null.
    pub email: String,
    /// The kind of account: `free`, `vip` or null.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Hash of the picture, see [`Profile::avatar`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
}

/// A registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewUser {
    /// See [`crate::name::check_user_name`].
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9][A-Za-z0-9_-]{1,30}$")
    )]
    pub username: String,
    /// See [`crate::name::check_email`].
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 254, pattern = "^[^@ ]+@[^@ .]+[.][^@ .]+$")
    )]
    pub email: String,
    /// See [`crate::name::check_password`].
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 256))]
    pub password: String,
}

/// What everybody may see of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// The name in addresses.
    pub username: String,
    /// The name to show beside it; may be empty.
    #[serde(default)]
    pub display_name: String,
    /// What the user says of themselves, in plain text; may be empty.
    #[serde(default)]
    pub bio: String,
    /// Where the user is; may be empty.
    #[serde(default)]
    pub place: String,
    /// The address of a website; may be empty.
    #[serde(default)]
    pub website: String,
    /// Hash of the picture at [`crate::routes::AVATAR`]: a new picture has a new one. None is no picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// When the account was made.
    pub date_created: Time,
    /// Projects the caller may see.
    pub projects: u64,
    /// Datasets the caller may see.
    pub datasets: u64,
    /// Tasks the caller may see.
    pub tasks: u64,
    /// Whether the user is VIP.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vip: bool,
    /// Projects and datasets that the user has starred and the caller may see.
    #[serde(default)]
    pub favourites: u64,
}

/// A ticket for one WebSocket, sent as the second subprotocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticket {
    /// 128 random bits in hexadecimal.
    pub ticket: String,
    /// Seconds until it is void.
    pub expires_in: u32,
}

/// Versions of the CLI the service works with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CliVersion {
    /// Older ones are told to upgrade.
    pub latest_version: String,
    /// Older ones are refused.
    pub min_version: String,
}

/// Whether the service is up: 1, or 0 and below under maintenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceStatus {
    /// 1 is up.
    pub service_status: i32,
    /// What the operator has to say, under maintenance or before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl ServiceStatus {
    /// It is up, and there is nothing to say.
    pub fn up() -> Self {
        Self {
            service_status: 1,
            message: None,
        }
    }

    /// Whether the service is under maintenance.
    pub fn is_maintained(&self) -> bool {
        self.service_status <= 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn a_user_has_the_four_keys_the_cli_needs() {
        let user = User {
            uid: "1f".into(),
            username: "alice".into(),
            email: String::new(),
            kind: None,
            avatar: None,
        };
        assert_eq!(
            serde_json::to_string(&user).unwrap(),
            r#"{"uid":"1f","username":"alice","email":"","type":null}"#
        );
    }

    #[test]
    fn start_up_answers_are_exact() {
        let version = CliVersion {
            latest_version: "0.7.8".into(),
            min_version: "0.5.0".into(),
        };
        assert_eq!(
            serde_json::to_string(&version).unwrap(),
            r#"{"latest_version":"0.7.8","min_version":"0.5.0"}"#
        );
        assert_eq!(
            serde_json::to_string(&ServiceStatus::up()).unwrap(),
            r#"{"service_status":1}"#
        );
        let token = Token {
            token: "a.b".into(),
            duration: 86_400,
        };
        assert_eq!(
            serde_json::to_string(&token).unwrap(),
            r#"{"token":"a.b","duration":86400}"#
        );
    }

    #[test]
    fn what_the_app_asks_of_accounts_is_exact() {
        let new = NewUser {
            username: "alice".into(),
            email: "a@b.cn".into(),
            password: "secret".into(),
        };
        assert_wire(
            &new,
            r#"{"username":"alice","email":"a@b.cn","password":"secret"}"#,
        );
        let profile = Profile {
            username: "alice".into(),
            display_name: "Alice 李".into(),
            bio: "Trees".into(),
            place: String::new(),
            website: "https://a.cn".into(),
            avatar: Some("0f".into()),
            date_created: Time(0),
            projects: 1,
            datasets: 2,
            tasks: 3,
            vip: false,
            favourites: 4,
        };
        assert_wire(
            &profile,
            concat!(
                r#"{"username":"alice","display_name":"Alice 李","bio":"Trees","place":"","#,
                r#""website":"https://a.cn","avatar":"0f","date_created":"1970-01-01T00:00:00","#,
                r#""projects":1,"datasets":2,"tasks":3,"favourites":4}"#
            ),
        );
        let ticket = Ticket {
            ticket: "0f".into(),
            expires_in: 30,
        };
        assert_wire(&ticket, r#"{"ticket":"0f","expires_in":30}"#);
    }
}

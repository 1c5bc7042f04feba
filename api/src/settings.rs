//! What users change about their account, and their tokens.

use crate::Time;
use serde::{Deserialize, Serialize};

/// What one says of oneself; replaces what was said before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileChange {
    /// See [`crate::name::check_display_name`].
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub display_name: String,
    /// See [`crate::name::check_bio`].
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub bio: String,
    /// See [`crate::name::check_place`].
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub place: String,
    /// See [`crate::name::check_website`].
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 200, pattern = "^(https?://[a-z0-9.]+)?$")
    )]
    pub website: String,
}

/// Answer to a new picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Picture {
    /// Its hash, see [`crate::account::Profile::avatar`].
    pub avatar: String,
}

/// Another e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmailChange {
    /// See [`crate::name::check_email`].
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 254, pattern = "^[^@ ]+@[^@ .]+[.][^@ .]+$")
    )]
    pub email: String,
    /// The current password.
    pub password: String,
}

/// Another password. All sign-ins end; the answer is a token to go on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The current password.
    pub password: String,
    /// The new one, see [`crate::name::check_password`].
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 256))]
    pub new_password: String,
    /// Whether the named tokens end too.
    #[serde(default)]
    pub revoke_tokens: bool,
}

/// A named token to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewToken {
    /// What it is for, see [`crate::name::check_token_name`].
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 60))]
    pub name: String,
    /// Days until it expires, one of [`crate::limits::TOKEN_DAYS`].
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub days: u32,
}

/// A named token that was made. The token itself is told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeToken {
    /// The raw token, of the same kind as that of a sign-in.
    pub token: String,
    /// What the list says of it.
    pub info: TokenInfo,
}

/// A sign-in or a named token that has not expired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenInfo {
    /// Its id: not the token, and of no use without signing in.
    pub id: String,
    /// Its name; a sign-in has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The program that signed in, as it named itself (`User-Agent`); may be empty.
    pub agent: String,
    /// When it was made.
    pub date_created: Time,
    /// When it was last used, to about five minutes.
    pub date_used: Time,
    /// When it expires.
    pub date_expires: Time,
    /// Whether it is the one that asks.
    pub current: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn what_is_changed_is_exact() {
        let profile = ProfileChange {
            display_name: "Alice".into(),
            bio: "Trees".into(),
            place: "深圳".into(),
            website: String::new(),
        };
        assert_wire(
            &profile,
            r#"{"display_name":"Alice","bio":"Trees","place":"深圳","website":""}"#,
        );
        let picture = Picture {
            avatar: "0f".into(),
        };
        assert_wire(&picture, r#"{"avatar":"0f"}"#);
        let email = EmailChange {
            email: "a@b.cn".into(),
            password: "secret".into(),
        };
        assert_wire(&email, r#"{"email":"a@b.cn","password":"secret"}"#);
        let password = PasswordChange {
            password: "secret".into(),
            new_password: "secret too".into(),
            revoke_tokens: true,
        };
        assert_wire(
            &password,
            r#"{"password":"secret","new_password":"secret too","revoke_tokens":true}"#,
        );
    }

    #[test]
    fn tokens_are_exact() {
        let new = NewToken {
            name: "laptop".into(),
            days: 30,
        };
        assert_wire(&new, r#"{"name":"laptop","days":30}"#);
        let made = MadeToken {
            token: "t".into(),
            info: TokenInfo {
                id: "1f".into(),
                name: Some("laptop".into()),
                agent: String::new(),
                date_created: Time(0),
                date_used: Time(0),
                date_expires: Time(1),
                current: false,
            },
        };
        assert_wire(
            &made,
            concat!(
                r#"{"token":"t","info":{"id":"1f","name":"laptop","agent":"","#,
                r#""date_created":"1970-01-01T00:00:00","date_used":"1970-01-01T00:00:00","#,
                r#""date_expires":"1970-01-01T00:00:00.000001","current":false}}"#
            ),
        );
    }
}

//! Reads the parts of an address.

use super::{DatasetTab, ProjectTab, SettingsTab, TaskTab};
use api::name;

impl ProjectTab {
    pub(super) fn parse(parts: &[&str]) -> Option<Self> {
        Some(match parts {
            [] => Self::Overview,
            ["versions"] => Self::Versions,
            ["tasks"] => Self::Tasks,
            ["forks"] => Self::Forks,
            ["discussion"] => Self::Discussion,
            ["files", version, path @ ..] => Self::Files {
                version: checked_version(version)?,
                path: joined(path)?,
            },
            ["preview"] => Self::Preview,
            ["guide"] => Self::Guide,
            ["settings"] => Self::Settings,
            ["upload"] => Self::Upload,
            ["run"] => Self::Run,
            _ => return None,
        })
    }
}

impl DatasetTab {
    pub(super) fn parse(parts: &[&str]) -> Option<Self> {
        Some(match parts {
            [] => Self::Overview,
            ["versions"] => Self::Versions,
            ["forks"] => Self::Forks,
            ["discussion"] => Self::Discussion,
            ["files", version, path @ ..] => Self::Files {
                version: checked_version(version)?,
                path: joined(path)?,
            },
            ["tasks"] => Self::Tasks,
            ["guide"] => Self::Guide,
            ["settings"] => Self::Settings,
            ["upload"] => Self::Upload,
            _ => return None,
        })
    }
}

impl SettingsTab {
    pub(super) fn parse(part: &str) -> Option<Self> {
        [Self::Profile, Self::Email, Self::Password, Self::Tokens]
            .into_iter()
            .find(|tab| tab.word() == part)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Password => "password",
            Self::Tokens => "tokens",
        }
    }
}

impl TaskTab {
    pub(super) fn parse(parts: &[&str]) -> Option<Self> {
        Some(match parts {
            [] => Self::Overview,
            ["log"] => Self::Log,
            ["metrics"] => Self::Metrics,
            ["output", path @ ..] => Self::Output {
                path: joined(path)?,
            },
            ["code", path @ ..] => Self::Code {
                path: joined(path)?,
            },
            ["data"] => Self::Data,
            _ => return None,
        })
    }
}

pub(super) fn checked_user(user: &str) -> Option<String> {
    name::check_user_name(user).ok().map(|()| user.to_owned())
}

pub(super) fn checked_name(name: &str) -> Option<String> {
    name::check_name(name).ok().map(|()| name.to_owned())
}

pub(super) fn checked_id(id: &str) -> Option<String> {
    let fits = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| id.to_owned())
}

pub(super) fn checked_version(version: &str) -> Option<i64> {
    let digits = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    version.parse().ok().filter(|number| digits && *number > 0)
}

pub(super) fn joined(parts: &[&str]) -> Option<String> {
    let path = parts.join("/");
    (path.is_empty()
        || parts.iter().all(|part| !part.contains('/')) && name::check_path(&path).is_ok())
    .then_some(path)
}

/// A percent-encoded part as text; none when it is no UTF-8 or has a `%` without two digits.
pub fn decode(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |at: usize| rest.get(at).and_then(|b| (*b as char).to_digit(16));
        bytes.push((digit(0)? * 16 + digit(1)?) as u8);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

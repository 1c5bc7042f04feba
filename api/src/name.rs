//! Rules for names and paths, the same at the form and at the backend's door.

use crate::{Reason, limits};

/// First parts of the app's and the backend's own addresses: nobody can be called so.
pub const RESERVED: &[&str] = &[
    "_ui",
    "account",
    "admin",
    "anonymous",
    "api",
    "assets",
    "box",
    "code",
    "data",
    "dataset",
    "datasets",
    "docs",
    "explore",
    "files",
    "fs",
    "healthz",
    "help",
    "login",
    "log",
    "logout",
    "new",
    "notebook",
    "notifications",
    "project",
    "projects",
    "public",
    "register",
    "russell",
    "search",
    "serve",
    "settings",
    "static",
    "task",
    "tasks",
    "tensorboard",
    "user",
    "users",
    "welcome",
    "ws",
];

fn word(name: &str) -> bool {
    name.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// The rule for project and dataset names: 1 to 31 of letters, digits, `-` and `_`.
pub fn check_name(name: &str) -> Result<(), Reason> {
    match name {
        "" => Err(Reason::Missing),
        _ if name.len() > limits::NAME_MAX || !word(name) => Err(Reason::IllegalName),
        _ => Ok(()),
    }
}

/// The rule for user names: 2 to 31 of letters, digits, `-` and `_`, beginning with a letter or digit, and not
/// one of [`RESERVED`].
pub fn check_user_name(name: &str) -> Result<(), Reason> {
    if name.is_empty() {
        return Err(Reason::Missing);
    }
    let begins_well = name
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric());
    if !limits::USER_NAME.contains(&name.len()) || !word(name) || !begins_well {
        return Err(Reason::IllegalName);
    }
    if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(Reason::ReservedName);
    }
    Ok(())
}

/// The rule for e-mail addresses: something, `@`, something with a dot; no blanks or control characters.
/// Whether mail arrives there only sending can tell.
pub fn check_email(email: &str) -> Result<(), Reason> {
    if email.is_empty() {
        return Err(Reason::Missing);
    }
    let fits = email.len() <= limits::EMAIL_MAX
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email.rsplit_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && !local.contains('@')
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !host.contains("..")
        });
    fits.then_some(()).ok_or(Reason::IllegalEmail)
}

/// The rule for passwords: 8 characters to 256 bytes, whatever they are.
pub fn check_password(password: &str) -> Result<(), Reason> {
    if password.is_empty() {
        Err(Reason::Missing)
    } else if password.chars().count() < limits::PASSWORD_MIN {
        Err(Reason::PasswordTooShort)
    } else if password.len() > limits::PASSWORD_MAX {
        Err(Reason::TooLong)
    } else {
        Ok(())
    }
}

/// The rule for descriptions and remarks: at most 1024 characters.
pub fn check_description(text: &str) -> Result<(), Reason> {
    if text.chars().count() > limits::DESCRIPTION_MAX {
        return Err(Reason::TooLong);
    }
    Ok(())
}

/// The rule for the words of a search: at most 200 characters.
pub fn check_search(words: &str) -> Result<(), Reason> {
    if words.chars().count() > limits::SEARCH_MAX {
        return Err(Reason::TooLong);
    }
    Ok(())
}

/// The rule for the key of an upload: 1 to 64 of letters, digits, `-` and `_`.
pub fn check_upload_key(key: &str) -> Result<(), Reason> {
    match key.len() {
        0 => Err(Reason::Missing),
        1..=limits::CLIENT_ID_MAX if word(key) => Ok(()),
        _ => Err(Reason::Malformed),
    }
}

/// The rule for the name a dataset is mounted under: one part of a path, of letters, digits, `-`, `_` and `.`.
pub fn check_mount(mount: &str) -> Result<(), Reason> {
    let fits = !mount.is_empty()
        && mount.len() <= 64
        && !mount.starts_with('.')
        && mount
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    fits.then_some(()).ok_or(Reason::IllegalName)
}

/// The rule for a path in a version: relative, `/` between its parts, no part empty, `.` or `..`, no NUL, within
/// [`limits::PATH_MAX`] and [`limits::PATH_PART_MAX`]. Whatever else a file system takes is allowed.
pub fn check_path(path: &str) -> Result<(), Reason> {
    let fits = !path.is_empty()
        && path.len() <= limits::PATH_MAX
        && !path.contains('\0')
        && path.split('/').all(|part| {
            !part.is_empty() && part != "." && part != ".." && part.len() <= limits::PATH_PART_MAX
        });
    fits.then_some(()).ok_or(Reason::IllegalPath)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_letters_digits_dash_and_underscore() {
        for good in [
            "a",
            "tf-mnist",
            "face_sawp_output",
            "A1",
            &"x".repeat(31),
            "api",
        ] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in [
            "a b",
            "a/b",
            "项目",
            "a.b",
            "..",
            &"x".repeat(32),
            "a\0",
            "<script>",
        ] {
            assert_eq!(check_name(bad), Err(Reason::IllegalName), "{bad}");
        }
        assert_eq!(check_name(""), Err(Reason::Missing));
    }

    #[test]
    fn nobody_is_called_like_an_address() {
        assert_eq!(check_user_name("alice"), Ok(()));
        assert_eq!(check_user_name("API"), Err(Reason::ReservedName));
        assert_eq!(check_user_name("login"), Err(Reason::ReservedName));
        assert_eq!(check_user_name("-alice"), Err(Reason::IllegalName));
        assert_eq!(check_user_name("a"), Err(Reason::IllegalName));
        assert_eq!(check_user_name(""), Err(Reason::Missing));
    }

    #[test]
    fn addresses_have_two_sides() {
        for good in ["a@b.cn", "o'neil+ml@mail.example.org", "名@例子.中国"] {
            assert_eq!(check_email(good), Ok(()), "{good}");
        }
        for bad in [
            "a", "a@b", "@b.cn", "a@", "a b@c.d", "a@b..c", "a@.b.c", "a@b@c.d",
        ] {
            assert_eq!(check_email(bad), Err(Reason::IllegalEmail), "{bad}");
        }
    }

    #[test]
    fn passwords_count_characters() {
        assert_eq!(check_password("密码密码密码密码"), Ok(()));
        assert_eq!(check_password("seven77"), Err(Reason::PasswordTooShort));
        assert_eq!(check_password(&"x".repeat(257)), Err(Reason::TooLong));
    }

    #[test]
    fn a_search_counts_characters() {
        assert_eq!(check_search(&"词".repeat(200)), Ok(()));
        assert_eq!(check_search(&"x".repeat(201)), Err(Reason::TooLong));
    }

    #[test]
    fn keys_of_uploads_are_short_words() {
        assert_eq!(check_upload_key("Ab-1_"), Ok(()));
        assert_eq!(check_upload_key(&"x".repeat(64)), Ok(()));
        assert_eq!(check_upload_key(""), Err(Reason::Missing));
        for bad in ["a b", "a/b", "键", &"x".repeat(65)] {
            assert_eq!(check_upload_key(bad), Err(Reason::Malformed), "{bad}");
        }
    }

    #[test]
    fn paths_stay_inside() {
        for good in [
            "a",
            "a/b.txt",
            ".hidden",
            "名/😀 x",
            "<script>",
            "a\\b",
            "...",
            &"x".repeat(255),
        ] {
            assert_eq!(check_path(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "/a",
            "a/",
            "a//b",
            "..",
            "a/../b",
            "./a",
            "a\0b",
            &"x".repeat(256),
        ] {
            assert_eq!(check_path(bad), Err(Reason::IllegalPath), "{bad}");
        }
        assert!(check_path(&["d"; 600].join("/")).is_err());
    }

    #[test]
    fn a_mount_is_one_part_of_a_path() {
        assert_eq!(check_mount("iris-1"), Ok(()));
        for bad in ["", ".", "..", "a/b", "a b", ".x", &"x".repeat(65)] {
            assert_eq!(check_mount(bad), Err(Reason::IllegalName), "{bad}");
        }
    }
}

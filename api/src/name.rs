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
    "trash",
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

/// The rule for the name shown instead of the user name: at most 60 characters in one line.
pub fn check_display_name(text: &str) -> Result<(), Reason> {
    line(text, limits::DISPLAY_NAME_MAX)
}

/// The rule for what users say of themselves: at most 200 characters.
pub fn check_bio(text: &str) -> Result<(), Reason> {
    match text.chars().count() > limits::BIO_MAX {
        true => Err(Reason::TooLong),
        false => Ok(()),
    }
}

/// The rule for a user's place: at most 60 characters in one line.
pub fn check_place(text: &str) -> Result<(), Reason> {
    line(text, limits::PLACE_MAX)
}

/// The rule for a token's name: 1 to 60 characters in one line.
pub fn check_token_name(name: &str) -> Result<(), Reason> {
    match name.trim() {
        "" => Err(Reason::Missing),
        name => line(name, limits::TOKEN_NAME_MAX),
    }
}

/// The rule for the name of a metric that a pattern finds: 1 to 100 characters in one line, without blanks around them.
pub fn check_metric_name(name: &str) -> Result<(), Reason> {
    match name.trim() {
        "" => Err(Reason::Missing),
        name => line(name, limits::METRIC_NAME_MAX),
    }
}

/// The rule for the pattern of a metric: 1 to 1,000 characters. Whether it is a regular expression the backend tells.
pub fn check_pattern(pattern: &str) -> Result<(), Reason> {
    match pattern.chars().count() {
        0 => Err(Reason::Missing),
        1..=limits::PATTERN_MAX => Ok(()),
        _ => Err(Reason::TooLong),
    }
}

fn line(text: &str, most: usize) -> Result<(), Reason> {
    if text.chars().count() > most {
        Err(Reason::TooLong)
    } else if text.chars().any(char::is_control) {
        Err(Reason::Malformed)
    } else {
        Ok(())
    }
}

/// The rule for websites: none, or an address with `http://` or `https://` and a host, without blanks: it becomes a link.
pub fn check_website(address: &str) -> Result<(), Reason> {
    if address.is_empty() {
        return Ok(());
    }
    if address.len() > limits::WEBSITE_MAX {
        return Err(Reason::TooLong);
    }
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    // What stands before an `@` looks like the host and is none.
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let fits = host.is_some_and(|host| !host.is_empty() && !host.contains(['@', '\\', '<', '>']))
        && !address
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'));
    fits.then_some(()).ok_or(Reason::IllegalWebsite)
}

/// The rule for the current password, asked for once more: it has to be there. Whether it is right the backend knows.
pub fn check_given(text: &str) -> Result<(), Reason> {
    match text.is_empty() {
        true => Err(Reason::Missing),
        false => Ok(()),
    }
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

/// The rule for a tag: 1 to 30 lower-case letters of any script, digits, `-`, `_`, `+`, `.` and `#`.
pub fn check_tag(tag: &str) -> Result<(), Reason> {
    let fits = |c: char| {
        (c.is_alphanumeric() && c.to_lowercase().eq([c]))
            || matches!(c, '-' | '_' | '+' | '.' | '#')
    };
    match tag.chars().count() {
        0 => Err(Reason::Missing),
        length if length > limits::TAG_MAX => Err(Reason::TooLong),
        _ if !tag.chars().all(fits) => Err(Reason::IllegalName),
        _ => Ok(()),
    }
}

/// Tags as they are kept: in lower case, without blanks around them, each once, empty ones left out.
///
/// # Errors
/// The reason of [`check_tag`] for the first that breaks its rule, `TooManyTags` beyond [`limits::TAGS_MAX`].
pub fn tags<T: AsRef<str>>(wanted: &[T]) -> Result<Vec<String>, Reason> {
    let mut tags: Vec<String> = Vec::new();
    for tag in wanted {
        let tag = tag.as_ref().trim().to_lowercase();
        if tag.is_empty() || tags.contains(&tag) {
            continue;
        }
        check_tag(&tag)?;
        tags.push(tag);
        if tags.len() > limits::TAGS_MAX {
            return Err(Reason::TooManyTags);
        }
    }
    Ok(tags)
}

/// The rule for a comment: something, of at most 10,000 characters.
pub fn check_comment(body: &str) -> Result<(), Reason> {
    if body.trim().is_empty() {
        Err(Reason::Missing)
    } else if body.chars().count() > limits::COMMENT_MAX {
        Err(Reason::TooLong)
    } else {
        Ok(())
    }
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
    fn what_users_say_of_themselves_has_its_lengths() {
        assert_eq!(check_bio(&"名".repeat(200)), Ok(()));
        assert_eq!(check_bio(&"名".repeat(201)), Err(Reason::TooLong));
        assert_eq!(check_bio("two\nlines"), Ok(()));
        assert_eq!(check_place(&"p".repeat(61)), Err(Reason::TooLong));
        assert_eq!(check_display_name("a\nb"), Err(Reason::Malformed));
        assert_eq!(check_display_name(""), Ok(()));
        assert_eq!(check_token_name("  "), Err(Reason::Missing));
        assert_eq!(check_token_name("laptop 笔记本"), Ok(()));
        assert_eq!(check_metric_name(" \t"), Err(Reason::Missing));
        assert_eq!(check_metric_name(&"名".repeat(101)), Err(Reason::TooLong));
        assert_eq!(
            check_metric_name(&format!(" {} ", "名".repeat(100))),
            Ok(())
        );
        assert_eq!(check_metric_name("a\nb"), Err(Reason::Malformed));
        assert_eq!(check_pattern(""), Err(Reason::Missing));
        assert_eq!(check_pattern(&"名".repeat(1000)), Ok(()));
        assert_eq!(check_pattern(&"x".repeat(1001)), Err(Reason::TooLong));
    }

    #[test]
    fn websites_are_links_that_open_a_page() {
        for good in ["", "https://example.org", "http://例子.cn/a?b=c#d"] {
            assert_eq!(check_website(good), Ok(()), "{good}");
        }
        for bad in [
            "example.org",
            "javascript:alert(1)",
            "https://",
            "https:///a",
            "https://a b",
            "https://paypal.com@evil.example",
            "https://a\"b",
            "ftp://a.b",
            " https://a.b",
        ] {
            assert_eq!(check_website(bad), Err(Reason::IllegalWebsite), "{bad}");
        }
        let long = format!("https://{}", "a".repeat(200));
        assert_eq!(check_website(&long), Err(Reason::TooLong));
    }

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
    fn tags_are_words_in_lower_case() {
        for good in ["cnn", "c++", "图像", "tf-2.0", "c#", &"x".repeat(30)] {
            assert_eq!(check_tag(good), Ok(()), "{good}");
        }
        assert_eq!(check_tag(""), Err(Reason::Missing));
        assert_eq!(check_tag(&"图".repeat(31)), Err(Reason::TooLong));
        for bad in ["CNN", "a b", "a,b", "a/b", "<b>", "a\u{200b}"] {
            assert_eq!(check_tag(bad), Err(Reason::IllegalName), "{bad}");
        }
    }

    #[test]
    fn tags_are_kept_once_in_their_order() {
        let kept = tags(&[" CNN", "", "图像", "cnn ", "  "]).unwrap();
        assert_eq!(kept, ["cnn", "图像"]);
        assert_eq!(tags(&["ok", "a b"]), Err(Reason::IllegalName));
        let many: Vec<String> = (0..11).map(|n| n.to_string()).collect();
        assert_eq!(tags(&many), Err(Reason::TooManyTags));
        assert_eq!(tags(&many[..10]).unwrap().len(), 10);
    }

    #[test]
    fn comments_say_something() {
        assert_eq!(check_comment(" \n"), Err(Reason::Missing));
        assert_eq!(check_comment(&"图".repeat(10_000)), Ok(()));
        assert_eq!(check_comment(&"x".repeat(10_001)), Err(Reason::TooLong));
    }

    #[test]
    fn a_mount_is_one_part_of_a_path() {
        assert_eq!(check_mount("iris-1"), Ok(()));
        for bad in ["", ".", "..", "a/b", "a b", ".x", &"x".repeat(65)] {
            assert_eq!(check_mount(bad), Err(Reason::IllegalName), "{bad}");
        }
    }
}

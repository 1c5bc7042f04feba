//! Any failure in the reader's language: what happened and what to do.

use super::ClientError;
use crate::i18n::{Locale, td_string};
use api::{Problem, Reason};

/// The sentence for a failure.
pub fn words(error: &ClientError, locale: Locale) -> String {
    match error {
        ClientError::Api { problem, .. } => problem_words(problem, locale),
        ClientError::Offline => td_string!(locale, errors.offline).to_owned(),
        ClientError::Timeout => td_string!(locale, errors.timeout).to_owned(),
        ClientError::Http { status: 413 } => td_string!(locale, errors.too_large_http).to_owned(),
        ClientError::Http { status: 404 } => td_string!(locale, errors.not_found).to_owned(),
        ClientError::Http {
            status: 429 | 502..=504,
        } => td_string!(locale, errors.unavailable).to_owned(),
        ClientError::Http { status } => td_string!(locale, errors.http, status = *status),
        ClientError::Malformed(_) => td_string!(locale, errors.malformed).to_owned(),
    }
}

/// What is said while a request that failed for the moment waits for its next try, in so many seconds.
pub fn waiting_words(error: &ClientError, seconds: u32, locale: Locale) -> String {
    match error {
        ClientError::Offline | ClientError::Timeout => {
            td_string!(locale, errors.retry_offline, seconds = seconds)
        }
        ClientError::Http { status: 429 } => {
            td_string!(locale, errors.retry_busy, seconds = seconds)
        }
        ClientError::Api { problem, .. } => match problem.reason {
            Reason::Busy | Reason::TooManyAttempts => {
                td_string!(locale, errors.retry_busy, seconds = seconds)
            }
            Reason::UploadLocked => td_string!(locale, errors.retry_locked, seconds = seconds),
            _ => td_string!(locale, errors.retry_server, seconds = seconds),
        },
        ClientError::Http { .. } | ClientError::Malformed(_) => {
            td_string!(locale, errors.retry_server, seconds = seconds)
        }
    }
}

/// The sentence for a problem.
pub fn problem_words(problem: &Problem, locale: Locale) -> String {
    match (problem.reason, problem.retry_after) {
        (Reason::TooManyAttempts, Some(seconds)) => {
            td_string!(locale, errors.too_many_attempts_wait, seconds = seconds)
        }
        (Reason::TooManyAttempts, None) => td_string!(locale, errors.too_many_attempts).to_owned(),
        (Reason::Busy, Some(seconds)) => td_string!(locale, errors.busy_wait, seconds = seconds),
        (Reason::Busy, None) => td_string!(locale, errors.busy).to_owned(),
        (Reason::IllegalName, _) if problem.field.as_deref() == Some("username") => {
            td_string!(locale, errors.illegal_user_name).to_owned()
        }
        (Reason::TooLarge, _) if problem.field.as_deref() == Some("avatar") => {
            td_string!(locale, errors.picture_too_large).to_owned()
        }
        (Reason::Unknown, _) if problem.message.is_empty() => {
            td_string!(locale, errors.malformed).to_owned()
        }
        (Reason::Unknown, _) => {
            td_string!(locale, errors.unknown, message = problem.message.clone())
        }
        (reason, _) => reason_words(reason, locale),
    }
}

/// The sentence for a cause alone, for example of a check before anything is sent.
pub fn reason_words(reason: Reason, locale: Locale) -> String {
    match reason {
        Reason::WrongCredentials => td_string!(locale, errors.wrong_credentials).to_owned(),
        Reason::NotSignedIn => td_string!(locale, errors.not_signed_in).to_owned(),
        Reason::TokenExpired => td_string!(locale, errors.token_expired).to_owned(),
        Reason::NotAllowed => td_string!(locale, errors.not_allowed).to_owned(),
        Reason::NotFound => td_string!(locale, errors.not_found).to_owned(),
        Reason::NameTaken => td_string!(locale, errors.name_taken).to_owned(),
        Reason::IllegalName => td_string!(locale, errors.illegal_name).to_owned(),
        Reason::ReservedName => td_string!(locale, errors.reserved_name).to_owned(),
        Reason::EmailTaken => td_string!(locale, errors.email_taken).to_owned(),
        Reason::IllegalEmail => td_string!(locale, errors.illegal_email).to_owned(),
        Reason::IllegalWebsite => td_string!(locale, errors.illegal_website).to_owned(),
        Reason::WrongPassword => td_string!(locale, errors.wrong_password).to_owned(),
        Reason::BadPicture => td_string!(locale, errors.bad_picture).to_owned(),
        Reason::PasswordTooShort => td_string!(locale, errors.password_too_short).to_owned(),
        Reason::TooLong => td_string!(locale, errors.too_long).to_owned(),
        Reason::Missing => td_string!(locale, errors.missing).to_owned(),
        Reason::Malformed => td_string!(locale, errors.malformed_request).to_owned(),
        Reason::IllegalPath => td_string!(locale, errors.illegal_path).to_owned(),
        Reason::TooLarge => td_string!(locale, errors.too_large).to_owned(),
        Reason::TooManyFiles => td_string!(locale, errors.too_many_files).to_owned(),
        Reason::EmptyUpload => td_string!(locale, errors.empty_upload).to_owned(),
        Reason::BadArchive => td_string!(locale, errors.bad_archive).to_owned(),
        Reason::ChecksumMismatch => td_string!(locale, errors.checksum_mismatch).to_owned(),
        Reason::OffsetMismatch => td_string!(locale, errors.offset_mismatch).to_owned(),
        Reason::UploadLocked => td_string!(locale, errors.upload_locked).to_owned(),
        Reason::UploadGone => td_string!(locale, errors.upload_gone).to_owned(),
        Reason::VersionNotReady => td_string!(locale, errors.version_not_ready).to_owned(),
        Reason::UnknownEnvironment => td_string!(locale, errors.unknown_environment).to_owned(),
        Reason::UnknownInstance => td_string!(locale, errors.unknown_instance).to_owned(),
        Reason::ModeUnsupported => td_string!(locale, errors.mode_unsupported).to_owned(),
        Reason::MountTaken => td_string!(locale, errors.mount_taken).to_owned(),
        Reason::TooManyTags => td_string!(locale, errors.too_many_tags).to_owned(),
        Reason::TooManyMounts => td_string!(locale, errors.too_many_mounts).to_owned(),
        Reason::WrongState => td_string!(locale, errors.wrong_state).to_owned(),
        Reason::InUse => td_string!(locale, errors.in_use).to_owned(),
        Reason::SandboxMissing => td_string!(locale, errors.sandbox_missing).to_owned(),
        Reason::LimitReached => td_string!(locale, errors.limit_reached).to_owned(),
        Reason::NoBalance => td_string!(locale, errors.no_balance).to_owned(),
        Reason::StorageFull => td_string!(locale, errors.storage_full).to_owned(),
        Reason::PrivateLimit => td_string!(locale, errors.private_limit).to_owned(),
        Reason::PriceChanged => td_string!(locale, errors.price_changed).to_owned(),
        Reason::DiskFull => td_string!(locale, errors.disk_full).to_owned(),
        Reason::Internal => td_string!(locale, errors.internal).to_owned(),
        Reason::TooManyAttempts | Reason::Busy | Reason::Unknown => {
            problem_words(&Problem::new(reason, ""), locale)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Code;

    #[test]
    fn only_a_lost_connection_is_called_one() {
        let api = |code, reason| ClientError::Api {
            code,
            problem: Problem::new(reason, ""),
        };
        let said = [
            ClientError::Offline,
            api(Code::Busy, Reason::Busy),
            api(Code::Busy, Reason::UploadLocked),
            ClientError::Http { status: 502 },
        ]
        .map(|error| waiting_words(&error, 7, Locale::en));
        assert_eq!(said.iter().collect::<HashSet<_>>().len(), said.len());
        for (at, words) in said.iter().enumerate() {
            assert!(words.contains("7 s"), "{words}");
            assert_eq!(words.contains("Disconnected"), at == 0, "{words}");
        }
        let busy = waiting_words(&ClientError::Http { status: 429 }, 7, Locale::en);
        assert_eq!(busy, said[1]);
    }
    use std::collections::HashSet;

    const REASONS: &[&str] = &[
        "wrong_credentials",
        "too_many_attempts",
        "not_signed_in",
        "token_expired",
        "not_allowed",
        "not_found",
        "name_taken",
        "illegal_name",
        "reserved_name",
        "email_taken",
        "illegal_email",
        "password_too_short",
        "illegal_website",
        "wrong_password",
        "bad_picture",
        "too_long",
        "missing",
        "malformed",
        "illegal_path",
        "too_large",
        "too_many_files",
        "empty_upload",
        "bad_archive",
        "checksum_mismatch",
        "offset_mismatch",
        "upload_locked",
        "upload_gone",
        "version_not_ready",
        "unknown_environment",
        "unknown_instance",
        "mode_unsupported",
        "mount_taken",
        "too_many_tags",
        "too_many_mounts",
        "wrong_state",
        "in_use",
        "sandbox_missing",
        "limit_reached",
        "no_balance",
        "storage_full",
        "private_limit",
        "price_changed",
        "disk_full",
        "busy",
        "internal",
        "unknown",
    ];

    fn api(reason: Reason) -> ClientError {
        ClientError::Api {
            code: Code::BadRequest,
            problem: Problem::new(reason, "the message"),
        }
    }

    #[test]
    fn every_cause_has_its_own_words_in_both_languages() {
        let mut seen = HashSet::new();
        for name in REASONS {
            let reason: Reason = serde_json::from_str(&format!("\"{name}\"")).unwrap();
            assert_eq!(reason == Reason::Unknown, *name == "unknown", "{name}");
            let english = words(&api(reason), Locale::en);
            let chinese = words(&api(reason), Locale::zh);
            assert!(
                english.ends_with(['.', 'e']) && english.is_ascii(),
                "{english}"
            );
            assert!(!chinese.is_ascii(), "{chinese}");
            assert!(
                seen.insert(english.clone()) && seen.insert(chinese),
                "{english}"
            );
        }
    }

    #[test]
    fn failures_without_an_answer_say_what_to_do() {
        for error in [
            ClientError::Offline,
            ClientError::Timeout,
            ClientError::Http { status: 413 },
            ClientError::Http { status: 418 },
            ClientError::Http { status: 502 },
            ClientError::Malformed("at line 1".into()),
        ] {
            for locale in [Locale::en, Locale::zh] {
                let text = words(&error, locale);
                assert!(!text.is_empty() && !text.contains("line 1"), "{text}");
            }
        }
        assert!(words(&ClientError::Http { status: 418 }, Locale::en).contains("418"));
    }

    #[test]
    fn waiting_times_and_fields_are_told() {
        let mut problem = Problem::new(Reason::TooManyAttempts, "");
        problem.retry_after = Some(10);
        assert_eq!(
            problem_words(&problem, Locale::en),
            "Too many attempts. Try again in 10 s."
        );
        let user = Problem::new(Reason::IllegalName, "").at("username");
        assert!(problem_words(&user, Locale::en).starts_with("2 to 31"));
    }
}

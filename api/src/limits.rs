//! Limits that both sides know, so that the app can say them before the first byte is sent.

/// Longest project or dataset name, in characters.
pub const NAME_MAX: usize = 31;
/// Shortest and longest user name, in characters.
pub const USER_NAME: std::ops::RangeInclusive<usize> = 2..=31;
/// Shortest password, in characters (OWASP ASVS 5.0, 6.2.1).
pub const PASSWORD_MIN: usize = 8;
/// Longest password, in bytes.
pub const PASSWORD_MAX: usize = 256;
/// Longest e-mail address, in bytes (RFC 5321).
pub const EMAIL_MAX: usize = 254;
/// Longest name to be shown instead of the user name, in characters.
pub const DISPLAY_NAME_MAX: usize = 60;
/// Longest text that users say of themselves, in characters.
pub const BIO_MAX: usize = 200;
/// Longest place of a user, in characters.
pub const PLACE_MAX: usize = 60;
/// Longest address of a website, in bytes.
pub const WEBSITE_MAX: usize = 200;
/// Largest picture that can become an avatar, in bytes.
pub const AVATAR_BYTES: usize = 2 * 1024 * 1024;
/// Width and height of an avatar, in pixels.
pub const AVATAR_PIXELS: u32 = 256;
/// Longest name of a token, in characters.
pub const TOKEN_NAME_MAX: usize = 60;
/// Days that a named token can last.
pub const TOKEN_DAYS: [u32; 5] = [1, 7, 30, 90, 365];
/// Most named tokens of a user that have not expired.
pub const TOKENS_MAX: usize = 50;
/// Longest description or remark, in characters.
pub const DESCRIPTION_MAX: usize = 1024;
/// Most tasks that one request stops or deletes.
pub const BULK_MAX: usize = 1000;
/// Most tags of a project or dataset.
pub const TAGS_MAX: usize = 10;
/// Longest tag, in characters.
pub const TAG_MAX: usize = 30;
/// Longest comment, in characters.
pub const COMMENT_MAX: usize = 10_000;
/// Most patterns of metrics that a project has.
pub const PATTERNS_MAX: usize = 20;
/// Longest name of such a metric, in characters.
pub const METRIC_NAME_MAX: usize = 100;
/// Longest pattern, in characters.
pub const PATTERN_MAX: usize = 1000;
/// Most tasks whose metrics one request asks for.
pub const METRICS_TASKS: usize = 100;
/// Most metrics of each of them.
pub const METRICS_OF_MANY: usize = 100;
/// Most metrics that are columns of a file.
pub const METRIC_COLUMNS: usize = 50;
/// Longest command of a task, in bytes.
pub const COMMAND_MAX: usize = 8192;
/// Largest code version, in bytes.
pub const CODE_BYTES: u64 = 100 * 1024 * 1024;
/// Largest dataset version, in bytes.
pub const DATA_BYTES: u64 = 20 * 1024 * 1024 * 1024;
/// Most files and folders in a version.
pub const FILES_MAX: usize = 200_000;
/// Longest path in a version, in bytes.
pub const PATH_MAX: usize = 1024;
/// Longest part of a path, in bytes (what Linux file systems take).
pub const PATH_PART_MAX: usize = 255;
/// Most datasets a task can mount.
pub const MOUNTS_MAX: usize = 5;
/// Log lines the CLI is shown before it is told where the rest is.
pub const CLI_LOG_LINES: usize = 1024;
/// Lifetime of a token, in seconds: one day.
pub const TOKEN_SECONDS: u32 = 86_400;
/// Lifetime of a one-time ticket, in seconds.
pub const TICKET_SECONDS: u32 = 30;
/// Longest words of a search, in characters.
pub const SEARCH_MAX: usize = 200;
/// Longest id that a client makes itself (the CLI's folders, the app's uploads), in bytes.
pub const CLIENT_ID_MAX: usize = 64;

/// Most bytes a version of this kind may have.
pub fn module_bytes(kind: crate::module::ModuleType) -> u64 {
    match kind {
        crate::module::ModuleType::Code => CODE_BYTES,
        crate::module::ModuleType::Data => DATA_BYTES,
    }
}

//! The addresses of the API. The backend mounts these patterns, the app fills them with [`fill`].

/// GET: sign in with HTTP Basic, answers [`crate::account::Token`]. DELETE: sign out, the token ends.
pub const TOKEN: &str = "/api/v1/token";
/// GET: who is signed in ([`crate::account::User`]). POST: register ([`crate::account::NewUser`]), answers a token.
pub const USER: &str = "/api/v1/user";
/// GET: somebody's public profile ([`crate::account::Profile`]).
pub const PROFILE: &str = "/api/v1/users/{user}";
/// GET: how much somebody ran on each day of the last year ([`crate::social::Activity`]).
pub const ACTIVITY: &str = "/api/v1/users/{user}/activity";
/// GET: somebody's picture as bytes; with `?v=` and its hash it may be kept for ever. Answers by HTTP status.
pub const AVATAR: &str = "/api/v1/users/{user}/avatar";
/// PUT: what one says of oneself ([`crate::settings::ProfileChange`]).
pub const OWN_PROFILE: &str = "/api/v1/user/profile";
/// PUT: one's picture, the bytes of the file as body ([`crate::settings::Picture`]). DELETE: none any more.
pub const OWN_AVATAR: &str = "/api/v1/user/avatar";
/// PUT: another e-mail address ([`crate::settings::EmailChange`]).
pub const OWN_EMAIL: &str = "/api/v1/user/email";
/// PUT: another password ([`crate::settings::PasswordChange`]); answers a token.
pub const OWN_PASSWORD: &str = "/api/v1/user/password";
/// GET: one's sign-ins and named tokens ([`crate::settings::TokenInfo`]). POST: a named token
/// ([`crate::settings::NewToken`]).
pub const OWN_TOKENS: &str = "/api/v1/user/tokens";
/// DELETE: ends one of them.
pub const OWN_TOKEN: &str = "/api/v1/user/tokens/{id}";
/// GET: projects, datasets and users by what is typed ([`crate::search::SearchQuery`]).
pub const SEARCH: &str = "/api/v1/search";
/// POST: a one-time ticket for a WebSocket ([`crate::account::Ticket`]).
pub const TICKET: &str = "/api/v1/ticket";
/// GET: [`crate::account::CliVersion`].
pub const CLI_VERSION: &str = "/api/v1/cli_version";
/// GET: [`crate::account::ServiceStatus`].
pub const SERVICE_STATUS: &str = "/api/v1/service_status";
/// GET: [`crate::environment::Environments`].
pub const ENVIRONMENTS: &str = "/api/v1/env";
/// GET: page of [`crate::project::Project`] by [`crate::project::EntityQuery`].
pub const PROJECTS: &str = "/api/v1/projects";
/// GET, PUT (create, [`crate::project::NewProject`]), POST (change, [`crate::project::EntityChange`]), DELETE a project. `{user}` and `{name}` may both be the
/// word `anonymous` with `?id=`.
pub const PROJECT: &str = "/api/v1/{user}/project/{name}";
/// GET: the newest version of a project as zip. CLI only.
pub const PROJECT_CLONE: &str = "/api/v1/projects/clone/{id}";
/// GET: the same in steps ([`crate::clone::CloneQuery`]). CLI only.
pub const PROJECT_CLONE_TASK: &str = "/api/v2/projects/clone/{id}";
/// GET: page of [`crate::dataset::Dataset`] by [`crate::project::EntityQuery`].
pub const DATASETS: &str = "/api/v1/datasets";
/// GET, PUT (create, [`crate::dataset::NewDataset`]), POST (change, [`crate::project::EntityChange`]), DELETE a dataset; `anonymous` as for projects.
pub const DATASET: &str = "/api/v1/{user}/dataset/{name}";
/// PUT, DELETE: the caller's star at a project or dataset ([`crate::social::Star`]).
pub const STAR: &str = "/api/v1/entities/{id}/star";
/// POST: fork a project or dataset ([`crate::social::NewFork`]), answers [`crate::social::Fork`].
pub const FORK: &str = "/api/v1/entities/{id}/fork";
/// PUT: set the tags of a project or dataset ([`crate::social::Tags`]).
pub const ENTITY_TAGS: &str = "/api/v1/entities/{id}/tags";
/// GET, PUT: the patterns of metrics that a project has of its own ([`crate::metric::MetricPatterns`]).
pub const METRIC_PATTERNS: &str = "/api/v1/project/{id}/metric_patterns";
/// GET: page of [`crate::social::Comment`], the oldest first. POST: write one ([`crate::social::NewComment`]).
pub const COMMENTS: &str = "/api/v1/entities/{id}/comments";
/// POST: change a comment ([`crate::social::NewComment`]). DELETE it.
pub const COMMENT: &str = "/api/v1/comments/{id}";
/// GET: the tags that most public projects or datasets have ([`crate::social::TagsQuery`]).
pub const TAGS: &str = "/api/v1/tags";
/// GET: page of [`crate::task::Task`] that mount a version of the dataset.
pub const DATASET_TASKS: &str = "/api/v1/datasets/{id}/tasks";
/// GET: what hangs on a project, dataset or version of one's own ([`crate::trash::Dependents`]).
pub const DEPENDENTS: &str = "/api/v1/dependents/{id}";
/// GET: page of [`crate::trash::Trashed`], what was deleted last first.
pub const TRASH: &str = "/api/v1/trash";
/// POST (restore, [`crate::trash::Restore`]), DELETE (for good) something in the trash.
pub const TRASHED: &str = "/api/v1/trash/{id}";
/// PUT, POST, GET, DELETE a version ([`crate::module::Module`]).
pub const MODULE: &str = "/api/v1/module";
/// GET: versions of a project or dataset, newest first ([`crate::module::ModulesQuery`]).
pub const MODULES: &str = "/api/v1/modules";
/// GET: hashes of the newest valid version's files ([`crate::module::FileHashes`]).
pub const MODULE_FILEHASH: &str = "/api/v1/module/filehash";
/// GET: files of a version whose names end in `?end=` ([`crate::file::FindQuery`]), a page of [`crate::file::FoundFile`].
pub const MODULE_FIND: &str = "/api/v1/module/{id}/find";
/// POST: a ticket for the zip of a version ([`crate::zip::ZipTicket`]).
pub const MODULE_ZIP: &str = "/api/v1/module/{id}/zip";
/// GET: the zip that a ticket leads to; answers by HTTP status.
pub const ZIP: &str = "/api/v1/zip/{ticket}";
/// POST: start a task ([`crate::task::NewTask`]).
pub const TASK_RUN: &str = "/api/v1/experiment/run";
/// GET: page of [`crate::task::Task`] by [`crate::task::TaskQuery`].
pub const TASKS: &str = "/api/v1/experiments";
/// GET: the same tasks as a CSV file, with columns by [`crate::metric::CsvQuery`]; answers by HTTP status.
pub const TASKS_CSV: &str = "/api/v1/experiments/csv";
/// GET: page of [`crate::metric::TaskMetrics`] by [`crate::metric::MetricsQuery`].
pub const TASKS_METRICS: &str = "/api/v1/experiments/metrics";
/// POST: stop or delete many tasks ([`crate::task::BulkTasks`]).
pub const TASKS_BULK: &str = "/api/v1/experiments/bulk";
/// GET, PUT ([`crate::task::TaskChange`]), POST `?action=stop`, DELETE a task. GET with the literal `{id}` and `?family_id=` lists a family.
pub const TASK: &str = "/api/v1/experiment/{id}";
/// POST: a task's output as a new version of a dataset ([`crate::dataset::OutputToDataset`]).
pub const TASK_DATASET: &str = "/api/v1/experiment/{id}/dataset";
/// GET: the log's bytes, honours `Range`; answers by HTTP status.
pub const TASK_LOG: &str = "/api/v1/experiment/{id}/log";
/// WebSocket with a ticket: the log from `?from=` on, see [`crate::log`]. The prefix is its own, so that a proxy
/// can tell WebSockets from requests by the path alone.
pub const TASK_LOG_STREAM: &str = "/api/v1/experiment/stream/{id}";
/// GET: why a task failed ([`crate::triage::Triage`]).
pub const TASK_TRIAGE: &str = "/api/v1/experiment/{id}/triage";
/// GET: what a task used of the machine ([`crate::monitor::Monitor`]) by [`crate::monitor::MonitorQuery`].
pub const TASK_MONITOR: &str = "/api/v1/experiment/{id}/monitor";
/// GET: what the metrics in a task's log are in short ([`crate::metric::TaskMetrics`]).
pub const TASK_METRICS: &str = "/api/v1/experiment/{id}/metrics";
/// GET: [`crate::task::TaskInstance`]. CLI only.
pub const TASK_INSTANCE: &str = "/api/v1/taskinstances/{id}";
/// GET: the whole log as a download; the CLI sends `access_token`, answers by HTTP status.
pub const LOG_DOWNLOAD: &str = "/api/v1/task/{id}/log/download";
/// GET: [`crate::server::TaskDetail`], for the task's owner.
pub const TASK_DETAIL: &str = "/api/v1/task/{id}";
/// GET: [`crate::file::Listing`] of `?path=` (a folder or a file) in a version or a task's output ([`crate::file::ListQuery`]).
pub const FILES: &str = "/api/v1/files/{id}";
/// GET: bytes of `?path=`, honours `Range`; answers by HTTP status.
pub const FILE_RAW: &str = "/api/v1/files/{id}/raw";
/// POST: begin an upload ([`crate::upload::NewUpload`]); tus 1.0 creation.
pub const UPLOADS: &str = "/api/v1/uploads";
/// HEAD, PATCH, DELETE: tus 1.0 core and termination.
pub const UPLOAD: &str = "/api/v1/uploads/{id}";
/// GET: `"True"` when a broken CLI upload can be resumed.
pub const RESUME_CHECK: &str = "/api/v1/resume_check";
/// WebSocket: the CLI sends a code version.
pub const FS_CODE: &str = "/code/{id}/";
/// WebSocket: the CLI sends a dataset version.
pub const FS_DATA: &str = "/data/{id}/";
/// WebSocket: the CLI follows a log.
pub const FS_LOG: &str = "/log/{id}/";
/// GET: how the caller's account stands ([`crate::billing::Account`]).
pub const ACCOUNT_PLAN: &str = "/api/v1/account/plan";
/// GET: what the caller has used ([`crate::billing::Usage`]).
pub const ACCOUNT_USAGE: &str = "/api/v1/account/usage";
/// GET: page of [`crate::billing::Record`] by [`crate::billing::RecordQuery`].
pub const ACCOUNT_RECORDS: &str = "/api/v1/account/records";
/// POST: buy or recharge ([`crate::billing::NewOrder`]), answers [`crate::billing::Order`].
pub const ACCOUNT_ORDERS: &str = "/api/v1/account/orders";
/// GET: [`crate::billing::Order`]. POST: what the payment provider tells of it ([`crate::billing::Notice`]).
pub const ACCOUNT_ORDER: &str = "/api/v1/account/orders/{id}";
/// WebSocket with a ticket: what changes, see [`crate::event`].
pub const EVENTS: &str = "/api/v1/events";
/// GET: page of [`crate::notification::Notification`] by [`crate::notification::NotificationQuery`], newest first.
pub const NOTIFICATIONS: &str = "/api/v1/notifications";
/// DELETE a notification.
pub const NOTIFICATION: &str = "/api/v1/notifications/{id}";
/// GET: [`crate::notification::Unread`]. POST: marks some or all as read ([`crate::notification::MarkRead`]).
pub const NOTIFICATIONS_UNREAD: &str = "/api/v1/notifications/unread";
/// GET, PUT: [`crate::notification::NotificationSettings`].
pub const NOTIFICATION_SETTINGS: &str = "/api/v1/notifications/settings";
/// GET: 200 while the backend is fit to serve.
pub const HEALTH: &str = "/healthz";
/// GET: what all these take and answer, as an OpenAPI document.
pub const OPENAPI: &str = "/api/v1/openapi.json";

/// Whether `address` is one of the file server's, which may stand elsewhere: files, zips, uploads and logs.
pub fn is_of_file_server(address: &str) -> bool {
    [FILES, UPLOADS, TASK_LOG_STREAM, ZIP]
        .iter()
        .any(|pattern| {
            let fixed = pattern.split('{').next().unwrap_or_default();
            address.starts_with(fixed)
        })
}

/// The pattern with its `{parts}` replaced in order by `values`, percent-encoded as parts of a path.
///
/// # Panics
/// When there are fewer or more values than parts: a mistake of the caller, not of its data.
pub fn fill(pattern: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(pattern.len() + 32);
    let mut values = values.iter();
    for part in pattern.split_inclusive('/') {
        match part.strip_prefix('{') {
            Some(rest) => {
                encode(values.next().expect("a value for each part"), &mut out);
                out.push_str(&rest[rest.find('}').expect("a closing brace") + 1..]);
            }
            None => out.push_str(part),
        }
    }
    assert!(values.next().is_none(), "more values than parts");
    out
}

/// Appends `text` percent-encoded so that it is one part of a path or one value of a query.
pub fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(byte as char);
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_filled_in_order() {
        assert_eq!(
            fill(PROJECT, &["alice", "tf-mnist"]),
            "/api/v1/alice/project/tf-mnist"
        );
        assert_eq!(fill(FS_LOG, &["1f"]), "/log/1f/");
        assert_eq!(fill(TASKS, &[]), "/api/v1/experiments");
    }

    #[test]
    fn values_cannot_leave_their_part() {
        assert_eq!(
            fill(TASK, &["../a b?c#d%"]),
            "/api/v1/experiment/..%2Fa%20b%3Fc%23d%25"
        );
        assert_eq!(fill(TASK, &["名"]), "/api/v1/experiment/%E5%90%8D");
    }

    #[test]
    #[should_panic(expected = "a value for each part")]
    fn a_missing_value_is_a_mistake() {
        fill(PROJECT, &["alice"]);
    }
}

//! What a notification says, in the reader's language, and where it leads.

use crate::components::task_words::Texts;
use crate::i18n::t_string;
use crate::paths::{AccountTab, DatasetTab, ProjectTab, Route};
use crate::ui::{Tone, icons};
use api::module::ModuleType;
use api::notification::{Notice, NoticeKind, Notification, Quota, Thing};
use api::task::{EndReason, TaskState};

/// A notification as it is shown.
#[derive(Clone)]
pub struct Says {
    /// Its icon.
    pub icon: icons::Icon,
    /// The icon's colour.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
    /// What else there is to say: whose task, what was commented.
    pub more: String,
    /// Where it leads.
    pub href: String,
}

/// The word for a kind.
pub fn kind(i18n: Texts, kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Task => t_string!(i18n, notices.kind_task),
        NoticeKind::Star => t_string!(i18n, notices.kind_star),
        NoticeKind::Fork => t_string!(i18n, notices.kind_fork),
        NoticeKind::Comment => t_string!(i18n, notices.kind_comment),
        NoticeKind::Quota => t_string!(i18n, notices.kind_quota),
    }
}

fn path(thing: &Thing) -> String {
    format!("{}/{}", thing.owner, thing.name)
}

fn route(module_type: ModuleType, user: &str, name: &str) -> String {
    match module_type {
        ModuleType::Code => Route::project(user, name),
        ModuleType::Data => Route::dataset(user, name),
    }
    .href()
}

fn discussion(thing: &Thing) -> String {
    let (user, name) = (thing.owner.clone(), thing.name.clone());
    match thing.module_type {
        ModuleType::Code => Route::Project {
            user,
            name,
            tab: ProjectTab::Discussion,
        },
        ModuleType::Data => Route::Dataset {
            user,
            name,
            tab: DatasetTab::Discussion,
        },
    }
    .href()
}

/// What the notification says.
pub fn says(i18n: Texts, notification: &Notification) -> Says {
    let count = notification.count;
    match &notification.notice {
        Notice::Task {
            id,
            project,
            description,
            state,
            reason,
        } => {
            let (icon, tone) = match state {
                TaskState::Success => (icons::LuCircleCheck, Tone::Ok),
                TaskState::Failed => (icons::LuCircleX, Tone::Bad),
                _ => (icons::LuSquare, Tone::Muted),
            };
            let (name, owner) = (path(project), description.trim());
            // A task is called by its remark; without one its project has to do.
            let (task, more) = match owner.is_empty() {
                true => (name, String::new()),
                false => (owner.to_owned(), name),
            };
            Says {
                icon,
                tone,
                text: ended(i18n, *state, *reason, &task),
                more,
                href: Route::task(id).href(),
            }
        }
        Notice::Star { by, thing } => Says {
            icon: icons::LuStar,
            tone: Tone::Warn,
            text: match count {
                0 | 1 => t_string!(i18n, notices.star, user = by.as_str(), thing = path(thing)),
                _ => t_string!(
                    i18n,
                    notices.stars,
                    user = by.as_str(),
                    thing = path(thing),
                    count = count
                ),
            },
            more: String::new(),
            href: route(thing.module_type, &thing.owner, &thing.name),
        },
        Notice::Fork { by, thing, fork } => Says {
            icon: icons::LuGitFork,
            tone: Tone::Info,
            text: match count {
                0 | 1 => t_string!(i18n, notices.fork, user = by.as_str(), thing = path(thing)),
                _ => t_string!(
                    i18n,
                    notices.forks,
                    user = by.as_str(),
                    thing = path(thing),
                    count = count
                ),
            },
            more: format!("{by}/{fork}"),
            href: route(thing.module_type, by, fork),
        },
        Notice::Comment { by, thing, text } => Says {
            icon: icons::LuMessageSquare,
            tone: Tone::Info,
            text: match count {
                0 | 1 => t_string!(
                    i18n,
                    notices.comment,
                    user = by.as_str(),
                    thing = path(thing)
                ),
                _ => t_string!(
                    i18n,
                    notices.comments,
                    user = by.as_str(),
                    thing = path(thing),
                    count = count
                ),
            },
            more: text.clone(),
            href: discussion(thing),
        },
        Notice::Quota { what, percent } => Says {
            icon: icons::LuGauge,
            tone: if *percent < 100 {
                Tone::Warn
            } else {
                Tone::Bad
            },
            text: quota(i18n, *what, *percent),
            more: String::new(),
            href: Route::Account {
                tab: match what {
                    Quota::Balance => AccountTab::Wallet,
                    _ => AccountTab::Usage,
                },
            }
            .href(),
        },
        Notice::Unknown => Says {
            icon: icons::LuBell,
            tone: Tone::Muted,
            text: t_string!(i18n, notices.unknown).to_owned(),
            more: String::new(),
            href: Route::Home.href(),
        },
    }
}

fn ended(i18n: Texts, state: TaskState, reason: EndReason, task: &str) -> String {
    match (state, reason) {
        (TaskState::Success, _) => t_string!(i18n, notices.task_success, task = task),
        (_, EndReason::TimeLimit) => t_string!(i18n, notices.task_time, task = task),
        (_, EndReason::NoBalance) => t_string!(i18n, notices.task_balance, task = task),
        (_, EndReason::MemoryLimit) => t_string!(i18n, notices.task_memory, task = task),
        (_, EndReason::DiskLimit) => t_string!(i18n, notices.task_disk, task = task),
        (_, EndReason::BackendLost) => t_string!(i18n, notices.task_backend, task = task),
        (_, EndReason::SandboxFailed) => t_string!(i18n, notices.task_sandbox, task = task),
        (_, EndReason::PackagesFailed) => t_string!(i18n, notices.task_packages, task = task),
        (TaskState::Failed, _) => t_string!(i18n, notices.task_failed, task = task),
        _ => t_string!(i18n, notices.task_ended, task = task),
    }
}

fn quota(i18n: Texts, what: Quota, percent: u32) -> String {
    match (what, percent) {
        (Quota::CpuTime, 0..100) => t_string!(i18n, notices.cpu_nearly, percent = percent),
        (Quota::CpuTime, _) => t_string!(i18n, notices.cpu_used).to_owned(),
        (Quota::GpuTime, 0..100) => t_string!(i18n, notices.gpu_nearly, percent = percent),
        (Quota::GpuTime, _) => t_string!(i18n, notices.gpu_used).to_owned(),
        (Quota::Balance, 0..100) => t_string!(i18n, notices.balance_low).to_owned(),
        (Quota::Balance, _) => t_string!(i18n, notices.balance_empty).to_owned(),
        (Quota::Storage, 0..100) => t_string!(i18n, notices.storage_nearly, percent = percent),
        (Quota::Storage, _) => t_string!(i18n, notices.storage_full).to_owned(),
        (Quota::Unknown, _) => t_string!(i18n, notices.unknown).to_owned(),
    }
}

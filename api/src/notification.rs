//! Notifications: what happened to a user's things while nobody looked.

use crate::module::ModuleType;
use crate::task::{EndReason, TaskState};
use crate::{Paging, Time};
use serde::{Deserialize, Serialize};

/// Notifications are forgotten after so many days.
pub const KEPT_DAYS: u32 = 90;
/// Most notifications of a user; the oldest go.
pub const MOST: u32 = 1000;

/// The kinds of notifications, as settings and filters name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A task ended.
    Task,
    /// Somebody starred a project or dataset.
    Star,
    /// Somebody forked a project or dataset.
    Fork,
    /// Somebody commented.
    Comment,
    /// Hours, balance or storage run out.
    Quota,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Task,
        Self::Star,
        Self::Fork,
        Self::Comment,
        Self::Quota,
    ];

    /// As the wire spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Star => "star",
            Self::Fork => "fork",
            Self::Comment => "comment",
            Self::Quota => "quota",
        }
    }

    /// The kind that is spelled so.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A project or dataset in a notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Thing {
    /// Its id.
    pub id: String,
    /// A project (`code`) or a dataset (`data`).
    pub module_type: ModuleType,
    /// Name of its owner.
    pub owner: String,
    /// Its name.
    pub name: String,
}

/// What runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// Hours on CPU machines.
    CpuTime,
    /// Hours on GPU machines.
    GpuTime,
    /// Money.
    Balance,
    /// Storage.
    Storage,
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

/// What a notification says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// A task ended by itself, or was ended by the service.
    Task {
        /// The task.
        id: String,
        /// Its project.
        project: Thing,
        /// Its remark.
        description: String,
        /// How it ended.
        state: TaskState,
        /// Why.
        reason: EndReason,
    },
    /// Somebody starred it.
    Star {
        /// The name of who did it last.
        by: String,
        /// What was starred.
        thing: Thing,
    },
    /// Somebody forked it.
    Fork {
        /// The name of who did it last.
        by: String,
        /// What was forked.
        thing: Thing,
        /// Name of the fork, which is `by`'s.
        fork: String,
    },
    /// Somebody commented on it.
    Comment {
        /// The name of who did it last.
        by: String,
        /// What was commented on.
        thing: Thing,
        /// The beginning of the comment.
        text: String,
    },
    /// Something runs out.
    Quota {
        /// What.
        what: Quota,
        /// Used of it, in percent; 100 is all.
        percent: u32,
    },
    /// Something that this version does not know.
    #[serde(other)]
    Unknown,
}

impl Notice {
    /// The kind that settings and filters know it by; none for what this version does not know.
    pub fn kind(&self) -> Option<NoticeKind> {
        Some(match self {
            Self::Task { .. } => NoticeKind::Task,
            Self::Star { .. } => NoticeKind::Star,
            Self::Fork { .. } => NoticeKind::Fork,
            Self::Comment { .. } => NoticeKind::Comment,
            Self::Quota { .. } => NoticeKind::Quota,
            Self::Unknown => return None,
        })
    }
}

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notification {
    /// The id.
    pub id: String,
    /// When it happened, last if more than once.
    pub date_created: Time,
    /// Whether it was marked as read.
    pub read: bool,
    /// How often it happened to the same thing since the user last read of it.
    pub count: u64,
    /// What it says.
    pub notice: Notice,
}

/// Which notifications.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct NotificationQuery {
    /// Only those that are not read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// Only those of this kind.
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<NoticeKind>,
    /// The page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Entries a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl NotificationQuery {
    /// The part of the list asked for.
    pub fn paging(&self) -> Paging {
        let default = Paging::default();
        Paging {
            page: self.page.unwrap_or(default.page),
            page_size: self.page_size.unwrap_or(default.page_size),
        }
    }
}

/// How many are not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unread {
    /// The number.
    pub unread: u64,
}

/// Which ones are read now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct MarkRead {
    /// Their ids, at most 200; all when left out.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<String>>,
}

/// Which kinds a user wants; a missing one is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NotificationSettings {
    /// Tasks that ended.
    pub task: bool,
    /// Stars.
    pub star: bool,
    /// Forks.
    pub fork: bool,
    /// Comments.
    pub comment: bool,
    /// Hours, balance or storage that run out.
    pub quota: bool,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            task: true,
            star: true,
            fork: true,
            comment: true,
            quota: true,
        }
    }
}

impl NotificationSettings {
    /// Whether this kind is wanted.
    pub fn wants(&self, kind: NoticeKind) -> bool {
        match kind {
            NoticeKind::Task => self.task,
            NoticeKind::Star => self.star,
            NoticeKind::Fork => self.fork,
            NoticeKind::Comment => self.comment,
            NoticeKind::Quota => self.quota,
        }
    }

    /// The same, with this kind wanted or not.
    pub fn with(mut self, kind: NoticeKind, wanted: bool) -> Self {
        let place = match kind {
            NoticeKind::Task => &mut self.task,
            NoticeKind::Star => &mut self.star,
            NoticeKind::Fork => &mut self.fork,
            NoticeKind::Comment => &mut self.comment,
            NoticeKind::Quota => &mut self.quota,
        };
        *place = wanted;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    fn thing() -> Thing {
        Thing {
            id: "2f".into(),
            module_type: ModuleType::Code,
            owner: "alice".into(),
            name: "mnist".into(),
        }
    }

    #[test]
    fn a_notification_carries_what_it_says() {
        let notification = |notice| Notification {
            id: "1f".into(),
            date_created: Time::from_seconds(0),
            read: false,
            count: 2,
            notice,
        };
        assert_wire(
            &notification(Notice::Star {
                by: "bob".into(),
                thing: thing(),
            }),
            r#"{"id":"1f","date_created":"1970-01-01T00:00:00","read":false,"count":2,"notice":{"kind":"star","by":"bob","thing":{"id":"2f","module_type":"code","owner":"alice","name":"mnist"}}}"#,
        );
        assert_wire(
            &Notice::Task {
                id: "3f".into(),
                project: thing(),
                description: String::new(),
                state: TaskState::Failed,
                reason: EndReason::TimeLimit,
            },
            r#"{"kind":"task","id":"3f","project":{"id":"2f","module_type":"code","owner":"alice","name":"mnist"},"description":"","state":"failed","reason":"time_limit"}"#,
        );
        assert_wire(
            &Notice::Quota {
                what: Quota::GpuTime,
                percent: 90,
            },
            r#"{"kind":"quota","what":"gpu_time","percent":90}"#,
        );
        let newer: Notice = serde_json::from_str(r#"{"kind":"moon"}"#).unwrap();
        assert_eq!(newer.kind(), None);
    }

    #[test]
    fn every_kind_is_wanted_unless_told() {
        let all: NotificationSettings = serde_json::from_str("{}").unwrap();
        assert_eq!(all, NotificationSettings::default());
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::parse(kind.as_str()), Some(kind));
            let without = all.with(kind, false);
            assert!(all.wants(kind) && !without.wants(kind));
        }
        assert_wire(
            &all.with(NoticeKind::Fork, false),
            r#"{"task":true,"star":true,"fork":false,"comment":true,"quota":true}"#,
        );
        assert_wire(&MarkRead::default(), "{}");
        assert_wire(&Unread { unread: 3 }, r#"{"unread":3}"#);
    }
}

//! Which tasks: the query of a list, and what is done with many of them at once.

use crate::task::{TaskAction, TaskState};
use crate::{Paging, Reason, Time};
use serde::de::value::StrDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Several values of one query parameter, separated by commas; none of them means all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several<T>(pub Vec<T>);

impl<T> Several<T> {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: AsRef<str>> Several<T> {
    /// As the query spells it.
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.0.iter().map(AsRef::as_ref).collect();
        words.join(",")
    }
}

impl<T> Default for Several<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: AsRef<str>> Serialize for Several<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Several<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let words = text.split(',').filter(|word| !word.is_empty());
        let parse = |word| T::deserialize(StrDeserializer::<de::value::Error>::new(word));
        let list = words.map(parse).collect::<Result<_, _>>();
        list.map(Self).map_err(de::Error::custom)
    }
}

/// The order of a list of tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TaskSort {
    /// By the time of submission.
    #[default]
    Created,
    /// By how long the command ran. One that still runs counts as longer than any that has ended.
    Duration,
    /// By the remark, else the command.
    Name,
}

impl TaskSort {
    /// Whether the list goes upwards unless it is asked otherwise.
    pub fn ascends(self) -> bool {
        self == Self::Name
    }
}

/// What lists call a task: its remark, else its command, in one line; empty where it has neither.
pub fn title(remark: &str, command: &str) -> String {
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let remark = line(remark);
    if remark.is_empty() {
        line(command)
    } else {
        remark
    }
}

/// Query of the list of tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams, utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct TaskQuery {
    /// Only this user's; without it and without `project` the caller's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Only of the project with this id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Only in one of these states, separated by commas.
    #[cfg_attr(
        feature = "openapi",
        param(value_type = Option<String>, pattern = "^((waiting|running|success|failed|stopped),?)*$"),
        schema(value_type = Option<String>)
    )]
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub state: Several<TaskState>,
    /// Only in one of these modes.
    #[cfg_attr(
        feature = "openapi",
        param(value_type = Option<String>, max_length = 200),
        schema(value_type = Option<String>)
    )]
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub mode: Several<String>,
    /// Only on one of these kinds of machines.
    #[cfg_attr(
        feature = "openapi",
        param(value_type = Option<String>, max_length = 200),
        schema(value_type = Option<String>)
    )]
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub machine: Several<String>,
    /// Only in one of these environments.
    #[cfg_attr(
        feature = "openapi",
        param(value_type = Option<String>, max_length = 1000),
        schema(value_type = Option<String>)
    )]
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub environment: Several<String>,
    /// Only those submitted at this time or later.
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Time>,
    /// Only those submitted before this time.
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Time>,
    /// Words that the remark, command, project name or id contain.
    #[cfg_attr(feature = "openapi", param(max_length = 200))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The order: `created` when left out.
    #[cfg_attr(feature = "openapi", param(inline))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<TaskSort>,
    /// From small to large; when left out only names are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ascending: Option<bool>,
    /// Page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Entries a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
}

impl TaskQuery {
    /// The part of the list asked for.
    pub fn paging(&self) -> Paging {
        let default = Paging::default();
        Paging {
            page: self.page.unwrap_or(default.page),
            page_size: self.page_size.unwrap_or(default.page_size),
        }
    }

    /// The order, and whether it goes upwards.
    pub fn order(&self) -> (TaskSort, bool) {
        let sort = self.sort.unwrap_or_default();
        (sort, self.ascending.unwrap_or_else(|| sort.ascends()))
    }

    /// Whether it leaves out tasks of whoever or whatever it is about.
    pub fn is_filtered(&self) -> bool {
        !self.state.is_empty()
            || !self.mode.is_empty()
            || !self.machine.is_empty()
            || !self.environment.is_empty()
            || self.from.is_some()
            || self.to.is_some()
            || self.q.is_some()
    }
}

/// Body of `POST /experiments/bulk`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkTasks {
    /// What is done.
    pub action: TaskAction,
    /// With these, at most [`crate::limits::BULK_MAX`].
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
    /// With those of the caller's tasks that a list of this query has; order and page mean nothing. Instead of `ids`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<TaskQuery>,
}

/// Answer to `POST /experiments/bulk`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkDone {
    /// With how many tasks it was done.
    pub done: u64,
    /// Those that it was not done with; of a query at most 100.
    pub failed: Vec<BulkFailure>,
    /// How many tasks of the query are left for another request.
    pub left: u64,
}

/// A task that nothing was done with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkFailure {
    /// Its id, as it was asked for.
    pub id: String,
    /// The remark, else the command; empty where there is none or no such task.
    pub title: String,
    /// Why.
    pub reason: Reason,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn a_list_is_asked_for_exactly() {
        assert_wire(&TaskQuery::default(), "{}");
        let query = TaskQuery {
            user: Some("alice".into()),
            project: Some("9f".into()),
            state: Several(vec![TaskState::Waiting, TaskState::Running]),
            mode: Several(vec!["cli".into()]),
            machine: Several(vec!["cpu_high".into(), "gpu_high".into()]),
            environment: Several(vec!["python3".into()]),
            from: Some(Time(0)),
            to: Some(Time::from_seconds(60)),
            q: Some("lr".into()),
            sort: Some(TaskSort::Duration),
            ascending: Some(true),
            page: Some(2),
            page_size: Some(50),
        };
        assert_wire(
            &query,
            concat!(
                r#"{"user":"alice","project":"9f","state":"waiting,running","mode":"cli","#,
                r#""machine":"cpu_high,gpu_high","environment":"python3","#,
                r#""from":"1970-01-01T00:00:00","to":"1970-01-01T00:01:00","q":"lr","#,
                r#""sort":"duration","ascending":true,"page":2,"page_size":50}"#
            ),
        );
        assert!(query.is_filtered() && !TaskQuery::default().is_filtered());
    }

    #[test]
    fn several_values_are_forgiving_of_commas_but_not_of_words() {
        let read = |text: &str| serde_json::from_str::<Several<TaskState>>(text);
        assert_eq!(read("\"\"").unwrap(), Several(vec![]));
        let states = Several(vec![TaskState::Failed, TaskState::Stopped]);
        assert_eq!(read("\",failed,,shutdown\"").unwrap(), states);
        assert!(read("\"failed,solar\"").is_err());
    }

    #[test]
    fn names_go_upwards_and_the_rest_downwards() {
        let order = |sort, ascending| {
            let query = TaskQuery {
                sort,
                ascending,
                ..TaskQuery::default()
            };
            query.order()
        };
        assert_eq!(order(None, None), (TaskSort::Created, false));
        let name = Some(TaskSort::Name);
        assert_eq!(order(name, None), (TaskSort::Name, true));
        assert_eq!(order(name, Some(false)), (TaskSort::Name, false));
    }

    #[test]
    fn a_task_is_called_by_its_remark_or_command_in_one_line() {
        assert_eq!(title(" a\n b ", "ls"), "a b");
        assert_eq!(title(" \n", "ls\t-l"), "ls -l");
        assert_eq!(title("", ""), "");
    }

    #[test]
    fn many_at_once_are_exact() {
        let ids = BulkTasks {
            action: TaskAction::Stop,
            ids: vec!["7a".into()],
            query: None,
        };
        assert_wire(&ids, r#"{"action":"stop","ids":["7a"]}"#);
        let query = BulkTasks {
            action: TaskAction::Delete,
            ids: vec![],
            query: Some(TaskQuery::default()),
        };
        assert_wire(&query, r#"{"action":"delete","query":{}}"#);
        let done = BulkDone {
            done: 2,
            failed: vec![BulkFailure {
                id: "7a".into(),
                title: "ls".into(),
                reason: Reason::WrongState,
            }],
            left: 1,
        };
        assert_wire(
            &done,
            r#"{"done":2,"failed":[{"id":"7a","title":"ls","reason":"wrong_state"}],"left":1}"#,
        );
    }
}

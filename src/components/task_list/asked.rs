//! What the address asks of a list of tasks. Nothing here knows of the browser.

use crate::format;
use api::metric::{escaped, unescaped};
use api::task::{STATES, Several, Task, TaskQuery, TaskSort, TaskState};

/// Tasks of a page of the list.
const PAGE: u32 = 50;
/// The keys of the address that leave tasks out.
pub(super) const FILTERS: &[&str] = &[
    "q",
    "state",
    "mode",
    "machine",
    "environment",
    "project",
    "from",
    "to",
];
/// Those that say how the list is shown.
pub(super) const SHOWN: &[&str] = &["sort", "dir", "cols"];

/// The modes that can be asked for.
pub(super) const MODES: [&str; 3] = ["cli", "jupyter", "serve"];
/// The kinds of machines that can be asked for.
pub(super) const MACHINES: [&str; 2] = ["cpu_high", "gpu_high"];

/// The values in a text with commas between them.
pub(super) fn values(text: &str) -> Vec<String> {
    let words = text.split(',').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The same text with a value added or taken off.
pub(super) fn switched(text: &str, value: &str, on: bool) -> String {
    let mut list = values(text);
    list.retain(|known| known != value);
    if on {
        list.push(value.to_owned());
    }
    list.join(",")
}

fn state_of(word: &str) -> Option<TaskState> {
    STATES.into_iter().find(|state| state.as_ref() == word)
}

/// The order that a word of the address means; newest first for any other.
fn sort_of(word: &str) -> Option<TaskSort> {
    match word {
        "duration" => Some(TaskSort::Duration),
        "name" => Some(TaskSort::Name),
        _ => None,
    }
}

/// The word of the address for an order; none for the usual one.
pub(super) fn sort_word(sort: TaskSort) -> &'static str {
    match sort {
        TaskSort::Created => "",
        TaskSort::Duration => "duration",
        TaskSort::Name => "name",
    }
}

/// The word of the address for a direction; none for the usual one of that order.
pub(super) fn direction_word(sort: TaskSort, ascending: bool) -> &'static str {
    match ascending {
        _ if ascending == sort.ascends() => "",
        true => "asc",
        false => "desc",
    }
}

/// The query for the tasks of `scope` that the address asks for; `value` gives the address' values. What cannot be read
/// is not asked for.
pub(super) fn asked(scope: &TaskQuery, value: impl Fn(&str) -> String) -> TaskQuery {
    let some = |key: &str| Some(value(key)).filter(|text| !text.is_empty());
    let several = |key: &str| Several(values(&value(key)));
    let states = values(&value("state"));
    TaskQuery {
        user: scope.user.clone(),
        project: scope.project.clone().or_else(|| some("project")),
        state: Several(states.iter().filter_map(|word| state_of(word)).collect()),
        mode: several("mode"),
        machine: several("machine"),
        environment: several("environment"),
        from: format::day(&value("from"), 0),
        // The last day is meant too.
        to: format::day(&value("to"), 1),
        q: some("q"),
        sort: sort_of(&value("sort")),
        ascending: match value("dir").as_str() {
            "asc" => Some(true),
            "desc" => Some(false),
            _ => None,
        },
        page: value("page").parse().ok().filter(|page| *page > 1),
        page_size: Some(PAGE),
    }
}

/// A column beside state and task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Id,
    Project,
    Code,
    Mode,
    Environment,
    Machine,
    Created,
    Finished,
    Duration,
    Reason,
    /// The value of a parameter.
    Param(String),
    /// The last value of a metric.
    Metric(String),
}

impl Field {
    /// All but parameters and metrics, in the order in which they stand.
    pub const ALL: [Self; 10] = [
        Self::Id,
        Self::Project,
        Self::Code,
        Self::Mode,
        Self::Environment,
        Self::Machine,
        Self::Created,
        Self::Finished,
        Self::Duration,
        Self::Reason,
    ];
    /// Those shown unless others are asked for.
    pub const USUAL: [Self; 6] = [
        Self::Project,
        Self::Code,
        Self::Environment,
        Self::Machine,
        Self::Created,
        Self::Duration,
    ];

    /// Its word in the address.
    pub fn word(&self) -> String {
        let word = match self {
            Self::Id => "id",
            Self::Project => "project",
            Self::Code => "code",
            Self::Mode => "mode",
            Self::Environment => "environment",
            Self::Machine => "machine",
            Self::Created => "created",
            Self::Finished => "finished",
            Self::Duration => "duration",
            Self::Reason => "reason",
            Self::Param(name) => return format!("param.{name}"),
            Self::Metric(name) => return format!("metric.{}", escaped(name)),
        };
        word.to_owned()
    }

    fn of(word: &str) -> Option<Self> {
        match word.split_once('.') {
            Some((_, "")) => None,
            Some(("param", name)) => Some(Self::Param(name.to_owned())),
            Some(("metric", name)) => Some(Self::Metric(unescaped(name))),
            _ => Self::ALL.into_iter().find(|field| field.word() == word),
        }
    }
}

/// The columns that the address asks for, parameters and metrics last; `none` asks for none.
pub(super) fn fields(text: &str) -> Vec<Field> {
    if text.is_empty() {
        return Field::USUAL.to_vec();
    }
    let wanted: Vec<Field> = values(text)
        .iter()
        .filter_map(|word| Field::of(word))
        .collect();
    let fixed = Field::ALL
        .into_iter()
        .filter(|field| wanted.contains(field));
    let named = wanted.iter().filter(|field| !Field::ALL.contains(field));
    fixed.chain(named.cloned()).collect()
}

/// The names of the metrics among these columns.
pub(super) fn metrics_of(fields: &[Field]) -> Vec<String> {
    let names = fields.iter().filter_map(|field| match field {
        Field::Metric(name) => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// What the address says of these columns; nothing for the usual ones.
pub(super) fn fields_text(fields: &[Field]) -> String {
    let same =
        fields.len() == Field::USUAL.len() && Field::USUAL.iter().all(|f| fields.contains(f));
    match fields {
        _ if same => String::new(),
        [] => "none".to_owned(),
        fields => fields.iter().map(Field::word).collect::<Vec<_>>().join(","),
    }
}

/// The value of a parameter.
pub(super) fn param<'a>(task: &'a Task, name: &str) -> Option<&'a str> {
    let mut pairs = task.params.iter().filter_map(|pair| pair.split_once(':'));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The names of the parameters of these tasks, each once, in order.
pub(super) fn param_names(tasks: &[Task]) -> Vec<String> {
    let pairs = tasks.iter().flat_map(|task| &task.params);
    let mut names: Vec<String> = pairs
        .filter_map(|pair| Some(pair.split_once(':')?.0.to_owned()))
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::timeline::task_of_test as task;

    #[test]
    fn an_address_asks_for_what_it_can_mean() {
        let address = [
            ("state", "failed,solar,running"),
            ("machine", "gpu_high"),
            ("sort", "name"),
            ("dir", "desc"),
            ("page", "3"),
            ("q", "lr"),
        ];
        let value = |key: &str| {
            let found = address.iter().find(|(known, _)| *known == key);
            found.map_or_else(String::new, |(_, value)| (*value).to_owned())
        };
        let query = asked(&TaskQuery::default(), value);
        assert_eq!(query.state.text(), "failed,running");
        assert_eq!(query.machine.text(), "gpu_high");
        assert_eq!(query.order(), (TaskSort::Name, false));
        assert_eq!((query.page, query.q.as_deref()), (Some(3), Some("lr")));
        assert!(query.mode.is_empty() && query.from.is_none() && query.project.is_none());
        let none = asked(&TaskQuery::default(), |_| String::new());
        assert_eq!(none.page_size, Some(PAGE));
        assert!(!none.is_filtered());
    }

    #[test]
    fn every_order_has_a_word_and_a_usual_direction() {
        for sort in [TaskSort::Created, TaskSort::Duration, TaskSort::Name] {
            assert_eq!(sort_of(sort_word(sort)).unwrap_or_default(), sort);
            assert_eq!(direction_word(sort, sort.ascends()), "");
            assert_ne!(direction_word(sort, !sort.ascends()), "");
        }
    }

    #[test]
    fn values_are_switched_one_by_one() {
        assert_eq!(switched("", "a", true), "a");
        assert_eq!(switched("a,b", "a", false), "b");
        assert_eq!(switched("a,b", "a", true), "b,a");
    }

    #[test]
    fn columns_come_back_from_the_address() {
        for field in Field::ALL {
            assert_eq!(Field::of(&field.word()), Some(field));
        }
        assert_eq!(fields(""), Field::USUAL);
        assert_eq!(fields_text(&Field::USUAL), "");
        assert_eq!(
            (fields("none"), fields_text(&[])),
            (vec![], "none".to_owned())
        );
        let some = fields("param.lr,duration,id,param.,nonsense");
        let lr = Field::Param("lr".to_owned());
        assert_eq!(some, [Field::Id, Field::Duration, lr]);
        assert_eq!(fields_text(&some), "id,duration,param.lr");
        let metric = |name: &str| Field::Metric(name.to_owned());
        let some = fields("metric.val/loss,metric.a%2Cb.c,id,metric.");
        assert_eq!(some, [Field::Id, metric("val/loss"), metric("a,b.c")]);
        assert_eq!(metrics_of(&some), ["val/loss", "a,b.c"]);
        assert_eq!(fields_text(&some), "id,metric.val/loss,metric.a%2Cb.c");
    }

    #[test]
    fn parameters_are_told_by_name() {
        let mut one = task(TaskState::Success, &[]);
        one.params = vec!["lr:0.1".to_owned(), "net:a:b".to_owned()];
        assert_eq!((param(&one, "net"), param(&one, "x")), (Some("a:b"), None));
        assert_eq!(param_names(&[one.clone(), one]), ["lr", "net"]);
    }
}

//! Metrics: what programs print, and the patterns of the user's own that find more of it.

use crate::task::Several;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use crate::figure::Figure;

/// A metric that is looked for in the logs of a project's tasks, beside those that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricPattern {
    /// The metric's name, where the pattern has no group `name`; see [`crate::name::check_metric_name`].
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 100))]
    pub name: String,
    /// A regular expression with a group `value`, and `step` and `name` if it likes: `(?<value>[-0-9.]+) dB`.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1000))]
    pub pattern: String,
}

/// Body of the request that sets the patterns of a project, and its answer. At `patterns.1.pattern` a problem is that of
/// the second pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricPatterns {
    /// At most [`crate::limits::PATTERNS_MAX`], in the owner's order: of two that find the same metric in a line the first
    /// counts.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub patterns: Vec<MetricPattern>,
}

/// A value and the line of the log that it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricValue {
    /// The value.
    #[cfg_attr(feature = "openapi", schema(inline))]
    pub value: Figure,
    /// The line's number, from 1.
    pub line: u64,
}

/// What a metric of a task is in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricSummary {
    /// Its name.
    pub name: String,
    /// How many values the log has.
    pub count: u64,
    /// The last one.
    pub last: MetricValue,
    /// The smallest finite one, the first of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<MetricValue>,
    /// The largest finite one, the first of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<MetricValue>,
    /// The last step that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_step: Option<f64>,
}

/// How far the metrics of a task are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MetricsState {
    /// The log is read. That of a task that runs is read again when somebody asks, but not each time.
    Ready,
    /// The log is still to be read, or to be read anew: ask again in a moment.
    Pending,
}

/// Answer to `GET /experiment/{id}/metrics`, and an entry of the list for many tasks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskMetrics {
    /// The task.
    pub id: String,
    /// How far they are known.
    pub state: MetricsState,
    /// Its metrics in the order in which they appear: those of one task at most 500, of many
    /// [`crate::limits::METRICS_OF_MANY`] each.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub metrics: Vec<MetricSummary>,
}

/// Query of the metrics of many tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct MetricsQuery {
    /// The tasks, separated by commas: at most [`crate::limits::METRICS_TASKS`].
    #[cfg_attr(
        feature = "openapi",
        param(value_type = Option<String>, max_length = 3300)
    )]
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub ids: Several<String>,
}

/// Names of metrics as one word of an address: separated by commas; `%2C` is a comma of a name and `%25` a percent sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricNames(pub Vec<String>);

/// A name as it stands among others, see [`MetricNames`].
pub fn escaped(name: &str) -> String {
    name.replace('%', "%25").replace(',', "%2C")
}

/// The name that stands so among others.
pub fn unescaped(text: &str) -> String {
    text.replace("%2C", ",").replace("%25", "%")
}

impl MetricNames {
    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the query spells them.
    pub fn text(&self) -> String {
        let names: Vec<String> = self.0.iter().map(|name| escaped(name)).collect();
        names.join(",")
    }
}

impl Serialize for MetricNames {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for MetricNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let names = text.split(',').filter(|name| !name.is_empty());
        Ok(Self(names.map(unescaped).collect()))
    }
}

/// Query of the file of a list of tasks, beside that of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct CsvQuery {
    /// Metrics whose last values are columns, separated by commas: at most [`crate::limits::METRIC_COLUMNS`].
    #[cfg_attr(
        feature = "openapi",
        param(value_type = Option<String>, max_length = 10_000)
    )]
    #[serde(skip_serializing_if = "MetricNames::is_empty")]
    pub metrics: MetricNames,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn patterns_are_exact() {
        assert_wire(&MetricPatterns::default(), r#"{"patterns":[]}"#);
        let one = MetricPattern {
            name: "psnr".into(),
            pattern: r"(?<value>[-0-9.]+) dB".into(),
        };
        assert_wire(
            &MetricPatterns {
                patterns: vec![one],
            },
            r#"{"patterns":[{"name":"psnr","pattern":"(?<value>[-0-9.]+) dB"}]}"#,
        );
    }

    #[test]
    fn metrics_of_a_task_are_exact() {
        let at = |value, line| MetricValue {
            value: Figure(value),
            line,
        };
        let full = MetricSummary {
            name: "loss".into(),
            count: 3,
            last: at(0.25, 7),
            min: Some(at(-2.0, 5)),
            max: Some(at(1e300, 6)),
            last_step: Some(3.0),
        };
        let bare = MetricSummary {
            name: "acc".into(),
            count: 1,
            last: at(f64::INFINITY, 1),
            min: None,
            max: None,
            last_step: None,
        };
        let metrics = TaskMetrics {
            id: "7a".into(),
            state: MetricsState::Pending,
            metrics: vec![full, bare],
        };
        assert_wire(
            &metrics,
            concat!(
                r#"{"id":"7a","state":"pending","metrics":[{"name":"loss","count":3,"last":{"value":0.25,"line":7},"#,
                r#""min":{"value":-2.0,"line":5},"max":{"value":1e+300,"line":6},"last_step":3.0},"#,
                r#"{"name":"acc","count":1,"last":{"value":"Infinity","line":1}}]}"#
            ),
        );
    }

    #[test]
    fn names_may_have_commas() {
        let query = CsvQuery {
            metrics: MetricNames(vec![
                "a,b".into(),
                "100%".into(),
                "%2C".into(),
                "损失".into(),
            ]),
        };
        assert_wire(&query, r#"{"metrics":"a%2Cb,100%25,%252C,损失"}"#);
        assert_wire(&CsvQuery::default(), "{}");
        let query = MetricsQuery {
            ids: Several(vec!["7a".into(), "7b".into()]),
        };
        assert_wire(&query, r#"{"ids":"7a,7b"}"#);
        assert_wire(&MetricsQuery::default(), "{}");
    }
}

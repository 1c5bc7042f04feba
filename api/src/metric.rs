//! Metrics: what programs print, and the patterns of the user's own that find more of it.

use serde::{Deserialize, Serialize};

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
}

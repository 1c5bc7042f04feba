//! What a page shows of metrics without their points: this stands outside of the feature `metrics`.

use serde::{Deserialize, Serialize};

/// A value and the line it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueAt {
    /// The value.
    pub value: f64,
    /// The line's number, from 1.
    pub line: u64,
}

/// What a series is in short. It counts all values that the log had, also where points were left out since.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Values.
    pub count: u64,
    /// Those of them that are not a number.
    pub nan: u64,
    /// Those of them that are infinite.
    pub infinite: u64,
    /// The last one, which may be neither.
    pub last: Option<ValueAt>,
    /// The smallest finite one, the first of several.
    pub min: Option<ValueAt>,
    /// The largest finite one, the first of several.
    pub max: Option<ValueAt>,
    /// The first step that was told.
    pub first_step: Option<f64>,
    /// The last step that was told.
    pub last_step: Option<f64>,
}

impl Summary {
    /// Counts one more value.
    #[cfg(feature = "metrics")]
    pub(super) fn add(&mut self, line: u64, step: f64, value: f64) {
        let here = ValueAt { value, line };
        self.count += 1;
        self.nan += u64::from(value.is_nan());
        self.infinite += u64::from(value.is_infinite());
        self.last = Some(here);
        if value.is_finite() {
            if self.min.is_none_or(|min| value < min.value) {
                self.min = Some(here);
            }
            if self.max.is_none_or(|max| value > max.value) {
                self.max = Some(here);
            }
        }
        if !step.is_nan() {
            self.first_step.get_or_insert(step);
            self.last_step = Some(step);
        }
    }
}

/// A metric that the user looks for beside those that are known: kept with a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserPattern {
    /// The series' name, where the pattern has no group `name`.
    pub name: String,
    /// A regular expression with a group `value`, and `step` and `name` if it likes: `(?<value>[-0-9.]+) dB`.
    pub pattern: String,
}

//! Where an axis begins and ends.

use super::ticks::Scale;
use serde::{Deserialize, Serialize};

/// The numbers that an axis has to show.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Values that are finite and not above zero, which a logarithmic axis cannot show; 0 with others.
    pub hidden: u64,
}

/// The numbers of some lists that an axis has to show; those that are not finite are left out. `None` where there are none.
pub fn domain<'a>(lists: impl IntoIterator<Item = &'a [f64]>, scale: Scale) -> Option<Domain> {
    let log = scale == Scale::Log;
    let mut domain = Domain {
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
        hidden: 0,
    };
    for value in lists.into_iter().flatten() {
        if !value.is_finite() {
            continue;
        }
        if log && *value <= 0.0 {
            domain.hidden += 1;
            continue;
        }
        domain.min = domain.min.min(*value);
        domain.max = domain.max.max(*value);
    }
    (domain.min <= domain.max).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lists_count_and_what_cannot_be_shown_is_told() {
        let lists: [&[f64]; 3] = [&[1.0, f64::NAN, -2.0], &[], &[0.0, 30.0, f64::INFINITY]];
        let of = |min, max, hidden| Some(Domain { min, max, hidden });
        assert_eq!(domain(lists, Scale::Linear), of(-2.0, 30.0, 0));
        assert_eq!(domain(lists, Scale::Log), of(1.0, 30.0, 2));
        assert_eq!(domain([&[5.0][..]], Scale::Linear), of(5.0, 5.0, 0));
        assert_eq!(domain([&[-5.0][..]], Scale::Log), None);
        assert_eq!(domain([&[f64::NAN][..]], Scale::Linear), None);
        assert_eq!(domain([], Scale::Linear), None);
    }
}

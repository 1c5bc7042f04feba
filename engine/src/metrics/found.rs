//! What one line says: values, and where and when they are of.

use super::keys::Key;
use super::names::{Id, Names};

/// Most values of a line.
const VALUES_MAX: usize = 1024;

/// A place in a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) at: f64,
    /// How many there are, where it was said.
    pub(super) total: Option<f64>,
}

/// How often the data was gone through.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Epoch {
    pub(super) at: f64,
    /// The number of the first one, where what is counted begins anew with each; `None` where that is not known.
    pub(super) first: Option<f64>,
}

/// What a line says, and room for that of the next.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) names: Names,
    values: Vec<(Id, f64)>,
    step: Option<(u8, Place)>,
    /// What a bar, or `[3/10]`, counts.
    pub(super) counter: Option<Place>,
    pub(super) epoch: Option<Epoch>,
    /// Milliseconds since 1970 in UTC.
    pub(super) time: Option<f64>,
}

impl Found {
    /// Forgets the line before.
    pub(super) fn clear(&mut self) {
        self.names.begin();
        self.values.clear();
        (self.step, self.counter, self.epoch, self.time) = (None, None, None, None);
    }

    /// Names and values, in the order in which they stand.
    pub(super) fn values(&self) -> &[(Id, f64)] {
        &self.values
    }

    /// Takes a number with a name that says `key`.
    pub(super) fn add(&mut self, key: Key, name: Id, place: Place) {
        match key {
            Key::Step(rank) => {
                if self.step.is_none_or(|(known, _)| rank < known) {
                    self.step = Some((rank, place));
                }
            }
            Key::Epoch => {
                // A bar that has an epoch among its values counts through all of them.
                let counted = self.counter.is_some() || self.step.is_some();
                let first = f64::from(u8::from(place.total.is_some() && place.at >= 1.0));
                self.epoch.get_or_insert(Epoch {
                    at: place.at,
                    first: (!counted).then_some(first),
                });
            }
            Key::Time => {
                if self.time.is_none() {
                    self.time = super::time::of_number(place.at);
                }
            }
            Key::Ignored => {}
            Key::Known | Key::Other => self.push(name, place.at),
        }
    }

    /// Takes a value of the series `name`.
    pub(super) fn push(&mut self, name: Id, value: f64) {
        if self.values.len() < VALUES_MAX {
            self.values.push((name, value));
        }
    }

    /// Takes the first value from number `from` on back that is called `name`.
    pub(super) fn take(&mut self, from: usize, name: &str) -> Option<f64> {
        let is = |(id, _): &(Id, f64)| self.names.text(*id) == name;
        let at = self.values.iter().skip(from).position(is)?;
        Some(self.values.remove(from + at).1)
    }

    /// Where its values are of: the step it names, else what its bar counts, else its epoch or the one before it. What is counted
    /// up to a total goes on through the epochs: with `Epoch 3/10`, 5 of 100 is 205. Not a number where nothing says it.
    pub(super) fn step(&self, epoch_before: Option<Epoch>) -> f64 {
        let epoch = self.epoch.or(epoch_before);
        let place = self.step.map(|(_, place)| place).or(self.counter);
        let over = epoch.and_then(|epoch| Some((epoch.at - epoch.first?).floor()));
        match (place, epoch) {
            (Some(Place { at, total }), _) => {
                let over = over.filter(|over| over.is_finite() && *over > 0.0);
                at + total.unwrap_or(0.0) * over.unwrap_or(0.0)
            }
            (None, Some(epoch)) => epoch.at,
            (None, None) => f64::NAN,
        }
    }
}

//! What is known of a table's columns from the rows that were read.

use super::csv::COLUMNS_MAX;
use super::describe::{Guess, Statistics};

/// What is known of each column.
#[derive(Debug, Default)]
pub(super) struct Columns {
    list: Vec<Seen>,
    rows: u64,
}

/// Values of a column.
#[derive(Debug, Default)]
struct Seen {
    filled: u64,
    guess: Guess,
    sum: f64,
    smallest: Option<f64>,
    largest: Option<f64>,
    numbers: u64,
}

impl Guess {
    /// Whether they are numbers.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Real)
    }

    /// What values of both kinds are.
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Empty, other) | (other, Self::Empty) => other,
            (one, other) if one == other => one,
            (one, other) if one.is_number() && other.is_number() => Self::Real,
            _ => Self::Text,
        }
    }
}

impl Columns {
    /// Looks at a row.
    pub(super) fn add<'a>(&mut self, values: impl Iterator<Item = &'a str>) {
        self.rows += 1;
        for (at, value) in values.take(COLUMNS_MAX).enumerate() {
            if at == self.list.len() {
                self.list.push(Seen::default());
            }
            self.list[at].add(value.trim());
        }
    }

    /// What is known of the column with this number, from 0.
    pub(super) fn statistics(&self, at: usize) -> Statistics {
        let Some(seen) = self.list.get(at) else {
            return Statistics {
                empty: self.rows,
                ..Statistics::default()
            };
        };
        let text = |number: Option<f64>| number.map_or_else(String::new, short);
        Statistics {
            guess: seen.guess,
            filled: seen.filled,
            empty: self.rows - seen.filled,
            smallest: text(seen.smallest),
            largest: text(seen.largest),
            mean: text((seen.numbers > 0).then(|| seen.sum / seen.numbers as f64)),
        }
    }
}

impl Seen {
    fn add(&mut self, value: &str) {
        if value.is_empty() {
            return;
        }
        self.filled += 1;
        let (guess, number) = look(value);
        self.guess = self.guess.with(guess);
        if let Some(number) = number.filter(|number| number.is_finite()) {
            self.numbers += 1;
            self.sum += number;
            let smaller = |old: &f64| *old <= number;
            if !self.smallest.as_ref().is_some_and(smaller) {
                self.smallest = Some(number);
            }
            let larger = |old: &f64| *old >= number;
            if !self.largest.as_ref().is_some_and(larger) {
                self.largest = Some(number);
            }
        }
    }
}

/// What a value seems to be, and which number.
fn look(value: &str) -> (Guess, Option<f64>) {
    if value.parse::<i64>().is_ok() {
        return (Guess::Integer, value.parse().ok());
    }
    if let Ok(number) = value.parse::<f64>() {
        return (Guess::Real, Some(number));
    }
    if value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false") {
        return (Guess::Boolean, None);
    }
    if is_time(value.as_bytes()) {
        return (Guess::Time, None);
    }
    (Guess::Text, None)
}

/// Whether it begins with a date such as `2026-11-27` or `2026/11/27`.
fn is_time(value: &[u8]) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        value
            .get(range)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let apart = matches!(
        (value.get(4), value.get(7)),
        (Some(b'-'), Some(b'-')) | (Some(b'/'), Some(b'/'))
    );
    let ends = matches!(value.get(10), None | Some(b' ' | b'T'));
    apart && ends && digits(0..4) && digits(5..7) && digits(8..10)
}

/// A number with as many digits as one reads.
pub(super) fn short(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        return format!("{number:.5e}");
    }
    if number == number.trunc() {
        return format!("{number}");
    }
    let digits = (6 - size.log10().floor() as i32).clamp(0, 10) as usize;
    let text = format!("{number:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(values: &[&str]) -> Guess {
        let mut columns = Columns::default();
        for value in values {
            columns.add([*value].into_iter());
        }
        columns.statistics(0).guess
    }

    #[test]
    fn types_are_guessed_from_all_values() {
        assert_eq!(guess(&["1", "", "-2"]), Guess::Integer);
        assert_eq!(guess(&["1", "2.5e3", "nan"]), Guess::Real);
        assert_eq!(guess(&["True", "false"]), Guess::Boolean);
        assert_eq!(guess(&["2026-11-27", "2026/01/02 10:00"]), Guess::Time);
        assert_eq!(guess(&["1", "x"]), Guess::Text);
        assert_eq!(guess(&["", " "]), Guess::Empty);
        assert_eq!(guess(&["2026-11-27x", "10.0.0.1"]), Guess::Text);
    }

    #[test]
    fn what_is_no_number_counts_for_none() {
        let mut columns = Columns::default();
        for value in ["1", "nan", "inf", "x", "", "4"] {
            columns.add([value].into_iter());
        }
        let seen = columns.statistics(0);
        assert_eq!((seen.filled, seen.empty), (5, 1));
        assert_eq!(
            (&*seen.smallest, &*seen.largest, &*seen.mean),
            ("1", "4", "2.5")
        );
        assert_eq!(columns.statistics(7).empty, 6);
    }

    #[test]
    fn numbers_are_as_long_as_one_reads() {
        for (number, text) in [
            (0.0, "0"),
            (3.0, "3"),
            (1.0 / 3.0, "0.3333333"),
            (1234.56789, "1234.568"),
            (1e-9, "1.00000e-9"),
            (-2.5e20, "-2.50000e20"),
        ] {
            assert_eq!(short(number), text);
        }
    }
}

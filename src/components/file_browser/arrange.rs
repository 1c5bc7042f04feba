//! Which entries of a folder are shown, and in which order. Nothing here knows of the browser.

use api::file::{Entry, EntryKind};
use std::cmp::Ordering;

/// The column a folder is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// By name, numbers in it by their value.
    #[default]
    Name,
    /// By bytes; folders, which have none, by name.
    Size,
    /// By the time of the last change.
    Modified,
}

/// A column and its direction; folders always come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// What is compared.
    pub by: Column,
    /// Largest or newest first.
    pub descending: bool,
}

impl Order {
    /// Reads the form that stands in the URL, `-size` for descending; anything else is the default.
    pub fn parse(text: &str) -> Self {
        let (word, descending) = match text.strip_prefix('-') {
            Some(word) => (word, true),
            None => (text, false),
        };
        let by = match word {
            "name" => Column::Name,
            "size" => Column::Size,
            "modified" => Column::Modified,
            _ => return Self::default(),
        };
        Self { by, descending }
    }

    /// The form for the URL; empty for the default.
    pub fn spell(self) -> &'static str {
        match (self.by, self.descending) {
            (Column::Name, false) => "",
            (Column::Name, true) => "-name",
            (Column::Size, false) => "size",
            (Column::Size, true) => "-size",
            (Column::Modified, false) => "modified",
            (Column::Modified, true) => "-modified",
        }
    }

    /// The order after a click on a column's head: sizes and times begin with the largest and newest.
    pub fn toggled(self, by: Column) -> Self {
        let descending = if self.by == by {
            !self.descending
        } else {
            by != Column::Name
        };
        Self { by, descending }
    }
}

/// What is counted of the entries that a filter lets through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Folders shown.
    pub folders: usize,
    /// Files (and other things) shown.
    pub files: usize,
    /// Bytes of the files shown.
    pub bytes: u64,
    /// Entries left out because their names begin with a dot.
    pub hidden: usize,
}

/// The entries to show, in order, and their totals.
///
/// `filter` is looked for in the names whatever its case; blanks around it do not count.
pub fn arrange(
    entries: &[Entry],
    order: Order,
    show_hidden: bool,
    filter: &str,
) -> (Vec<Entry>, Totals) {
    let filter = filter.trim().to_lowercase();
    let mut totals = Totals::default();
    let mut shown = Vec::with_capacity(entries.len());
    for entry in entries {
        if !show_hidden && entry.name.starts_with('.') {
            totals.hidden += 1;
        } else if filter.is_empty() || entry.name.to_lowercase().contains(&filter) {
            if entry.kind == EntryKind::Dir {
                totals.folders += 1;
            } else {
                totals.files += 1;
                totals.bytes = totals.bytes.saturating_add(entry.size);
            }
            shown.push(entry.clone());
        }
    }
    shown.sort_by(|a, b| compare(a, b, order));
    (shown, totals)
}

fn compare(a: &Entry, b: &Entry, order: Order) -> Ordering {
    let folder = |entry: &Entry| entry.kind == EntryKind::Dir;
    let by_column = match order.by {
        Column::Name => Ordering::Equal,
        Column::Size if folder(a) => Ordering::Equal,
        Column::Size => a.size.cmp(&b.size),
        Column::Modified => a.modified.cmp(&b.modified),
    };
    let by_name = natural(&a.name, &b.name);
    let directed = |ordering: Ordering, descending: bool| {
        if descending {
            ordering.reverse()
        } else {
            ordering
        }
    };
    folder(b)
        .cmp(&folder(a))
        .then(directed(by_column, order.descending))
        .then(directed(
            by_name,
            order.descending && order.by == Column::Name,
        ))
}

/// Compares names as people do: whatever their case, and runs of digits by their value, so that `step-9` comes
/// before `step-10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (x, y) = (next_part(&mut left), next_part(&mut right));
        let ordering = match (x, y) {
            (None, None) => return a.cmp(b),
            (None, _) => Ordering::Less,
            (_, None) => Ordering::Greater,
            (Some(Part::Number(x)), Some(Part::Number(y))) => {
                x.len().cmp(&y.len()).then_with(|| x.cmp(y))
            }
            (Some(Part::Letter(x)), Some(Part::Letter(y))) => {
                x.to_lowercase().cmp(y.to_lowercase())
            }
            (Some(Part::Number(x)), Some(Part::Letter(y))) => first(x).cmp(&y),
            (Some(Part::Letter(x)), Some(Part::Number(y))) => x.cmp(&first(y)),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
}

enum Part<'a> {
    /// Digits without leading zeros; empty for zero.
    Number(&'a str),
    Letter(char),
}

fn first(number: &str) -> char {
    number.chars().next().unwrap_or('0')
}

fn next_part<'a>(rest: &mut &'a str) -> Option<Part<'a>> {
    let letter = rest.chars().next()?;
    if letter.is_ascii_digit() {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(end);
        *rest = tail;
        return Some(Part::Number(number.trim_start_matches('0')));
    }
    *rest = &rest[letter.len_utf8()..];
    Some(Part::Letter(letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::Time;

    fn entry(name: &str, kind: EntryKind, size: u64, modified: i64) -> Entry {
        Entry {
            name: name.into(),
            kind,
            size,
            modified: Time(modified),
        }
    }

    fn names(entries: &[Entry], order: &str, hidden: bool, filter: &str) -> Vec<String> {
        let (shown, _) = arrange(entries, Order::parse(order), hidden, filter);
        shown.into_iter().map(|entry| entry.name).collect()
    }

    fn folder() -> Vec<Entry> {
        use EntryKind::{Dir, File};
        vec![
            entry("step-10", File, 5, 3),
            entry("Step-9", File, 7, 1),
            entry("logs", Dir, 0, 9),
            entry("Archive", Dir, 0, 8),
            entry(".git", Dir, 0, 7),
            entry("a.txt", File, 7, 2),
        ]
    }

    #[test]
    fn folders_come_first_and_numbers_count() {
        assert_eq!(
            names(&folder(), "", false, ""),
            ["Archive", "logs", "a.txt", "Step-9", "step-10"]
        );
        assert_eq!(
            names(&folder(), "-name", false, ""),
            ["logs", "Archive", "step-10", "Step-9", "a.txt"]
        );
    }

    #[test]
    fn equal_sizes_stay_in_the_order_of_names() {
        assert_eq!(
            names(&folder(), "-size", false, ""),
            ["Archive", "logs", "a.txt", "Step-9", "step-10"]
        );
        assert_eq!(
            names(&folder(), "modified", false, ""),
            ["Archive", "logs", "Step-9", "a.txt", "step-10"]
        );
    }

    #[test]
    fn hidden_entries_and_the_filter_are_counted() {
        let (_, totals) = arrange(&folder(), Order::default(), false, " STEP ");
        assert_eq!(
            totals,
            Totals {
                folders: 0,
                files: 2,
                bytes: 12,
                hidden: 1
            }
        );
        assert_eq!(names(&folder(), "", true, "git"), [".git"]);
    }

    #[test]
    fn names_are_ordered_the_same_from_both_sides() {
        let words = [
            "", "0", "00", "1", "a1", "a01", "A1", "a", "ä", "名", "1a", "10", "9", "a-1",
        ];
        for a in words {
            for b in words {
                assert_eq!(natural(a, b), natural(b, a).reverse(), "{a:?} {b:?}");
                assert_eq!(natural(a, b) == Ordering::Equal, a == b, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn the_order_survives_the_url() {
        for text in ["", "-name", "size", "-size", "modified", "-modified"] {
            assert_eq!(Order::parse(text).spell(), text);
        }
        assert_eq!(Order::parse("; drop"), Order::default());
        let by_size = Order::default().toggled(Column::Size);
        assert_eq!(by_size.spell(), "-size");
        assert_eq!(by_size.toggled(Column::Size).spell(), "size");
    }
}

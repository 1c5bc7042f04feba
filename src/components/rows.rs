//! Rows of lists that keep themselves up to date.

use leptos::prelude::*;

/// The entry of a row as the list knows it now, found by `id`; as it was last once it has left the list. A row made with
/// it changes in place: what has the focus in it keeps it.
pub fn follow<T>(list: Signal<Vec<T>>, first: T, id: fn(&T) -> &str) -> Signal<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Memo::new(move |last: Option<&T>| {
        let last = last.unwrap_or(&first);
        let same = |entry: &&T| id(entry) == id(last);
        list.with(|list| list.iter().find(same).cloned())
            .unwrap_or_else(|| last.clone())
    })
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_keeps_what_it_knew_last() {
        let owner = Owner::new();
        owner.set();
        let list = RwSignal::new(vec![("a".to_owned(), 1), ("b".to_owned(), 2)]);
        let row = follow(list.into(), ("b".to_owned(), 0), |(id, _)| id);
        assert_eq!(row.get_untracked().1, 2);
        list.set(vec![("b".to_owned(), 3)]);
        assert_eq!(row.get_untracked().1, 3);
        list.set(Vec::new());
        assert_eq!(row.get_untracked().1, 3);
    }
}

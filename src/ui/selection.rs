//! Choosing rows of a table: one by one, a range with Shift, all that are shown, or all there are.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement};
use std::collections::BTreeSet;

/// What is chosen of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The keys of the rows chosen.
    pub keys: BTreeSet<String>,
    /// All there are, also those that are not shown.
    pub everything: bool,
    /// Where a range begins.
    anchor: Option<String>,
}

impl Chosen {
    /// Whether a row is chosen.
    pub fn has(&self, key: &str) -> bool {
        self.everything || self.keys.contains(key)
    }

    /// Whether no row is.
    pub fn is_empty(&self) -> bool {
        !self.everything && self.keys.is_empty()
    }

    /// Chooses a row or no longer; with `range` all between it and the last one that was touched, in the order of `rows`.
    fn set(&mut self, rows: &[String], key: &str, on: bool, range: bool) {
        if self.everything {
            // What is taken off all there are leaves the others that are shown.
            self.everything = false;
            self.keys = rows.iter().cloned().collect();
        }
        let place = |key: &str| rows.iter().position(|row| row == key);
        let from = self.anchor.as_deref().filter(|_| range).and_then(place);
        let touched = match (from, place(key)) {
            (Some(from), Some(to)) => &rows[from.min(to)..=from.max(to)],
            _ => &[key.to_owned()][..],
        };
        for row in touched {
            if on {
                self.keys.insert(row.clone());
            } else {
                self.keys.remove(row);
            }
        }
        self.anchor = Some(key.to_owned());
    }

    /// Forgets the rows that are not shown any more.
    fn keep(&mut self, rows: &[String]) {
        self.keys.retain(|key| rows.contains(key));
    }
}

/// The rows of a table that are chosen. `Copy`.
#[derive(Clone, Copy)]
pub struct Selection {
    chosen: RwSignal<Chosen>,
    rows: Signal<Vec<String>>,
}

impl Selection {
    /// None of the rows with these keys. Rows that go are no longer chosen.
    pub fn new(rows: Signal<Vec<String>>) -> Self {
        let chosen = RwSignal::new(Chosen::default());
        Effect::new(move |_| {
            rows.with(|rows| {
                let gone = |chosen: &Chosen| chosen.keys.iter().any(|key| !rows.contains(key));
                if chosen.with_untracked(gone) {
                    chosen.update(|chosen| chosen.keep(rows));
                }
            });
        });
        Self { chosen, rows }
    }

    /// What is chosen, tracked.
    pub fn get(self) -> Chosen {
        self.chosen.get()
    }

    /// Whether nothing is, tracked.
    pub fn is_empty(self) -> bool {
        self.chosen.with(Chosen::is_empty)
    }

    /// Whether a row is, tracked.
    pub fn has(self, key: &str) -> bool {
        self.chosen.with(|chosen| chosen.has(key))
    }

    /// Chooses none.
    pub fn clear(self) {
        // The table may be gone by the time an action on its rows has ended.
        self.chosen.try_set(Chosen::default());
    }

    /// Chooses all there are, also those that are not shown.
    pub fn everything(self) {
        self.chosen.update(|chosen| chosen.everything = true);
    }

    /// Chooses all that are shown, or none of them.
    pub fn page(self, on: bool) {
        let keys = self.rows.with_untracked(|rows| match on {
            true => rows.iter().cloned().collect(),
            false => BTreeSet::new(),
        });
        self.chosen.set(Chosen {
            keys,
            ..Chosen::default()
        });
    }

    fn set(self, key: &str, on: bool, range: bool) {
        self.rows.with_untracked(|rows| {
            self.chosen
                .update(|chosen| chosen.set(rows, key, on, range));
        });
    }

    /// The row after or before another; that one itself at the end.
    fn beside(self, key: &str, forward: bool) -> String {
        self.rows.with_untracked(|rows| {
            let at = rows.iter().position(|row| row == key);
            let next = at.and_then(|at| match forward {
                true => rows.get(at + 1),
                false => rows.get(at.checked_sub(1)?),
            });
            next.map_or_else(|| key.to_owned(), Clone::clone)
        })
    }

    /// Whether all that are shown are chosen, and whether some of them are; tracked.
    fn state(self) -> (bool, bool) {
        self.rows.with(|rows| {
            self.chosen.with(|chosen| {
                let count = rows.iter().filter(|row| chosen.has(row)).count();
                (count > 0 && count == rows.len(), count > 0)
            })
        })
    }
}

/// The box in a table's head: all that are shown, or none.
#[component]
pub(super) fn SelectPage(
    selection: Selection,
    /// What it does.
    label: TextProp,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <label class="select-box">
            <input
                type="checkbox"
                aria-label=move || label.get()
                title=move || title.get()
                prop:checked=move || selection.state().0
                prop:indeterminate=move || {
                    let (all, some) = selection.state();
                    some && !all
                }
                on:change=move |event| selection.page(event_target_checked(&event))
            />
        </label>
    }
}

/// A cell with the box of a row. A click with Shift takes all rows from the last one that was touched; the arrows go from box
/// to box, with Shift they take the next row too.
#[component]
pub fn SelectCell(
    /// Of the table.
    selection: Selection,
    /// The row's key.
    #[prop(into)]
    key: Signal<String>,
    /// What the row is.
    #[prop(into)]
    label: TextProp,
) -> impl IntoView {
    let click = move |event: MouseEvent| {
        let on = event_target_checked(&event);
        key.with_untracked(|key| selection.set(key, on, event.shift_key()));
    };
    let keys = move |event: KeyboardEvent| {
        let forward = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            _ => return,
        };
        event.prevent_default();
        let at = event.current_target();
        let Some(next) = at.and_then(|at| neighbour(&at.unchecked_into(), forward)) else {
            return;
        };
        // A box that cannot take the focus is not worth an error.
        let _ = next.focus();
        if event.shift_key() {
            key.with_untracked(|key| {
                selection.set(key, true, false);
                selection.set(&selection.beside(key, forward), true, false);
            });
        }
    };
    view! {
        <td class="cell-select">
            <label class="select-box">
                <input
                    type="checkbox"
                    aria-label=move || label.get()
                    prop:checked=move || key.with(|key| selection.has(key))
                    on:click=click
                    on:keydown=keys
                />
            </label>
        </td>
    }
}

/// The box of the next or the previous row that has one.
fn neighbour(at: &Element, forward: bool) -> Option<HtmlElement> {
    let mut row = at.closest("tr").ok().flatten()?;
    loop {
        row = match forward {
            true => row.next_element_sibling()?,
            false => row.previous_element_sibling()?,
        };
        // A row without one tells more of the row before it.
        if let Ok(Some(found)) = row.query_selector(".cell-select input") {
            return found.dyn_into().ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<String> {
        ["a", "b", "c", "d"].map(str::to_owned).to_vec()
    }

    fn keys(chosen: &Chosen) -> String {
        chosen.keys.iter().map(String::as_str).collect()
    }

    #[test]
    fn a_range_goes_from_the_last_row_that_was_touched() {
        let mut chosen = Chosen::default();
        chosen.set(&rows(), "c", true, true);
        assert_eq!(keys(&chosen), "c", "nothing was touched before");
        chosen.set(&rows(), "a", true, true);
        assert_eq!(keys(&chosen), "abc");
        chosen.set(&rows(), "b", false, true);
        assert_eq!(keys(&chosen), "c");
        chosen.set(&rows(), "d", true, false);
        assert_eq!(keys(&chosen), "cd");
    }

    #[test]
    fn all_there_are_without_one_are_the_others_shown() {
        let mut chosen = Chosen {
            everything: true,
            ..Chosen::default()
        };
        assert!(chosen.has("z") && !chosen.is_empty());
        chosen.set(&rows(), "b", false, false);
        assert!(!chosen.everything);
        assert_eq!(keys(&chosen), "acd");
    }

    #[test]
    fn rows_that_go_are_forgotten() {
        let mut chosen = Chosen::default();
        for key in ["a", "d"] {
            chosen.set(&rows(), key, true, false);
        }
        chosen.keep(&rows()[..2]);
        assert_eq!(keys(&chosen), "a");
    }
}

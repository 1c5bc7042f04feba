//! The one table. Rows are plain `<tr>`; under 720 px each becomes two lines: the cell of class `cell-main` first, the
//! others below it, each named by its `data-label`. Numbers have the class `num`, buttons `cell-actions`; a second line in
//! a cell is a `cell-sub`, which follows the first from 1024 px on, and `cell-wide` has no room under 720 px. With a
//! [`Selection`] each row begins with a `SelectCell`.

use super::icon::{Icon, icons};
use super::selection::{SelectPage, Selection};
use crate::i18n::{t_string, use_i18n};
use leptos::html;
use leptos::prelude::*;

/// How a column's header sorts.
#[derive(Clone)]
pub struct Sort {
    /// `Some(true)` when the table is sorted by it from small to large, `Some(false)` the other way round.
    pub ascending: Signal<Option<bool>>,
    /// Where the header leads: the URL holds the order.
    pub href: Signal<String>,
}

/// A column.
#[derive(Clone)]
pub struct Column {
    label: TextProp,
    class: &'static str,
    hidden: bool,
    sort: Option<Sort>,
}

impl Column {
    /// A column of texts.
    pub fn new(label: impl Into<TextProp>) -> Self {
        Self {
            label: label.into(),
            class: "",
            hidden: false,
            sort: None,
        }
    }

    /// A column of numbers: set to the right. Its cells need the class `num`.
    pub fn numeric(label: impl Into<TextProp>) -> Self {
        Self {
            class: "num",
            ..Self::new(label)
        }
    }

    /// A column of buttons: its name is only read out. Its cells need the class `cell-actions`.
    pub fn actions(label: impl Into<TextProp>) -> Self {
        Self {
            class: "cell-actions",
            hidden: true,
            ..Self::new(label)
        }
    }

    /// Its header sorts.
    pub fn sorted(self, sort: Sort) -> Self {
        Self {
            sort: Some(sort),
            ..self
        }
    }
}

/// A table with a name for screen readers.
#[component]
pub fn Table(
    /// What it lists.
    #[prop(into)]
    caption: TextProp,
    /// Its columns.
    columns: Vec<Column>,
    /// Where its rows are put.
    #[prop(optional)]
    body: NodeRef<html::Tbody>,
    /// How many rows it has when not all of them exist.
    #[prop(optional, into)]
    rows: Option<Signal<usize>>,
    /// Its rows can be chosen.
    #[prop(optional_no_strip)]
    selection: Option<Selection>,
    /// Its rows.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let heads = columns.into_iter().map(
        |Column {
             label,
             class,
             hidden,
             sort,
         }| {
            let Some(sort) = sort else {
                return view! {
                    <th scope="col" class=class>
                        <span class:sr-only=hidden>{move || label.get()}</span>
                    </th>
                }
                .into_any();
            };
            let direction = move || {
                sort.ascending
                    .get()
                    .map(|up| if up { "ascending" } else { "descending" })
            };
            let icon = Signal::derive(move || match sort.ascending.get() {
                Some(true) => icons::LuArrowUp,
                Some(false) => icons::LuArrowDown,
                None => icons::LuChevronsUpDown,
            });
            view! {
                <th scope="col" class=class aria-sort=direction>
                    <a class="sort-link" href=move || sort.href.get()>
                        {move || label.get()}
                        <Icon icon/>
                    </a>
                </th>
            }
            .into_any()
        },
    );
    let heads = heads.collect_view();
    view! {
        <div class="table-frame">
            // The head is a row too.
            <table class="table" aria-rowcount=move || rows.map(|rows| (rows.get() + 1).to_string())>
                <caption class="sr-only">{move || caption.get()}</caption>
                <thead>
                    <tr>
                        {selection
                            .map(|selection| {
                                let label = TextProp::from(move || t_string!(i18n, ui.select_page));
                                view! {
                                    <th scope="col" class="cell-select">
                                        <SelectPage selection label/>
                                    </th>
                                }
                            })}
                        {heads}
                    </tr>
                </thead>
                <tbody node_ref=body>{children()}</tbody>
            </table>
        </div>
    }
}

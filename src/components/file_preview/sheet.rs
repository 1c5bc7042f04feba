//! The table of what is in a file. Only the rows in sight exist; the worker has the others, or knows where they are.

use super::scroll::{HEAD, ROW, Scroll};
use super::talk::Talk;
use super::words;
use crate::format;
use crate::i18n::*;
use crate::ui::{Icon, icons};
use crate::untyped;
use engine::preview::{Cell, Description, Format, Question, Row};
use leptos::ev::{KeyboardEvent, WheelEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::web_sys::ResizeObserver;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Least and most characters that a column is wide.
const WIDTH: (usize, usize) = (4, 64);
/// Pixels that what is in a tree stands behind what it is in.
const INDENT: usize = 16;
/// Pixels of the arrow before a name.
const ARROW: usize = 20;

/// What is laid out, and how far it is scrolled. `Copy`.
#[derive(Clone, Copy)]
struct Frame {
    element: NodeRef<Div>,
    rows: Memo<u64>,
    height: RwSignal<f64>,
    top: RwSignal<f64>,
    exact: RwSignal<Option<(f64, f64)>>,
}

impl Frame {
    fn new(rows: Memo<u64>) -> Self {
        let frame = Self {
            element: NodeRef::new(),
            rows,
            height: RwSignal::new(HEAD + 20.0 * ROW),
            top: RwSignal::new(0.0),
            exact: RwSignal::new(None),
        };
        Effect::new(move || {
            let Some(element) = frame.element.get() else {
                return;
            };
            frame.measure();
            let measure = Closure::<dyn Fn()>::new(move || frame.measure());
            if let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
                observer.observe(&element);
                let kept = SendWrapper::new((observer, measure));
                on_cleanup(move || kept.0.disconnect());
            }
        });
        frame
    }

    fn measure(self) {
        if let Some(element) = self.element.try_get_untracked().flatten() {
            set_changed(self.height, f64::from(element.client_height()));
            set_changed(self.top, f64::from(element.scroll_top()));
        }
    }

    fn scroll(self) -> Scroll {
        Scroll {
            rows: self.rows.get(),
            height: self.height.get(),
            top: self.top.get(),
            exact: self.exact.get(),
        }
    }

    /// Goes to a row where the scroll bar is too coarse for it.
    fn go(self, scroll: Scroll, row: f64) {
        if let Some(element) = self.element.try_get_untracked().flatten() {
            let top = scroll.top_of(row);
            element.set_scroll_top(top as i32);
            self.exact.set(Some((f64::from(element.scroll_top()), row)));
            set_changed(self.top, f64::from(element.scroll_top()));
        }
    }

    fn key(self, event: &KeyboardEvent) {
        let scroll = untrack(|| self.scroll());
        // In short tables the browser does it.
        if let Some(row) = scroll.led_by(&event.key()).filter(|_| scroll.is_scaled()) {
            event.prevent_default();
            self.go(scroll, row);
        }
    }

    fn wheel(self, event: &WheelEvent) {
        let scroll = untrack(|| self.scroll());
        if !scroll.is_scaled() || event.ctrl_key() || event.shift_key() {
            return;
        }
        let way = untyped::get(event, "deltaY").as_f64().unwrap_or(0.0);
        // Some browsers count in lines.
        let lines = untyped::get(event, "deltaMode").as_f64() == Some(1.0);
        let rows = if lines { way } else { way / ROW };
        if rows != 0.0 {
            event.prevent_default();
            let end = scroll.rows as f64 - scroll.visible();
            self.go(scroll, (scroll.first() + rows).clamp(0.0, end.max(0.0)));
        }
    }
}

fn set_changed(signal: RwSignal<f64>, value: f64) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}

/// The table of a file's rows.
#[component]
pub fn Sheet(talk: Talk, described: Memo<Description>) -> impl IntoView {
    let i18n = use_i18n();
    let frame = Frame::new(Memo::new(move |_| described.with(|d| d.rows)));
    let columns = Memo::new(move |_| {
        described.with(|d| {
            let column =
                |column: &engine::preview::Column| (words::head(i18n, &column.head), column.cell);
            d.columns.iter().map(column).collect::<Vec<_>>()
        })
    });
    let format = described.with_untracked(|d| d.format);
    let numbered = matches!(format, Format::Csv | Format::JsonLines);
    ask_for_rows(talk, described, frame);
    read_on(talk, described, frame);
    let widths = Memo::new(move |last: Option<&Vec<usize>>| {
        let last = last.map_or(&[][..], Vec::as_slice);
        columns.with(|columns| talk.rows.with(|(_, rows)| widths(last, columns, rows)))
    });
    let number_width = move || frame.rows.get().to_string().len() + 2;
    let total = move || {
        let number = if numbered { number_width() } else { 0 };
        widths.with(|widths| widths.iter().sum::<usize>() + number)
    };
    let known = Memo::new(move |_| described.with(|d| d.read.is_none()));
    let row_count = move || match known.get() {
        true => (frame.rows.get() + 1).to_string(),
        false => "-1".to_owned(),
    };
    let place = move || {
        let from = talk.rows.with(|(from, _)| *from);
        format!("{}px", frame.scroll().place(from))
    };
    let cols = move || {
        let width = |width: usize| view! { <col style:width=format!("{width}ch")/> };
        let number = numbered.then(|| width(number_width()));
        let others = widths.with(|widths| widths.iter().map(|w| width(*w)).collect_view());
        view! {
            {number}
            {others}
        }
    };
    let heads = move || {
        let head = |(name, cell): &(String, Cell)| {
            let (name, title) = (name.clone(), name.clone());
            view! {
                <th scope="col" class:num=*cell != Cell::Text title=title>
                    {name}
                </th>
            }
        };
        columns.with(|columns| columns.iter().map(head).collect_view())
    };
    let each = move || {
        talk.rows.with(|(from, rows)| {
            let rows = rows.iter().cloned().zip(*from..);
            rows.map(|(row, at)| (at, row)).collect::<Vec<_>>()
        })
    };
    // Whether it is open is not part of it: the button that opened it keeps the focus.
    let key = |(at, row): &(u64, Row)| (*at, row.cells.clone(), row.depth, row.open.is_some());
    let kinds = Memo::new(move |_| {
        columns.with(|columns| columns.iter().map(|(_, cell)| *cell).collect::<Vec<_>>())
    });
    let children = move |(at, row): (u64, Row)| {
        let cells = kinds.with_untracked(|kinds| row_cells(talk, at, row, kinds));
        let number = numbered.then(|| {
            view! {
                <th scope="row" class="num">
                    {format::number(at + 1)}
                </th>
            }
        });
        view! {
            // Row 1 is the head.
            <tr aria-rowindex=(at + 2).to_string()>
                {number}
                {cells}
            </tr>
        }
    };
    // With other columns all rows are others.
    let rows = move || {
        kinds.track();
        view! { <For each key children/> }
    };
    view! {
        <div
            class="table-frame sheet"
            tabindex="0"
            role="region"
            aria-label=move || t_string!(i18n, preview.content)
            aria-busy=move || talk.busy.get().then_some("true")
            node_ref=frame.element
            on:scroll=move |_| frame.measure()
            on:keydown=move |event| frame.key(&event)
            on:wheel=move |event| frame.wheel(&event)
        >
            <div
                class="sheet-space"
                style:height=move || format!("{}px", frame.scroll().laid_out() + HEAD)
            >
                <table
                    class="sheet-table"
                    style:top=place
                    style:width=move || format!("{}ch", total())
                    aria-rowcount=row_count
                >
                    <caption class="sr-only">{move || words::format_name(i18n, format)}</caption>
                    <colgroup>{cols}</colgroup>
                    <thead>
                        <tr>
                            {numbered
                                .then(|| {
                                    view! {
                                        <th scope="col" class="num">
                                            <span class="sr-only">
                                                {move || t_string!(i18n, preview.number)}
                                            </span>
                                        </th>
                                    }
                                })}
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
}

/// Asks for the rows in sight, whenever these are others or the file is known better.
fn ask_for_rows(talk: Talk, described: Memo<Description>, frame: Frame) {
    let window = Memo::new(move |_| frame.scroll().window());
    Effect::new(move || {
        described.track();
        let (first, count) = window.get();
        talk.ask(Question::Rows(first, count));
    });
}

/// Reads on when the last of the known rows come in sight, as long as that brings further ones.
fn read_on(talk: Talk, described: Memo<Description>, frame: Frame) {
    let asked = StoredValue::new(0_u64);
    let wanted = Memo::new(move |_| {
        let more = described.with(|d| d.read.is_some());
        let rows = frame.rows.get();
        (more && frame.scroll().at_end()).then_some(rows)
    });
    Effect::new(move || {
        if let Some(rows) = wanted.get().filter(|rows| *rows > asked.get_value()) {
            asked.set_value(rows);
            talk.ask(Question::More);
        }
    });
}

/// How wide columns have to be, in characters. They only grow: nothing moves back and forth under the eye.
fn widths(last: &[usize], columns: &[(String, Cell)], rows: &[Row]) -> Vec<usize> {
    let columns = columns.iter().enumerate();
    let width = |(at, (name, cell)): (usize, &(String, Cell))| {
        let cells = rows.iter().map(|row| {
            let indent = if at == 0 {
                usize::from(row.depth) * 2 + 3
            } else {
                0
            };
            match (cell, row.cells.get(at)) {
                (_, None) => 0,
                (Cell::Size, _) => 8,
                (_, Some(text)) => wide(text) + indent,
            }
        });
        let widest = cells.max().unwrap_or(0).max(wide(name));
        // Room for what is around the text.
        let widest = widest.clamp(WIDTH.0, WIDTH.1) + 3;
        widest.max(last.get(at).copied().unwrap_or(0))
    };
    columns.map(width).collect()
}

/// Characters of a text, those that are two wide as two.
fn wide(text: &str) -> usize {
    text.chars().map(|c| 1 + usize::from(c >= '\u{1100}')).sum()
}

/// The cells of a row.
fn row_cells(talk: Talk, at: u64, row: Row, kinds: &[Cell]) -> Vec<AnyView> {
    let Row { cells, depth, open } = row;
    let has_inside = open.is_some();
    let cells = kinds.iter().enumerate().map(|(column, kind)| {
        let text = cells.get(column).map_or("", String::as_str);
        let text = match (kind, text.parse()) {
            (Cell::Size, Ok(bytes)) => format::bytes(bytes),
            _ => format::visible(text),
        };
        let is_tree = column == 0 && (depth > 0 || has_inside);
        if !is_tree {
            let title = text.clone();
            return view! {
                <td class:num=*kind != Cell::Text title=title>
                    {text}
                </td>
            }
            .into_any();
        }
        let inside = match has_inside {
            true => opener(talk, at, text).into_any(),
            false => text.into_any(),
        };
        // What has nothing inside stands as far in as a name behind an arrow.
        let arrow = if has_inside { 0 } else { ARROW };
        let indent = format!("{}px", usize::from(depth.min(24)) * INDENT + arrow);
        view! {
            <td>
                <span style:margin-inline-start=indent>{inside}</span>
            </td>
        }
        .into_any()
    });
    cells.collect()
}

/// Shows and hides what is below a row.
fn opener(talk: Talk, at: u64, text: String) -> impl IntoView {
    let open = Memo::new(move |_| {
        talk.rows.with(|(from, rows)| {
            let row = at.checked_sub(*from).and_then(|at| rows.get(at as usize));
            row.and_then(|row| row.open) == Some(true)
        })
    });
    let icon = Signal::derive(move || match open.get() {
        true => icons::LuChevronDown,
        false => icons::LuChevronRight,
    });
    view! {
        <button
            type="button"
            class="sheet-open"
            aria-expanded=move || open.get().to_string()
            on:click=move |_| talk.ask(Question::Toggle(at))
        >
            <Icon icon/>
            " "
            {text}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_grow_and_never_shrink() {
        let columns = [
            ("name".to_owned(), Cell::Text),
            ("名前です".to_owned(), Cell::Size),
        ];
        let row = |text: &str| Row::of(vec![text.to_owned(), "123456789".to_owned()]);
        let first = widths(&[], &columns, &[row("x"), row("abcdefgh")]);
        assert_eq!(first, [14, 11]);
        assert_eq!(widths(&first, &columns, &[row("x")]), [14, 11]);
        let longest = widths(&first, &columns, &[row(&"x".repeat(500))]);
        assert_eq!(longest[0], WIDTH.1 + 3);
    }
}

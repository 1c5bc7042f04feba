//! From the scroll bar to rows and back.

use crate::work::{Anchor, View};

/// Height of a row in CSS pixels; the same number stands in the style sheet.
pub const ROW: f64 = 20.0;
/// Rows kept ready above and below what is visible.
const SPARE: u32 = 20;
/// Tallest element that every browser lays out (Chromium's bound is 33 million device pixels), in CSS pixels.
const TALLEST: f64 = 8_000_000.0;

/// Where the log is scrolled to. Beyond [`TALLEST`] the scroll bar stands for a longer log than is laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scroll {
    /// Rows of the log.
    pub rows: u64,
    /// Height of what is visible, in CSS pixels.
    pub height: f64,
    /// How far it is scrolled, in CSS pixels.
    pub top: f64,
}

impl Scroll {
    /// Height of the whole log as it is laid out.
    pub fn total_height(&self) -> f64 {
        (self.rows as f64 * ROW).min(TALLEST)
    }

    /// The row at the upper edge, with the part of it that is scrolled out.
    pub fn first(&self) -> f64 {
        let way = self.total_height() - self.height;
        let rows = self.rows as f64 - self.height / ROW;
        if way <= 0.0 || rows <= 0.0 {
            return 0.0;
        }
        (self.top / way).clamp(0.0, 1.0) * rows
    }

    /// How far it has to be scrolled for `row` to stand in the middle of what is visible, in CSS pixels.
    pub fn top_of(&self, row: u64) -> f64 {
        let way = (self.total_height() - self.height).max(0.0);
        let visible = self.height / ROW;
        let rows = self.rows as f64 - visible;
        if rows <= 0.0 {
            return 0.0;
        }
        ((row as f64 + 0.5 - visible / 2.0) / rows).clamp(0.0, 1.0) * way
    }

    /// Where the row `from` stands in what is laid out, in CSS pixels.
    pub fn place(&self, from: u64) -> f64 {
        let way = (self.total_height() - self.height).max(0.0);
        self.top.clamp(0.0, way) - (self.first() - from as f64) * ROW
    }

    /// What the worker is asked for.
    pub fn view(&self, cols: Option<u32>, only: Option<u32>, follow: bool) -> View {
        let visible = (self.height / ROW).ceil() as u32 + 1;
        let first = self.first() as u64;
        View {
            cols,
            only,
            rows: visible + 2 * SPARE,
            anchor: match follow {
                true => Anchor::End,
                false => Anchor::Row(first.saturating_sub(SPARE.into())),
            },
            raw: false,
            fold: false,
            times: None,
        }
    }

    /// Whether the end is in sight.
    pub fn at_end(&self) -> bool {
        self.top + self.height >= self.total_height() - 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(rows: u64, top: f64) -> Scroll {
        Scroll {
            rows,
            height: 600.0,
            top,
        }
    }

    #[test]
    fn rows_stand_where_they_belong() {
        for top in [0.0, 7.0, 1_000.0, 1_999_400.0] {
            let scroll = at(100_000, top);
            assert_eq!(scroll.total_height(), 2_000_000.0);
            for row in [0, 50, 99_999] {
                assert!(
                    (scroll.place(row) - row as f64 * ROW).abs() < 0.01,
                    "{top} {row}"
                );
            }
            assert!((scroll.first() - top / ROW).abs() < 0.001);
        }
    }

    #[test]
    fn ten_million_rows_are_reached_from_first_to_last() {
        let rows = 10_000_000;
        assert_eq!(at(rows, 0.0).total_height(), TALLEST);
        assert_eq!((at(rows, 0.0).first(), at(rows, 0.0).place(0)), (0.0, 0.0));
        let end = at(rows, TALLEST - 600.0);
        assert!(end.at_end());
        assert_eq!(end.first(), rows as f64 - 30.0);
        // The last row ends where the layout ends.
        assert!((end.place(rows - 1) + ROW - TALLEST).abs() < 0.01);
        let middle = at(rows, TALLEST / 2.0);
        assert!((middle.place(middle.first() as u64) - middle.top).abs() <= ROW);
    }

    #[test]
    fn a_row_is_led_to_the_middle() {
        for rows in [1_000, 10_000_000] {
            for row in [400, rows / 2, rows - 100] {
                let there = at(rows, at(rows, 0.0).top_of(row));
                let middle = there.place(row) + ROW / 2.0 - there.top;
                assert!((middle - 300.0).abs() < 0.5, "{rows} {row} {middle}");
            }
            assert_eq!(at(rows, 0.0).top_of(0), 0.0);
            assert!(at(rows, at(rows, 0.0).top_of(rows - 1)).at_end());
        }
        assert_eq!(at(3, 0.0).top_of(2), 0.0);
    }

    #[test]
    fn the_view_covers_what_is_visible_and_some_more() {
        let view = at(1_000, 4_010.0).view(Some(80), None, false);
        assert_eq!(
            (view.anchor, view.rows, view.cols),
            (Anchor::Row(180), 71, Some(80))
        );
        assert_eq!(
            at(1_000, 0.0).view(None, None, false).anchor,
            Anchor::Row(0)
        );
        assert_eq!(at(1_000, 0.0).view(None, None, true).anchor, Anchor::End);
    }

    #[test]
    fn a_short_log_is_all_in_sight() {
        let short = at(3, 0.0);
        assert!(short.at_end());
        assert_eq!((short.first(), short.place(2)), (0.0, 40.0));
        assert!(!at(1_000, 0.0).at_end());
    }
}

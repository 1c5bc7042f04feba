//! From the scroll bar to rows and back, for tables of any number of rows.

/// Height of a row in CSS pixels; the same number stands in the style sheet.
pub const ROW: f64 = 24.0;
/// Height of the row of names above them.
pub const HEAD: f64 = ROW;
/// Rows kept ready above and below what is visible.
const SPARE: u64 = 20;
/// Most rows that exist at a time.
const MOST: u64 = 200;
/// Tallest element that every browser lays out, in CSS pixels.
const TALLEST: f64 = 8_000_000.0;

/// Where a table is scrolled to. Beyond [`TALLEST`] the scroll bar stands for a longer table than is laid out: a pixel of it is
/// many rows, so the row that was gone to is kept beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scroll {
    /// Rows of the table.
    pub rows: u64,
    /// Height of what is visible, in CSS pixels, names included.
    pub height: f64,
    /// How far it is scrolled, in CSS pixels.
    pub top: f64,
    /// Where it was scrolled to for a row, in CSS pixels, and that row.
    pub exact: Option<(f64, f64)>,
}

impl Scroll {
    /// Height of all rows as they are laid out.
    pub fn laid_out(&self) -> f64 {
        (self.rows as f64 * ROW).min(TALLEST)
    }

    /// Whether a pixel of the scroll bar is more than one of the table.
    pub fn is_scaled(&self) -> bool {
        self.rows as f64 * ROW > TALLEST
    }

    /// Rows that are visible.
    pub fn visible(&self) -> f64 {
        ((self.height - HEAD) / ROW).max(1.0)
    }

    fn last(&self) -> f64 {
        (self.rows as f64 - self.visible()).max(0.0)
    }

    fn way(&self) -> f64 {
        (self.laid_out() + HEAD - self.height).max(0.0)
    }

    /// The row at the upper edge, with the part of it that is scrolled out.
    pub fn first(&self) -> f64 {
        match self.exact {
            Some((top, row)) if (top - self.top).abs() < 1.0 => row.min(self.last()),
            _ if self.way() <= 0.0 => 0.0,
            _ => (self.top / self.way()).clamp(0.0, 1.0) * self.last(),
        }
    }

    /// How far it has to be scrolled for `row` to stand at the upper edge, in CSS pixels.
    pub fn top_of(&self, row: f64) -> f64 {
        match self.last() {
            0.0 => 0.0,
            last => ((row / last).clamp(0.0, 1.0) * self.way()).round(),
        }
    }

    /// Where the row `from` stands in what is laid out, in CSS pixels.
    pub fn place(&self, from: u64) -> f64 {
        self.top.clamp(0.0, self.way()) - (self.first() - from as f64) * ROW
    }

    /// The rows that should exist: the first, and how many.
    pub fn window(&self) -> (u64, u32) {
        // In steps, so that a short way asks for nothing.
        let from = (self.first() as u64).saturating_sub(SPARE) / 8 * 8;
        let count = (self.visible().ceil() as u64 + 2 * SPARE + 8).min(MOST);
        (from, count.min(self.rows - from.min(self.rows)) as u32)
    }

    /// Whether the last rows are in sight.
    pub fn at_end(&self) -> bool {
        self.first() + self.visible() + 1.0 >= self.rows as f64
    }

    /// The row that a key leads to.
    pub fn led_by(&self, key: &str) -> Option<f64> {
        let page = (self.visible() - 1.0).max(1.0);
        let row = match key {
            "ArrowDown" => self.first() + 1.0,
            "ArrowUp" => self.first() - 1.0,
            "PageDown" => self.first() + page,
            "PageUp" => self.first() - page,
            "Home" => 0.0,
            "End" => self.last(),
            _ => return None,
        };
        Some(row.clamp(0.0, self.last()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(rows: u64, top: f64) -> Scroll {
        Scroll {
            rows,
            height: 10.0 * ROW + HEAD,
            top,
            exact: None,
        }
    }

    #[test]
    fn rows_stand_where_they_belong() {
        for top in [0.0, 7.0, 1_000.0, 23_760.0] {
            let scroll = at(1_000, top);
            for row in [0, 50, 999] {
                assert!(
                    (scroll.place(row) - row as f64 * ROW).abs() < 0.01,
                    "{top} {row}"
                );
            }
            let (from, count) = scroll.window();
            assert!(from as f64 <= scroll.first());
            let end = (from + u64::from(count)) as f64;
            assert!(end >= (scroll.first() + scroll.visible()).min(1_000.0));
        }
        assert!(at(1_000, 23_760.0).at_end() && !at(1_000, 23_000.0).at_end());
    }

    #[test]
    fn a_gigabyte_of_bytes_is_reached_row_by_row() {
        let rows = 67_108_864;
        let mut scroll = at(rows, 0.0);
        assert!(scroll.is_scaled());
        for (key, row) in [
            ("ArrowDown", 1.0),
            ("PageDown", 10.0),
            ("ArrowUp", 9.0),
            ("End", rows as f64 - 10.0),
            ("ArrowUp", rows as f64 - 11.0),
            ("PageUp", rows as f64 - 20.0),
            ("Home", 0.0),
            ("ArrowUp", 0.0),
        ] {
            let led = scroll.led_by(key).unwrap();
            assert_eq!(led, row, "{key}");
            scroll.top = scroll.top_of(led);
            scroll.exact = Some((scroll.top, led));
            assert_eq!(scroll.first(), row, "{key}");
            // The first row stands at the upper edge.
            assert!(
                (scroll.place(row as u64) - scroll.top).abs() < 0.01,
                "{key}"
            );
        }
        // Somebody takes the scroll bar.
        scroll.top = TALLEST / 2.0;
        assert!((scroll.first() / rows as f64 - 0.5).abs() < 0.01);
        assert_eq!(scroll.led_by("a"), None);
    }

    #[test]
    fn a_short_table_is_all_in_sight() {
        let short = at(3, 0.0);
        assert_eq!((short.window(), short.at_end()), ((0, 3), true));
        assert_eq!((short.first(), short.place(2)), (0.0, 2.0 * ROW));
        assert_eq!(at(0, 0.0).window(), (0, 0));
        let shorter = Scroll {
            exact: Some((0.0, 900.0)),
            ..short
        };
        assert_eq!(shorter.first(), 0.0);
    }
}

//! Lists and the part of them that is asked for.

use serde::{Deserialize, Serialize};

/// A part of a list: `{"list": [...], "total": n}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The entries asked for.
    pub list: Vec<T>,
    /// How many there are in all.
    #[serde(default)]
    pub total: u64,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            total: 0,
        }
    }
}

/// Which part of a list: query parameters `page` (from 1) and `page_size`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Paging {
    /// The page, from 1.
    pub page: u32,
    /// Entries a page, 1 to [`Paging::MAX`].
    pub page_size: u32,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            page: 1,
            page_size: 20,
        }
    }
}

impl Paging {
    /// The most entries a page may have.
    pub const MAX: u32 = 200;

    /// The size brought into its bounds.
    pub fn limit(self) -> u32 {
        self.page_size.clamp(1, Self::MAX)
    }

    /// How many entries come before this page.
    pub fn offset(self) -> u64 {
        u64::from(self.page.max(1) - 1) * u64::from(self.limit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_count_from_one_and_stay_in_bounds() {
        let at = |page, page_size| Paging { page, page_size };
        assert_eq!((at(1, 20).offset(), at(1, 20).limit()), (0, 20));
        assert_eq!(at(3, 20).offset(), 40);
        assert_eq!((at(0, 0).offset(), at(0, 0).limit()), (0, 1));
        assert_eq!(at(u32::MAX, 500).limit(), 200);
        assert_eq!(at(u32::MAX, 500).offset(), (u64::from(u32::MAX) - 1) * 200);
        assert_eq!(serde_json::from_str::<Paging>("{}").unwrap(), at(1, 20));
    }

    #[test]
    fn a_list_is_list_and_total() {
        let page = Page {
            list: vec!["a"],
            total: 7,
        };
        assert_eq!(
            serde_json::to_string(&page).unwrap(),
            r#"{"list":["a"],"total":7}"#
        );
    }
}

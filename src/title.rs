//! The title of the tab: the page's, and before it how far the uploads are.

use leptos::prelude::document;
use std::cell::RefCell;

thread_local! {
    static TITLE: RefCell<(String, Option<u32>)> = const { RefCell::new((String::new(), None)) };
}

/// Names the page.
pub fn set(page: String) {
    change(|title| title.0 = page);
}

/// Tells how many percent of what is uploaded have left; none when nothing is.
pub fn progress(percent: Option<u32>) {
    change(|title| title.1 = percent);
}

/// What the page is called.
pub fn page() -> String {
    TITLE.with_borrow(|title| title.0.clone())
}

fn change(change: impl FnOnce(&mut (String, Option<u32>))) {
    TITLE.with_borrow_mut(|title| {
        change(title);
        match title.1 {
            Some(percent) => document().set_title(&format!("{percent} % · {}", title.0)),
            None => document().set_title(&title.0),
        }
    });
}
